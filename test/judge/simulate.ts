/**
 * An independent judge: one packet, one step at a time, straight on the describe bundle. No sets, no memory, no code of the engine. Slow and plain on
 * purpose; rules and numbers are those of the written semantics.
 */

// biome-ignore lint/suspicious/noExplicitAny: the judge reads raw bundles, where anything may stand
type Json = Record<string, any>;

export interface Why {
  readonly effect: 'deny' | 'unknown';
  readonly code: string;
  readonly component: string;
}

export interface Host {
  readonly subnetId: string;
  readonly ip: bigint;
  /** Undefined: the sender's groups are not judged. */
  readonly groups: readonly string[] | undefined;
  readonly eniId: string | undefined;
  readonly hasPublicIp: boolean;
}

export interface Packet {
  readonly family: 4 | 6;
  readonly protocol: number;
  /** Destination port, or ICMP type × 256 + code, or 0. */
  readonly port: number;
  readonly from: Host | 'internet';
  readonly src: bigint;
  readonly dst: bigint;
  /** The asked end, when it need not exist. */
  readonly target:
    | {
        readonly subnetId: string;
        readonly groups: readonly string[];
        readonly eniId: string | undefined;
        readonly hasPublicIp: boolean;
      }
    | undefined;
  readonly clientPorts: readonly [number, number] | undefined;
}

// ---- addresses

export function ip(text: string): bigint {
  if (!text.includes(':')) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}

export const familyOfText = (text: string): 4 | 6 => (text.includes(':') ? 6 : 4);

export function inside(cidr: string, family: 4 | 6, address: bigint): boolean {
  if (familyOfText(cidr) !== family) return false;
  const [host = '', length] = cidr.split('/');
  const bits = family === 4 ? 32 : 128;
  const shift = BigInt(bits - Number(length ?? bits));
  return ip(host) >> shift === address >> shift;
}

const inAny = (cidrs: readonly string[], family: 4 | 6, address: bigint): boolean =>
  cidrs.some((cidr) => inside(cidr, family, address));

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
];

export const isPublic = (family: 4 | 6, address: bigint): boolean =>
  family === 4
    ? !inAny(NOT_INTERNET, 4, address)
    : inside('2000::/3', 6, address) && !inside('2001:db8::/32', 6, address);

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

// ---- reading the bundle

export class World {
  readonly bundle: Json;

  constructor(bundle: Json) {
    this.bundle = bundle;
  }

  list(key: string): Json[] {
    return Array.isArray(this.bundle[key]) ? (this.bundle[key] as Json[]) : [];
  }

  /** Whether the whole kind was read. */
  seen(key: string, operation: string, id?: string): boolean {
    const errors = (this.bundle['Errors'] ?? []) as Json[];
    const bad = errors.some(
      (error) =>
        error['Operation'] === operation &&
        !['InvalidAction', 'UnsupportedOperation', 'UnknownOperationException'].includes(String(error['Code'])) &&
        (error['ResourceId'] === undefined || id === undefined || error['ResourceId'] === id),
    );
    const off = errors.some(
      (error) =>
        error['Operation'] === operation &&
        ['InvalidAction', 'UnsupportedOperation', 'UnknownOperationException'].includes(String(error['Code'])),
    );
    return !bad && (this.bundle[key] !== undefined || off);
  }

  by(key: string, member: string, id: string | undefined): Json | undefined {
    return this.list(key).find((item) => item[member] === id);
  }

  subnet(id: string | undefined): Json | undefined {
    return this.by('Subnets', 'SubnetId', id);
  }

  vpcCidrs(vpcId: string): string[] {
    const vpc = this.by('Vpcs', 'VpcId', vpcId);
    if (!vpc) return [];
    const four = ((vpc['CidrBlockAssociationSet'] ?? []) as Json[])
      .filter((a) => (a['CidrBlockState']?.State ?? 'associated') === 'associated')
      .map((a) => String(a['CidrBlock']));
    const six = ((vpc['Ipv6CidrBlockAssociationSet'] ?? []) as Json[])
      .filter((a) => (a['Ipv6CidrBlockState']?.State ?? 'associated') === 'associated')
      .map((a) => String(a['Ipv6CidrBlock']));
    return [...(four.length === 0 && vpc['CidrBlock'] ? [String(vpc['CidrBlock'])] : four), ...six];
  }

  subnetCidrs(subnet: Json): string[] {
    const six = ((subnet['Ipv6CidrBlockAssociationSet'] ?? []) as Json[])
      .filter((a) => (a['Ipv6CidrBlockState']?.State ?? 'associated') === 'associated')
      .map((a) => String(a['Ipv6CidrBlock']));
    return [...(subnet['CidrBlock'] ? [String(subnet['CidrBlock'])] : []), ...six];
  }

  subnetAt(vpcId: string, family: 4 | 6, address: bigint): Json | undefined {
    return this.list('Subnets').find(
      (subnet) => subnet['VpcId'] === vpcId && inAny(this.subnetCidrs(subnet), family, address),
    );
  }

  eniAt(subnetId: string, family: 4 | 6, address: bigint): Json | undefined {
    return this.list('NetworkInterfaces').find(
      (eni) => eni['SubnetId'] === subnetId && this.eniIps(eni, family).includes(address),
    );
  }

  eniIps(eni: Json, family: 4 | 6): bigint[] {
    if (family === 6) return ((eni['Ipv6Addresses'] ?? []) as Json[]).map((a) => ip(String(a['Ipv6Address'])));
    return ((eni['PrivateIpAddresses'] ?? []) as Json[]).map((a) => ip(String(a['PrivateIpAddress'])));
  }

  publicIp(eni: Json, address: bigint): bigint | undefined {
    const row = ((eni['PrivateIpAddresses'] ?? []) as Json[]).find(
      (a) => ip(String(a['PrivateIpAddress'])) === address,
    );
    const text = row?.['Association']?.PublicIp as string | undefined;
    return text === undefined ? undefined : ip(text);
  }

  ownPublic(address: bigint): boolean {
    const texts: unknown[] = [
      ...this.list('NetworkInterfaces').flatMap((eni) =>
        ((eni['PrivateIpAddresses'] ?? []) as Json[]).map((a) => a['Association']?.PublicIp as unknown),
      ),
      ...this.list('Addresses').map((a) => a['PublicIp'] as unknown),
      ...this.list('NatGateways').flatMap((nat) =>
        ((nat['NatGatewayAddresses'] ?? []) as Json[]).map((a) => a['PublicIp'] as unknown),
      ),
    ];
    return texts.some((text) => typeof text === 'string' && ip(text) === address);
  }

  listEntries(id: string): string[] | undefined {
    const managed = this.bundle['PrefixListEntries']?.[id] as Json[] | undefined;
    if (managed) return managed.map((entry) => String(entry['Cidr']));
    return this.by('PrefixLists', 'PrefixListId', id)?.['Cidrs'] as string[] | undefined;
  }
}

// ---- the walk

const deny = (code: string, component: string): Why => ({ effect: 'deny', code, component });
const unknown = (code: string, component: string): Why => ({ effect: 'unknown', code, component });

export const verdictOf = (whys: readonly Why[]): 'allow' | 'deny' | 'unknown' =>
  whys.some((why) => why.effect === 'deny') ? 'deny' : whys.length > 0 ? 'unknown' : 'allow';

/** AWS takes one of them and nobody knows which. */
function oneOf(ways: readonly (readonly Why[])[]): Why[] {
  const verdicts = ways.map(verdictOf);
  if (verdicts.every((verdict) => verdict === 'allow')) return [];
  const all = ways.flat();
  return verdicts.every((verdict) => verdict === 'deny')
    ? all
    : all.map((why) => ({ ...why, effect: 'unknown' as const }));
}

interface Travel {
  readonly world: World;
  readonly packet: Packet;
  readonly family: 4 | 6;
  readonly protocol: number;
  /** Destination ports that must all pass: one on the way out, the client's ephemeral range on the way back. */
  readonly ports: readonly [number, number];
  readonly undeclared: boolean;
  readonly reply: boolean;
  readonly src: bigint;
  readonly dst: bigint;
  /** The sender, while security groups can still tell who it is. */
  readonly identity: { readonly groups: readonly string[] | undefined; readonly vpcId: string } | undefined;
  readonly crossed: readonly { readonly kind: 'pcx' | 'tgw'; readonly references: boolean }[];
  /** Only a reference in the sender's own groups allowed it. */
  readonly byReference: boolean;
  /** Where a reply must arrive; called with the source of the reply when it does. */
  readonly home: Home | undefined;
  readonly noReply: boolean;
  readonly hops: readonly string[];
}

interface Home {
  readonly kind: 'host' | 'nat' | 'internet';
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
  readonly ip: bigint;
  readonly hasPublicIp: boolean;
  readonly publicIp: bigint | undefined;
  readonly denyAllIgw: boolean;
  readonly ports: readonly [number, number] | undefined;
  readonly undeclared: boolean;
  readonly arrived: ((from: bigint) => Why[]) | undefined;
  readonly hairpin?: (t: Travel) => Why[];
}

const ICMP_ANSWER: Record<number, Record<number, number>> = { 1: { 8: 0, 13: 14, 15: 16, 17: 18 }, 58: { 128: 129 } };

/** Ports of a reply, or undefined when there is none. */
function replyPorts(
  protocol: number,
  port: number,
  client: readonly [number, number] | undefined,
): { ports: readonly [number, number]; undeclared: boolean } | undefined {
  if (protocol === 6 || protocol === 17) return { ports: client ?? [1024, 65535], undeclared: client === undefined };
  if (protocol !== 1 && protocol !== 58) return { ports: [0, 65535], undeclared: false };
  const answer = ICMP_ANSWER[protocol]?.[Math.floor(port / 256)];
  return answer === undefined ? undefined : { ports: [answer * 256, answer * 256], undeclared: false };
}

export function simulate(bundle: Json, packet: Packet): Why[] {
  const world = new World(bundle);
  if (packet.from === 'internet') return fromInternet(world, packet);
  const { from } = packet;
  const subnet = world.subnet(from.subnetId);
  if (!subnet) return [unknown('X_FACT_UNREADABLE', from.subnetId)];
  if (inside('169.254.168.0/22', packet.family, packet.dst) || inside('fd00:ec2::/32', packet.family, packet.dst))
    return [];
  const first = world.vpcCidrs(String(subnet['VpcId'])).find((cidr) => familyOfText(cidr) === 4);
  if (
    packet.family === 4 &&
    first &&
    packet.port === 53 &&
    [6, 17].includes(packet.protocol) &&
    packet.dst === ip(first.split('/')[0] as string) + 2n
  )
    return [];
  if (inside('169.254.0.0/16', packet.family, packet.dst)) return [unknown('X_NOT_MODELLED', from.subnetId)];
  const eni = from.eniId === undefined ? undefined : world.by('NetworkInterfaces', 'NetworkInterfaceId', from.eniId);
  const reply = replyPorts(packet.protocol, packet.port, packet.clientPorts);
  const home: Home = {
    kind: 'host',
    vpcId: String(subnet['VpcId']),
    subnetId: from.subnetId,
    ip: packet.src,
    hasPublicIp: from.hasPublicIp,
    publicIp: eni ? world.publicIp(eni, packet.src) : undefined,
    denyAllIgw: eni?.['DenyAllIgwTraffic'] === true,
    ports: reply?.ports,
    undeclared: reply?.undeclared ?? false,
    arrived: undefined,
  };
  const travel: Travel = {
    world,
    packet,
    family: packet.family,
    protocol: packet.protocol,
    ports: [packet.port, packet.port],
    undeclared: false,
    reply: false,
    src: packet.src,
    dst: packet.dst,
    identity: { groups: from.groups, vpcId: String(subnet['VpcId']) },
    crossed: [],
    byReference: false,
    home,
    noReply: false,
    hops: [],
  };
  if (!from.groups) return leave(travel, subnet, 'host');
  const out = groups(travel, from.groups, 'IpPermissionsEgress', String(subnet['VpcId']));
  return [...out.whys, ...leave({ ...travel, byReference: out.byReference }, subnet, 'host')];
}

function fromInternet(world: World, packet: Packet): Why[] {
  const reply = replyPorts(packet.protocol, packet.port, packet.clientPorts);
  const home: Home = {
    kind: 'internet',
    vpcId: undefined,
    subnetId: undefined,
    ip: packet.src,
    hasPublicIp: true,
    publicIp: undefined,
    denyAllIgw: false,
    ports: reply?.ports,
    undeclared: reply?.undeclared ?? false,
    arrived: undefined,
  };
  const travel: Travel = {
    world,
    packet,
    family: packet.family,
    protocol: packet.protocol,
    ports: [packet.port, packet.port],
    undeclared: false,
    reply: false,
    src: packet.src,
    dst: packet.dst,
    identity: undefined,
    crossed: [],
    byReference: false,
    home,
    noReply: false,
    hops: [],
  };
  if (packet.target && packet.family === 4) {
    if (!packet.target.hasPublicIp)
      return [deny('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', packet.target.eniId ?? packet.target.subnetId)];
    const subnet = world.subnet(packet.target.subnetId);
    return subnet
      ? inFromInternet(travel, String(subnet['VpcId']))
      : [unknown('X_FACT_UNREADABLE', packet.target.subnetId)];
  }
  return toPublicAddress(travel);
}

/** Somebody sends to a public IPv4 address, or to an IPv6 address. */
function toPublicAddress(t: Travel): Why[] {
  const { world } = t;
  if (t.family === 6) {
    const vpc = world.list('Vpcs').find((one) => inAny(world.vpcCidrs(String(one['VpcId'])), 6, t.dst));
    return vpc ? inFromInternet(t, String(vpc['VpcId'])) : [deny('NO_POSSIBLE_DESTINATION', 'internet')];
  }
  for (const eni of world.list('NetworkInterfaces')) {
    for (const row of (eni['PrivateIpAddresses'] ?? []) as Json[]) {
      const text = row['Association']?.PublicIp as string | undefined;
      if (text === undefined || ip(text) !== t.dst) continue;
      const address = ip(String(row['PrivateIpAddress']));
      if (!world.subnetAt(String(eni['VpcId']), 4, address))
        return [unknown('X_FACT_UNREADABLE', String(eni['NetworkInterfaceId']))];
      return inFromInternet({ ...t, dst: address }, String(eni['VpcId']));
    }
  }
  return world.seen('NetworkInterfaces', 'DescribeNetworkInterfaces')
    ? [deny('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'internet')]
    : [unknown('UNKNOWN_DESTINATION', 'internet')];
}

function inFromInternet(t: Travel, vpcId: string): Why[] {
  const { world } = t;
  const whys: Why[] = [];
  const gateway = world
    .list('InternetGateways')
    .find((igw) => ((igw['Attachments'] ?? []) as Json[]).some((a) => a['VpcId'] === vpcId));
  if (!gateway) {
    if (world.seen('InternetGateways', 'DescribeInternetGateways')) return [deny('NO_POSSIBLE_DESTINATION', vpcId)];
    whys.push(unknown('X_FACT_UNREADABLE', vpcId));
  } else {
    const state = ((gateway['Attachments'] ?? []) as Json[]).find((a) => a['VpcId'] === vpcId)?.['State'] as string;
    if (state !== 'available' && state !== 'attached')
      return [deny('BAD_STATE_ATTACHMENT', String(gateway['InternetGatewayId']))];
  }
  const subnet = world.subnetAt(vpcId, t.family, t.dst);
  if (subnet) whys.push(...blockPublicAccess(world, subnet, 'inbound'));
  if (subnet && t.family === 6) {
    const eni = world.eniAt(String(subnet['SubnetId']), 6, t.dst);
    if (eni?.['DenyAllIgwTraffic'] === true)
      whys.push(deny('X_DENY_ALL_IGW_TRAFFIC', String(eni['NetworkInterfaceId'])));
  }
  const edge = gateway ? edgeTable(world, String(gateway['InternetGatewayId'])) : undefined;
  if (edge === 'unknown') whys.push(unknown('X_FACT_UNREADABLE', vpcId));
  if (edge && edge !== 'unknown') return [...whys, ...route(t, vpcId, undefined, edge, 'host')];
  return [...whys, ...deliver(t, vpcId, undefined, vpcId)];
}

function edgeTable(world: World, gatewayId: string): Json | 'unknown' | undefined {
  const tables = world
    .list('RouteTables')
    .filter((table) => ((table['Associations'] ?? []) as Json[]).some((a) => a['GatewayId'] === gatewayId));
  if (tables.length === 0) return undefined;
  const association = ((tables[0]?.['Associations'] ?? []) as Json[]).find((a) => a['GatewayId'] === gatewayId);
  if (
    tables.length > 1 ||
    association?.['PublicIpv4Pool'] !== undefined ||
    (association?.['AssociationState']?.State ?? 'associated') !== 'associated'
  )
    return 'unknown';
  return tables[0];
}

// ---- subnets

function leave(t: Travel, subnet: Json, from: 'host' | 'nat' | 'tgw'): Why[] {
  const { world } = t;
  if (inAny(world.subnetCidrs(subnet), t.family, t.dst)) return arrive(t, subnet, String(subnet['SubnetId']));
  const whys = acl(t, subnet, true);
  return [...whys, ...bySubnetTable(t, subnet, from)];
}

function bySubnetTable(t: Travel, subnet: Json, from: 'host' | 'nat' | 'tgw'): Why[] {
  const table = tableOf(t.world, subnet);
  if (table !== 'unknown') return route(t, String(subnet['VpcId']), subnet, table, from);
  const whys: Why[] = [unknown('X_FACT_UNREADABLE', String(subnet['SubnetId']))];
  if (!t.reply && inAny(t.world.vpcCidrs(String(subnet['VpcId'])), t.family, t.dst))
    whys.push(
      ...deliver({ ...t, noReply: true }, String(subnet['VpcId']), String(subnet['SubnetId']), String(subnet['VpcId'])),
    );
  return whys;
}

function tableOf(world: World, subnet: Json): Json | 'unknown' {
  const tables = world.list('RouteTables');
  const own = tables.filter((table) =>
    ((table['Associations'] ?? []) as Json[]).some((a) => a['SubnetId'] === subnet['SubnetId']),
  );
  if (own.length > 1) return 'unknown';
  if (own[0]) {
    const association = ((own[0]['Associations'] ?? []) as Json[]).find((a) => a['SubnetId'] === subnet['SubnetId']);
    return (association?.['AssociationState']?.State ?? 'associated') === 'associated' ? own[0] : 'unknown';
  }
  if (!world.seen('RouteTables', 'DescribeRouteTables')) return 'unknown';
  const main = tables.filter(
    (table) =>
      table['VpcId'] === subnet['VpcId'] && ((table['Associations'] ?? []) as Json[]).some((a) => a['Main'] === true),
  );
  return main.length === 1 ? (main[0] as Json) : 'unknown';
}

/** First match in the order of rule numbers; on a reply every port of the range has to pass. */
function acl(t: Travel, subnet: Json, egress: boolean): Why[] {
  const { world } = t;
  const found = world
    .list('NetworkAcls')
    .filter((one) => ((one['Associations'] ?? []) as Json[]).some((a) => a['SubnetId'] === subnet['SubnetId']));
  if (found.length !== 1) return [unknown('X_FACT_UNREADABLE', String(subnet['SubnetId']))];
  const entries = ((found[0]?.['Entries'] ?? []) as Json[])
    .filter((e) => e['Egress'] === egress)
    .sort((a, b) => Number(a['RuleNumber']) - Number(b['RuleNumber']));
  const address = egress ? t.dst : t.src;
  const ported = t.protocol === 6 || t.protocol === 17;
  const icmp = t.protocol === 1 || t.protocol === 58;
  const range = (e: Json): [number, number] => {
    const protocol = Number(e['Protocol']);
    if (protocol === -1) return [0, 65535];
    if (ported)
      return e['PortRange'] ? [Number(e['PortRange'].From ?? 0), Number(e['PortRange'].To ?? 65535)] : [0, 65535];
    if (!icmp || !e['IcmpTypeCode']) return [0, 65535];
    const { Type, Code } = e['IcmpTypeCode'] as { Type: number; Code: number };
    if (Type < 0) return [0, 65535];
    return Code < 0 ? [Type * 256, Type * 256 + 255] : [Type * 256 + Code, Type * 256 + Code];
  };
  const passes = (port: number): boolean => {
    for (const e of entries) {
      const protocol = Number(e['Protocol']);
      if (protocol !== -1 && protocol !== t.protocol) continue;
      const [from, to] = range(e);
      if (port < from || port > to) continue;
      if (inside(String(e['CidrBlock'] ?? e['Ipv6CidrBlock']), t.family, address)) return e['RuleAction'] === 'allow';
    }
    return false;
  };
  const [lo, hi] = t.ports;
  const tries = [...new Set([lo, hi, ...entries.flatMap((e) => range(e).flatMap((p) => [p - 1, p, p + 1]))])].filter(
    (port) => port >= lo && port <= hi,
  );
  const results = tries.map(passes);
  const id = String(found[0]?.['NetworkAclId']);
  if (results.every(Boolean)) return [];
  if (results.some(Boolean) && t.undeclared) return [unknown('X_EPHEMERAL_RANGE_ASSUMED', id)];
  return [deny('SUBNET_ACL_RESTRICTION', id)];
}

function deliver(t: Travel, vpcId: string, previousSubnetId: string | undefined, component: string): Why[] {
  const { world } = t;
  const subnet = world.subnetAt(vpcId, t.family, t.dst);
  if (!subnet)
    return world.seen('Subnets', 'DescribeSubnets')
      ? [deny('NO_POSSIBLE_DESTINATION', component)]
      : [unknown('X_FACT_UNREADABLE', vpcId)];
  const whys = subnet['SubnetId'] === previousSubnetId ? [] : acl(t, subnet, false);
  return [...whys, ...arrive(t, subnet, component)];
}

const BALANCERS = ['network_load_balancer', 'gateway_load_balancer', 'load_balancer'];

function arrive(t: Travel, subnet: Json, component: string): Why[] {
  const { world, packet } = t;
  const subnetId = String(subnet['SubnetId']);
  if (t.reply) {
    if (t.home?.subnetId !== subnetId) return [deny('NO_POSSIBLE_DESTINATION', component)];
    return t.home.arrived?.(t.src) ?? [];
  }
  let end: { groups: readonly string[]; eniId: string | undefined } | undefined;
  if (packet.target?.subnetId === subnetId && t.dst === packet.dst) end = packet.target;
  else {
    const eni = world.eniAt(subnetId, t.family, t.dst);
    if (eni)
      end = {
        groups: ((eni['Groups'] ?? []) as Json[]).map((g) => String(g['GroupId'])).sort(),
        eniId: String(eni['NetworkInterfaceId']),
      };
  }
  if (!end)
    return world.seen('NetworkInterfaces', 'DescribeNetworkInterfaces')
      ? [deny('NO_POSSIBLE_DESTINATION', component)]
      : [unknown('UNKNOWN_DESTINATION', subnetId)];
  const whys: Why[] = [];
  const eni = world.by('NetworkInterfaces', 'NetworkInterfaceId', end.eniId);
  const endpoint = world
    .list('VpcEndpoints')
    .find((one) => ((one['NetworkInterfaceIds'] ?? []) as string[]).includes(end?.eniId ?? ''));
  if (endpoint && String(endpoint['State']).toLowerCase() !== 'available')
    whys.push(deny('BAD_STATE', String(endpoint['VpcEndpointId'])));
  if (
    !endpoint &&
    ['vpc_endpoint', 'gateway_load_balancer_endpoint'].includes(String(eni?.['InterfaceType'])) &&
    !world.seen('VpcEndpoints', 'DescribeVpcEndpoints')
  )
    whys.push(unknown('X_FACT_UNREADABLE', String(end.eniId)));
  const balancer = BALANCERS.includes(String(eni?.['InterfaceType']));
  if (balancer) whys.push(unknown('X_NOT_MODELLED', String(end.eniId)));
  if (!(balancer && end.groups.length === 0))
    whys.push(...groups(t, end.groups, 'IpPermissions', String(subnet['VpcId'])).whys);
  return [...whys, ...answer(t, subnet)];
}

function asReply(t: Travel): Travel | undefined {
  if (t.noReply || !t.home?.ports) return undefined;
  return {
    ...t,
    src: t.dst,
    dst: t.src,
    ports: t.home.ports,
    undeclared: t.home.undeclared,
    reply: true,
    identity: undefined,
    hops: [],
  };
}

function answer(t: Travel, subnet: Json): Why[] {
  const reply = asReply(t);
  if (!reply) return [];
  if (t.home?.kind === 'nat' && t.home.subnetId !== undefined && t.crossed.some((c) => c.kind === 'pcx')) {
    const natSubnet = t.world.subnet(t.home.subnetId) as Json;
    return [...acl(reply, subnet, true), ...acl(reply, natSubnet, false), ...(t.home.arrived?.(reply.src) ?? [])];
  }
  return leave(reply, subnet, 'host');
}

// ---- security groups

function groups(
  t: Travel,
  ids: readonly string[],
  direction: 'IpPermissions' | 'IpPermissionsEgress',
  vpcId: string,
): { whys: Why[]; byReference: boolean } {
  const { world } = t;
  const address = direction === 'IpPermissions' ? t.src : t.dst;
  const port = t.ports[0];
  let rules = 0;
  let hidden = false;
  let lost: string | undefined;
  let referenced = false;
  let doubtful = false;
  for (const id of ids) {
    const group = world.by('SecurityGroups', 'GroupId', id);
    if (!group) {
      hidden = true;
      continue;
    }
    for (const p of (group[direction] ?? []) as Json[]) {
      rules += 1;
      const names: Record<string, number> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };
      const protocol = names[String(p['IpProtocol'])] ?? Number(p['IpProtocol']);
      if (protocol !== -1 && protocol !== t.protocol) continue;
      const from = Number(p['FromPort'] ?? -1);
      const to = Number(p['ToPort'] ?? -1);
      if (protocol === 6 || protocol === 17) {
        if (port < (from < 0 ? 0 : from) || port > (to < 0 ? 65535 : to)) continue;
      } else if (protocol === 1 || protocol === 58) {
        if (from < 0 && to >= 0) continue;
        if (from >= 0 && Math.floor(port / 256) !== from) continue;
        if (from >= 0 && to >= 0 && port % 256 !== to) continue;
      }
      const blocks = [
        ...((p['IpRanges'] ?? []) as Json[]).map((r) => String(r['CidrIp'])),
        ...((p['Ipv6Ranges'] ?? []) as Json[]).map((r) => String(r['CidrIpv6'])),
      ];
      if (inAny(blocks, t.family, address)) return { whys: [], byReference: false };
      for (const list of (p['PrefixListIds'] ?? []) as Json[]) {
        const entries = world.listEntries(String(list['PrefixListId']));
        if (!entries) hidden = true;
        else if (inAny(entries, t.family, address)) return { whys: [], byReference: false };
      }
      for (const pair of (p['UserIdGroupPairs'] ?? []) as Json[]) {
        if (pair['PeeringStatus'] !== undefined && pair['PeeringStatus'] !== 'active') continue;
        const wanted = String(pair['GroupId']);
        if (direction === 'IpPermissions') {
          if (!t.identity) lost = id;
          else if (t.identity.groups) {
            if (!t.identity.groups.includes(wanted)) continue;
            if (t.crossed.every((c) => c.references)) return { whys: [], byReference: false };
            lost = id;
          } else {
            const member = world
              .list('NetworkInterfaces')
              .some(
                (eni) =>
                  eni['VpcId'] === t.identity?.vpcId &&
                  ((eni['Groups'] ?? []) as Json[]).some((g) => g['GroupId'] === wanted) &&
                  world.eniIps(eni, t.family).includes(address),
              );
            if (member && t.crossed.every((c) => c.references)) return { whys: [], byReference: false };
            if (!world.seen('NetworkInterfaces', 'DescribeNetworkInterfaces')) doubtful = true;
          }
        } else {
          const member = world
            .list('NetworkInterfaces')
            .some(
              (eni) =>
                ((eni['Groups'] ?? []) as Json[]).some((g) => g['GroupId'] === wanted) &&
                world.eniIps(eni, t.family).includes(address),
            );
          const asked = t.packet.target?.groups.includes(wanted) === true && address === t.packet.dst;
          if (member || asked) referenced = true;
          else if (
            !world.seen('NetworkInterfaces', 'DescribeNetworkInterfaces') &&
            (!isPublic(t.family, address) || inAny(world.vpcCidrs(vpcId), t.family, address))
          )
            doubtful = true;
          else if (!world.by('SecurityGroups', 'GroupId', wanted)) {
            const pcx = world.by(
              'VpcPeeringConnections',
              'VpcPeeringConnectionId',
              pair['VpcPeeringConnectionId'] as string | undefined,
            );
            const far =
              pcx && (pcx['AccepterVpcInfo']?.VpcId === vpcId ? pcx['RequesterVpcInfo'] : pcx['AccepterVpcInfo']);
            if (
              far &&
              inAny(
                ((far['CidrBlockSet'] ?? []) as Json[]).map((c) => String(c['CidrBlock'])),
                t.family,
                address,
              )
            )
              doubtful = true;
          }
        }
      }
    }
  }
  if (referenced) return { whys: [], byReference: true };
  if (hidden || doubtful) return { whys: [unknown('X_FACT_UNREADABLE', ids[0] ?? '')], byReference: false };
  const code =
    lost !== undefined ? 'SG_REFERENCES_NOT_PRESERVED' : rules === 0 ? 'SG_HAS_NO_RULES' : 'ENI_SG_RULES_MISMATCH';
  return { whys: [deny(code, lost ?? ids[0] ?? '')], byReference: false };
}

// ---- routes

interface Winner {
  readonly routes: readonly Json[];
}

/** Every route that matches, the longest and then the most preferred first. */
function lookUp(world: World, table: Json, family: 4 | 6, dst: bigint): Winner | 'hidden' | undefined {
  const rows: { route: Json; length: number; tier: number; list: string | undefined; cidr: string }[] = [];
  let unreadable = false;
  const all = (table['Routes'] ?? []) as Json[];
  const locals = all
    .filter((r) => r['GatewayId'] === 'local')
    .map((r) => String(r['DestinationCidrBlock'] ?? r['DestinationIpv6CidrBlock']));
  for (const r of all) {
    const listId = r['DestinationPrefixListId'] as string | undefined;
    const entries =
      listId === undefined
        ? [String(r['DestinationCidrBlock'] ?? r['DestinationIpv6CidrBlock'])]
        : world.listEntries(listId);
    if (!entries) {
      unreadable = true;
      continue;
    }
    for (const cidr of entries) {
      if (!inside(cidr, family, dst)) continue;
      const length = Number(cidr.split('/')[1] ?? (family === 4 ? 32 : 128));
      const inLocal = locals.some(
        (local) =>
          familyOfText(local) === family &&
          Number(local.split('/')[1]) <= length &&
          inside(local, family, ip(cidr.split('/')[0] as string)),
      );
      if (r['Origin'] === 'EnableVgwRoutePropagation' && inLocal) continue;
      const tier =
        listId !== undefined
          ? 1
          : r['Origin'] === 'EnableVgwRoutePropagation' || r['Origin'] === 'Advertisement'
            ? 2
            : 0;
      rows.push({ route: r, length, tier, list: listId, cidr });
    }
  }
  rows.sort((a, b) => b.length - a.length || a.tier - b.tier);
  const [best] = rows;
  const provable =
    best && (best.route['GatewayId'] === 'local' || (best.length === (family === 4 ? 32 : 128) && best.tier === 0));
  if (unreadable && !provable) return 'hidden';
  if (!best) return undefined;
  const equals = rows.filter(
    (row) => row.length === best.length && (row.tier === best.tier || row.route['Origin'] === 'Advertisement'),
  );
  const routes: Json[] = [];
  for (const row of equals)
    if (!routes.some((other) => target(other) === target(row.route) && other['State'] === row.route['State']))
      routes.push(row.route);
  return { routes };
}

const TARGETS = [
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'EgressOnlyInternetGatewayId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
  'GatewayId',
];

const target = (r: Json): string => {
  const member = TARGETS.find((name) => r[name] !== undefined && r[name] !== null);
  return member === undefined ? '' : `${member}:${String(r[member])}`;
};

function route(
  t: Travel,
  vpcId: string,
  subnet: Json | undefined,
  table: Json,
  from: 'host' | 'nat' | 'tgw',
  zone?: string,
): Why[] {
  const tableId = String(table['RouteTableId']);
  const winner = lookUp(t.world, table, t.family, t.dst);
  if (winner === 'hidden') return [unknown('X_FACT_UNREADABLE', tableId)];
  if (!winner) return [deny('NO_ROUTE_TO_DESTINATION', tableId)];
  const ways = winner.routes.map((r) => take(t, vpcId, subnet, table, r, from, zone ?? zoneOf(subnet)));
  return ways.length === 1 ? (ways[0] as Why[]) : oneOf(ways);
}

const zoneOf = (subnet: Json | undefined): string | undefined =>
  (subnet?.['AvailabilityZoneId'] ?? subnet?.['AvailabilityZone']) as string | undefined;

function take(
  t: Travel,
  vpcId: string,
  subnet: Json | undefined,
  table: Json,
  r: Json,
  from: 'host' | 'nat' | 'tgw',
  zone: string | undefined,
): Why[] {
  const tableId = String(table['RouteTableId']);
  const state = String(r['State'] ?? 'active');
  if (state === 'blackhole') return [deny('BAD_STATE_ROUTE', tableId)];
  if (state !== 'active') return [unknown('X_FACT_UNREADABLE', tableId)];
  const [member, id] = target(r).split(/:(.*)/s) as [string, string];
  const step = `${tableId}>${id}`;
  if (t.hops.includes(step)) return [deny('X_NAT_LOOP', tableId)];
  const on: Travel = { ...t, hops: [...t.hops, step] };
  if (id === 'local') return deliver(on, vpcId, subnet?.['SubnetId'] as string | undefined, tableId);
  if (member === 'GatewayId' && id.startsWith('igw-')) return internetGateway(on, vpcId, tableId, id);
  if (member === 'GatewayId' && id.startsWith('vgw-')) return vpnGateway(on, vpcId, id);
  if (member === 'GatewayId' && id.startsWith('vpce-')) return endpointRoute(on, vpcId, subnet, id, from);
  if (member === 'NatGatewayId') return natGateway(on, vpcId, subnet, tableId, id, from, zone);
  if (member === 'EgressOnlyInternetGatewayId') return egressOnly(on, vpcId, subnet, tableId, id);
  if (member === 'VpcPeeringConnectionId') return peering(on, vpcId, id);
  if (member === 'TransitGatewayId') return transitGateway(on, vpcId, id, zone);
  if (member === 'NetworkInterfaceId')
    return appliance(on, subnet, on.world.by('NetworkInterfaces', 'NetworkInterfaceId', id), id);
  if (member === 'InstanceId')
    return appliance(
      on,
      subnet,
      on.world.list('NetworkInterfaces').find((eni) => eni['Attachment']?.InstanceId === id),
      id,
    );
  return [unknown('X_NOT_MODELLED', id || tableId)];
}

// ---- gateways

function attached(
  t: Travel,
  key: string,
  operation: string,
  member: string,
  list: string,
  id: string,
  vpcId: string,
): Why[] | 'stop' {
  const gateway = t.world.by(key, member, id);
  if (!gateway) return t.world.seen(key, operation, id) ? 'stop' : [unknown('X_FACT_UNREADABLE', id)];
  const state = ((gateway[list] ?? []) as Json[]).find((a) => a['VpcId'] === vpcId)?.['State'] as string | undefined;
  return state === 'available' || state === 'attached' ? [] : 'stop';
}

function encryption(t: Travel, vpcId: string): Why[] {
  return t.world.by('Vpcs', 'VpcId', vpcId)?.['EncryptionControl']?.Mode === 'enforce'
    ? [unknown('X_NOT_MODELLED', vpcId)]
    : [];
}

function internetGateway(t: Travel, vpcId: string, tableId: string, id: string): Why[] {
  const { world } = t;
  const whys: Why[] = [];
  if (inside('64:ff9b::/96', t.family, t.dst)) whys.push(deny('X_NAT64_ROUTE_MISSING', tableId));
  const state = attached(
    t,
    'InternetGateways',
    'DescribeInternetGateways',
    'InternetGatewayId',
    'Attachments',
    id,
    vpcId,
  );
  if (state === 'stop') return [...whys, deny('BAD_STATE_ATTACHMENT', id)];
  whys.push(...state, ...encryption(t, vpcId));
  if (inAny(PRIVATE, t.family, t.dst)) whys.push(deny('IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS', id));
  if (inside('100.64.0.0/10', t.family, t.dst)) whys.push(deny('IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS', id));
  if (t.reply) {
    if (whys.some((why) => why.effect === 'deny')) return whys;
    if (t.home?.kind === 'internet') return whys;
    if (t.home?.hairpin) return [...whys, ...t.home.hairpin(t)];
    return [...whys, deny('CANNOT_ROUTE', tableId)];
  }
  const { home } = t;
  if (home) {
    const subnet = world.subnet(home.subnetId);
    if (subnet) whys.push(...blockPublicAccess(world, subnet, home.kind === 'nat' ? 'nat' : 'igw'));
    if (t.family === 6 && home.denyAllIgw) whys.push(deny('X_DENY_ALL_IGW_TRAFFIC', 'eni'));
    if (t.family === 4 && !home.hasPublicIp) whys.push(deny('IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS', 'eni'));
  }
  if (whys.some((why) => why.code.startsWith('IGW_DESTINATION') || why.code === 'X_NAT64_ROUTE_MISSING')) return whys;
  if (t.family === 4 && world.ownPublic(t.dst)) {
    if (home?.publicIp === undefined) return whys;
    const inner = home;
    const back = (reply: Travel): Why[] => {
      const mine = { ...reply, dst: inner.ip };
      const subnet = world.subnet(inner.subnetId);
      if (!subnet) return inner.arrived?.(reply.src) ?? [];
      return [...acl(mine, subnet, false), ...arrive(mine, subnet, id)];
    };
    return [
      ...whys,
      ...toPublicAddress({ ...t, src: home.publicIp, identity: undefined, home: { ...home, hairpin: back } }),
    ];
  }
  if (!isPublic(t.family, t.dst)) whys.push(unknown('UNKNOWN_DESTINATION', id));
  return [...whys, ...backFromInternet(t, id)];
}

function backFromInternet(t: Travel, gatewayId: string): Why[] {
  const { world, home } = t;
  const reply = asReply(t);
  if (!reply || !home?.vpcId) return [];
  const whys: Why[] = [];
  const edge = edgeTable(world, gatewayId);
  if (edge === 'unknown') whys.push(unknown('X_FACT_UNREADABLE', gatewayId));
  else if (edge) {
    const winner = lookUp(world, edge, reply.family, reply.dst);
    if (
      winner &&
      winner !== 'hidden' &&
      !winner.routes.every((r) => r['GatewayId'] === 'local' && (r['State'] ?? 'active') === 'active')
    )
      return [deny('INGRESS_RTB_TRAFFIC_REDIRECTION', String(edge['RouteTableId']))];
    if (winner === 'hidden') return [deny('INGRESS_RTB_TRAFFIC_REDIRECTION', String(edge['RouteTableId']))];
  }
  const subnet = world.subnet(home.subnetId);
  if (!subnet) return [...whys, ...(home.arrived?.(reply.src) ?? [])];
  return [...whys, ...acl(reply, subnet, false), ...arrive(reply, subnet, gatewayId)];
}

function egressOnly(t: Travel, vpcId: string, subnet: Json | undefined, tableId: string, id: string): Why[] {
  if (t.family === 4) return [deny('X_IPV4_ON_EIGW', id)];
  if (t.reply) return [deny('CANNOT_ROUTE', tableId)];
  if (inside('64:ff9b::/96', 6, t.dst)) return [deny('X_NAT64_ROUTE_MISSING', tableId)];
  const state = attached(
    t,
    'EgressOnlyInternetGateways',
    'DescribeEgressOnlyInternetGateways',
    'EgressOnlyInternetGatewayId',
    'Attachments',
    id,
    vpcId,
  );
  if (state === 'stop') return [deny('BAD_STATE_ATTACHMENT', id)];
  const whys = [...state, ...encryption(t, vpcId), ...(subnet ? blockPublicAccess(t.world, subnet, 'eigw') : [])];
  const reply = asReply(t);
  const back = t.world.subnet(t.home?.subnetId);
  return reply && back ? [...whys, ...acl(reply, back, false), ...arrive(reply, back, id)] : whys;
}

function natGateway(
  t: Travel,
  vpcId: string,
  subnet: Json | undefined,
  tableId: string,
  id: string,
  from: 'host' | 'nat' | 'tgw',
  zone: string | undefined,
): Why[] {
  const { world } = t;
  if (t.reply) return [deny('NGW_SOURCE_ADDRESS_REASSIGN', tableId)];
  const nat = world.by('NatGateways', 'NatGatewayId', id);
  if (!nat)
    return [
      world.seen('NatGateways', 'DescribeNatGateways', id) ? deny('BAD_STATE', id) : unknown('X_FACT_UNREADABLE', id),
    ];
  const state = String(nat['State'] ?? 'available');
  if (state !== 'available' && state !== 'deleting') return [deny('BAD_STATE', id)];
  const whys: Why[] = state === 'deleting' ? [unknown('BAD_STATE', id)] : [];
  if (nat['VpcId'] !== undefined && nat['VpcId'] !== vpcId) return [...whys, deny('NGW_REQUIRES_SOURCE_IN_VPC', id)];
  if (from === 'nat' || t.hops.includes(id)) return [...whys, deny('X_NAT_LOOP', id)];
  if (![1, 6, 17, 58].includes(t.protocol)) return [...whys, deny('PROTOCOL_RESTRICTION', id)];
  if (t.family === 6 && !inside('64:ff9b::/96', 6, t.dst)) return [...whys, deny('PROTOCOL_RESTRICTION', id)];
  const rows = ((nat['NatGatewayAddresses'] ?? []) as Json[]).filter(
    (a) => !['failed', 'unassigning'].includes(String(a['Status'] ?? 'succeeded')),
  );
  const regional = nat['AvailabilityMode'] === 'regional';
  if (regional && nat['AutoProvisionZones'] !== 'enabled') {
    const here = ((nat['NatGatewayAddresses'] ?? []) as Json[]).some(
      (a) =>
        (a['AvailabilityZoneId'] ?? a['AvailabilityZone']) === zone ||
        (a['AvailabilityZone'] !== undefined && a['AvailabilityZone'] === subnet?.['AvailabilityZone']),
    );
    if (!here) return [...whys, deny('REGIONAL_NGW_ROUTE_AZ_RESTRICTION', id)];
  }
  const natSubnet = regional ? undefined : world.subnet(nat['SubnetId'] as string | undefined);
  if (!regional && !natSubnet) return [...whys, unknown('X_FACT_UNREADABLE', id)];
  if (natSubnet && natSubnet['SubnetId'] !== subnet?.['SubnetId']) whys.push(...acl(t, natSubnet, false));
  const dst = t.family === 6 ? t.dst - ip('64:ff9b::') : t.dst;
  const protocol = t.protocol === 58 ? 1 : t.protocol;
  const isOpen = (a: Json): boolean =>
    (nat['ConnectivityType'] ?? 'public') === 'public' &&
    a['PublicIp'] !== undefined &&
    (a['Status'] ?? 'succeeded') === 'succeeded';
  const someOpen = rows.some(isOpen);
  const sources = rows.filter((a) => a['PrivateIp'] !== undefined);
  const table =
    nat['RouteTableId'] === undefined
      ? undefined
      : world.by('RouteTables', 'RouteTableId', String(nat['RouteTableId']));
  const onward = (out: Travel): Why[] =>
    natSubnet
      ? leave(out, natSubnet, 'nat')
      : table
        ? route(out, vpcId, undefined, table, 'nat', zone)
        : [unknown('X_FACT_UNREADABLE', vpcId)];
  // Any of its addresses may be used.
  for (const a of sources.length > 0 ? sources : [{}]) {
    const own =
      a['PrivateIp'] === undefined
        ? natSubnet
          ? ip(String(natSubnet['CidrBlock']).split('/')[0] as string)
          : 0n
        : ip(String(a['PrivateIp']));
    const reply = replyPorts(protocol, t.ports[0], [1024, 65535]);
    const arrived = (fromIp: bigint): Why[] => {
      if (!t.home?.ports) return [];
      const far = t.family === 6 ? ip('64:ff9b::') + fromIp : fromIp;
      const back: Travel = {
        ...t,
        src: far,
        dst: t.src,
        ports: t.home.ports,
        undeclared: t.home.undeclared,
        reply: true,
        identity: undefined,
        hops: [],
      };
      return onward(back);
    };
    const home: Home = {
      kind: 'nat',
      vpcId,
      subnetId: natSubnet?.['SubnetId'] as string | undefined,
      ip: own,
      hasPublicIp: someOpen ? isOpen(a) : false,
      publicIp: a['PublicIp'] === undefined ? undefined : ip(String(a['PublicIp'])),
      denyAllIgw: false,
      ports: reply?.ports,
      undeclared: false,
      arrived,
    };
    whys.push(
      ...onward({
        ...t,
        family: 4,
        protocol,
        src: own,
        dst,
        identity: undefined,
        byReference: false,
        home,
        hops: [...t.hops, id],
      }),
    );
  }
  return whys;
}

function peering(t: Travel, vpcId: string, id: string): Why[] {
  const { world } = t;
  const pcx = world.by('VpcPeeringConnections', 'VpcPeeringConnectionId', id);
  if (!pcx)
    return [
      world.seen('VpcPeeringConnections', 'DescribeVpcPeeringConnections', id)
        ? deny('BAD_STATE', id)
        : unknown('X_FACT_UNREADABLE', id),
    ];
  if (pcx['Status']?.Code !== 'active') return [deny('BAD_STATE', id)];
  const [near, far] =
    pcx['AccepterVpcInfo']?.VpcId === vpcId
      ? [pcx['AccepterVpcInfo'], pcx['RequesterVpcInfo']]
      : [pcx['RequesterVpcInfo'], pcx['AccepterVpcInfo']];
  const blocks = (side: Json): string[] => {
    const known = side?.['VpcId'] ? world.vpcCidrs(String(side['VpcId'])) : [];
    if (known.some((cidr) => familyOfText(cidr) === t.family)) return known;
    return [
      ...((side?.['CidrBlockSet'] ?? []) as Json[]).map((c) => String(c['CidrBlock'])),
      ...((side?.['Ipv6CidrBlockSet'] ?? []) as Json[]).map((c) => String(c['Ipv6CidrBlock'])),
      ...(side?.['CidrBlockSet'] === undefined && side?.['CidrBlock'] ? [String(side['CidrBlock'])] : []),
    ];
  };
  const whys: Why[] = [];
  if (!inAny(blocks({ ...near, VpcId: vpcId }), t.family, t.src))
    whys.push(deny('PCX_REQUIRES_ADDRESS_IN_VPC_CIDR', id));
  if (!inAny(blocks(far as Json), t.family, t.dst)) return [...whys, deny('PCX_REQUIRES_ADDRESS_IN_VPC_CIDR', id)];
  const farVpc = far?.['VpcId'] as string | undefined;
  if (farVpc === undefined || !world.by('Vpcs', 'VpcId', farVpc)) return [...whys, unknown('UNKNOWN_DESTINATION', id)];
  const sameRegion =
    near?.['Region'] === undefined || far?.['Region'] === undefined || near['Region'] === far['Region'];
  if (!sameRegion && t.byReference && !t.reply) whys.push(deny('SG_REFERENCES_NOT_PRESERVED', id));
  return [
    ...whys,
    ...deliver({ ...t, crossed: [...t.crossed, { kind: 'pcx', references: sameRegion }] }, farVpc, undefined, id),
  ];
}

function vpnGateway(t: Travel, vpcId: string, id: string): Why[] {
  const { world } = t;
  const state = attached(t, 'VpnGateways', 'DescribeVpnGateways', 'VpnGatewayId', 'VpcAttachments', id, vpcId);
  if (state === 'stop') return [deny('BAD_STATE_ATTACHMENT', id)];
  const whys = [...state, ...encryption(t, vpcId)];
  const connections = world.list('VpnConnections').filter((c) => c['VpnGatewayId'] === id && c['State'] !== 'deleted');
  const down = connections.filter(
    (c) =>
      ((c['VgwTelemetry'] ?? []) as Json[]).length > 0 &&
      ((c['VgwTelemetry'] ?? []) as Json[]).every((tunnel) => tunnel['Status'] === 'DOWN'),
  );
  if (
    connections.length > 0 &&
    down.length === connections.length &&
    world.seen('VpnConnections', 'DescribeVpnConnections')
  )
    return [...whys, deny('BAD_STATE_VPN', String(down[0]?.['VpnConnectionId']))];
  return [...whys, unknown('UNKNOWN_DESTINATION', id)];
}

function endpointRoute(
  t: Travel,
  vpcId: string,
  subnet: Json | undefined,
  id: string,
  from: 'host' | 'nat' | 'tgw',
): Why[] {
  const { world } = t;
  const endpoint = world.by('VpcEndpoints', 'VpcEndpointId', id);
  if (!endpoint)
    return [
      world.seen('VpcEndpoints', 'DescribeVpcEndpoints', id) ? deny('BAD_STATE', id) : unknown('X_FACT_UNREADABLE', id),
    ];
  if (String(endpoint['State'] ?? 'available').toLowerCase() !== 'available') return [deny('BAD_STATE', id)];
  const type = String(endpoint['VpcEndpointType'] ?? 'Gateway');
  if (type === 'Gateway') {
    const echo = t.protocol === 1 && Math.floor(t.ports[0] / 256) === 8;
    if (t.protocol !== 6 && !echo) return [deny('VPCE_GATEWAY_PROTOCOL_RESTRICTION', id)];
    if (from === 'tgw' || ((from === 'nat' || t.crossed.length > 0) && t.home?.vpcId !== vpcId))
      return [deny('VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION', id)];
    const reply = asReply(t);
    const back = world.subnet(t.home?.subnetId);
    return reply && back ? [...acl(reply, back, false), ...arrive(reply, back, id)] : [];
  }
  if (type !== 'GatewayLoadBalancer') return [unknown('X_NOT_MODELLED', id)];
  const whys: Why[] = [unknown('PATH_THROUGH_GWLB_NOT_CHECKED', id)];
  const own = world.subnet((endpoint['SubnetIds'] as string[] | undefined)?.[0]);
  if (!own) return [...whys, unknown('X_FACT_UNREADABLE', id)];
  whys.push(...acl(t, own, false));
  if (own['SubnetId'] === subnet?.['SubnetId']) return whys;
  return [...whys, ...leave({ ...t, identity: undefined, noReply: true }, own, 'host')];
}

function appliance(t: Travel, subnet: Json | undefined, eni: Json | undefined, id: string): Why[] {
  const { world } = t;
  if (!eni)
    return [
      world.seen('NetworkInterfaces', 'DescribeNetworkInterfaces', id)
        ? deny('BAD_STATE', id)
        : unknown('X_FACT_UNREADABLE', id),
    ];
  const eniId = String(eni['NetworkInterfaceId']);
  const whys: Why[] = [];
  if ((eni['SourceDestCheck'] ?? true) === true) whys.push(deny('ENI_SOURCE_DEST_CHECK_RESTRICTION', eniId));
  if ((eni['Status'] ?? 'in-use') !== 'in-use') whys.push(deny('BAD_STATE', eniId));
  const instanceId = eni['Attachment']?.InstanceId as string | undefined;
  if (instanceId !== undefined) {
    const instance = world.by('Instances', 'InstanceId', instanceId);
    if (!instance && !world.seen('Instances', 'DescribeInstances', instanceId))
      whys.push(unknown('X_FACT_UNREADABLE', instanceId));
    else if (instance?.['State']?.Name !== 'running') whys.push(deny('BAD_STATE', instanceId));
  }
  const own = world.subnet(eni['SubnetId'] as string | undefined);
  if (!own) return [...whys, unknown('X_FACT_UNREADABLE', eniId)];
  if (own['SubnetId'] !== subnet?.['SubnetId']) whys.push(...acl(t, own, false));
  const ids = ((eni['Groups'] ?? []) as Json[]).map((g) => String(g['GroupId'])).sort();
  if (!t.reply) {
    whys.push(...groups(t, ids, 'IpPermissions', String(own['VpcId'])).whys);
    if (t.byReference) whys.push(deny('SG_REFERENCES_NOT_PRESERVED', eniId));
  }
  whys.push(unknown('X_GUEST_FORWARDING_UNKNOWN', eniId));
  if (t.reply) return whys;
  const plain: Travel = { ...t, identity: undefined, byReference: false, noReply: true };
  const onward = (out: Travel): Why[] => [
    ...groups(out, ids, 'IpPermissionsEgress', String(own['VpcId'])).whys,
    ...leave(out, own, 'host'),
  ];
  const ways = [onward(plain)];
  const masks = world.eniIps(eni, t.family).map((mask) =>
    onward({
      ...plain,
      src: mask,
      home: t.home && {
        ...t.home,
        hasPublicIp: world.publicIp(eni, mask) !== undefined,
        publicIp: world.publicIp(eni, mask),
        denyAllIgw: eni['DenyAllIgwTraffic'] === true,
      },
    }),
  );
  if (masks.length > 0) ways.push(masks.flat());
  return [...whys, ...oneOf(ways)];
}

// ---- transit gateways

function attachmentState(t: Travel, attachment: Json): Why[] | 'stop' {
  const id = String(attachment['TransitGatewayAttachmentId']);
  const whys: Why[] = [];
  const state = String(attachment['State'] ?? 'available');
  if (state === 'modifying') whys.push(unknown('BAD_STATE_ATTACHMENT', id));
  else if (state !== 'available') return 'stop';
  if (['enable', 'enabled'].includes(String(attachment['Options']?.NatGatewaySupport)))
    whys.push(unknown('X_NOT_MODELLED', id));
  if (t.family === 6 && attachment['Options']?.Ipv6Support !== 'enable') whys.push(unknown('X_NOT_MODELLED', id));
  return whys;
}

function transitGateway(t: Travel, vpcId: string, id: string, zone: string | undefined): Why[] {
  const { world } = t;
  const attachment = world
    .list('TransitGatewayVpcAttachments')
    .find((a) => a['TransitGatewayId'] === id && a['VpcId'] === vpcId && a['State'] !== 'deleted');
  if (!attachment)
    return [
      world.seen('TransitGatewayVpcAttachments', 'DescribeTransitGatewayVpcAttachments')
        ? deny('BAD_STATE_ATTACHMENT', id)
        : unknown('X_FACT_UNREADABLE', id),
    ];
  const attachmentId = String(attachment['TransitGatewayAttachmentId']);
  const state = attachmentState(t, attachment);
  if (state === 'stop') return [deny('BAD_STATE_ATTACHMENT', attachmentId)];
  const whys = [...state];
  const subnets = ((attachment['SubnetIds'] ?? []) as string[]).map((one) => world.subnet(one));
  const here = subnets.find((one) => one && zoneOf(one) === zone);
  if (here) whys.push(...acl(t, here, false));
  else if (subnets.some((one) => !one) && !world.seen('Subnets', 'DescribeSubnets'))
    whys.push(unknown('X_FACT_UNREADABLE', attachmentId));
  else return [...whys, deny('TGW_ROUTE_AZ_RESTRICTION', attachmentId)];
  const general = world.list('TransitGatewayAttachments').find((a) => a['TransitGatewayAttachmentId'] === attachmentId);
  const association = general?.['Association'] as Json | undefined;
  if (!general && !world.seen('TransitGatewayAttachments', 'DescribeTransitGatewayAttachments', attachmentId))
    return [...whys, unknown('TGW_RTB_ROUTES_ARE_UNKNOWN', id)];
  if (!association) {
    const foreign =
      general?.['TransitGatewayOwnerId'] !== undefined &&
      general['ResourceOwnerId'] !== undefined &&
      general['TransitGatewayOwnerId'] !== general['ResourceOwnerId'];
    return [
      ...whys,
      foreign
        ? unknown('TGW_RTB_ROUTES_ARE_UNKNOWN', id)
        : deny('TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', attachmentId),
    ];
  }
  const associated = String(association['State'] ?? 'associated');
  if (associated !== 'associated')
    return [
      ...whys,
      associated === 'associating' || associated === 'disassociating'
        ? unknown('TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', attachmentId)
        : deny('TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', attachmentId),
    ];
  const tableId = String(association['TransitGatewayRouteTableId']);
  const routes = world.bundle['TransitGatewayRoutes']?.[tableId] as Json[] | undefined;
  if (!routes) return [...whys, unknown('TGW_RTB_ROUTES_ARE_UNKNOWN', tableId)];
  const rows = routes.filter(
    (r) => typeof r['DestinationCidrBlock'] === 'string' && inside(String(r['DestinationCidrBlock']), t.family, t.dst),
  );
  rows.sort(
    (a, b) =>
      Number(String(b['DestinationCidrBlock']).split('/')[1]) -
        Number(String(a['DestinationCidrBlock']).split('/')[1]) ||
      Number(a['Type'] !== 'static') - Number(b['Type'] !== 'static'),
  );
  const [best] = rows;
  if (!best) return [...whys, deny('TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT', tableId)];
  if (best['State'] === 'blackhole') return [...whys, deny('TGW_RTB_BAD_STATE_ROUTE', tableId)];
  if (best['State'] !== undefined && best['State'] !== 'active')
    return [...whys, unknown('TGW_RTB_ROUTES_ARE_UNKNOWN', tableId)];
  const exits = (best['TransitGatewayAttachments'] ?? []) as Json[];
  if (exits.length === 0) return [...whys, unknown('TGW_RTB_ROUTES_ARE_UNKNOWN', tableId)];
  return [...whys, ...exits.flatMap((exit) => exitTransitGateway(t, id, attachment, exit, zone))];
}

function exitTransitGateway(t: Travel, id: string, entry: Json, exit: Json, zone: string | undefined): Why[] {
  const { world } = t;
  const exitId = String(exit['TransitGatewayAttachmentId']);
  if (exit['ResourceType'] !== 'vpc') return [unknown('UNKNOWN_DESTINATION', exitId)];
  const attachment = world.by('TransitGatewayVpcAttachments', 'TransitGatewayAttachmentId', exitId);
  if (!attachment) return [unknown('X_FACT_UNREADABLE', exitId)];
  const state = attachmentState(t, attachment);
  if (state === 'stop') return [deny('BAD_STATE_ATTACHMENT', exitId)];
  const whys = [...state];
  const vpcId = String(attachment['VpcId']);
  if (!world.by('Vpcs', 'VpcId', vpcId)) return [...whys, unknown('UNKNOWN_DESTINATION', exitId)];
  const all = ((attachment['SubnetIds'] ?? []) as string[]).map((one) => world.subnet(one));
  if (all.some((one) => !one)) whys.push(unknown('X_FACT_UNREADABLE', exitId));
  const subnets = all.filter((one): one is Json => one !== undefined);
  const same = subnets.filter((one) => zoneOf(one) === zone);
  const chosen = attachment['Options']?.ApplianceModeSupport === 'enable' || same.length === 0 ? subnets : same;
  const on = (one: Json | undefined): boolean => one?.['Options']?.SecurityGroupReferencingSupport === 'enable';
  const references = on(world.by('TransitGateways', 'TransitGatewayId', id)) && on(entry) && on(attachment);
  if (!t.reply && t.byReference) whys.push(deny('SG_REFERENCES_NOT_PRESERVED', id));
  const out: Travel = { ...t, crossed: [...t.crossed, { kind: 'tgw', references }], hops: [...t.hops, id] };
  for (const subnet of chosen) {
    const neighbour = inAny(world.subnetCidrs(subnet), t.family, t.dst);
    if (!neighbour) whys.push(...acl(out, subnet, true));
    whys.push(...bySubnetTable(out, subnet, 'tgw'));
  }
  return whys;
}

// ---- Block Public Access

function blockPublicAccess(world: World, subnet: Json, way: 'igw' | 'nat' | 'eigw' | 'inbound'): Why[] {
  const id = String(subnet['SubnetId']);
  const exclusions = world
    .list('VpcBlockPublicAccessExclusions')
    .filter((one) => [id, subnet['VpcId']].includes(String(one['ResourceArn']).replace(/^.*\//, '')));
  if (exclusions.some((one) => String(one['State']).endsWith('-in-progress')))
    return [unknown('X_FACT_UNREADABLE', id)];
  const options = world.bundle['VpcBlockPublicAccessOptions'] as Json | undefined;
  if (options?.['State'] === 'update-in-progress') return [unknown('X_FACT_UNREADABLE', id)];
  const valid = exclusions.filter((one) =>
    ['create-complete', 'update-complete', 'update-failed', 'delete-failed'].includes(String(one['State'])),
  );
  const egressOnlyExclusion = valid.some((one) => one['InternetGatewayExclusionMode'] === 'allow-egress');
  const computed = subnet['BlockPublicAccessStates']?.InternetGatewayBlockMode as string | undefined;
  let mode = computed;
  if (mode === undefined) {
    if (!options)
      return world.seen('VpcBlockPublicAccessOptions', 'DescribeVpcBlockPublicAccessOptions')
        ? []
        : [unknown('X_FACT_UNREADABLE', id)];
    mode = String(options['InternetGatewayBlockMode']);
    if (mode !== 'off' && !world.seen('VpcBlockPublicAccessExclusions', 'DescribeVpcBlockPublicAccessExclusions'))
      return [unknown('X_FACT_UNREADABLE', id)];
    if (valid.some((one) => one['InternetGatewayExclusionMode'] === 'allow-bidirectional')) mode = 'off';
  } else if (mode === 'block-ingress' && egressOnlyExclusion && options)
    mode = String(options['InternetGatewayBlockMode']);
  if (mode === 'off') return [];
  const blocked = [deny('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', id)];
  if (way === 'inbound') return blocked;
  if (mode === 'block-ingress') return way === 'igw' ? blocked : [];
  if (!egressOnlyExclusion) return blocked;
  return way === 'igw' ? [unknown('X_BPA_DOC_CONFLICT', id)] : [];
}
