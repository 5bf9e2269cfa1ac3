/** Addresses as plain numbers of any size, blocks as first and last address. */

export type Family = 4 | 6;

export interface Block {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  readonly length: number;
}

export const familyOf = (text: string): Family => (text.includes(':') ? 6 : 4);

/** Throws on text that is no address. */
export function address(text: string): bigint {
  if (familyOf(text) === 4) {
    const octets = text.split('.').map(Number);
    if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255)))
      throw new Error(`no address: ${text}`);
    return octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  }
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const all = [...left, ...middle, ...right];
  if (all.length !== 8) throw new Error(`no address: ${text}`);
  return all.reduce((sum, group) => sum * 65536n + BigInt(Number.parseInt(group, 16)), 0n);
}

const blocks = new Map<string, Block>();

/** A CIDR or a single address; bits behind the prefix are cut off. */
export function block(text: string): Block {
  const known = blocks.get(text);
  if (known) return known;
  const [host = '', prefix] = text.split('/');
  const family = familyOf(host);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (!(length >= 0 && length <= bits)) throw new Error(`no block: ${text}`);
  const size = 1n << BigInt(bits - length);
  const first = (address(host) / size) * size;
  const made = { family, first, last: first + size - 1n, length };
  blocks.set(text, made);
  return made;
}

export const covers = (cidr: Block, family: Family, ip: bigint): boolean =>
  cidr.family === family && cidr.first <= ip && ip <= cidr.last;

export const within = (cidrs: readonly string[], family: Family, ip: bigint): boolean =>
  cidrs.some((cidr) => covers(block(cidr), family, ip));

export function show(family: Family, ip: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (ip >> shift) & 255n).join('.');
  return [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((ip >> shift) & 65535n).toString(16)).join(':');
}

export const RFC1918 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
export const RFC6598 = ['100.64.0.0/10'];
export const NAT64 = block('64:ff9b::/96');
/** Never routed and never filtered (semantics 1.2). */
export const SERVICE_LOCAL = ['169.254.168.0/22', 'fd00:ec2::/32'];
export const LINK_LOCAL = ['169.254.0.0/16'];
/** What is no Internet whoever asks (semantics 0.2). */
export const NOT_INTERNET = [
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
  '2001:db8::/32',
];
export const INTERNET6 = '2000::/3';

export const isPublic = (family: Family, ip: bigint): boolean =>
  !within(NOT_INTERNET, family, ip) && (family === 4 || covers(block(INTERNET6), 6, ip));
