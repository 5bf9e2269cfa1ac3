import type { Kind } from './kinds/kind.ts';
import { KINDS, type ResourceKind } from './kinds/registry.ts';
import data from './operations.data.json' with { type: 'json' };

/** How much a call can change what is judged. */
export type Effect = 'reachability' | 'capacity' | 'visibility' | 'none' | 'unclassified';

interface Operation {
  readonly name: string;
  readonly effect: Effect;
  readonly families: readonly string[];
}

/**
 * Calls that change something, by EventBridge source: EC2 as of SDK 3.1169.0, network-firewall 3.1075.0, route53resolver 3.654.0, ram 3.1048.0,
 * networkmanager 3.523.0, and of ECS what changes a service (3.1164.0); classified by hand.
 */
const OPERATIONS: ReadonlyMap<string, ReadonlyMap<string, Operation>> = new Map(
  Object.entries<Readonly<Record<string, readonly string[]>>>(data).map(([source, operations]) => [
    source,
    new Map(
      Object.entries(operations).map(([name, [effect = 'unclassified', ...families]]): [string, Operation] => [
        name,
        { name, effect: effect as Effect, families },
      ]),
    ),
  ]),
);

const KIND_TABLE: Readonly<Record<ResourceKind, Kind<{ readonly id: string }>>> = KINDS;

/** EventBridge sources whose calls may change what a runner can reach. PutEvents cannot forge the `aws.` prefix. */
export const CHANGE_SOURCES: readonly string[] = [...OPERATIONS.keys()].sort();

/** Services with many calls of which only the named ones matter: the others are not looked at. */
const NAMED_ONLY: ReadonlySet<string> = new Set(['aws.ecs']);

/** Names of the calls that matter of each service of which others do not. */
export const namedCalls = (): ReadonlyMap<string, readonly string[]> =>
  new Map([...NAMED_ONLY].map((source) => [source, [...(OPERATIONS.get(source)?.keys() ?? [])].sort()]));

/** An operation that nobody classified is `unclassified`. */
export const effectOf = (source: string, operation: string): Effect =>
  OPERATIONS.get(source)?.get(operation)?.effect ?? (NAMED_ONLY.has(source) ? 'none' : 'unclassified');

/** Fails open: only calls that are known to change nothing are left out. */
export const mayChangeNetwork = (source: string, operation: string): boolean => effectOf(source, operation) !== 'none';

/** Names of the calls that change objects of the kinds, in any service; sorted. */
export function operationsThatChange(kinds: readonly ResourceKind[]): readonly string[] {
  const families = new Set(kinds.flatMap((kind) => KIND_TABLE[kind].changedBy));
  const names = [...OPERATIONS.values()].flatMap((operations) =>
    [...operations.values()]
      .filter(({ effect, families: own }) => effect !== 'none' && own.some((family) => families.has(family)))
      .map(({ name }) => name),
  );
  return [...new Set(names)].sort();
}

/** Kinds whose objects the call may change; undefined when nobody can tell. */
export function kindsChangedBy(source: string, operation: string): readonly ResourceKind[] | undefined {
  const families = OPERATIONS.get(source)?.get(operation)?.families;
  if (!families) return undefined;
  const kinds = (Object.keys(KIND_TABLE) as ResourceKind[]).filter((kind) =>
    KIND_TABLE[kind].changedBy.some((family) => families.includes(family)),
  );
  return kinds.length === 0 ? undefined : kinds;
}
