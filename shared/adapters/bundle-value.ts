import type { AnswerPlace, Kind } from '../core/facts/kinds/kind.ts';

export type Json = Readonly<Record<string, unknown>>;

type AnyKind = Kind<{ readonly id: string }>;

/** Plain JSON as the AWS CLI would print it: dates as text, nothing of the SDK. */
export const plain = (value: object): Json => JSON.parse(JSON.stringify({ ...value, $metadata: undefined })) as Json;

const placeOf = ({ answer, member }: AnyKind): AnswerPlace => answer ?? { is: 'member', at: member };

/** Member that every answer of the call must have; undefined when none is always there. */
export function expectedMember(kind: AnyKind): string | undefined {
  const place = placeOf(kind);
  return place.is === 'member' ? place.at : place.is === 'whole' ? place.knownBy : undefined;
}

const listIn = (page: Json, member: string): readonly Json[] => (page[member] ?? []) as readonly Json[];

/** The objects of the pages, in the order of the answer. */
function objectsIn(kind: AnyKind, pages: readonly Json[]): readonly Json[] {
  const place = placeOf(kind);
  if (place.is !== 'member') return pages;
  const items = pages.flatMap((page) => listIn(page, place.at));
  const { inside } = place;
  return inside === undefined ? items : items.flatMap((item) => listIn(item, inside));
}

export const countObjects = (kind: AnyKind, pages: readonly Json[]): number =>
  kind.shape === 'object' || kind.answer?.is === 'merged' ? Math.min(pages.length, 1) : objectsIn(kind, pages).length;

/** Whether AWS says that there is more than it will ever tell. */
export function isCutShort(kind: AnyKind, pages: readonly Json[]): boolean {
  const place = placeOf(kind);
  const flag = place.is === 'member' ? place.cutShortBy : undefined;
  return flag !== undefined && pages.some((page) => page[flag] === true && page['NextToken'] === undefined);
}

/** The pages as the bundle holds them; lists by id, so that equal networks give equal bundles. */
export function bundleValue(kind: AnyKind, pages: readonly Json[]): unknown {
  const place = placeOf(kind);
  if (place.is === 'whole') return pages[0];
  if (place.is === 'merged') {
    const members = pages.flatMap((page) => Object.entries(page));
    return Object.fromEntries(members.filter(([name]) => !place.without.includes(name)));
  }
  if (kind.shape === 'object') return pages[0]?.[place.at];
  const by = kind.idMember ?? place.orderBy ?? '';
  const order = (item: Json): string => String(item[by] ?? '');
  return [...objectsIn(kind, pages)].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}
