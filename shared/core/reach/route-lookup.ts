import type { Route, RouteTable, RouteTargetKind } from '../facts/kinds/route-table.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Cidr } from '../net/cidr.ts';
import { type AddressSet, EMPTY, isEmpty, minus, union, wholeFamily } from '../net/interval-set.ts';
import type { Address, Family } from '../net/ip.ts';
import { paint } from '../net/paint.ts';
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

/**
 * Longest prefix, then origin. The result is disjoint and covers the whole family; a blackhole route keeps its prefix.
 */
export function lookUpRoutes(model: NetworkModel, table: RouteTable, family: Family): readonly RouteChoice[] {
  const candidates: Candidate[] = [];
  const unreadable: { readonly route: Route; readonly listId: string }[] = [];
  const locals: Cidr[] = [];
  const add = (route: Route, cidr: Cidr, tier: number, listId: string | undefined) => {
    if (cidr.family === family) candidates.push({ lo: cidr.lo, hi: cidr.hi, length: cidr.length, tier, route, listId });
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
  const usable = candidates.filter((candidate) => !losesToLocal(candidate, locals));
  const painting = paint(usable.map(({ lo, hi, length, tier }) => ({ lo, hi, rank: (128 - length) * 4 + tier })));

  const rivals = new Map<string, Candidate[]>();
  for (const candidate of usable) {
    const key = `${candidate.lo}/${candidate.length}`;
    const list = rivals.get(key);
    if (list) list.push(candidate);
    else rivals.set(key, [candidate]);
  }
  const byWinner = new Map<Candidate, Address[]>();
  const covered: Address[] = [];
  painting.winner.forEach((index, piece) => {
    const candidate = usable[index] as Candidate;
    const lo = painting.lo[piece] as Address;
    const hi = painting.hi[piece] as Address;
    const set = byWinner.get(candidate);
    if (set) set.push(lo, hi);
    else byWinner.set(candidate, [lo, hi]);
    if (covered[covered.length - 1] === lo) covered[covered.length - 1] = hi;
    else covered.push(lo, hi);
  });

  const maxLength = family === 'ipv4' ? 32 : 128;
  const choices = new Map<Route, AddressSet>();
  const out: RouteChoice[] = [];
  const doubtful = new Map<Route | undefined, AddressSet>();
  const doubt = (route: Route | undefined, dst: AddressSet): unknown =>
    doubtful.set(route, union(doubtful.get(route) ?? EMPTY, dst));
  const beatingLocal = unreadable.filter(({ route }) => mayBeatLocal(route));
  for (const [candidate, dst] of byWinner) {
    const equals = (rivals.get(`${candidate.lo}/${candidate.length}`) ?? []).filter(
      (rival) => rival.tier === candidate.tier || rival.route.origin === 'Advertisement',
    );
    const targets = equals.filter(
      (rival, index) => equals.findIndex((other) => sameTarget(other.route, rival.route)) === index,
    );
    const provable =
      (candidate.route.target.kind === 'local' && beatingLocal.length === 0) ||
      (candidate.length === maxLength && candidate.tier === 0);
    if (unreadable.length > 0 && !provable) {
      doubt(candidate.route, dst);
    } else if (targets.length > 1) {
      const lists = targets.flatMap((rival) => rival.listId ?? []);
      out.push({
        kind: 'tie',
        routes: targets.map((rival) => rival.route),
        component: table.id,
        message: `route table \`${table.id}\` has equal routes with different targets${lists.length > 0 ? ` (prefix lists ${lists.map((id) => `\`${id}\``).join(', ')})` : ''}; which one AWS uses is not documented`,
        dst,
      });
    } else {
      choices.set(candidate.route, union(choices.get(candidate.route) ?? EMPTY, dst));
    }
  }
  for (const [route, dst] of choices) out.push({ kind: 'route', route, dst });
  const uncovered = minus(wholeFamily(family), covered);
  const [first] = unreadable;
  if (first) {
    if (!isEmpty(uncovered)) doubt(undefined, uncovered);
    for (const [visible, dst] of doubtful) {
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
