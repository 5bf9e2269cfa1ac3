import type { NatGateway, NatGatewayAddress } from '../../facts/kinds/nat-gateway.ts';
import type { Subnet } from '../../facts/kinds/subnet.ts';
import { type AddressSet, EMPTY, fromAddresses, intersect, isEmpty, minus, single } from '../../net/interval-set.ts';
import type { Address } from '../../net/ip.ts';
import { hasPorts, PROTOCOLS, protocolName } from '../../net/protocol.ts';
import { NAT64_PREFIX } from '../../net/public-space.ts';
import { checkAcl } from '../check-acl.ts';
import {
  EPHEMERAL_PORTS,
  type Flow,
  type Home,
  hasPassed,
  passedBy,
  type ReplyPorts,
  replyPorts,
  replyTo,
  toward,
} from '../flow.ts';
import { stopHidden, stopMissing } from '../unseen.ts';
import { followRoutes, leaveSubnet } from '../walk.ts';
import type { Hop, RouteHandler, Walk } from '../walk-context.ts';
import { checkEncryption } from './gateway-state.ts';

const CARRIED: ReadonlySet<number> = new Set([PROTOCOLS.tcp, PROTOCOLS.udp, PROTOCOLS.icmp, PROTOCOLS.icmpv6]);

/** States other than `available` that still may carry traffic (SDK: `deleting` "may still be processing traffic", read 2026-11-25). */
const MAYBE: ReadonlySet<string> = new Set(['deleting']);

/** semantics.md 1.6, in its order. */
export const toNatGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const { ledger } = walk;
  if (flow.leg === 'return') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NGW_SOURCE_ADDRESS_REASSIGN',
      component: hop.table.id,
      message: `route table \`${hop.table.id}\` sends the reply to NAT gateway \`${id}\`, which changes its source address`,
    });
    return;
  }
  const found = walk.model.find('natGateway', id);
  if (found.is === 'hidden') {
    stopHidden(walk, flow, found.gap, id, `NAT gateway \`${id}\``);
    return;
  }
  if (found.is === 'absent') {
    stopMissing(walk, flow, id, 'NAT gateway');
    return;
  }
  if (found.value.state !== 'available' && !MAYBE.has(found.value.state)) {
    const why = `is ${found.value.state}${found.value.failure ? ` (${found.value.failure})` : ''}`;
    ledger.mark(flow, { effect: 'deny', code: 'BAD_STATE', component: id, message: `NAT gateway \`${id}\` ${why}` });
    return;
  }
  const nat = found.value;
  if (nat.state !== 'available') {
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'BAD_STATE',
      component: id,
      message: `NAT gateway \`${id}\` is ${nat.state}: it may still carry traffic, and soon will not`,
    });
  }
  if (nat.vpcId !== undefined && nat.vpcId !== hop.vpcId) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NGW_REQUIRES_SOURCE_IN_VPC',
      component: id,
      message: `NAT gateway \`${id}\` is in \`${nat.vpcId}\` and serves no other VPC`,
    });
    return;
  }
  checkEncryption(walk, flow, hop.vpcId);
  if (hop.from === 'nat' || hasPassed(flow, id)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'X_NAT_LOOP',
      component: id,
      message: `route table \`${hop.table.id}\` sends what leaves a NAT gateway to NAT gateway \`${id}\` again`,
    });
    return;
  }
  if (!CARRIED.has(flow.protocol)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'PROTOCOL_RESTRICTION',
      component: id,
      message: `NAT gateway \`${id}\` carries TCP, UDP and ICMP, not ${protocolName(flow.protocol)}`,
    });
    return;
  }
  const carried = familyThrough(walk, flow, id);
  if (carried) translate(walk, flow, carried, nat, hop);
};

interface Carried {
  readonly flow: Flow;
  /** Address set behind the gateway → the same set as the client wrote it. */
  readonly before: (dst: AddressSet) => AddressSet;
}

/** IPv4 as it is; of IPv6 only 64:ff9b::/96, which becomes IPv4. */
function familyThrough(walk: Walk, flow: Flow, id: string): Carried | undefined {
  if (flow.family === 'ipv4') return { flow, before: (dst) => dst };
  const rest = minus(flow.dst, NAT64_PREFIX);
  if (!isEmpty(rest)) {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'PROTOCOL_RESTRICTION',
      component: id,
      message: `NAT gateway \`${id}\` carries no IPv6 but 64:ff9b::/96`,
      dst: rest,
    });
  }
  const base = NAT64_PREFIX[0] as bigint;
  const part = toward(flow, intersect(flow.dst, NAT64_PREFIX));
  if (!part) return undefined;
  const before = (dst: AddressSet): AddressSet => dst.map((at) => base + BigInt(at));
  const protocol = flow.protocol === PROTOCOLS.icmpv6 ? PROTOCOLS.icmp : flow.protocol;
  return {
    before,
    flow: {
      ...part,
      family: 'ipv4',
      protocol,
      dst: part.dst.map((at) => Number(BigInt(at) - base)),
      asked: (src, dst) => part.asked(src, before(dst)),
    },
  };
}

const usable = (address: NatGatewayAddress): boolean => address.status !== 'failed' && address.status !== 'unassigning';

/** Addresses that the gateway sends from, and those that the Internet sees. */
interface UsedAddresses {
  readonly own: AddressSet;
  readonly isPublic: boolean;
  readonly publicAddresses: ReadonlyMap<Address, Address>;
}

/** Those near the sender if there are any, and of these those that work if any does. */
function addressesUsed(nat: NatGateway, isNear: (address: NatGatewayAddress) => boolean): UsedAddresses {
  const there = nat.addresses.filter(usable);
  const near = there.filter(isNear);
  const local = near.length > 0 ? near : there;
  const outward = nat.isPrivate
    ? []
    : local.filter(({ publicIp, status }) => publicIp !== undefined && status === 'succeeded');
  const used = outward.length > 0 ? outward : local;
  const pairs = used.flatMap(({ privateIp, publicIp }): [Address, Address][] =>
    privateIp === undefined || publicIp === undefined ? [] : [[privateIp, publicIp]],
  );
  return { own: privateAddresses(used), isPublic: outward.length > 0, publicAddresses: new Map(pairs) };
}

const zonal = new WeakMap<NatGateway, UsedAddresses>();

function remembered(nat: NatGateway): UsedAddresses {
  let used = zonal.get(nat);
  if (!used) {
    used = addressesUsed(nat, () => true);
    zonal.set(nat, used);
  }
  return used;
}

const privateAddresses = (addresses: readonly NatGatewayAddress[]): AddressSet =>
  fromAddresses(addresses.flatMap((address) => address.privateIp ?? []));

/** Addresses name their zone by id, by name, or both. A zone that neither side names is no match. */
function isInZone(address: NatGatewayAddress, hop: Hop): boolean {
  if (address.zone !== undefined && address.zone === hop.zone) return true;
  return address.zoneName !== undefined && address.zoneName === hop.subnet?.zoneName;
}

function translate(walk: Walk, client: Flow, carried: Carried, nat: NatGateway, hop: Hop): void {
  const { ledger, model } = walk;
  if (nat.isRegional && !nat.autoProvisionZones && !nat.addresses.some((address) => isInZone(address, hop))) {
    const untold = nat.addresses.some((address) => address.zone === undefined && address.zoneName === undefined);
    ledger.mark(client, {
      effect: untold ? 'unknown' : 'deny',
      code: untold ? 'X_FACT_UNREADABLE' : 'REGIONAL_NGW_ROUTE_AZ_RESTRICTION',
      component: nat.id,
      message: untold
        ? `regional NAT gateway \`${nat.id}\` does not say which zones its addresses are in`
        : `regional NAT gateway \`${nat.id}\` has no address in zone ${hop.zone ?? 'of the subnet'}`,
    });
    if (!untold) return;
  }
  let natSubnet: Subnet | undefined;
  if (!nat.isRegional) {
    const found = model.find('subnet', nat.subnetId ?? '');
    if (found.is !== 'there') {
      const gap =
        found.is === 'hidden' ? found.gap : { kind: undefined, operation: 'DescribeSubnets', code: 'NotVisible' };
      stopHidden(walk, client, gap, nat.id, `the subnet of NAT gateway \`${nat.id}\``);
      return;
    }
    natSubnet = found.value;
    if (hop.subnet?.id === natSubnet.id) {
      ledger.mark(client, {
        effect: 'deny',
        code: 'X_NAT_LOOP',
        component: nat.id,
        message: `NAT gateway \`${nat.id}\` is in the subnet that sends to it, and serves no host of its own subnet`,
      });
      return;
    }
    checkAcl(walk, client, natSubnet, 'ingress');
  }
  const { own, isPublic, publicAddresses } = nat.isRegional
    ? addressesUsed(nat, (address) => isInZone(address, hop))
    : remembered(nat);
  const source = isEmpty(own) && natSubnet ? model.subnetSpace(natSubnet, 'ipv4') : isEmpty(own) ? single(0) : own;
  const reply: ReplyPorts | undefined = hasPorts(carried.flow.protocol)
    ? { ports: EPHEMERAL_PORTS, partly: 'fails', of: 'nat' }
    : replyPorts(carried.flow.protocol, carried.flow.ports, undefined);
  const home: Home = {
    kind: 'nat',
    vpcId: hop.vpcId,
    subnet: natSubnet,
    reply,
    noPublicIp: isPublic ? EMPTY : source,
    publicAddresses,
    component: nat.id,
    closedToGateways: EMPTY,
    onArrival: (arrived) => backToClient(walk, client, carried, nat, natSubnet, hop, arrived),
  };
  const out: Flow = passedBy(
    {
      ...carried.flow,
      src: source,
      asked: (_src, dst) => carried.flow.asked(client.src, dst),
      sender: undefined,
      identityLost: client.sender !== undefined || client.identityLost,
      byReference: undefined,
      isForwarded: false,
      home,
    },
    nat.id,
  );
  ledger.pass(out, nat.id, () => `NAT gateway \`${nat.id}\` sends it on from its own address`);
  if (natSubnet) {
    leaveSubnet(walk, out, natSubnet, 'nat');
    return;
  }
  const table = nat.routeTableId === undefined ? undefined : model.find('routeTable', nat.routeTableId);
  followRoutes(walk, out, hop.vpcId, undefined, hop.zone, table ?? { is: 'absent' }, 'nat');
}

/** The gateway has the reply and restores the client's address: its source is the far host again. */
function backToClient(
  walk: Walk,
  client: Flow,
  carried: Carried,
  nat: NatGateway,
  natSubnet: Subnet | undefined,
  hop: Hop,
  arrived: Flow,
): void {
  const answer = replyTo(client);
  if (!answer) return;
  const reply: Flow = { ...answer, src: carried.before(arrived.src) };
  walk.ledger.pass(reply, nat.id, () => `NAT gateway \`${nat.id}\` sends the reply on to the client`);
  if (natSubnet) {
    leaveSubnet(walk, reply, natSubnet, 'nat');
    return;
  }
  const table = nat.routeTableId === undefined ? undefined : walk.model.find('routeTable', nat.routeTableId);
  followRoutes(walk, reply, hop.vpcId, undefined, hop.zone, table ?? { is: 'absent' }, 'nat');
}
