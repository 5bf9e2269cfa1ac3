import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { Route } from '../facts/kinds/route-table.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Gap } from '../facts/snapshot.ts';
import type { Box } from '../net/box.ts';
import { type AddressSet, isEmpty } from '../net/interval-set.ts';
import type { Address, Family } from '../net/ip.ts';
import { ALL_PORTS, isIcmp, type PortRange, PROTOCOLS } from '../net/protocol.ts';
import type { AlikeSubnets } from './alike.ts';
import type { Leg } from './answer.ts';

/** A code without a type matches nothing. */
const NO_PORTS: PortRange = { from: 1, to: 0 };

/**
 * Ports of a packet in one number space: the destination port for TCP and UDP, `type × 256 + code` for ICMP, and everything for the rest.
 */
export const icmpPorts = (type: number, code: number): PortRange => {
  if (type < 0) return code < 0 ? ALL_PORTS : NO_PORTS;
  return code < 0 ? { from: type * 256, to: type * 256 + 255 } : { from: type * 256 + code, to: type * 256 + code };
};

/** ICMP types that are answered, with the type of the answer (RFC 792, RFC 4443). */
const ICMP_REPLIES: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [PROTOCOLS.icmp]: { 8: 0, 13: 14, 15: 16, 17: 18 },
  [PROTOCOLS.icmpv6]: { 128: 129 },
};

/**
 * Which destination ports a reply may have, and what a network ACL that admits only some of them means:
 * `every` = all are used at run time, so a part is a failure now and then; `undeclared` = the client's system decides and we were not told.
 */
export interface ReplyPorts {
  readonly ports: PortRange;
  readonly partly: 'fails' | 'unknown';
  readonly of: 'client' | 'nat' | 'none';
}

/** NAT gateways, load balancers and Lambda use any of these (VPC guide, custom network ACLs, read 2026-11-25). */
export const EPHEMERAL_PORTS: PortRange = { from: 1024, to: 65535 };

export function replyPorts(
  protocol: number,
  ports: PortRange,
  declared: PortRange | undefined,
): ReplyPorts | undefined {
  if (protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp) {
    return declared
      ? { ports: declared, partly: 'fails', of: 'client' }
      : { ports: EPHEMERAL_PORTS, partly: 'unknown', of: 'client' };
  }
  if (!isIcmp(protocol)) return { ports: ALL_PORTS, partly: 'fails', of: 'none' };
  const type = Math.floor(ports.from / 256);
  if (type !== Math.floor(ports.to / 256)) return { ports: ALL_PORTS, partly: 'fails', of: 'none' };
  const answer = ICMP_REPLIES[protocol]?.[type];
  return answer === undefined ? undefined : { ports: icmpPorts(answer, 0), partly: 'fails', of: 'none' };
}

/** Who sent the packets, as security group references see it; lost at NAT, internet gateways and appliances. */
export interface Sender {
  /** Undefined for a workload that could be started, or for any address of a VPC. */
  readonly eni: NetworkInterface | undefined;
  /** Undefined when the groups are not judged (any address of a VPC): then membership goes by address. */
  readonly groupIds: readonly string[] | undefined;
  readonly vpcId: string;
}

/** A place on the way where security group references may get lost. */
export interface Crossing {
  readonly component: string;
  readonly kind: 'peering' | 'transit-gateway';
  /** Whether an inbound rule on the far side may still refer to the sender's groups. */
  readonly keepsIngressReferences: boolean | 'unseen';
  readonly keepsEgressReferences: boolean;
}

/** Where replies must come back to, and how this end looks from the Internet. */
export interface Home {
  readonly vpcId: string | undefined;
  /** Undefined outside of any subnet: the Internet, an on-premises network, a regional NAT gateway. */
  readonly subnet: Subnet | undefined;
  /** Subnets that `subnet` stands for, when a whole class of them is followed at once. */
  readonly alike?: AlikeSubnets | undefined;
  readonly kind: 'interface' | 'nat' | 'internet' | 'private-network';
  /** Undefined when nothing comes back (ICMP errors). */
  readonly reply: ReplyPorts | undefined;
  /** Own addresses that have no public address. */
  readonly noPublicIp: AddressSet;
  /** Why it cannot be seen which own addresses have a public one, and which are closed to gateways. */
  readonly publicIpGap?: Gap | undefined;
  /** Known public addresses by the private one. */
  readonly publicAddresses: ReadonlyMap<Address, Address>;
  /** Component to name when a public address is missing. */
  readonly component: string;
  /** Own addresses of interfaces that refuse everything to and from gateways. */
  readonly closedToGateways: AddressSet;
  /** Replies that have arrived go on from here to the client behind a NAT gateway. */
  readonly onArrival: ((reply: Flow) => void) | undefined;
  /** Set while the packets are on their way to a public address of our own: replies to our public address come in again by the gateway. */
  readonly hairpin?: (reply: Flow) => void;
}

/** The way so far, for loop detection and for the story of a packet. */
export interface Trail {
  /** An object's id, or the very route that was taken. */
  readonly component: string | Route;
  readonly before: Trail | undefined;
  readonly length: number;
}

/** Packets on the move: every source with every destination, all treated alike so far. Immutable. */
export interface Flow {
  readonly family: Family;
  readonly protocol: number;
  readonly ports: PortRange;
  /** Of a reply: what a partly admitting network ACL means. */
  readonly partly: ReplyPorts['partly'];
  readonly src: AddressSet;
  readonly dst: AddressSet;
  /** Translates a part of this flow, in its present addresses, back to the packets that the question asked about. */
  readonly asked: (src: AddressSet, dst: AddressSet) => { readonly src: AddressSet; readonly dst: AddressSet };
  readonly askedPorts: PortRange;
  readonly leg: Leg;
  /** Undefined when nothing but addresses identifies the packets. */
  readonly sender: Sender | undefined;
  /** The sender was an interface, and a hop made security groups forget it. */
  readonly identityLost: boolean;
  readonly crossings: readonly Crossing[];
  /** They come to a gateway from an interface that is not their sender's, behind a transit gateway or an appliance. */
  readonly isForwarded: boolean;
  /** Destinations that the sender's groups admit by reference only. */
  readonly byReference: { readonly set: AddressSet; readonly groupId: string } | undefined;
  /** Undefined when nobody can say where replies go (behind an appliance). */
  readonly home: Home | undefined;
  readonly trail: Trail | undefined;
}

/** The Amazon resolver answers exactly this. */
export const isDns = (protocol: number, ports: PortRange): boolean =>
  (protocol === PROTOCOLS.udp || protocol === PROTOCOLS.tcp) && ports.from === 53 && ports.to === 53;

/** The part of the flow with these destinations; undefined when there is none. */
export function toward(flow: Flow, dst: AddressSet): Flow | undefined {
  if (isEmpty(dst)) return undefined;
  return dst === flow.dst ? flow : { ...flow, dst };
}

/** The flow that carries the replies, seen from the host that answers; undefined when nothing comes back. */
export function replyTo(flow: Flow): Flow | undefined {
  const { home } = flow;
  if (!home?.reply) return undefined;
  return {
    ...flow,
    src: flow.dst,
    dst: flow.src,
    asked: (src, dst) => flow.asked(dst, src),
    ports: home.reply.ports,
    partly: home.reply.partly,
    leg: 'return',
    sender: undefined,
    byReference: undefined,
    isForwarded: false,
    trail: undefined,
  };
}

/** The same reply with its destination translated back to the private address. */
export const replyThrough = (reply: Flow, dst: AddressSet): Flow => ({
  ...reply,
  dst,
  asked: (src) => reply.asked(src, reply.dst),
});

export const passedBy = (flow: Flow, component: string | Route): Flow => ({
  ...flow,
  trail: { component, before: flow.trail, length: (flow.trail?.length ?? 0) + 1 },
});

export function hasPassed(flow: Flow, component: string | Route): boolean {
  for (let step = flow.trail; step; step = step.before) if (step.component === component) return true;
  return false;
}

/** Whether any component with this id prefix is on the way so far. */
export function hasPassedA(flow: Flow, prefix: string): boolean {
  for (let step = flow.trail; step; step = step.before)
    if (typeof step.component === 'string' && step.component.startsWith(prefix)) return true;
  return false;
}

export const boxOf = (flow: Flow, src: AddressSet, dst: AddressSet, ports: PortRange | undefined): Box => ({
  ...flow.asked(src, dst),
  ports: ports ?? flow.askedPorts,
});

/** The end of the question: an existing interface, or a workload that could be started. */
export interface Target {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly addresses: AddressSet;
  readonly groupIds: readonly string[];
  readonly component: string;
  /** Whether a workload that could be started there would have a public address; an interface says so itself. */
  readonly isPublic?: boolean;
  /** Subnets that `subnetId` stands for, when workloads in a whole class of them are asked about at once. */
  readonly alike?: AlikeSubnets | undefined;
}
