/** IPv4 as an unsigned 32-bit number, IPv6 as an unsigned 128-bit bigint. */
export type Address = number | bigint;

export type Family = 'ipv4' | 'ipv6';

/** Width in bits and the exclusive end of the address space of each family. */
export const FAMILIES = {
  ipv4: { bits: 32, end: 2 ** 32 },
  ipv6: { bits: 128, end: 2n ** 128n },
} as const satisfies Record<Family, { bits: number; end: Address }>;

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export function parseIpv4(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (let octet = 1; octet <= 4; octet += 1) {
    const part = Number(match[octet]);
    if (part > 255) return undefined;
    value = value * 256 + part;
  }
  return value;
}

export function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail].reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const low = parseIpv4(part);
      if (low === undefined) return undefined;
      groups.push(Math.floor(low / 65536), low % 65536);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

export const familyOf = (address: Address): Family => (typeof address === 'number' ? 'ipv4' : 'ipv6');

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

export function formatAddress(address: Address): string {
  if (typeof address === 'number') {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - 16 * index)) & 0xffffn));
  return compress(groups);
}

/** RFC 5952: the longest run of at least two zero groups becomes `::`, the first one on a tie. */
function compress(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return best.start < 0
    ? hex(groups)
    : `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
