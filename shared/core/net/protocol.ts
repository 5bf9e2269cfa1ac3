/** IANA protocol numbers that AWS names (https://www.iana.org/assignments/protocol-numbers, read 2026-11-25). */
export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** In security group and network ACL rules: every protocol. */
export const ALL_PROTOCOLS = -1;

const NAMES = new Map<number, string>(Object.entries(PROTOCOLS).map(([name, number]) => [number, name]));

export const protocolName = (protocol: number): string => NAMES.get(protocol) ?? `protocol ${protocol}`;

/** A name or a number as AWS prints it (`-1`, `6`, `tcp`); undefined when it is neither. */
export function parseProtocol(text: string): number | undefined {
  const named = (PROTOCOLS as Record<string, number>)[text.toLowerCase()];
  if (named !== undefined) return named;
  if (text === '-1' || text.toLowerCase() === 'all') return ALL_PROTOCOLS;
  const value = Number(text);
  return /^\d{1,3}$/.test(text) && value <= 255 ? value : undefined;
}

export const hasPorts = (protocol: number): boolean => protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;

export const isIcmp = (protocol: number): boolean => protocol === PROTOCOLS.icmp || protocol === PROTOCOLS.icmpv6;

/** Inclusive, 0-65535. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export const ALL_PORTS: PortRange = { from: 0, to: 65535 };

export const formatPorts = (ports: PortRange): string =>
  ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`;
