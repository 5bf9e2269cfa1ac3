import type { Route, RouteTable } from '../facts/kinds/route-table.ts';
import { cidrSet, coveringPrefix, formatCidr, formatRange } from '../net/cidr.ts';
import { type AddressSet, equals, intersect, isEmpty, size } from '../net/interval-set.ts';
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

/** The part of an address set that a sentence is about. */
export function describePart(part: AddressSet, whole: AddressSet): string {
  const text = describeSet(part);
  return text === 'the Internet' && !equals(part, whole) ? 'a part of the Internet' : text;
}

/** The destinations, as the console lists them, of the routes that send these addresses where the given route does. */
export function describeRoutes(table: RouteTable, route: Route, dst: AddressSet): string {
  const alike = table.routes.filter(
    ({ target, state }) => target.kind === route.target.kind && target.id === route.target.id && state === route.state,
  );
  const blocks = alike.flatMap(({ destination }) =>
    'cidr' in destination && !isEmpty(intersect(cidrSet(destination.cidr), dst)) ? [formatCidr(destination.cidr)] : [],
  );
  const lists = alike.flatMap(({ destination }) =>
    'prefixListId' in destination ? [`\`${destination.prefixListId}\``] : [],
  );
  return [...new Set(blocks.length > 0 ? blocks : lists)].sort().join(', ') || describeSet(dst);
}

/** AWS says so of a route whose target is not there any more (EC2 API, Route, read 2026-11-26). */
export const describeBlackhole = (table: RouteTable, route: Route, dst: AddressSet): string =>
  `route table \`${table.id}\` has a blackhole route: ${describeRoutes(table, route, dst)} leads to ${route.target.id ? `\`${route.target.id}\`` : 'a target'}, which is deleted or detached`;
