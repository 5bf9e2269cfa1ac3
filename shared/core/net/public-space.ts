import { cidrsToSet, parseCidr } from './cidr.ts';
import { type AddressSet, minus, union, wholeFamily } from './interval-set.ts';
import type { Family } from './ip.ts';

const set = (family: Family, ...texts: string[]): AddressSet =>
  cidrsToSet(
    texts.map((text) => {
      const cidr = parseCidr(text);
      if (!cidr) throw new Error(`bad constant ${text}`);
      return cidr;
    }),
    family,
  );

/** RFC 1918: an internet gateway rejects these (Reachability Analyzer explanation codes, read 2026-11-25). */
export const RFC1918 = set('ipv4', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');

/** RFC 6598, rejected likewise. */
export const RFC6598 = set('ipv4', '100.64.0.0/10');

/** What an internet gateway keeps in. */
export const PRIVATE4 = union(RFC1918, RFC6598);

/** IANA special-purpose blocks that are not the Internet (RFC 6890 and successors, read 2026-11-25). */
const NOT_INTERNET4 = set(
  'ipv4',
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
);

/** What "the Internet" means before a network's own addresses are taken off. */
export const PUBLIC_SPACE: Readonly<Record<Family, AddressSet>> = {
  ipv4: minus(wholeFamily('ipv4'), NOT_INTERNET4),
  ipv6: minus(set('ipv6', '2000::/3'), set('ipv6', '2001:db8::/32')),
};

/** RFC 6052 well-known prefix; a NAT gateway turns it into IPv4. */
export const NAT64_PREFIX = set('ipv6', '64:ff9b::/96');

/** Never routed and never filtered: metadata, resolver, time, ECS task metadata, licence activation (VPC guide, subnet route tables, read 2026-11-25). */
export const SERVICE_LOCAL: Readonly<Record<Family, AddressSet>> = {
  ipv4: set('ipv4', '169.254.168.0/22'),
  ipv6: set('ipv6', 'fd00:ec2::/32'),
};

export const LINK_LOCAL4 = set('ipv4', '169.254.0.0/16');
