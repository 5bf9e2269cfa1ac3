import { formatSet } from '../net/cidr.ts';
import { type AddressSet, size } from '../net/interval-set.ts';

/** More addresses than any private network has: a part of the public space that nobody wants listed. */
const MANY = 2n ** 30n;

/** An address set in a sentence: a few prefixes, or "the Internet" when it is most of the public space. */
export function describeSet(set: AddressSet): string {
  if (size(set) > MANY) return 'the Internet';
  const cidrs = formatSet(set);
  return cidrs.length <= 3 ? cidrs.join(', ') : `${cidrs.slice(0, 2).join(', ')} and ${cidrs.length - 2} more blocks`;
}
