import type { Route, RouteTable, RouteTargetKind } from '../facts/kinds/route-table.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Cidr } from '../net/cidr.ts';
import { type AddressSet, EMPTY, isEmpty, minus, wholeFamily } from '../net/interval-set.ts';
import type { Address, Family } from '../net/ip.ts';
import { paint, sortPrefixes } from '../net/paint.ts';
import { entriesOfList, isListOfOtherFamily } from './prefix-list-entries.ts';

/** What a table does with a set of destinations. */
export type RouteChoice =
  | { readonly kind: 'route'; readonly route: Route; readonly dst: AddressSet }
  /** AWS takes one of these and we cannot tell which. */
  | {
      readonly kind: 'tie';
      readonly routes: readonly Route[];
      readonly component: string;
      readonly message: string;
      readonly dst: AddressSet;
    }
  /** A prefix list that cannot be read may hold these: then AWS takes one of `routes`, else what is visible (nothing when `mayMiss`). */
  | {
      readonly kind: 'hidden';
      readonly routes: readonly Route[];
      readonly mayMiss: boolean;
      readonly component: string;
      readonly message: string;
      readonly dst: AddressSet;
    }
  | { readonly kind: 'none'; readonly dst: AddressSet };

/** Order of decision among routes for the same prefix (VPC guide, route priority, read 2026-11-25). */
const ORIGIN_RANK: Readonly<Record<string, number>> = {
  CreateRouteTable: 0,
  CreateRoute: 0,
  EnableVgwRoutePropagation: 2,
  Advertisement: 2,
};

const PREFIX_LIST_RANK = 1;

/** Only these targets may take a part of the VPC's own space away from `local` (VPC guide, subnet route tables, read 2026-11-25). */
const BEATS_LOCAL: ReadonlySet<RouteTargetKind> = new Set(['nat-gateway', 'network-interface', 'instance']);

const mayBeatLocal = (route: Route): boolean =>
  BEATS_LOCAL.has(route.target.kind) && route.origin !== 'EnableVgwRoutePropagation';

interface Candidate {
  readonly lo: Address;
  readonly hi: Address;
  readonly length: number;
  readonly tier: number;
  readonly rank: number;
  readonly route: Route;
  readonly listId: string | undefined;
}

const sameTarget = (a: Route, b: Route): boolean =>
  a.target.kind === b.target.kind && a.target.id === b.target.id && a.state === b.state;

/** Propagated routes inside the VPC's own blocks lose to `local`, however specific (VPN guide, route priority, read 2026-11-25). */
function losesToLocal(candidate: Candidate, locals: readonly Cidr[]): boolean {
  return (
    candidate.route.origin === 'EnableVgwRoutePropagation' &&
    locals.some((local) => candidate.lo >= local.lo && candidate.hi <= local.hi)
  );
}

/** Sets under construction, from pieces in ascending order. */
class Pieces<K> {
  readonly sets = new Map<K, Address[]>();

  add(key: K, lo: Address, hi: Address): void {
    const set = this.sets.get(key);
    if (!set) this.sets.set(key, [lo, hi]);
    else if (set[set.length - 1] === lo) set[set.length - 1] = hi;
    else set.push(lo, hi);
  }
}

/** The first route that leads where the given one does: what is behind it does not depend on the prefix. */
function nextHops(): (route: Route) => Route {
  const byTarget = new Map<string, Route[]>();
  return (route) => {
    const same = byTarget.get(route.target.id);
    if (!same) {
      byTarget.set(route.target.id, [route]);
      return route;
    }
    const found = same.find((other) => sameTarget(other, route));
    if (!found) same.push(route);
    return found ?? route;
  };
}

/** Candidates with the very same prefix, where there is more than one; equal prefixes stand together in the order. */
function rivalsOf(
  candidates: readonly Candidate[],
  order: ArrayLike<number>,
): ReadonlyMap<Candidate, readonly Candidate[]> {
  const rivals = new Map<Candidate, readonly Candidate[]>();
  for (let from = 0; from < order.length; ) {
    const first = candidates[order[from] as number] as Candidate;
    let to = from + 1;
    for (; to < order.length; to += 1) {
      const next = candidates[order[to] as number] as Candidate;
      if (next.lo !== first.lo || next.hi !== first.hi) break;
    }
    if (to - from > 1) {
      const equals = Array.from({ length: to - from }, (_, at) => candidates[order[from + at] as number] as Candidate);
      for (const candidate of equals) rivals.set(candidate, equals);
    }
    from = to;
  }
  return rivals;
}

const tieCache = new WeakMap<readonly Candidate[], readonly Candidate[] | 'no tie'>();

/** The rivals of equal rank that lead elsewhere; undefined when there is one next hop. Route Server routes tie with everything. */
function tieOf(winner: Candidate, equals: readonly Candidate[]): readonly Candidate[] | undefined {
  let tied = tieCache.get(equals);
  if (!tied) {
    const same = equals.filter((rival) => rival.tier === winner.tier || rival.route.origin === 'Advertisement');
    const targets = same.filter(
      (rival, index) => same.findIndex((other) => sameTarget(other.route, rival.route)) === index,
    );
    tied = targets.length > 1 ? targets : 'no tie';
    tieCache.set(equals, tied);
  }
  return tied === 'no tie' ? undefined : tied;
}

/**
 * Longest prefix, then origin. The result is disjoint and covers the whole family; a blackhole route keeps its prefix.
 */
export function lookUpRoutes(model: NetworkModel, table: RouteTable, family: Family): readonly RouteChoice[] {
  const candidates: Candidate[] = [];
  const unreadable: { readonly route: Route; readonly listId: string }[] = [];
  const locals: Cidr[] = [];
  const add = (route: Route, cidr: Cidr, tier: number, listId: string | undefined) => {
    const { lo, hi, length } = cidr;
    if (cidr.family === family)
      candidates.push({ lo, hi, length, tier, rank: (128 - length) * 4 + tier, route, listId });
  };
  for (const route of table.routes) {
    if ('cidr' in route.destination) {
      if (route.target.kind === 'local') locals.push(route.destination.cidr);
      add(route, route.destination.cidr, ORIGIN_RANK[route.origin] ?? 0, undefined);
      continue;
    }
    const listId = route.destination.prefixListId;
    const entries = entriesOfList(model, listId);
    if (entries.is === 'there') for (const cidr of entries.value.cidrs) add(route, cidr, PREFIX_LIST_RANK, listId);
    else if (!isListOfOtherFamily(model, listId, family)) unreadable.push({ route, listId });
  }
  const usable = locals.length === 0 ? candidates : candidates.filter((candidate) => !losesToLocal(candidate, locals));
  const order = sortPrefixes(usable);
  const painting = paint(usable, order);
  const rivals = rivalsOf(usable, order);
  const beatingLocal = unreadable.filter(({ route }) => mayBeatLocal(route));
  const maxLength = family === 'ipv4' ? 32 : 128;
  const isDoubtful = ({ route, length, tier }: Candidate): boolean =>
    unreadable.length > 0 &&
    !(route.target.kind === 'local' && beatingLocal.length === 0) &&
    !(length === maxLength && tier === 0);

  const sure = new Pieces<Route>();
  const doubtful = new Pieces<Route | undefined>();
  const ties = new Pieces<readonly Candidate[]>();
  const covered = new Pieces<undefined>();
  const nextHop = nextHops();
  for (let piece = 0; piece < painting.winner.length; piece += 1) {
    const candidate = usable[painting.winner[piece] as number] as Candidate;
    const lo = painting.lo[piece] as Address;
    const hi = painting.hi[piece] as Address;
    covered.add(undefined, lo, hi);
    const equals = rivals.get(candidate);
    const tied = equals && tieOf(candidate, equals);
    if (isDoubtful(candidate)) doubtful.add(nextHop(candidate.route), lo, hi);
    else if (tied) ties.add(tied, lo, hi);
    else sure.add(nextHop(candidate.route), lo, hi);
  }

  const out: RouteChoice[] = [];
  for (const [tied, dst] of ties.sets) {
    const lists = tied.flatMap((rival) => rival.listId ?? []);
    out.push({
      kind: 'tie',
      routes: tied.map((rival) => rival.route),
      component: table.id,
      message: `route table \`${table.id}\` has equal routes with different targets${lists.length > 0 ? ` (prefix lists ${lists.map((id) => `\`${id}\``).join(', ')})` : ''}; which one AWS uses is not documented`,
      dst,
    });
  }
  for (const [route, dst] of sure.sets) out.push({ kind: 'route', route, dst });
  const uncovered = minus(wholeFamily(family), covered.sets.get(undefined) ?? EMPTY);
  const [first] = unreadable;
  if (first) {
    for (const [visible, dst] of [...doubtful.sets, [undefined, uncovered] as const]) {
      if (isEmpty(dst)) continue;
      out.push({
        kind: 'hidden',
        routes: [
          ...(visible ? [visible] : []),
          ...(visible?.target.kind === 'local' ? beatingLocal : unreadable).map(({ route }) => route),
        ],
        mayMiss: visible === undefined,
        component: first.listId,
        message: `route table \`${table.id}\` uses prefix list \`${first.listId}\`, whose entries are not visible`,
        dst,
      });
    }
  } else if (!isEmpty(uncovered)) {
    out.push({ kind: 'none', dst: uncovered });
  }
  return out;
}
