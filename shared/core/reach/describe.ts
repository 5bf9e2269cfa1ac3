import type { Route, RouteTable } from '../facts/kinds/route-table.ts';
import { cidrSet, formatCidr, formatSet } from '../net/cidr.ts';
import { type AddressSet, equals, intersect, isEmpty, size } from '../net/interval-set.ts';
import { formatAddress } from '../net/ip.ts';

/** More addresses than any private network has: a part of the public space that nobody wants listed. */
const MANY = 2n ** 30n;

/** An address set in a sentence: a few prefixes or ranges, or "the Internet" when it is most of the public space. */
export function describeSet(set: AddressSet): string {
  if (size(set) > MANY) return 'the Internet';
  const cidrs = formatSet(set);
  if (cidrs.length <= 3) return cidrs.join(', ');
  const ranges = rangesOf(set);
  return ranges.length <= 2
    ? ranges.join(', ')
    : `${ranges.slice(0, 2).join(', ')} and ${ranges.length - 2} more ranges`;
}

/** The part of an address set that a sentence is about. */
export function describePart(part: AddressSet, whole: AddressSet): string {
  const text = describeSet(part);
  return text === 'the Internet' && !equals(part, whole) ? 'a part of the Internet' : text;
}

/** First and last addresses: all hosts of a subnet are one range, and many prefixes. */
const rangesOf = (set: AddressSet): readonly string[] =>
  set.flatMap((from, index) => {
    const end = set[index + 1];
    if (index % 2 === 1 || end === undefined) return [];
    const last = typeof end === 'bigint' ? end - 1n : end - 1;
    return from === last ? [formatAddress(from)] : [`${formatAddress(from)}-${formatAddress(last)}`];
  });

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
