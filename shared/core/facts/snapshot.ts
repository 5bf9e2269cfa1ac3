import type { BundleError } from './bundle.ts';
import { Fields, UnreadableFact, wrongType } from './fields.ts';
import type { Kind } from './kinds/kind.ts';
import { type FactOf, KINDS, type ResourceKind } from './kinds/registry.ts';

/** Something that could not be seen. It can never make anything pass. */
export interface Gap {
  readonly kind: ResourceKind | undefined;
  readonly operation: string;
  /** Error code of AWS, `NotCollected` for a missing key, `Unreadable` for an object that cannot be parsed. */
  readonly code: string;
  /** Only this object is affected; the whole kind when undefined. */
  readonly resourceId?: string;
  readonly message?: string;
}

/** What was seen of one kind. */
export interface Collected<Fact> {
  readonly items: ReadonlyMap<string, Fact>;
  /** Empty when every object of the kind was seen. */
  readonly gaps: readonly Gap[];
}

export interface Snapshot {
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** ISO 8601. */
  readonly collectedAt: string | undefined;
  readonly facts: { readonly [K in ResourceKind]: Collected<FactOf<K>> };
  /** Refused or failed calls and unreadable objects; not the keys that are merely missing. */
  readonly gaps: readonly Gap[];
  /** Features that AWS does not have in this Region (semantics.md section 8, ruling 14). */
  readonly assumptions: readonly string[];
}

/** "No such action here" means that the feature does not exist: off, not unseen. */
const NO_SUCH_FEATURE: ReadonlySet<string> = new Set([
  'InvalidAction',
  'UnsupportedOperation',
  'UnknownOperationException',
]);

const KIND_NAMES = Object.keys(KINDS) as ResourceKind[];

/**
 * Parses a describe bundle. Throws `WatcherError` `bad-input` naming the path (`Subnets[3].SubnetId`) when the shape is not that of formats.md;
 * what is merely missing, refused or unreadable becomes a gap.
 */
export function parseBundle(bundle: unknown): Snapshot {
  const root = new Fields(bundle, 'bundle');
  const meta = root.optionalObject('Meta');
  const errors = root.optionalList('Errors', readError) ?? [];
  const closed = errors
    .filter((error) => error.Operation === 'AssumeRole')
    .map((error) => `the role \`${error.ResourceId ?? ''}\` of its account could not be assumed: ${error.Code}`)[0];
  const raw = bundle as Readonly<Record<string, unknown>>;
  const facts: Partial<Record<ResourceKind, Collected<unknown>>> = {};
  const assumptions: string[] = [];
  for (const name of KIND_NAMES) {
    const kind: Kind<{ readonly id: string }> = KINDS[name];
    const own = errors.filter((error) => error.Operation === kind.operation);
    const off = own.find((error) => NO_SUCH_FEATURE.has(error.Code));
    if (off)
      assumptions.push(`${kind.operation} does not exist in this Region (${off.Code}): the feature counts as off`);
    const refused = own.filter((error) => !NO_SUCH_FEATURE.has(error.Code)).map((error) => gapOf(name, error));
    const value = membersOf(kind.member, raw);
    const parsed = value === undefined || value === null ? undefined : parseKind(name, kind, value);
    const missing: Gap[] =
      parsed || off || refused.some((gap) => gap.resourceId === undefined)
        ? []
        : [
            {
              kind: name,
              operation: kind.operation,
              code: 'NotCollected',
              message: closed ?? `\`${kind.member}\` is not in the bundle`,
            },
          ];
    facts[name] = { items: parsed?.items ?? new Map(), gaps: [...refused, ...missing, ...(parsed?.gaps ?? [])] };
  }
  const complete = facts as Snapshot['facts'];
  const known = new Set<string>(KIND_NAMES.map((name) => KINDS[name].operation));
  return {
    accountId: meta?.optionalText('AccountId'),
    region: meta?.optionalText('Region'),
    collectedAt: meta?.optionalText('CollectedAt'),
    facts: complete,
    gaps: [
      ...KIND_NAMES.flatMap((name) => complete[name].gaps.filter((gap) => gap.code !== 'NotCollected')),
      ...errors
        .filter((error) => !known.has(error.Operation) && !NO_SUCH_FEATURE.has(error.Code))
        .map((error) => gapOf(undefined, error)),
    ],
    assumptions,
  };
}

function readError(fields: Fields): BundleError {
  const message = fields.optionalText('Message');
  const resourceId = fields.optionalText('ResourceId');
  return {
    Operation: fields.text('Operation'),
    Code: fields.optionalText('Code') ?? 'Unknown',
    ...(message === undefined ? {} : { Message: message }),
    ...(resourceId === undefined ? {} : { ResourceId: resourceId }),
  };
}

const gapOf = (kind: ResourceKind | undefined, error: BundleError): Gap => ({
  kind,
  operation: error.Operation,
  code: error.Code,
  ...(error.ResourceId === undefined ? {} : { resourceId: error.ResourceId }),
  ...(error.Message === undefined ? {} : { message: error.Message }),
});

/** `Instances` may come as the CLI prints it, inside `Reservations`. */
function membersOf(member: string, raw: Readonly<Record<string, unknown>>): unknown {
  const value = raw[member];
  if (member !== 'Instances' || value !== undefined || raw['Reservations'] === undefined) return value;
  const reservations = raw['Reservations'];
  if (!Array.isArray(reservations)) throw wrongType('bundle.Reservations', 'a list', reservations);
  return reservations.flatMap((reservation: unknown, index) => {
    const instances =
      reservation !== null && typeof reservation === 'object'
        ? (reservation as { Instances?: unknown }).Instances
        : undefined;
    if (!Array.isArray(instances)) throw wrongType(`bundle.Reservations[${index}].Instances`, 'a list', instances);
    return instances as unknown[];
  });
}

interface Entry {
  readonly key: string;
  readonly path: string;
  readonly value: unknown;
}

function entriesOf(kind: Kind<{ readonly id: string }>, value: unknown): Entry[] {
  switch (kind.shape) {
    case 'list':
      if (!Array.isArray(value)) throw wrongType(kind.member, 'a list', value);
      return value.map((item: unknown, index) => ({ key: '', path: `${kind.member}[${index}]`, value: item }));
    case 'map':
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw wrongType(kind.member, 'an object', value);
      return Object.entries(value).map(([key, item]) => ({
        key,
        path: `${kind.member}.${key}`,
        value: { value: item as unknown },
      }));
    case 'texts':
      if (!Array.isArray(value)) throw wrongType(kind.member, 'a list', value);
      return [{ key: kind.member, path: kind.member, value: { value } }];
    case 'object':
      return [{ key: kind.member, path: kind.member, value }];
  }
}

/** The same object read twice (two pages, two files) is one object; two descriptions that differ are not to be trusted. */
const isSame = (a: unknown, b: unknown): boolean => printed(a) === printed(b);

const printed = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? `${member}` : member));

function parseKind(
  name: ResourceKind,
  kind: Kind<{ readonly id: string }>,
  value: unknown,
): Collected<{ readonly id: string }> {
  const items = new Map<string, { readonly id: string }>();
  const gaps: Gap[] = [];
  for (const entry of entriesOf(kind, value)) {
    const fields = new Fields(entry.value, entry.path);
    try {
      const fact = kind.parse(fields, entry.key);
      const twin = items.get(fact.id);
      if (twin && !isSame(twin, fact)) {
        gaps.push({
          kind: name,
          operation: kind.operation,
          code: 'Unreadable',
          resourceId: fact.id,
          message: `\`${fact.id}\` is described twice`,
        });
      } else {
        items.set(fact.id, fact);
      }
    } catch (error) {
      if (!(error instanceof UnreadableFact)) throw error;
      gaps.push({
        kind: name,
        operation: kind.operation,
        code: 'Unreadable',
        resourceId: kind.idMember === undefined ? entry.key : fields.id(kind.idMember),
        message: error.message,
      });
    }
  }
  for (const gap of gaps) if (gap.resourceId !== undefined) items.delete(gap.resourceId);
  return { items, gaps };
}
