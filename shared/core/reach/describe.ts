import { coveringPrefix, formatCidr, formatRange } from '../net/cidr.ts';
import { type AddressSet, size } from '../net/interval-set.ts';
import type { Address } from '../net/ip.ts';

/** More addresses than any private network has: a part of the public space that nobody wants listed. */
const MANY = 2n ** 30n;

const FEW = 3;

/** An address set in a sentence: a few ranges, the prefix that most of them fill, or "the Internet" when it is most of the public space. */
export function describeSet(set: AddressSet): string {
  const total = size(set);
  if (total > MANY) return 'the Internet';
  const count = set.length / 2;
  if (count <= FEW) return ranges(set, count);
  const around = coveringPrefix(set);
  if (around && 2n * total >= BigInt(around.hi) - BigInt(around.lo)) return `addresses in ${formatCidr(around)}`;
  return `${ranges(set, 2)} and ${count - 2} more ranges`;
}

const ranges = (set: AddressSet, count: number): string =>
  Array.from({ length: count }, (_, at) => formatRange(set[2 * at] as Address, set[2 * at + 1] as Address)).join(', ');
