import { type Address, FAMILIES, type Family } from './ip.ts';

/**
 * A set of addresses of one family: flat list of half-open intervals `[lo0, hi0, lo1, hi1, …]`.
 * INVARIANT: lo < hi, sorted, disjoint and not adjacent, so equal sets are equal lists.
 */
export type AddressSet = readonly Address[];

export const EMPTY: AddressSet = [];

const WHOLE: Readonly<Record<Family, AddressSet>> = { ipv4: [0, FAMILIES.ipv4.end], ipv6: [0n, FAMILIES.ipv6.end] };

export const wholeFamily = (family: Family): AddressSet => WHOLE[family];

export const single = (address: Address): AddressSet =>
  typeof address === 'number' ? [address, address + 1] : [address, address + 1n];

export const isEmpty = (set: AddressSet): boolean => set.length === 0;

/** Least address of a set that is not empty. */
export const least = (set: AddressSet): Address | undefined => set[0];

export function equals(a: AddressSet, b: AddressSet): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

export const contains = (set: AddressSet, address: Address): boolean => bounds(set, address) % 2 === 1;

/** `keep` tells from membership in `a` and in `b` whether a point is in the result; both false must give false. */
function sweep(a: AddressSet, b: AddressSet, keep: (inA: boolean, inB: boolean) => boolean): AddressSet {
  const out: Address[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const fromA = a[i];
    const fromB = b[j];
    const at = fromB === undefined || (fromA !== undefined && fromA <= fromB) ? (fromA as Address) : fromB;
    if (fromA === at) i += 1;
    if (fromB === at) j += 1;
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) {
      out.push(at);
      inside = now;
    }
  }
  return out;
}

/** One ends before the other begins: most sets of a walk do, a subnet and the Internet for example. */
const areApart = (a: AddressSet, b: AddressSet): boolean =>
  (a[a.length - 1] as Address) <= (b[0] as Address) || (b[b.length - 1] as Address) <= (a[0] as Address);

/** All of `a` lies inside one interval of `b`, which is its only one. */
const isInOne = (a: AddressSet, b: AddressSet): boolean =>
  b.length === 2 &&
  a.length > 0 &&
  (b[0] as Address) <= (a[0] as Address) &&
  (a[a.length - 1] as Address) <= (b[1] as Address);

/** How many bounds of the set are at or below the address. */
function bounds(set: AddressSet, address: Address): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle] as Address) <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `b` is one interval that `a` has nothing of: it lies in a hole of `a`. */
function isInHole(a: AddressSet, b: AddressSet): boolean {
  if (b.length !== 2) return false;
  const before = bounds(a, b[0] as Address);
  return before % 2 === 0 && (before === a.length || (a[before] as Address) >= (b[1] as Address));
}

/** Sets that are equal stay one object, so that what was found out about the one is known of the other. */
const sameAs = (a: AddressSet, result: AddressSet): AddressSet => (equals(a, result) ? a : result);

export function union(a: AddressSet, b: AddressSet): AddressSet {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  return sweep(a, b, (inA, inB) => inA || inB);
}

export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b) return a;
  if (a.length === 0 || b.length === 0 || areApart(a, b)) return EMPTY;
  if (isInOne(a, b)) return a;
  if (isInOne(b, a)) return b;
  if (isInHole(a, b) || isInHole(b, a)) return EMPTY;
  return sameAs(
    a,
    sweep(a, b, (inA, inB) => inA && inB),
  );
}

export function minus(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b || isInOne(a, b)) return EMPTY;
  if (a.length === 0 || b.length === 0 || areApart(a, b) || isInHole(a, b) || isInHole(b, a)) return a;
  return sameAs(
    a,
    sweep(a, b, (inA, inB) => inA && !inB),
  );
}

export const isSubset = (a: AddressSet, b: AddressSet): boolean => isEmpty(minus(a, b));

/** Indices by first address. IPv4 sorts as doubles that hold the index below the address, which is several times faster than a comparator. */
function orderByStart(intervals: readonly (readonly [Address, Address])[]): ArrayLike<number> {
  const span = 2 ** 20;
  if (typeof intervals[0]?.[0] === 'number' && intervals.length <= span) {
    const keys = new Float64Array(intervals.length);
    for (let i = 0; i < keys.length; i += 1) keys[i] = (intervals[i]?.[0] as number) * span + i;
    keys.sort();
    for (let i = 0; i < keys.length; i += 1) keys[i] = (keys[i] as number) % span;
    return keys;
  }
  return intervals
    .map((_, index) => index)
    .sort((a, b) => {
      const [x, y] = [intervals[a]?.[0] as Address, intervals[b]?.[0] as Address];
      return x < y ? -1 : x > y ? 1 : 0;
    });
}

/** Union of intervals given in any order, overlapping or not, as `[lo, hi)` pairs. */
export function fromIntervals(intervals: readonly (readonly [Address, Address])[]): AddressSet {
  if (intervals.length === 0) return EMPTY;
  const order = orderByStart(intervals);
  const out: Address[] = [];
  for (let i = 0; i < order.length; i += 1) {
    const [lo, hi] = intervals[order[i] as number] as readonly [Address, Address];
    const last = out[out.length - 1];
    if (last !== undefined && lo <= last) {
      if (hi > last) out[out.length - 1] = hi;
    } else {
      out.push(lo, hi);
    }
  }
  return out;
}

export const fromAddresses = (addresses: readonly Address[]): AddressSet =>
  fromIntervals(addresses.map((address) => single(address) as [Address, Address]));

export function unionAll(sets: readonly AddressSet[]): AddressSet {
  const [first = EMPTY] = sets;
  if (sets.every((set) => set === first)) return first;
  const intervals: [Address, Address][] = [];
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) intervals.push([set[i] as Address, set[i + 1] as Address]);
  }
  return fromIntervals(intervals);
}

/** How many addresses the set holds, exactly. */
export function size(set: AddressSet): bigint {
  if (typeof set[0] === 'number') {
    let sum = 0;
    for (let i = 0; i < set.length; i += 2) sum += (set[i + 1] as number) - (set[i] as number);
    return BigInt(sum);
  }
  let total = 0n;
  for (let i = 0; i < set.length; i += 2) total += BigInt(set[i + 1] as Address) - BigInt(set[i] as Address);
  return total;
}
