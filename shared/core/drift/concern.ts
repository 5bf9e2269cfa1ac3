import type { KINDS } from '../facts/kinds/registry.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { objectIdsIn, prefixOf } from './object-id.ts';

/** Kinds whose objects come and go by the minute and matter by their number only. */
const FLEETING: ReadonlySet<keyof typeof KINDS> = new Set(['instance', 'image']);

/** Ids of objects without a place of their own in a snapshot: parts of others, which stand beside them in a record. */
const PARTS: ReadonlySet<string> = new Set([
  'sgr',
  'rtbassoc',
  'aclassoc',
  'eipassoc',
  'fl',
  'lt',
  'cgw',
  'vpce-svc',
  'lgw',
]);

/** Every object that a look at a network saw, sorted: what its verdict may depend on. */
export function objectsSeen({ facts }: Snapshot): readonly string[] {
  const kinds = Object.entries(facts) as [keyof typeof KINDS, { readonly items: ReadonlyMap<string, unknown> }][];
  return kinds
    .filter(([kind]) => !FLEETING.has(kind))
    .flatMap(([, { items }]) => [...items.keys()].filter((id) => objectIdsIn(id)[0] === id))
    .sort();
}

/**
 * Networks that a change may concern, by what each was seen to depend on: those that know one of its objects. All of them when it names none, or one that
 * nobody knows (it may be new, and part of any). A network of which nothing is remembered is always concerned.
 */
export function concernedBy<T extends { readonly known: ReadonlySet<string> | undefined }>(
  objects: readonly string[],
  networks: readonly T[],
): readonly T[] {
  const named = objects.filter((id) => !PARTS.has(prefixOf(id)));
  const isKnown = (id: string): boolean => networks.some(({ known }) => known?.has(id));
  if (named.length === 0 || !named.every(isKnown)) return networks;
  return networks.filter(({ known }) => known === undefined || named.some((id) => known.has(id)));
}
