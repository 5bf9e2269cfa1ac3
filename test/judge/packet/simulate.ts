/**
 * An independent judge of reachability: one packet and its reply, one hop after the other, by semantics.md. It shares no code with the engine and keeps
 * no sets: what varies inside a packet (client and NAT ports, the NAT address, the exit zone) is tried value by value.
 */
import {
  block,
  covers,
  type Family,
  isPublic,
  LINK_LOCAL,
  NAT64,
  RFC1918,
  RFC6598,
  SERVICE_LOCAL,
  show,
  within,
} from './address.ts';
import { allTunnelsDown, deniesIgw, isPrivateIpv6, publicAccess, type Way } from './exposure.ts';
import { aclAdmits, aclOf, type FarEnd, groupsAdmit, type Header, type Link, portEdges } from './filters.ts';
import { at, flag, items, type Json, text, texts } from './json.ts';
import { edgeIsChanging, edgeTableOf, lookUp, tableOf } from './routes.ts';
import { addressesOf, inVpc, privateOf, publicOf, resolverOf, World } from './world.ts';

/** One concrete sender. Addresses are numbers. */
export type From =
  | { readonly kind: 'eni'; readonly eni: string; readonly ip: bigint }
  | {
      readonly kind: 'subnet';
      readonly subnet: string;
      readonly securityGroups: readonly string[];
      readonly publicIp: boolean;
      readonly ip: bigint;
    }
  | { readonly kind: 'vpc'; readonly vpc: string; readonly ip: bigint }
  | { readonly kind: 'internet'; readonly ip: bigint }
  | { readonly kind: 'cidr'; readonly ip: bigint };

/** The asked receiver, where it is more than an address; `dst` is then its private address. */
export type Goal =
  | { readonly kind: 'eni'; readonly eni: string }
  | {
      readonly kind: 'subnet';
      readonly subnet: string;
      readonly securityGroups: readonly string[];
      readonly publicIp: boolean;
    };

export interface Packet {
  readonly from: From;
  readonly to?: Goal | undefined;
  readonly dst: bigint;
  readonly family: Family;
  readonly protocol: number;
  readonly dstPort?: number | undefined;
  readonly icmp?: { readonly type: number; readonly code: number } | undefined;
  /** Declared client ports, inclusive; undefined: undeclared. */
  readonly clientPorts?: readonly [number, number] | undefined;
}

export type Leg = 'forward' | 'return';

export interface Reason {
  readonly code: string;
  readonly component: string;
  readonly leg: Leg;
  readonly effect: 'deny' | 'unknown';
}

export interface Outcome {
  readonly verdict: 'allow' | 'deny' | 'unknown';
  readonly reasons: readonly Reason[];
  readonly path: readonly string[];
}

interface Session {
  readonly kind: 'nat' | 'appliance';
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string | undefined;
  /** Undefined: the snapshot does not show it. */
  readonly ip: bigint | undefined;
  readonly publicIp: bigint | undefined;
  readonly table: Json | 'unreadable';
  /** The packet as it came in, to give the reply back. */
  readonly before: Header;
}

/** Who sends into a VPC's router. */
type Emitter =
  | { readonly kind: 'eni'; readonly eni: Json | undefined; readonly publicIp: bigint | undefined }
  | { readonly kind: 'nat'; readonly nat: Json; readonly publicIp: bigint | undefined }
  | { readonly kind: 'transit' }
  | { readonly kind: 'forwarder' };

interface Hop {
  readonly vpcId: string;
  readonly subnetId: string | undefined;
  readonly zone: string | undefined;
  readonly table: Json | 'unreadable';
  readonly emitter: Emitter;
}

interface State {
  readonly leg: Leg;
  readonly header: Header;
  /** Ports that no ACL of the return leg has refused so far. */
  readonly live: readonly number[];
  readonly segment: 'client' | 'nat' | 'appliance';
  readonly lostAt: string | undefined;
  readonly link: Link;
  readonly sessions: readonly Session[];
  /** Firewall endpoints and appliances passed. */
  readonly passed: readonly string[];
  /** The same, of this leg only: twice is a loop. */
  readonly round: readonly string[];
  /** A NAT gateway's packet has crossed exactly one peering: the reply comes back by itself. */
  readonly returnToSender: boolean;
  /** Towards an own public address, out by a gateway. */
  readonly wentOut?: boolean;
  readonly egressSettled: boolean;
  readonly reasons: readonly Reason[];
  readonly path: readonly string[];
}

interface Client {
  readonly kind: 'host' | 'internet' | 'onprem';
  readonly ip: bigint;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groups: readonly string[] | undefined;
  readonly eni: Json | undefined;
  readonly publicIp: bigint | undefined;
}

type Effect = Reason['effect'];

/** Interfaces of hosts; the rest belongs to services of AWS. */
const HOSTS: readonly string[] = ['interface', 'branch', 'trunk', 'efa', 'efa-only'];
const EPHEMERAL: readonly [number, number] = [1024, 65535];
const NO_PORTS: readonly number[] = [0];
/** Stands for the address that AWS would give a workload not started yet. */
const SOME_PUBLIC = block('4.4.4.4').first;
const REPLY_TYPE: Readonly<Record<string, number>> = {
  '1 8': 0,
  '1 13': 14,
  '1 15': 16,
  '1 17': 18,
  '1 10': 9,
  '58 128': 129,
  '58 133': 134,
  '58 135': 136,
};
const DEEPEST = 60;

const worlds = new WeakMap<object, World>();

/** One index a bundle object; a bundle must not be changed after its first use. */
export function worldOf(bundle: unknown): World {
  if (typeof bundle !== 'object' || bundle === null) return new World({});
  const known = worlds.get(bundle);
  if (known) return known;
  const made = new World(bundle);
  worlds.set(bundle, made);
  return made;
}

const verdictOf = (reasons: readonly Reason[]): Outcome['verdict'] =>
  reasons.some((reason) => reason.effect === 'deny') ? 'deny' : reasons.length > 0 ? 'unknown' : 'allow';

export function simulate(bundle: unknown, packet: Packet): Outcome {
  return new Walk(worldOf(bundle), packet).run();
}

const end = (state: State): Outcome => ({
  verdict: verdictOf(state.reasons),
  reasons: state.reasons,
  path: state.path,
});

const step = (state: State, place: string): State => ({ ...state, path: [...state.path, `${state.leg}:${place}`] });

const mark = (state: State, effect: Effect, code: string, component: string): State => ({
  ...state,
  reasons: [...state.reasons, { code, component, leg: state.leg, effect }],
});

/** Reasons of the sender come first. */
const front = (state: State, effect: Effect, code: string, component: string): State => ({
  ...state,
  reasons: [{ code, component, leg: 'forward', effect }, ...state.reasons],
});

/** Whichever AWS takes must work. */
function everyChoice(outcomes: readonly Outcome[]): Outcome {
  return (
    outcomes.find((outcome) => outcome.verdict === 'deny') ??
    outcomes.find((outcome) => outcome.verdict === 'unknown') ??
    outcomes[0] ?? { verdict: 'unknown', reasons: [], path: [] }
  );
}

class Walk {
  private readonly world: World;
  private readonly packet: Packet;
  private client: Client = {
    kind: 'internet',
    ip: 0n,
    vpcId: '',
    subnetId: '',
    groups: undefined,
    eni: undefined,
    publicIp: undefined,
  };
  private sender: FarEnd | 'unknown' | undefined;
  private readonly first: Header;

  constructor(world: World, packet: Packet) {
    this.world = world;
    this.packet = packet;
    this.first = {
      family: packet.family,
      protocol: packet.protocol,
      src: packet.from.ip,
      dst: packet.dst,
      port: packet.dstPort ?? 0,
      icmpType: packet.icmp?.type ?? -1,
      icmpCode: packet.icmp?.code ?? -1,
    };
  }

  run(): Outcome {
    const state: State = {
      leg: 'forward',
      header: this.first,
      live: NO_PORTS,
      segment: 'client',
      lostAt: undefined,
      link: { kind: 'local' },
      sessions: [],
      passed: [],
      round: [],
      returnToSender: false,
      egressSettled: false,
      reasons: [],
      path: [],
    };
    const { from } = this.packet;
    if (from.kind === 'internet') return this.fromInternet(state);
    if (from.kind === 'cidr') return this.fromOnPremises(state);
    return this.fromHost(state, from);
  }

  private subnetItem(id: string | undefined): Json | undefined {
    const found = id === undefined ? undefined : this.world.subnet(id);
    return found && found !== 'unreadable' ? found.item : undefined;
  }

  private holds(subnet: Json | undefined, { family, dst }: Header): subnet is Json {
    return subnet !== undefined && within(this.world.subnetBlocks(subnet), family, dst);
  }

  // senders

  private fromHost(start: State, from: Exclude<From, { kind: 'internet' | 'cidr' }>): Outcome {
    const { family } = this.packet;
    const { ip } = from;
    let state = start;
    let eni: Json | undefined;
    let vpcId = '';
    let subnetId = '';
    if (from.kind === 'eni') {
      const found = this.world.find('NetworkInterfaces', 'NetworkInterfaceId', from.eni);
      if (!found || found === 'unreadable') return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', from.eni);
      eni = found.item;
      vpcId = text(eni, 'VpcId') ?? '';
      subnetId = text(eni, 'SubnetId') ?? '';
    } else if (from.kind === 'subnet') subnetId = from.subnet;
    else {
      vpcId = from.vpc;
      subnetId = text(this.world.subnetAt(vpcId, family, ip), 'SubnetId') ?? '';
      eni = this.world.eniAt(vpcId, family, ip);
    }
    const subnet = this.subnetItem(subnetId);
    vpcId = text(subnet, 'VpcId') ?? vpcId;
    const groups = from.kind === 'subnet' ? from.securityGroups : from.kind === 'eni' ? groupsOf(eni) : undefined;
    const given = from.kind === 'subnet' && from.publicIp ? SOME_PUBLIC : undefined;
    const publicIp = family === 6 ? undefined : (given ?? (eni && publicOf(eni, ip)));
    this.client = { kind: 'host', ip, vpcId, subnetId, groups, eni, publicIp };
    this.sender = this.identity(from, eni);
    state = step(state, from.kind === 'eni' ? from.eni : subnetId);
    const { dst, port, protocol } = state.header;
    if (within(SERVICE_LOCAL, family, dst)) return end(step(state, 'service'));
    if (within(LINK_LOCAL, family, dst)) return end(mark(state, 'unknown', 'UNKNOWN_DESTINATION', 'link-local'));
    const resolver = resolverOf(this.world, vpcId);
    if (family === 4 && dst === resolver && port === 53 && (protocol === 17 || protocol === 6))
      return end(step(state, 'resolver'));
    if (this.holds(subnet, state.header)) return this.arrive(state, vpcId, subnet, undefined, true);
    state = this.acl(state, subnetId, true);
    return this.route(state, this.hopOf(vpcId, subnetId, { kind: 'eni', eni, publicIp }));
  }

  /** What a group reference sees of the sender. */
  private identity(from: From, eni: Json | undefined): FarEnd | 'unknown' | undefined {
    if (from.kind === 'subnet') return { groups: from.securityGroups, isPrivate: true };
    if (from.kind === 'vpc' && !this.world.readable('NetworkInterfaces')) return 'unknown';
    return eni === undefined ? undefined : { groups: groupsOf(eni) ?? [], isPrivate: true };
  }

  private fromInternet(start: State): Outcome {
    const { from, family, to: goal } = this.packet;
    this.client = { ...this.client, kind: 'internet', ip: from.ip };
    const state: State = { ...step(start, 'internet'), link: { kind: 'broken' }, egressSettled: true };
    if (goal?.kind === 'subnet') {
      const subnet = this.subnetItem(goal.subnet);
      if (!subnet) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', goal.subnet);
      const hidden = family === 4 && !goal.publicIp;
      const next = hidden ? mark(state, 'deny', 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', goal.subnet) : state;
      return this.enterFromIgw(next, text(subnet, 'VpcId') ?? '', subnet, this.packet.dst, undefined);
    }
    if (goal?.kind === 'eni' && family === 4) {
      const found = this.world.find('NetworkInterfaces', 'NetworkInterfaceId', goal.eni);
      if (!found || found === 'unreadable') return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', goal.eni);
      const publicIp = publicOf(found.item, this.packet.dst);
      if (publicIp === undefined) return this.stop(state, 'deny', 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', goal.eni);
      return this.inbound({ ...state, header: { ...state.header, dst: publicIp } });
    }
    return this.inbound(state);
  }

  /** Hosts behind a VPN, Direct Connect or transit gateway: never more than unknown, yet what is visible may deny. */
  private fromOnPremises(start: State): Outcome {
    const { from, dst, family, to } = this.packet;
    this.client = { ...this.client, kind: 'onprem', ip: from.ip };
    const entered = { ...step(start, 'on-premises'), egressSettled: true };
    const state = mark(entered, 'unknown', 'UNKNOWN_RESOURCE', show(family, from.ip));
    const vpcId = this.goalVpc() ?? this.world.ownsVpcAddress(family, dst);
    if (vpcId === undefined) return end(state);
    const place =
      (to?.kind === 'subnet' ? this.subnetItem(to.subnet) : undefined) ?? this.world.subnetAt(vpcId, family, dst);
    if (place === undefined)
      return this.world.readable('Subnets') ? this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', vpcId) : end(state);
    const here = (attachment: Json): boolean =>
      text(attachment, 'VpcId') === vpcId && text(attachment, 'State') === 'attached';
    const vgw = this.world.list('VpnGateways').some((item) => items(item, 'VpcAttachments').some(here));
    const attachments = this.world.list('TransitGatewayVpcAttachments').filter((item) => text(item, 'VpcId') === vpcId);
    const certain = this.world.readable('VpnGateways') && this.world.readable('TransitGatewayVpcAttachments');
    if (certain && !vgw && attachments.length === 0) return this.stop(state, 'deny', 'DISCONNECTED_VPCS', vpcId);
    const placeId = text(place, 'SubnetId') ?? '';
    const shared = !vgw && attachments.some((item) => texts(item, 'SubnetIds').includes(placeId));
    return this.arrive(state, vpcId, place, undefined, shared);
  }

  private goalVpc(): string | undefined {
    const { to } = this.packet;
    if (to === undefined) return undefined;
    const found =
      to.kind === 'eni'
        ? this.world.find('NetworkInterfaces', 'NetworkInterfaceId', to.eni)
        : this.world.subnet(to.subnet);
    return found && found !== 'unreadable' ? text(found.item, 'VpcId') : undefined;
  }

  // filters

  private acl(state: State, subnetId: string | undefined, egress: boolean): State {
    if (subnetId === undefined) return state;
    const acl = aclOf(this.world, subnetId);
    if (acl === undefined) return mark(state, 'unknown', 'X_FACT_UNREADABLE', `network ACL of ${subnetId}`);
    const id = text(acl, 'NetworkAclId') ?? '';
    const next = step(state, `${id} ${egress ? 'out' : 'in'}`);
    if (next.leg === 'forward' || next.live === NO_PORTS)
      return aclAdmits(this.world, acl, egress, next.header) ? next : mark(next, 'deny', 'SUBNET_ACL_RESTRICTION', id);
    const live = next.live.filter((port) => aclAdmits(this.world, acl, egress, { ...next.header, port }));
    if (live.length === next.live.length) return next;
    const lost = { ...next, live, lostAt: id };
    return live.length === 0 || next.segment === 'nat' ? mark(lost, 'deny', 'SUBNET_ACL_RESTRICTION', id) : lost;
  }

  private settleEgress(state: State, far: FarEnd | 'unknown' | undefined, link: Link): State {
    if (state.egressSettled || this.client.kind !== 'host') return state;
    const settled = { ...state, egressSettled: true };
    const { from } = this.packet;
    if (from.kind === 'vpc') return settled;
    const { groups } = this.client;
    const component = from.kind === 'eni' ? from.eni : this.client.subnetId;
    if (groups === undefined) return front(settled, 'unknown', 'X_FACT_UNREADABLE', component);
    const verdict = groupsAdmit(this.world, groups, true, this.first, far, link);
    return verdict.verdict === 'allow'
      ? settled
      : front(settled, verdict.verdict, verdict.code, verdict.component || component);
  }

  /** An interface that is attached and whose instance runs. At the receiving end a rest is no fault of the network: the recorded case hand-hy-04 says so. */
  private working(state: State, eni: Json | undefined, idle: Effect = 'deny'): State {
    const id = text(eni, 'NetworkInterfaceId') ?? '';
    if ((text(eni, 'Status') ?? 'in-use') !== 'in-use') return mark(state, idle, 'BAD_STATE', id);
    const instanceId = text(at(eni, 'Attachment'), 'InstanceId');
    if (instanceId === undefined) return state;
    const found = this.world.find('Instances', 'InstanceId', instanceId);
    if (found === 'unreadable') return mark(state, 'unknown', 'X_FACT_UNREADABLE', instanceId);
    if (!found) return state;
    const running = text(at(found.item, 'State'), 'Name') ?? 'running';
    return running === 'running' ? state : mark(state, idle, 'BAD_STATE', instanceId);
  }

  // ends

  /** No next hop. What the sender's groups and, behind an unknown, the reply's last ACLs say still counts. */
  private stop(state: State, effect: Effect, code: string, component: string): Outcome {
    const marked = mark(state, effect, code, component);
    if (state.leg === 'return') return effect === 'deny' ? end(marked) : this.done(marked);
    const settled = this.settleEgress(marked, this.visibleOwner(), { kind: 'unsettled' });
    if (effect === 'deny' || this.client.kind !== 'host' || this.client.subnetId === '') return end(settled);
    return this.lastSeen(settled);
  }

  private lastSeen(state: State): Outcome {
    const top = state.sessions.at(-1);
    return top?.subnetId === undefined ? this.lastAcl(state) : this.lastNat(state, top.subnetId);
  }

  /** Behind something invisible the reply enters at least the client's subnet. */
  private lastAcl(state: State): Outcome {
    const { subnetId } = this.client;
    if (this.touchesTransit(subnetId)) return end(state);
    const reply = this.replyOf({ ...state, header: this.first, sessions: [] });
    return reply === undefined ? end(state) : this.done(this.acl(reply, subnetId, false));
  }

  /** Behind something invisible the reply enters at least the NAT gateway's subnet, and goes on from there. */
  private lastNat(state: State, subnetId: string): Outcome {
    const subnet = this.subnetItem(subnetId);
    const back = this.replyOf(state);
    if (back === undefined || subnet === undefined || this.touchesTransit(subnetId)) return end(state);
    return this.arrive(back, text(subnet, 'VpcId') ?? '', subnet, undefined, false);
  }

  /** A transit gateway delivers inside its own subnet without any ACL (semantics 1.8). */
  private touchesTransit(subnetId: string): boolean {
    if (!this.world.readable('TransitGatewayVpcAttachments')) return true;
    return this.world.list('TransitGatewayVpcAttachments').some((item) => texts(item, 'SubnetIds').includes(subnetId));
  }

  private visibleOwner(): FarEnd | undefined {
    const { to, dst, family } = this.packet;
    if (to?.kind === 'subnet') return { groups: to.securityGroups, isPrivate: true };
    for (const vpc of this.world.list('Vpcs')) {
      const eni = this.world.eniAt(text(vpc, 'VpcId') ?? '', family, dst);
      if (eni) return { groups: groupsOf(eni) ?? [], isPrivate: true };
    }
    return undefined;
  }

  /** The reply has come back to the client. */
  private done(state: State): Outcome {
    if (state.live === NO_PORTS || state.lostAt === undefined || state.live.length === 0) return end(state);
    if (state.segment !== 'client') return end(state);
    return end(
      this.packet.clientPorts === undefined
        ? mark(state, 'unknown', 'X_EPHEMERAL_RANGE_ASSUMED', state.lostAt)
        : mark(state, 'deny', 'SUBNET_ACL_RESTRICTION', state.lostAt),
    );
  }

  /** Undefined: this packet has no reply. */
  private replyOf(state: State): State | undefined {
    const { header } = state;
    const icmp = header.protocol === 1 || header.protocol === 58;
    const icmpType = icmp ? REPLY_TYPE[`${header.protocol} ${header.icmpType}`] : -1;
    if (icmpType === undefined) return undefined;
    return this.withRange({
      ...state,
      leg: 'return',
      round: [],
      header: { ...header, src: header.dst, dst: header.src, icmpType, icmpCode: icmp ? 0 : -1 },
    });
  }

  /** Ports to try for the stretch towards whoever sent last: a NAT gateway, an appliance, or the client. */
  private withRange(state: State): State {
    const segment = state.sessions.at(-1)?.kind ?? 'client';
    const { protocol } = state.header;
    if (protocol !== 6 && protocol !== 17) return { ...state, segment, live: NO_PORTS, lostAt: undefined };
    const [low, high] = segment === 'client' ? (this.packet.clientPorts ?? EPHEMERAL) : EPHEMERAL;
    return { ...state, segment, live: portEdges(this.world, low, high), lostAt: undefined };
  }

  // arrival

  private arrive(state: State, vpcId: string, subnet: Json, comingFrom: string | undefined, noAcl: boolean): Outcome {
    const subnetId = text(subnet, 'SubnetId') ?? '';
    const next = noAcl || comingFrom === subnetId ? state : this.acl(step(state, subnetId), subnetId, false);
    return next.leg === 'return' ? this.returned(next, vpcId, subnetId) : this.deliver(next, vpcId, subnetId);
  }

  private deliver(start: State, vpcId: string, subnetId: string): Outcome {
    const { to } = this.packet;
    const { header } = start;
    let state = start;
    let groups: readonly string[] | undefined;
    let eni: Json | undefined;
    let name = subnetId;
    const workload = to?.kind === 'subnet' && to.subnet === subnetId && header.dst === this.packet.dst;
    if (to?.kind === 'subnet' && workload) groups = to.securityGroups;
    else {
      if (!this.world.readable('NetworkInterfaces')) {
        const blind = mark(state, 'unknown', 'X_FACT_UNREADABLE', 'NetworkInterfaces');
        return this.reply(this.settleEgress(blind, 'unknown', blind.link), vpcId, subnetId, undefined, false);
      }
      eni = this.world.eniAt(vpcId, header.family, header.dst);
      name = text(eni, 'NetworkInterfaceId') ?? '';
      const wrong = to?.kind === 'subnet' || (to?.kind === 'eni' && to.eni !== name);
      if (eni === undefined || wrong) return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', vpcId);
      state = this.serves(this.working(state, eni, 'unknown'), eni);
      groups = groupsOf(eni);
    }
    state = step(state, name);
    if (groups === undefined) state = mark(state, 'unknown', 'X_FACT_UNREADABLE', name);
    else if (groups.length > 0 || eni === undefined || HOSTS.includes(text(eni, 'InterfaceType') ?? 'interface')) {
      const verdict = groupsAdmit(this.world, groups, false, state.header, this.sender, state.link);
      if (verdict.verdict !== 'allow') state = mark(state, verdict.verdict, verdict.code, verdict.component || name);
    }
    state = this.settleEgress(state, { groups: groups ?? [], isPrivate: state.link.kind !== 'broken' }, state.link);
    return this.reply(state, vpcId, subnetId, eni, workload);
  }

  /** Interfaces that are no plain hosts. */
  private serves(state: State, eni: Json): State {
    const id = text(eni, 'NetworkInterfaceId') ?? '';
    const type = text(eni, 'InterfaceType') ?? 'interface';
    if (type === 'nat_gateway' || type === 'natGateway') return mark(state, 'deny', 'NO_POSSIBLE_DESTINATION', id);
    const endpoint = this.world.list('VpcEndpoints').find((item) => texts(item, 'NetworkInterfaceIds').includes(id));
    if (endpoint) {
      const endpointId = text(endpoint, 'VpcEndpointId') ?? '';
      if (text(endpoint, 'VpcEndpointType') !== 'Interface')
        return mark(state, 'unknown', 'X_NOT_MODELLED', endpointId);
      if ((text(endpoint, 'State') ?? '').toLowerCase() !== 'available')
        return mark(state, 'deny', 'BAD_STATE', endpointId);
      const ping = state.header.protocol === 1 || state.header.protocol === 58;
      return ping ? mark(state, 'deny', 'PROTOCOL_RESTRICTION', endpointId) : state;
    }
    if (HOSTS.includes(type) && !(text(eni, 'Description') ?? '').startsWith('ELB ')) return state;
    if (type === 'vpc_endpoint' && this.world.readable('VpcEndpoints')) return state;
    return mark(state, 'unknown', 'X_NOT_MODELLED', id);
  }

  private reply(state: State, vpcId: string, subnetId: string, eni: Json | undefined, workload: boolean): Outcome {
    const back = this.replyOf(state);
    if (back === undefined) return end(state);
    if (back.returnToSender) return this.sessionBack(this.acl(back, subnetId, true), 'sender');
    const subnet = this.subnetItem(subnetId);
    if (this.holds(subnet, back.header)) return this.arrive(back, vpcId, subnet, undefined, true);
    const { to } = this.packet;
    const given = workload && to?.kind === 'subnet' && to.publicIp ? SOME_PUBLIC : undefined;
    const publicIp = back.header.family === 6 ? undefined : (given ?? (eni && publicOf(eni, back.header.src)));
    return this.route(this.acl(back, subnetId, true), this.hopOf(vpcId, subnetId, { kind: 'eni', eni, publicIp }));
  }

  private returned(state: State, vpcId: string, subnetId: string): Outcome {
    const top = state.sessions.at(-1);
    const { dst } = state.header;
    if (top && top.vpcId === vpcId && top.subnetId === subnetId && top.ip === dst)
      return this.sessionBack(state, 'arrived');
    const { client } = this;
    if (!top && client.kind === 'host' && client.vpcId === vpcId && client.subnetId === subnetId && client.ip === dst)
      return this.done(step(state, 'client'));
    return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', vpcId);
  }

  /** A NAT gateway or appliance hands the reply to whoever sent the packet. */
  private sessionBack(start: State, how: 'arrived' | 'sender'): Outcome {
    const top = start.sessions.at(-1);
    if (top === undefined) return this.stop(start, 'deny', 'NO_POSSIBLE_DESTINATION', 'nat');
    let state = how === 'sender' ? this.acl(start, top.subnetId, false) : start;
    const { before } = top;
    const icmp = before.protocol === 1 || before.protocol === 58;
    state = this.withRange({
      ...step(state, top.id),
      returnToSender: false,
      sessions: state.sessions.slice(0, -1),
      header: {
        ...before,
        src: before.dst,
        dst: before.src,
        icmpType: icmp ? (REPLY_TYPE[`${before.protocol} ${before.icmpType}`] ?? -1) : -1,
        icmpCode: icmp ? 0 : -1,
      },
    });
    const subnet = this.subnetItem(top.subnetId);
    if (this.holds(subnet, state.header)) return this.arrive(state, top.vpcId, subnet, undefined, true);
    state = this.acl(state, top.subnetId, true);
    const nat = this.world.find('NatGateways', 'NatGatewayId', top.id);
    return this.route(state, {
      vpcId: top.vpcId,
      subnetId: top.subnetId,
      zone: this.world.zone(top.subnetId ?? this.client.subnetId),
      table: top.table,
      emitter:
        nat && nat !== 'unreadable' ? { kind: 'nat', nat: nat.item, publicIp: undefined } : { kind: 'forwarder' },
    });
  }

  // routing

  private hopOf(vpcId: string, subnetId: string, emitter: Emitter): Hop {
    const table = this.world.readable('RouteTables') ? tableOf(this.world, subnetId, vpcId) : 'unreadable';
    return { vpcId, subnetId, zone: this.world.zone(subnetId), table, emitter };
  }

  private tableId(hop: Hop): string {
    return hop.table === 'unreadable' ? hop.vpcId : (text(hop.table, 'RouteTableId') ?? hop.vpcId);
  }

  private route(state: State, hop: Hop): Outcome {
    const { family, dst } = state.header;
    if (state.path.length > DEEPEST) return this.stop(state, 'deny', 'X_NAT_LOOP', hop.subnetId ?? hop.vpcId);
    if (hop.table === 'unreadable') {
      const place = `route table of ${hop.subnetId ?? hop.vpcId}`;
      if (!inVpc(this.world, hop.vpcId, family, dst)) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', place);
      return this.local(mark(state, 'unknown', 'X_FACT_UNREADABLE', place), hop);
    }
    const tableId = this.tableId(hop);
    const winner = lookUp(this.world, hop.table, hop.vpcId, family, dst);
    const next = step(state, tableId);
    const missing = covers(NAT64, family, dst) ? 'X_NAT64_ROUTE_MISSING' : 'NO_ROUTE_TO_DESTINATION';
    const none = (): Outcome => this.stop(next, 'deny', missing, tableId);
    const [only] = winner.routes;
    if (only === undefined) return none();
    if (winner.doubt === undefined) return this.follow(next, hop, only, tableId);
    const blind = winner.doubt.code === 'X_FACT_UNREADABLE';
    const outcomes = winner.routes.map((route) => this.follow(next, hop, route, tableId));
    if (blind && winner.routes.every((route) => text(route, 'DestinationPrefixListId') !== undefined))
      outcomes.push(none());
    const [first] = outcomes;
    if (first && outcomes.every((outcome) => outcome.verdict === 'deny')) return first;
    if (first && !blind && outcomes.every((outcome) => outcome.verdict === 'allow')) return first;
    const doubt: Reason = { ...winner.doubt, leg: state.leg, effect: 'unknown' };
    const others = outcomes
      .flatMap((outcome) => outcome.reasons)
      .map((reason): Reason => ({ ...reason, effect: 'unknown' }));
    return { verdict: 'unknown', reasons: [doubt, ...others], path: next.path };
  }

  private follow(start: State, hop: Hop, route: Json, tableId: string): Outcome {
    const routeState = text(route, 'State') ?? 'active';
    if (routeState === 'blackhole') return this.stop(start, 'deny', 'BAD_STATE_ROUTE', tableId);
    const state = routeState === 'active' ? start : mark(start, 'unknown', 'X_NOT_MODELLED', tableId);
    const gateway = text(route, 'GatewayId') ?? '';
    if (gateway === 'local') return this.local(state, hop);
    if (gateway.startsWith('igw-')) return this.toIgw(state, hop, gateway);
    if (gateway.startsWith('vgw-')) return this.toVgw(state, hop, gateway);
    if (gateway.startsWith('vpce-')) return this.toEndpoint(state, hop, gateway);
    const nat = text(route, 'NatGatewayId');
    if (nat !== undefined) return this.toNat(state, hop, nat);
    const tgw = text(route, 'TransitGatewayId');
    if (tgw !== undefined) return this.toTgw(state, hop, tgw);
    const pcx = text(route, 'VpcPeeringConnectionId');
    if (pcx !== undefined) return this.toPcx(state, hop, pcx);
    const eigw = text(route, 'EgressOnlyInternetGatewayId');
    if (eigw !== undefined) return this.toEigw(state, hop, eigw);
    const carrier = text(route, 'CarrierGatewayId');
    if (carrier !== undefined) return this.toCarrier(state, hop, carrier);
    const eni = text(route, 'NetworkInterfaceId');
    const instance = text(route, 'InstanceId');
    if (eni !== undefined || instance !== undefined) return this.toAppliance(state, hop, eni, instance);
    const other = text(route, 'LocalGatewayId') ?? text(route, 'CoreNetworkArn') ?? text(route, 'OdbNetworkArn');
    return this.stop(state, 'unknown', 'UNKNOWN_RESOURCE', other ?? (gateway || tableId));
  }

  private local(state: State, hop: Hop): Outcome {
    const subnet = this.world.subnetAt(hop.vpcId, state.header.family, state.header.dst);
    return subnet === undefined
      ? this.nowhere(state, hop.vpcId)
      : this.arrive(state, hop.vpcId, subnet, hop.subnetId, false);
  }

  /** No subnet of the VPC holds the address, as far as subnets were read. */
  private nowhere(state: State, vpcId: string): Outcome {
    return this.world.readable('Subnets')
      ? this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', vpcId)
      : this.stop(state, 'unknown', 'X_FACT_UNREADABLE', vpcId);
  }

  /** Encryption controls in force (semantics 1.13): what they let through is not in the bundle. */
  private enforced(state: State, vpcId: string): State {
    const vpc = this.world.vpc(vpcId);
    const mode = vpc && vpc !== 'unreadable' ? text(at(vpc.item, 'EncryptionControl'), 'Mode') : undefined;
    return mode === 'enforce' ? mark(state, 'unknown', 'X_NOT_MODELLED', vpcId) : state;
  }

  // internet gateway

  private attachment(state: State, found: Json, id: string, vpcId: string, good: readonly string[]): State {
    const all = [...items(found, 'Attachments'), ...items(found, 'VpcAttachments')];
    const fine = all.some((item) => text(item, 'VpcId') === vpcId && good.includes(text(item, 'State') ?? ''));
    return fine ? state : mark(state, 'deny', 'BAD_STATE_ATTACHMENT', id);
  }

  private exposed(state: State, hop: Hop, way: Way, gateway: string): State {
    const verdict = publicAccess(this.world, hop.vpcId, hop.subnetId, way);
    return verdict.effect === 'allow' ? state : mark(state, verdict.effect, verdict.code, hop.subnetId ?? gateway);
  }

  private toIgw(start: State, hop: Hop, id: string): Outcome {
    let state = this.enforced(step(start, id), hop.vpcId);
    const found = this.world.find('InternetGateways', 'InternetGatewayId', id);
    if (!found || found === 'unreadable') state = mark(state, 'unknown', 'X_FACT_UNREADABLE', id);
    else state = this.attachment(state, found.item, id, hop.vpcId, ['available', 'attached']);
    const { family, dst, src } = state.header;
    if (within(RFC1918, family, dst))
      return this.stop(state, 'deny', 'IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS', id);
    if (within(RFC6598, family, dst))
      return this.stop(state, 'deny', 'IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS', id);
    if (covers(NAT64, family, dst)) return this.stop(state, 'deny', 'X_NAT64_ROUTE_MISSING', this.tableId(hop));
    const { emitter } = hop;
    state = this.igwSource(state, hop, id);
    if (state.leg === 'forward') state = this.exposed(state, hop, emitter.kind === 'nat' ? 'nat' : 'igw', id);
    if (this.replyOf(state) !== undefined) state = this.edgeSymmetry(state, id, hop.vpcId, src);
    const named = emitter.kind === 'eni' || emitter.kind === 'nat' ? emitter.publicIp : undefined;
    const outside = family === 4 ? (named ?? src) : src;
    const out: State = { ...state, link: { kind: 'broken' }, header: { ...state.header, src: outside } };
    if (out.leg === 'return') return this.replyLeaves(out, id);
    // Behind which address a workload not started yet would come in is not known, unless nobody is there to come in to.
    if (outside === SOME_PUBLIC && this.world.eniWithPublic(dst) !== undefined)
      return this.stop(state, 'unknown', 'UNKNOWN_DESTINATION', id);
    if (this.isOwn(family, dst)) return this.inbound({ ...out, wentOut: true });
    if (!isPublic(family, dst)) return this.stop(state, 'unknown', 'UNKNOWN_DESTINATION', id);
    return this.fromThere(this.settleEgress(step(out, 'internet'), undefined, { kind: 'broken' }), hop, src);
  }

  /** The reply of something outside reaches the sender behind the gateway. */
  private fromThere(state: State, hop: Hop, inner: bigint): Outcome {
    const back = this.replyOf({ ...state, header: { ...state.header, src: inner } });
    if (back === undefined) return end(state);
    const { emitter } = hop;
    if (emitter.kind === 'nat' && hop.subnetId === undefined) return this.sessionBack(back, 'arrived');
    if (emitter.kind === 'eni' && this.client.eni === emitter.eni && back.sessions.length === 0)
      return this.done(this.acl(back, this.client.subnetId, false));
    const top = back.sessions.at(-1);
    const sends = emitter.kind === 'eni' || emitter.kind === 'nat';
    const subnet = this.subnetItem(sends ? hop.subnetId : top ? top.subnetId : this.client.subnetId);
    return subnet === undefined ? this.lastSeen(state) : this.arrive(back, hop.vpcId, subnet, undefined, false);
  }

  private isOwn(family: Family, dst: bigint): boolean {
    if (family === 6) return this.world.ownsVpcAddress(6, dst) !== undefined;
    return this.world.ownPublic().has(dst) || (dst === SOME_PUBLIC && this.client.publicIp === dst);
  }

  private igwSource(state: State, hop: Hop, id: string): State {
    const { emitter } = hop;
    const { family } = state.header;
    const missing = (component: string): State =>
      mark(state, 'deny', 'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS', component);
    if (emitter.kind === 'transit' || emitter.kind === 'forwarder')
      return family === 4 ? missing(id) : mark(state, 'deny', 'GATEWAY_REJECTS_SPOOFED_TRAFFIC', id);
    if (emitter.kind === 'nat')
      return emitter.publicIp === undefined ? missing(text(emitter.nat, 'NatGatewayId') ?? id) : state;
    const eniId = text(emitter.eni, 'NetworkInterfaceId') ?? hop.subnetId ?? id;
    const blind = this.packet.from.kind === 'vpc' && !this.world.readable('NetworkInterfaces');
    if (emitter.eni === undefined && blind) return mark(state, 'unknown', 'X_FACT_UNREADABLE', 'NetworkInterfaces');
    if (family === 4) return emitter.publicIp === undefined ? missing(eniId) : state;
    const subnet = this.subnetItem(hop.subnetId);
    const closed = deniesIgw(emitter.eni) || (subnet !== undefined && isPrivateIpv6(subnet));
    return closed ? mark(state, 'deny', 'X_DENY_ALL_IGW_TRAFFIC', eniId) : state;
  }

  /** Where an edge table sends traffic for an inner address, when it is not simply delivered. */
  private redirection(igw: string, vpcId: string, family: Family, inner: bigint): string | undefined {
    const table = edgeTableOf(this.world, igw);
    const [route] = table === undefined ? [] : lookUp(this.world, table, vpcId, family, inner).routes;
    const target = route && (text(route, 'GatewayId') ?? text(route, 'NetworkInterfaceId'));
    return target === 'local' ? undefined : target;
  }

  /** What leaves directly must not come back through an appliance, nor the other way round (semantics 1.3). */
  private edgeSymmetry(state: State, igw: string, vpcId: string, inner: bigint): State {
    if (edgeIsChanging(this.world, igw)) return mark(state, 'unknown', 'X_FACT_UNREADABLE', igw);
    const target = this.redirection(igw, vpcId, state.header.family, inner);
    if (target === undefined || state.passed.includes(target)) return state;
    const table = text(edgeTableOf(this.world, igw), 'RouteTableId') ?? igw;
    return mark(state, 'deny', 'INGRESS_RTB_TRAFFIC_REDIRECTION', table);
  }

  /** A reply leaves through an internet gateway. */
  private replyLeaves(state: State, igw: string): Outcome {
    const { family, dst, src } = state.header;
    if (this.client.kind === 'internet' && dst === this.client.ip && state.sessions.length === 0) {
      const asked = this.packet.to === undefined && family === 4 ? this.first.dst : src;
      return src === asked
        ? this.done(step(state, 'client'))
        : this.stop(state, 'deny', 'NGW_SOURCE_ADDRESS_REASSIGN', igw);
    }
    if (this.isOwn(family, dst)) return this.inbound(state);
    return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', igw);
  }

  /** From outside to a public address, either leg. */
  private inbound(state: State): Outcome {
    const { family, dst } = state.header;
    if (state.leg === 'return') return this.replyComesIn(state);
    if (family === 4) {
      const eni = this.world.eniWithPublic(dst);
      if (eni === undefined) {
        const nats = this.world.list('NatGateways').flatMap((nat) => items(nat, 'NatGatewayAddresses'));
        const known = nats.some((item) => text(item, 'PublicIp') === show(4, dst));
        return known || this.world.readable('NetworkInterfaces')
          ? this.stop(state, 'deny', 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', show(4, dst))
          : this.stop(state, 'unknown', 'X_FACT_UNREADABLE', 'NetworkInterfaces');
      }
      const placed = this.subnetItem(text(eni, 'SubnetId')) ?? { SubnetId: text(eni, 'SubnetId') ?? '' };
      return this.enterFromIgw(state, text(eni, 'VpcId') ?? '', placed, privateOf(eni, dst) ?? 0n, eni);
    }
    const vpcId = this.world.ownsVpcAddress(6, dst);
    if (vpcId === undefined)
      return this.world.readable('Vpcs')
        ? this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', 'internet')
        : this.stop(state, 'unknown', 'X_FACT_UNREADABLE', 'Vpcs');
    const subnet = this.world.subnetAt(vpcId, 6, dst);
    if (subnet === undefined) return this.nowhere(state, vpcId);
    return this.enterFromIgw(state, vpcId, subnet, dst, this.world.eniAt(vpcId, 6, dst));
  }

  /** The reply to a sender of the snapshot itself, at that sender's public address. */
  private replyComesIn(state: State): Outcome {
    const { family, dst } = state.header;
    const top = state.sessions.at(-1);
    if (top) {
      if (top.publicIp !== dst || family !== 4) return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', top.id);
      if (top.subnetId === undefined) return this.sessionBack(state, 'arrived');
      const subnet = this.subnetItem(top.subnetId);
      const inner: State = { ...state, header: { ...state.header, dst: top.ip ?? 0n } };
      if (!subnet) return this.stop(inner, 'unknown', 'X_FACT_UNREADABLE', top.subnetId);
      return this.arrive(inner, top.vpcId, subnet, undefined, false);
    }
    const { client } = this;
    const seen = family === 4 ? client.publicIp : client.ip;
    const subnet = this.subnetItem(client.subnetId);
    if (client.kind !== 'host' || seen !== dst || !subnet)
      return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', 'internet');
    const inner: State = { ...state, header: { ...state.header, dst: client.ip } };
    // It left by no gateway, so it comes in as a stranger.
    if (family === 6 && state.wentOut !== true)
      return this.enterFromIgw(inner, client.vpcId, subnet, client.ip, client.eni);
    return this.arrive(inner, client.vpcId, subnet, undefined, false);
  }

  private enterFromIgw(start: State, vpcId: string, subnet: Json, inner: bigint, eni: Json | undefined): Outcome {
    let state = start;
    const subnetId = text(subnet, 'SubnetId') ?? '';
    const component = text(eni, 'NetworkInterfaceId') ?? subnetId;
    const igw = this.world
      .list('InternetGateways')
      .find((item) => items(item, 'Attachments').some((attachment) => text(attachment, 'VpcId') === vpcId));
    const igwId = text(igw, 'InternetGatewayId') ?? '';
    if (!this.world.readable('InternetGateways'))
      state = mark(state, 'unknown', 'X_FACT_UNREADABLE', 'InternetGateways');
    else if (igw === undefined) return this.stop(state, 'deny', 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', component);
    else state = this.attachment(step(state, igwId), igw, igwId, vpcId, ['available', 'attached']);
    const verdict = publicAccess(this.world, vpcId, subnetId, 'inbound');
    if (verdict.effect !== 'allow') state = mark(state, verdict.effect, verdict.code, subnetId);
    if (state.header.family === 6 && (deniesIgw(eni) || isPrivateIpv6(subnet)))
      state = mark(state, 'deny', 'X_DENY_ALL_IGW_TRAFFIC', component);
    state = { ...state, header: { ...state.header, dst: inner } };
    if (edgeIsChanging(this.world, igwId)) state = mark(state, 'unknown', 'X_FACT_UNREADABLE', igwId);
    const target = this.redirection(igwId, vpcId, state.header.family, inner);
    if (target !== undefined) {
      const code = target.startsWith('vpce-') ? 'PATH_THROUGH_GWLB_NOT_CHECKED' : 'X_GUEST_FORWARDING_UNKNOWN';
      state = mark({ ...state, passed: [...state.passed, target] }, 'unknown', code, target);
      const firewall = this.world.find('VpcEndpoints', 'VpcEndpointId', target);
      const broken = firewall && firewall !== 'unreadable' && text(firewall.item, 'State') !== 'available';
      if (broken) state = mark(state, 'deny', 'BAD_STATE', target);
    }
    return this.arrive(state, vpcId, subnet, undefined, false);
  }

  // egress-only and carrier gateways

  private toEigw(start: State, hop: Hop, id: string): Outcome {
    let state = step(start, id);
    const { family, dst, src } = state.header;
    if (family === 4) return this.stop(state, 'deny', 'X_IPV4_ON_EIGW', id);
    if (covers(NAT64, family, dst)) return this.stop(state, 'deny', 'X_NAT64_ROUTE_MISSING', this.tableId(hop));
    if (state.leg === 'return') return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', id);
    state = this.enforced(state, hop.vpcId);
    const found = this.world.find('EgressOnlyInternetGateways', 'EgressOnlyInternetGatewayId', id);
    if (!found || found === 'unreadable') state = mark(state, 'unknown', 'X_FACT_UNREADABLE', id);
    else state = this.attachment(state, found.item, id, hop.vpcId, ['available', 'attached']);
    if (hop.emitter.kind !== 'eni') state = mark(state, 'deny', 'GATEWAY_REJECTS_SPOOFED_TRAFFIC', id);
    if (state.passed.some((passed) => passed.startsWith('vpce-')))
      state = mark(state, 'deny', 'PATH_THROUGH_GWLB_NOT_CHECKED', id);
    const subnet = this.subnetItem(hop.subnetId);
    if (subnet && isPrivateIpv6(subnet)) state = mark(state, 'deny', 'X_DENY_ALL_IGW_TRAFFIC', hop.subnetId ?? id);
    state = this.exposed(state, hop, 'eigw', id);
    if (this.isOwn(family, dst)) return this.inbound({ ...state, wentOut: true, link: { kind: 'broken' } });
    if (!isPublic(family, dst)) return this.stop(state, 'unknown', 'UNKNOWN_DESTINATION', id);
    return this.fromThere(this.settleEgress(step(state, 'internet'), undefined, { kind: 'broken' }), hop, src);
  }

  private toCarrier(start: State, hop: Hop, id: string): Outcome {
    const state = step(start, id);
    if (state.header.family === 6) return this.stop(state, 'deny', 'PROTOCOL_RESTRICTION', id);
    if (state.leg === 'return') return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', id);
    const found = this.world.find('CarrierGateways', 'CarrierGatewayId', id);
    const bad = found && found !== 'unreadable' && text(found.item, 'State') !== 'available';
    if (bad) return this.stop(state, 'deny', 'BAD_STATE', id);
    return this.stop(this.exposed(state, hop, 'igw', id), 'unknown', 'X_NOT_MODELLED', id);
  }

  // NAT gateway

  private toNat(start: State, hop: Hop, id: string): Outcome {
    let state = step(start, id);
    if (state.leg === 'return') return this.stop(state, 'deny', 'NGW_SOURCE_ADDRESS_REASSIGN', id);
    const found = this.world.find('NatGateways', 'NatGatewayId', id);
    if (!found || found === 'unreadable') return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', id);
    const nat = found.item;
    const natState = text(nat, 'State') ?? 'available';
    if (natState === 'deleting') state = mark(state, 'unknown', 'BAD_STATE', id);
    else if (natState !== 'available') state = mark(state, 'deny', 'BAD_STATE', id);
    if (text(nat, 'VpcId') !== hop.vpcId) return this.stop(state, 'deny', 'NGW_REQUIRES_SOURCE_IN_VPC', id);
    state = this.enforced(state, hop.vpcId);
    if (hop.emitter.kind === 'nat') return this.stop(state, 'deny', 'X_NAT_LOOP', id);
    const { header } = state;
    if (![1, 6, 17, 58].includes(header.protocol)) state = mark(state, 'deny', 'PROTOCOL_RESTRICTION', id);
    const translated = translate(header);
    if (translated === undefined) return this.stop(state, 'deny', 'PROTOCOL_RESTRICTION', id);
    const regional = text(nat, 'AvailabilityMode') === 'regional';
    const subnetId = regional ? undefined : text(nat, 'SubnetId');
    if (subnetId !== undefined && subnetId === hop.subnetId) return this.stop(state, 'deny', 'X_NAT_LOOP', id);
    state = this.acl(state, subnetId, false);
    const isPrivate = text(nat, 'ConnectivityType') === 'private';
    let addresses = items(nat, 'NatGatewayAddresses');
    if (regional) {
      const here = addresses.filter((item) => {
        const zones = [text(item, 'AvailabilityZoneId'), text(item, 'AvailabilityZone')];
        return zones.includes(hop.zone) || zones.every((zone) => zone === undefined);
      });
      if (here.length === 0 && text(nat, 'AutoProvisionZones') !== 'enabled')
        state = mark(state, 'deny', 'REGIONAL_NGW_ROUTE_AZ_RESTRICTION', id);
      if (here.length > 0) addresses = here;
      const told = (item: Json): boolean =>
        (text(item, 'AvailabilityZoneId') ?? text(item, 'AvailabilityZone')) !== undefined;
      if (text(nat, 'AutoProvisionZones') !== 'enabled' && here.length > 0 && !here.some(told))
        state = mark(state, 'unknown', 'X_FACT_UNREADABLE', id);
    }
    const works = (item: Json): boolean =>
      isPrivate || (text(item, 'PublicIp') !== undefined && (text(item, 'Status') ?? 'succeeded') === 'succeeded');
    const usable = addresses.filter(works);
    const table = this.natTable(nat, hop.vpcId, subnetId);
    const tried = usable.length > 0 ? usable : addresses.length > 0 ? addresses : [{}];
    return everyChoice(
      tried.map((item) => {
        const inner = text(item, 'PrivateIp');
        const outer = works(item) && !isPrivate ? text(item, 'PublicIp') : undefined;
        const ip = inner === undefined ? undefined : block(inner).first;
        const publicIp = outer === undefined ? undefined : block(outer).first;
        const session: Session = { kind: 'nat', id, vpcId: hop.vpcId, subnetId, ip, publicIp, table, before: header };
        const after: State = {
          ...state,
          link: { kind: 'broken' },
          sessions: [...state.sessions, session],
          header: { ...translated, src: ip ?? publicIp ?? 0n },
        };
        return this.fromNat(after, session, nat, hop.zone);
      }),
    );
  }

  private natTable(nat: Json, vpcId: string, subnetId: string | undefined): Json | 'unreadable' {
    if (!this.world.readable('RouteTables')) return 'unreadable';
    if (subnetId !== undefined) return tableOf(this.world, subnetId, vpcId);
    const found = this.world.find('RouteTables', 'RouteTableId', text(nat, 'RouteTableId') ?? '');
    return found && found !== 'unreadable' ? found.item : 'unreadable';
  }

  private fromNat(state: State, session: Session, nat: Json, zone: string | undefined): Outcome {
    const { subnetId, vpcId, table, publicIp } = session;
    const subnet = this.subnetItem(subnetId);
    if (this.holds(subnet, state.header)) return this.arrive(state, vpcId, subnet, undefined, true);
    return this.route(this.acl(state, subnetId, true), {
      vpcId,
      subnetId,
      zone: subnetId === undefined ? zone : this.world.zone(subnetId),
      table,
      emitter: { kind: 'nat', nat, publicIp },
    });
  }

  // appliance

  /** Whether the guest forwards, and whether it masks the sender, is invisible: a deny needs both ways to fail. */
  private toAppliance(start: State, hop: Hop, eniId: string | undefined, instanceId: string | undefined): Outcome {
    const eni = this.world
      .list('NetworkInterfaces')
      .find((item) =>
        eniId === undefined
          ? text(at(item, 'Attachment'), 'InstanceId') === instanceId
          : text(item, 'NetworkInterfaceId') === eniId,
      );
    const id = eniId ?? instanceId ?? '';
    let state = step(start, id);
    if (eni === undefined) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', id);
    if (flag(eni, 'SourceDestCheck') !== false) state = mark(state, 'deny', 'ENI_SOURCE_DEST_CHECK_RESTRICTION', id);
    state = this.working(state, eni);
    const host = text(at(eni, 'Attachment'), 'InstanceId');
    const running = host === undefined ? undefined : this.world.find('Instances', 'InstanceId', host);
    if (host === undefined) state = mark(state, 'deny', 'BAD_STATE', id);
    else if (!running || running === 'unreadable') state = mark(state, 'unknown', 'X_FACT_UNREADABLE', host);
    state = mark(state, 'unknown', 'X_GUEST_FORWARDING_UNKNOWN', id);
    const subnetId = text(eni, 'SubnetId') ?? '';
    const vpcId = text(eni, 'VpcId') ?? '';
    if (subnetId === hop.subnetId) state = mark(state, 'deny', 'X_NAT_LOOP', id);
    else state = this.acl(state, subnetId, false);
    if (state.round.includes(id)) return this.stop(state, 'deny', 'X_NAT_LOOP', id);
    const groups = groupsOf(eni) ?? [];
    if (state.leg === 'forward') {
      const into = groupsAdmit(this.world, groups, false, state.header, this.sender, state.link);
      if (into.verdict !== 'allow') state = mark(state, into.verdict, into.code, into.component || id);
      const out = groupsAdmit(this.world, groups, true, state.header, undefined, { kind: 'broken' });
      if (out.verdict !== 'allow') state = mark(state, out.verdict, out.code, out.component || id);
    }
    const through: State = {
      ...state,
      link: { kind: 'broken' },
      passed: [...state.passed, id],
      round: [...state.round, id],
    };
    const plain = this.fromAppliance(through, vpcId, subnetId, { kind: 'forwarder' });
    const [ip] = addressesOf(eni, state.header.family);
    if (state.leg === 'return' || plain.verdict !== 'deny' || ip === undefined) return plain;
    const { table } = this.hopOf(vpcId, subnetId, { kind: 'forwarder' });
    const publicIp = state.header.family === 6 ? undefined : publicOf(eni, ip);
    const session: Session = { kind: 'appliance', id, vpcId, subnetId, ip, publicIp, table, before: state.header };
    const masked: State = {
      ...through,
      sessions: [...through.sessions, session],
      header: { ...through.header, src: ip },
    };
    return this.fromAppliance(masked, vpcId, subnetId, { kind: 'eni', eni, publicIp });
  }

  private fromAppliance(state: State, vpcId: string, subnetId: string, emitter: Emitter): Outcome {
    const subnet = this.subnetItem(subnetId);
    if (this.holds(subnet, state.header)) return this.arrive(state, vpcId, subnet, undefined, true);
    return this.route(this.acl(state, subnetId, true), this.hopOf(vpcId, subnetId, emitter));
  }

  // endpoints

  private toEndpoint(start: State, hop: Hop, id: string): Outcome {
    let state = step(start, id);
    const found = this.world.find('VpcEndpoints', 'VpcEndpointId', id);
    if (!found || found === 'unreadable') return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', id);
    const endpoint = found.item;
    if ((text(endpoint, 'State') ?? 'available').toLowerCase() !== 'available')
      state = mark(state, 'deny', 'BAD_STATE', id);
    const type = text(endpoint, 'VpcEndpointType');
    if (type === 'GatewayLoadBalancer') return this.throughFirewall(state, endpoint, id, hop);
    if (type !== 'Gateway') return this.stop(state, 'unknown', 'X_NOT_MODELLED', id);
    if (state.leg === 'return') return this.stop(state, 'deny', 'NO_POSSIBLE_DESTINATION', id);
    const { protocol, icmpType } = state.header;
    const echo = (protocol === 1 && icmpType === 8) || (protocol === 58 && icmpType === 128);
    if (protocol !== 6 && !echo) state = mark(state, 'deny', 'VPCE_GATEWAY_PROTOCOL_RESTRICTION', id);
    if (hop.emitter.kind === 'transit')
      return this.stop(state, 'deny', 'VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION', id);
    const settled = this.settleEgress(step(state, 'service'), undefined, { kind: 'broken' });
    return this.fromThere(settled, hop, settled.header.src);
  }

  private throughFirewall(start: State, endpoint: Json, id: string, hop: Hop): Outcome {
    let state = mark(start, 'unknown', 'PATH_THROUGH_GWLB_NOT_CHECKED', id);
    const subnetId = texts(endpoint, 'SubnetIds')[0] ?? '';
    if (state.round.includes(id)) return this.stop(state, 'deny', 'X_NAT_LOOP', id);
    state = this.acl(state, subnetId, false);
    state = { ...state, link: { kind: 'broken' }, passed: [...state.passed, id], round: [...state.round, id] };
    const vpcId = text(endpoint, 'VpcId') ?? hop.vpcId;
    return this.route(this.acl(state, subnetId, true), this.hopOf(vpcId, subnetId, hop.emitter));
  }

  // peering and virtual private gateway

  private toPcx(start: State, hop: Hop, id: string): Outcome {
    let state = step(start, id);
    const found = this.world.find('VpcPeeringConnections', 'VpcPeeringConnectionId', id);
    if (!found || found === 'unreadable') return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', id);
    const active = text(at(found.item, 'Status'), 'Code') === 'active';
    if (!active) state = mark(state, 'deny', 'BAD_STATE', id);
    const sides = [at(found.item, 'RequesterVpcInfo'), at(found.item, 'AccepterVpcInfo')];
    const mine = sides.find((side) => text(side, 'VpcId') === hop.vpcId);
    const peer = sides.find((side) => side !== mine);
    if (mine === undefined || peer === undefined) return this.stop(state, 'deny', 'DISCONNECTED_VPCS', id);
    const peerId = text(peer, 'VpcId') ?? '';
    const { family, src, dst } = state.header;
    const listed = [
      ...items(peer, 'CidrBlockSet').map((set) => text(set, 'CidrBlock')),
      ...items(peer, 'Ipv6CidrBlockSet').map((set) => text(set, 'Ipv6CidrBlock')),
      text(peer, 'CidrBlock'),
    ].filter((cidr) => cidr !== undefined);
    const blocks = listed.length > 0 ? listed : this.world.vpcBlocks(peerId);
    if (!within(blocks, family, dst) || !within(this.world.vpcBlocks(hop.vpcId), family, src))
      return this.stop(state, 'deny', 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR', id);
    const sameRegion = text(mine, 'Region') === text(peer, 'Region');
    const link: Link = state.link.kind === 'local' ? { kind: 'peering', active, sameRegion } : { kind: 'broken' };
    state = { ...state, link, returnToSender: state.leg === 'forward' && hop.emitter.kind === 'nat' };
    const vpc = this.world.vpc(peerId);
    if (!vpc || vpc === 'unreadable') return this.stop(state, 'unknown', 'UNKNOWN_RESOURCE', peerId);
    const subnet = this.world.subnetAt(peerId, family, dst);
    return subnet === undefined ? this.nowhere(state, peerId) : this.arrive(state, peerId, subnet, undefined, false);
  }

  private toVgw(start: State, hop: Hop, id: string): Outcome {
    let state = this.enforced(step(start, id), hop.vpcId);
    const found = this.world.find('VpnGateways', 'VpnGatewayId', id);
    if (!found || found === 'unreadable') state = mark(state, 'unknown', 'X_FACT_UNREADABLE', id);
    else state = this.attachment(state, found.item, id, hop.vpcId, ['attached']);
    const down = allTunnelsDown(this.world, (connection) => text(connection, 'VpnGatewayId') === id);
    if (down !== undefined) state = mark(state, 'deny', 'BAD_STATE_VPN', down);
    if (hop.emitter.kind === 'transit') return this.stop(state, 'deny', 'VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS', id);
    return this.stop(state, 'unknown', 'UNKNOWN_DESTINATION', id);
  }

  // transit gateway

  private toTgw(start: State, hop: Hop, tgwId: string): Outcome {
    let state = step(start, tgwId);
    const attachment = this.world
      .list('TransitGatewayVpcAttachments')
      .find((item) => text(item, 'TransitGatewayId') === tgwId && text(item, 'VpcId') === hop.vpcId);
    if (attachment === undefined) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', tgwId);
    const id = text(attachment, 'TransitGatewayAttachmentId') ?? '';
    state = this.attachmentWorks(step(state, id), attachment, id);
    const ports = texts(attachment, 'SubnetIds');
    const port = ports.find((subnetId) => hop.zone !== undefined && this.world.zone(subnetId) === hop.zone);
    if (port === undefined) {
      const blind = hop.zone === undefined || ports.some((subnetId) => this.world.zone(subnetId) === undefined);
      state = blind
        ? mark(state, 'unknown', 'X_FACT_UNREADABLE', id)
        : mark(state, 'deny', 'TGW_ROUTE_AZ_RESTRICTION', id);
    } else state = this.acl(state, port, false);
    return this.switchAt(state, tgwId, id, attachment, hop.zone, false);
  }

  private attachmentWorks(state: State, attachment: Json, id: string): State {
    let next = state;
    const attachmentState = text(attachment, 'State') ?? 'available';
    if (attachmentState === 'modifying') next = mark(next, 'unknown', 'BAD_STATE_ATTACHMENT', id);
    else if (attachmentState !== 'available') next = mark(next, 'deny', 'BAD_STATE_ATTACHMENT', id);
    const options = at(attachment, 'Options');
    if (text(options, 'NatGatewaySupport') === 'enabled') next = mark(next, 'unknown', 'X_NOT_MODELLED', id);
    if (state.header.family === 6 && text(options, 'Ipv6Support') === 'disable')
      next = mark(next, 'unknown', 'X_NOT_MODELLED', id);
    return next;
  }

  /** Inside the transit gateway: the table of the attachment the packet came through. */
  private switchAt(
    start: State,
    tgwId: string,
    attachmentId: string,
    entry: Json,
    zone: string | undefined,
    peered: boolean,
  ): Outcome {
    let state = start;
    const record = this.world
      .list('TransitGatewayAttachments')
      .find(
        (item) => text(item, 'TransitGatewayAttachmentId') === attachmentId && text(item, 'TransitGatewayId') === tgwId,
      );
    if (record === undefined) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', attachmentId);
    const association = at(record, 'Association');
    const tableId = text(association, 'TransitGatewayRouteTableId');
    const associated = text(association, 'State') ?? '';
    if (['associating', 'disassociating'].includes(associated))
      state = mark(state, 'unknown', 'TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', attachmentId);
    else if (Object.keys(association).length === 0 && foreign(record))
      return this.stop(state, 'unknown', 'TGW_RTB_ROUTES_ARE_UNKNOWN', tgwId);
    else if (associated !== 'associated' || tableId === undefined)
      return this.stop(state, 'deny', 'TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', attachmentId);
    const table = tableId ?? tgwId;
    const routes = at(this.world.bundle, 'TransitGatewayRoutes')[table];
    const refused =
      !this.world.readable('TransitGatewayRoutes') || this.world.itemRefused('TransitGatewayRoutes', table);
    if (refused || !Array.isArray(routes)) return this.stop(state, 'unknown', 'TGW_RTB_ROUTES_ARE_UNKNOWN', table);
    const best = bestTransitRoute(routes, state.header);
    state = step(state, table);
    if (best === undefined) return this.stop(state, 'deny', 'TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT', table);
    const routeState = text(best, 'State') ?? 'active';
    if (routeState === 'blackhole') return this.stop(state, 'deny', 'TGW_RTB_BAD_STATE_ROUTE', table);
    if (routeState !== 'active') state = mark(state, 'unknown', 'X_NOT_MODELLED', table);
    const exits = items(best, 'TransitGatewayAttachments');
    if (exits.length === 0) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', table);
    return everyChoice(exits.map((exit) => this.leaveTransit(state, tgwId, exit, entry, zone, peered)));
  }

  private leaveTransit(
    state: State,
    tgwId: string,
    exit: Json,
    entry: Json,
    zone: string | undefined,
    peered: boolean,
  ): Outcome {
    const id = text(exit, 'TransitGatewayAttachmentId') ?? '';
    const type = text(exit, 'ResourceType');
    const next = step(state, id);
    if (type === 'vpc') return this.enterFromTransit(next, tgwId, id, entry, zone, peered);
    if (type === 'peering') {
      const far = this.world
        .list('TransitGatewayAttachments')
        .find((item) => text(item, 'TransitGatewayAttachmentId') === id && text(item, 'TransitGatewayId') !== tgwId);
      if (far === undefined || state.path.length > DEEPEST) return this.stop(next, 'unknown', 'UNKNOWN_RESOURCE', id);
      const farTgw = text(far, 'TransitGatewayId') ?? '';
      const there = step(this.attachmentWorks(next, far, id), farTgw);
      return this.switchAt(there, farTgw, id, entry, undefined, true);
    }
    const connection = text(exit, 'ResourceId');
    const down =
      type === 'vpn' ? allTunnelsDown(this.world, (item) => text(item, 'VpnConnectionId') === connection) : undefined;
    return down === undefined
      ? this.stop(next, 'unknown', 'UNKNOWN_DESTINATION', id)
      : this.stop(next, 'deny', 'TGW_BAD_STATE_VPN', down);
  }

  private enterFromTransit(
    start: State,
    tgwId: string,
    id: string,
    entry: Json,
    zone: string | undefined,
    peered: boolean,
  ): Outcome {
    const found = this.world.find('TransitGatewayVpcAttachments', 'TransitGatewayAttachmentId', id);
    if (!found || found === 'unreadable') return this.stop(start, 'unknown', 'UNKNOWN_RESOURCE', id);
    const attachment = found.item;
    const vpcId = text(attachment, 'VpcId') ?? '';
    const link = this.transitLink(start.link, tgwId, entry, attachment, peered);
    const state: State = { ...this.attachmentWorks(start, attachment, id), link, returnToSender: false };
    const ports = texts(attachment, 'SubnetIds');
    const same = ports.filter((subnetId) => zone !== undefined && this.world.zone(subnetId) === zone);
    const appliance = text(at(attachment, 'Options'), 'ApplianceModeSupport') === 'enable';
    const tried = same.length > 0 && !appliance ? same : ports;
    if (tried.length === 0) return this.stop(state, 'unknown', 'X_FACT_UNREADABLE', id);
    return everyChoice(
      tried.map((port) => {
        const subnet = this.subnetItem(port);
        if (subnet === undefined) return this.stop(state, 'unknown', 'UNKNOWN_RESOURCE', port);
        const here = step(state, port);
        if (this.holds(subnet, here.header)) return this.arrive(here, vpcId, subnet, undefined, true);
        return this.route(this.acl(here, port, true), this.hopOf(vpcId, port, { kind: 'transit' }));
      }),
    );
  }

  private transitLink(link: Link, tgwId: string, entry: Json, exit: Json, peered: boolean): Link {
    if (link.kind !== 'local') return { kind: 'broken' };
    const found = this.world.find('TransitGateways', 'TransitGatewayId', tgwId);
    const says = (item: Json): string => text(at(item, 'Options'), 'SecurityGroupReferencingSupport') ?? 'disable';
    const hidden = !found || found === 'unreadable';
    const settings = [...(hidden ? [] : [says(found.item)]), says(entry), says(exit)];
    const off = settings.some((setting) => setting !== 'enable');
    const on = !hidden && !off;
    return { kind: 'transit', support: off ? 'off' : on ? 'on' : 'unknown', peered };
  }
}

function groupsOf(eni: Json | undefined): readonly string[] | undefined {
  if (eni === undefined || !Array.isArray(eni['Groups'])) return undefined;
  return items(eni, 'Groups')
    .map((group) => text(group, 'GroupId'))
    .filter((id) => id !== undefined);
}

/** NAT64 strips the prefix; IPv4 stays; other IPv6 cannot pass. */
function translate(header: Header): Header | undefined {
  if (header.family === 4) return header;
  if (!covers(NAT64, 6, header.dst)) return undefined;
  const icmp = header.protocol === 58;
  return {
    ...header,
    family: 4,
    dst: header.dst - NAT64.first,
    protocol: icmp ? 1 : header.protocol,
    icmpType: icmp && header.icmpType === 128 ? 8 : header.icmpType,
  };
}

/** Longest prefix; then static, prefix list, propagated. */
function bestTransitRoute(routes: readonly unknown[], header: Header): Json | undefined {
  const rank = (route: Json): number =>
    text(route, 'PrefixListId') !== undefined ? 1 : text(route, 'Type') === 'static' ? 0 : 2;
  const length = (route: Json): number => block(text(route, 'DestinationCidrBlock') ?? '0.0.0.0/0').length;
  return routes
    .map((route) => at(route))
    .filter((route) => {
      const cidr = text(route, 'DestinationCidrBlock');
      return cidr !== undefined && covers(block(cidr), header.family, header.dst);
    })
    .toSorted((a, b) => length(b) - length(a) || rank(a) - rank(b))[0];
}

/** The transit gateway is another account's: only that account sees associations. */
function foreign(attachment: Json): boolean {
  const [owner, holder] = [text(attachment, 'TransitGatewayOwnerId'), text(attachment, 'ResourceOwnerId')];
  return owner !== undefined && holder !== undefined && owner !== holder;
}
