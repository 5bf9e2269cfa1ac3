import type { AddressSet } from './interval-set.ts';
import type { Address } from './ip.ts';

/** A prefix with its place in the order of decision; the least `rank` decides where several cover an address. */
export interface RankedPrefix {
  readonly lo: Address;
  /** Exclusive. */
  readonly hi: Address;
  readonly rank: number;
}

/** Disjoint pieces in ascending order; `winner` is an index into the painted prefixes. */
export interface Painting {
  readonly lo: readonly Address[];
  readonly hi: readonly Address[];
  readonly winner: readonly number[];
}

/** How many low bits of a packed sort key hold the index: 32 address bits, 6 length bits, 15 index bits fill a double's 53. */
const INDEX_SPAN = 2 ** 15;

/**
 * Indices by first address, outer prefix before inner. IPv4 lists sort as packed doubles, which is several times faster than a comparator.
 */
export function sortPrefixes(prefixes: readonly { readonly lo: Address; readonly hi: Address }[]): ArrayLike<number> {
  const first = prefixes[0];
  if (first !== undefined && typeof first.lo === 'number' && prefixes.length <= INDEX_SPAN) {
    const keys = new Float64Array(prefixes.length);
    for (let i = 0; i < keys.length; i += 1) {
      const { lo, hi } = prefixes[i] as { lo: number; hi: number };
      keys[i] = (lo * 64 + 63 - Math.ceil(Math.log2(hi - lo))) * INDEX_SPAN + i;
    }
    keys.sort();
    for (let i = 0; i < keys.length; i += 1) keys[i] = (keys[i] as number) % INDEX_SPAN;
    return keys;
  }
  return prefixes
    .map((_, index) => index)
    .sort((a, b) => {
      const x = prefixes[a] as RankedPrefix;
      const y = prefixes[b] as RankedPrefix;
      return x.lo < y.lo ? -1 : x.lo > y.lo ? 1 : x.hi > y.hi ? -1 : x.hi < y.hi ? 1 : a - b;
    });
}

/**
 * Paints prefixes over the address space in O(n log n). Two prefixes are nested or disjoint, never crossing, so a stack of the open ones with the
 * best rank so far is all the state needed.
 */
export function paint(prefixes: readonly RankedPrefix[], order: ArrayLike<number> = sortPrefixes(prefixes)): Painting {
  const lo: Address[] = [];
  const hi: Address[] = [];
  const winner: number[] = [];
  const openEnd: Address[] = [];
  const openBest: number[] = [];
  let at: Address = 0;

  const emit = (to: Address) => {
    const best = openBest[openBest.length - 1];
    if (best === undefined || at >= to) return;
    const last = winner.length - 1;
    if (winner[last] === best && hi[last] === at) {
      hi[last] = to;
    } else {
      lo.push(at);
      hi.push(to);
      winner.push(best);
    }
  };
  const closeUpTo = (limit: Address) => {
    for (let end = openEnd[openEnd.length - 1]; end !== undefined && end <= limit; end = openEnd[openEnd.length - 1]) {
      emit(end);
      at = end;
      openEnd.pop();
      openBest.pop();
    }
  };

  for (let i = 0; i < order.length; i += 1) {
    const index = order[i] as number;
    const prefix = prefixes[index] as RankedPrefix;
    closeUpTo(prefix.lo);
    emit(prefix.lo);
    at = prefix.lo;
    const best = openBest[openBest.length - 1];
    openEnd.push(prefix.hi);
    openBest.push(best === undefined || prefix.rank < (prefixes[best] as RankedPrefix).rank ? index : best);
  }
  let end = openEnd[openEnd.length - 1];
  while (end !== undefined) {
    closeUpTo(end);
    end = openEnd[openEnd.length - 1];
  }
  return { lo, hi, winner };
}

/** The painted pieces of each winner, as sets. */
export function piecesByWinner(painting: Painting): Map<number, AddressSet> {
  const pieces = new Map<number, Address[]>();
  for (let i = 0; i < painting.winner.length; i += 1) {
    const key = painting.winner[i] as number;
    const set = pieces.get(key);
    const lo = painting.lo[i] as Address;
    const hi = painting.hi[i] as Address;
    if (!set) pieces.set(key, [lo, hi]);
    else if (set[set.length - 1] === lo) set[set.length - 1] = hi;
    else set.push(lo, hi);
  }
  return pieces;
}
