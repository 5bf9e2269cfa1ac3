import { type AddressSet, fromIntervals } from './interval-set.ts';
import { type Address, FAMILIES, type Family, familyOf, formatAddress, parseIpv4, parseIpv6 } from './ip.ts';

/** A prefix; `lo` is its first address, `hi` is exclusive. Host bits of the text are dropped, as EC2 does when it stores a block. */
export interface Cidr {
  readonly family: Family;
  readonly lo: Address;
  readonly hi: Address;
  /** Prefix length, 0-32 or 0-128. */
  readonly length: number;
}

/** Undefined when `text` is not an address, or a prefix `address/length`. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const lengthText = slash < 0 ? undefined : text.slice(slash + 1);
  if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return undefined;
  if (host.includes(':')) {
    const address = parseIpv6(host);
    const length = lengthText === undefined ? 128 : Number(lengthText);
    if (address === undefined || length > 128) return undefined;
    const block = 1n << BigInt(128 - length);
    const lo = address - (address % block);
    return { family: 'ipv6', lo, hi: lo + block, length };
  }
  const address = parseIpv4(host);
  const length = lengthText === undefined ? 32 : Number(lengthText);
  if (address === undefined || length > 32) return undefined;
  const block = 2 ** (32 - length);
  const lo = address - (address % block);
  return { family: 'ipv4', lo, hi: lo + block, length };
}

export const formatCidr = (cidr: Cidr): string => `${formatAddress(cidr.lo)}/${cidr.length}`;

export const cidrSet = (cidr: Cidr): AddressSet => [cidr.lo, cidr.hi];

export function cidrsToSet(cidrs: readonly Cidr[], family: Family): AddressSet {
  return fromIntervals(cidrs.filter((cidr) => cidr.family === family).map((cidr) => [cidr.lo, cidr.hi] as const));
}

/** The fewest prefixes that make up the set, ascending. */
export function toCidrs(set: AddressSet): Cidr[] {
  const out: Cidr[] = [];
  for (let i = 0; i < set.length; i += 2) {
    let lo = set[i] as Address;
    const hi = set[i + 1] as Address;
    while (lo < hi) {
      const cidr = largestPrefixAt(lo, hi);
      out.push(cidr);
      lo = cidr.hi;
    }
  }
  return out;
}

function largestPrefixAt(lo: Address, hi: Address): Cidr {
  const family = familyOf(lo);
  if (typeof lo === 'number') {
    let block = 1;
    while (block < 2 ** 32 && lo % (block * 2) === 0 && lo + block * 2 <= Number(hi)) block *= 2;
    return { family, lo, hi: lo + block, length: FAMILIES.ipv4.bits - Math.log2(block) };
  }
  let bits = 0;
  while (bits < 128 && lo % (1n << BigInt(bits + 1)) === 0n && lo + (1n << BigInt(bits + 1)) <= BigInt(hi)) bits += 1;
  return { family, lo, hi: lo + (1n << BigInt(bits)), length: FAMILIES.ipv6.bits - bits };
}

/** The smallest prefix around the set; undefined for none. IPv4 only. */
export function coveringPrefix(set: AddressSet): Cidr | undefined {
  const [lo, hi] = [set[0], set.at(-1)];
  if (typeof lo !== 'number' || typeof hi !== 'number') return undefined;
  let block = 1;
  while (lo - (lo % block) + block < hi) block *= 2;
  const start = lo - (lo % block);
  return { family: 'ipv4', lo: start, hi: start + block, length: FAMILIES.ipv4.bits - Math.log2(block) };
}

/** `10.0.1.0/24`, or `10.0.1.4-10.0.1.254` when no prefix is just that; `hi` is the address after the last. */
export function formatRange(lo: Address, hi: Address): string {
  const prefix = largestPrefixAt(lo, hi);
  if (prefix.hi === hi) return formatCidr(prefix);
  const last = typeof hi === 'number' ? hi - 1 : hi - 1n;
  return `${formatAddress(lo)}-${formatAddress(last)}`;
}

export const formatSet = (set: AddressSet): string[] => toCidrs(set).map(formatCidr);
