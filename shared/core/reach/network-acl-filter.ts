import type { NetworkAcl, NetworkAclEntry } from '../facts/kinds/network-acl.ts';
import { meetPorts } from '../net/box.ts';
import { type AddressSet, EMPTY, isEmpty, union } from '../net/interval-set.ts';
import type { Family } from '../net/ip.ts';
import { paint, piecesByWinner } from '../net/paint.ts';
import { ALL_PROTOCOLS, hasPorts, isIcmp, type PortRange } from '../net/protocol.ts';
import { icmpPorts } from './flow.ts';

/** What one direction of a network ACL does to one class of ports. Addresses in neither `allowed` nor `denied` meet the final `*` deny. */
export interface AclCell {
  readonly ports: PortRange;
  readonly allowed: AddressSet;
  readonly denied: readonly { readonly set: AddressSet; readonly ruleNumber: number }[];
}

const portsOf = (entry: NetworkAclEntry): PortRange =>
  isIcmp(entry.protocol) ? icmpPorts(entry.icmp.type, entry.icmp.code) : entry.ports;

const matchesProtocol = (entry: NetworkAclEntry, protocol: number): boolean =>
  entry.protocol === ALL_PROTOCOLS || entry.protocol === protocol;

/** Ports have a meaning only in a rule for TCP, UDP or ICMP; any other rule is about every packet of its protocol. */
const effectivePorts = (entry: NetworkAclEntry): PortRange | undefined =>
  entry.protocol !== ALL_PROTOCOLS && (hasPorts(entry.protocol) || isIcmp(entry.protocol)) ? portsOf(entry) : undefined;

/** The classes of `ports` inside which every rule matches all or nothing. */
export function portClasses(ports: PortRange, ranges: Iterable<PortRange>): PortRange[] {
  if (ports.from === ports.to) return [ports];
  const starts = new Set<number>([ports.from]);
  for (const range of ranges) {
    if (range.from > ports.from && range.from <= ports.to) starts.add(range.from);
    if (range.to + 1 > ports.from && range.to + 1 <= ports.to) starts.add(range.to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, index) => ({ from, to: (sorted[index + 1] ?? ports.to + 1) - 1 }));
}

/** First match decides, lowest rule number first (VPC guide, network ACL rules, read 2026-11-25). */
export function evaluateAcl(
  acl: NetworkAcl,
  egress: boolean,
  family: Family,
  protocol: number,
  ports: PortRange,
): readonly AclCell[] {
  const entries = acl.entries.filter(
    (entry) => entry.egress === egress && entry.cidr.family === family && matchesProtocol(entry, protocol),
  );
  const classes = portClasses(
    ports,
    entries.flatMap((entry) => effectivePorts(entry) ?? []),
  );
  return classes.map((portClass) => {
    const matching = entries.filter((entry) => {
      const own = effectivePorts(entry);
      return own === undefined || meetPorts(own, portClass) !== undefined;
    });
    const painting = paint(matching.map((entry, rank) => ({ lo: entry.cidr.lo, hi: entry.cidr.hi, rank })));
    let allowed: AddressSet = EMPTY;
    const denied: { set: AddressSet; ruleNumber: number }[] = [];
    for (const [winner, set] of piecesByWinner(painting)) {
      const entry = matching[winner];
      if (!entry || isEmpty(set)) continue;
      if (entry.allow) allowed = union(allowed, set);
      else denied.push({ set, ruleNumber: entry.ruleNumber });
    }
    return { ports: portClass, allowed, denied: denied.sort((a, b) => a.ruleNumber - b.ruleNumber) };
  });
}
