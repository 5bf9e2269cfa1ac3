/** Questions of formats.md section 2 as lists of concrete packets, and the verdict over them. */
import {
  address,
  type Block,
  block,
  covers,
  type Family,
  familyOf,
  INTERNET6,
  LINK_LOCAL,
  NAT64,
  NOT_INTERNET,
  RFC1918,
  RFC6598,
  SERVICE_LOCAL,
} from './address.ts';
import { at, flag, items, type Json, number, text, texts } from './json.ts';
import { type From, type Goal, type Outcome, type Packet, type Reason, simulate, worldOf } from './simulate.ts';
import { addressesOf, resolverOf, type World } from './world.ts';

export interface Judgement {
  readonly verdict: 'pass' | 'fail' | 'unknown';
  readonly reasons: readonly Reason[];
  /** The packet that decided, for reading. */
  readonly packet?: Packet;
  readonly path?: readonly string[];
}

/** A set of addresses as blocks minus blocks. */
export interface Area {
  readonly family: Family;
  readonly blocks: readonly Block[];
  readonly minus: readonly Block[];
}

const CONSTANTS = [
  '0.0.0.0/0',
  '::/0',
  INTERNET6,
  ...NOT_INTERNET,
  ...RFC1918,
  ...RFC6598,
  ...LINK_LOCAL,
  ...SERVICE_LOCAL,
  '64:ff9b::/96',
];
/** An IPv6 address has `::` or eight groups: a MAC address is none. */
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|(?=[^/]*::|([^:]+:){7})[0-9a-fA-F:]+)(\/\d{1,3})?$/;
const PROTOCOL: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

/** Every block and address that occurs anywhere in a value. */
function blocksIn(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (ADDRESS.test(value)) into.add(value);
  } else if (Array.isArray(value)) for (const item of value) blocksIn(item, into);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) blocksIn(item, into);
}

const embedded = (cidr: Block): Block => ({
  family: 6,
  first: NAT64.first + cidr.first,
  last: NAT64.first + cidr.last,
  length: 96 + cidr.length,
});

const single = (family: Family, ip: bigint): Block => ({
  family,
  first: ip,
  last: ip,
  length: family === 4 ? 32 : 128,
});

/** Blocks of one family where an answer may change. */
function edgesOf(world: World, family: Family): readonly Block[] {
  return world.remember(`all blocks ${family}`, () => {
    const found = new Set<string>(CONSTANTS);
    blocksIn(world.bundle, found);
    const all = new Map<string, Block>();
    const add = (item: Block): unknown => all.set(`${item.first} ${item.last}`, item);
    for (const written of found) {
      const cidr = block(written);
      if (cidr.family === family) add(cidr);
      else if (family === 6) add(embedded(cidr));
    }
    for (const vpc of world.list('Vpcs')) {
      const resolver = resolverOf(world, text(vpc, 'VpcId') ?? '');
      if (family === 4 && resolver !== undefined) add(single(4, resolver));
    }
    return [...all.values()];
  });
}

/** First and last of every block and the addresses beside them, inside the area. */
export function boundaryAddresses(bundle: unknown, area: Area): readonly bigint[] {
  const points = new Set<bigint>();
  for (const edge of [...edgesOf(worldOf(bundle), area.family), ...area.blocks, ...area.minus])
    for (const ip of [edge.first - 1n, edge.first, edge.last, edge.last + 1n]) points.add(ip);
  const holds = (ip: bigint): boolean =>
    area.blocks.some((cidr) => covers(cidr, area.family, ip)) &&
    !area.minus.some((cidr) => covers(cidr, area.family, ip));
  return [...points].filter(holds).sort((a, b) => (a < b ? -1 : 1));
}

/** One address of each class: two addresses that lie in the same blocks cannot be told apart by anything in the bundle. */
function representatives(world: World, area: Area): readonly bigint[] {
  const edges = edgesOf(world, area.family);
  const seen = new Map<string, bigint>();
  for (const ip of boundaryAddresses(world.bundle, area)) {
    const inside = edges.map((edge) => (edge.first <= ip && ip <= edge.last ? '1' : '0')).join('');
    if (!seen.has(inside)) seen.set(inside, ip);
  }
  return [...seen.values()];
}

/** INTERNET4 or INTERNET6 of semantics 0.2 and ruling 1. A VPC that uses public IPv4 space hides it from its own hosts only. */
export function internetOf(world: World, family: Family, vpcId?: string): Area {
  const mineOnly = family === 4 && vpcId !== undefined;
  const vpcs = world.list('Vpcs').map((vpc) => text(vpc, 'VpcId') ?? '');
  const own = vpcs.filter((vpc) => !mineOnly || vpc === vpcId).flatMap((vpc) => world.vpcBlocks(vpc));
  const minus = [...NOT_INTERNET, ...own].map(block).filter((cidr) => cidr.family === family);
  const mine = family === 4 ? [...world.ownPublic()].map((ip) => single(4, ip)) : [];
  return { family, blocks: [block(family === 4 ? '0.0.0.0/0' : INTERNET6)], minus: [...minus, ...mine] };
}

/** Addresses that a workload of a subnet may get: not the first four, not the last. */
function usable(world: World, subnet: Json, family: Family): readonly Block[] {
  return world
    .subnetBlocks(subnet)
    .map(block)
    .filter((cidr) => cidr.family === family)
    .map((cidr) => ({ ...cidr, first: cidr.first + 4n, last: cidr.last - 1n }));
}

interface Sources {
  readonly list: readonly From[];
  /** Why the list is empty. */
  readonly why?: Reason;
  readonly vpcId?: string;
  readonly subnets?: readonly Json[];
}

const reason = (effect: Reason['effect'], code: string, component: string): Reason => ({
  code,
  component,
  leg: 'forward',
  effect,
});
const unreadable = (component: string): Reason => reason('unknown', 'X_FACT_UNREADABLE', component);

function sourcesOf(world: World, from: Json, family: Family): Sources {
  const [eni, subnet, vpc, cidr] = ['eni', 'subnet', 'vpc', 'cidr'].map((key) => text(from, key));
  if (eni !== undefined) return eniSources(world, from, eni, family);
  if (subnet !== undefined) return subnetSources(world, from, subnet, family);
  if (vpc !== undefined) return vpcSources(world, vpc, family);
  if (cidr !== undefined) {
    const blocks = [block(cidr)].filter((item) => item.family === family);
    return { list: representatives(world, { family, blocks, minus: [] }).map((ip) => ({ kind: 'cidr', ip })) };
  }
  // AWS services behind gateway endpoints open no connections.
  const internet = internetOf(world, family);
  const area = { ...internet, minus: [...internet.minus, ...claimed(world, family, () => true)] };
  return { list: representatives(world, area).map((ip) => ({ kind: 'internet', ip })) };
}

/** Torn data: the interface's subnet is not there, or does not hold its addresses. */
function isPlaced(world: World, eni: Json, family: Family): boolean {
  const subnet = world.subnet(text(eni, 'SubnetId') ?? '');
  if (!subnet || subnet === 'unreadable') return false;
  const blocks = world.subnetBlocks(subnet.item).map(block);
  return eniAddresses(eni, undefined, family).every((ip) => blocks.some((cidr) => covers(cidr, family, ip)));
}

function eniSources(world: World, from: Json, eni: string, family: Family): Sources {
  const found = world.find('NetworkInterfaces', 'NetworkInterfaceId', eni);
  if (!found || found === 'unreadable' || !isPlaced(world, found.item, family))
    return { list: [], why: unreadable(eni) };
  const ips = eniAddresses(found.item, text(from, 'privateIp'), family);
  const subnet = world.subnet(text(found.item, 'SubnetId') ?? '');
  const subnets = subnet && subnet !== 'unreadable' ? [subnet.item] : [];
  const base = { vpcId: text(found.item, 'VpcId') ?? '', subnets };
  if (ips.length === 0) return { ...base, list: [], why: reason('deny', 'X_NO_IPV6_ADDRESS', eni) };
  return { ...base, list: ips.map((ip) => ({ kind: 'eni', eni, ip })) };
}

function subnetSources(world: World, from: Json, subnet: string, family: Family): Sources {
  const found = world.subnet(subnet);
  if (!found || found === 'unreadable') return { list: [], why: unreadable(subnet) };
  const blocks = usable(world, found.item, family);
  const base = { vpcId: text(found.item, 'VpcId') ?? '', subnets: [found.item] };
  if (blocks.length === 0) return { ...base, list: [], why: reason('deny', 'X_NO_IPV6_ADDRESS', subnet) };
  const securityGroups = texts(from, 'securityGroups');
  const publicIp = flag(from, 'publicIp') ?? false;
  const ips = representatives(world, { family, blocks, minus: [] });
  return { ...base, list: ips.map((ip) => ({ kind: 'subnet', subnet, securityGroups, publicIp, ip })) };
}

function vpcSources(world: World, vpc: string, family: Family): Sources {
  if (!world.readable('Subnets')) return { list: [], why: unreadable('Subnets') };
  const subnets = world.list('Subnets').filter((subnet) => text(subnet, 'VpcId') === vpc);
  const blocks = subnets.flatMap((subnet) => usable(world, subnet, family));
  const ips = representatives(world, { family, blocks, minus: [] });
  if (ips.length === 0) return { vpcId: vpc, list: [], why: reason('unknown', 'X_NO_SOURCES', vpc) };
  return { vpcId: vpc, subnets, list: ips.map((ip) => ({ kind: 'vpc', vpc, ip })) };
}

/** Without a named address: the primary one of IPv4, every one of IPv6. */
function eniAddresses(eni: Json, named: string | undefined, family: Family): readonly bigint[] {
  if (named !== undefined) return familyOf(named) === family ? [address(named)] : [];
  const all = addressesOf(eni, family);
  return family === 4 ? all.slice(0, 1) : all;
}

interface Traffic {
  readonly protocol: number;
  readonly ports: readonly (number | undefined)[];
  readonly icmps: readonly Packet['icmp'][];
  readonly clientPorts: readonly [number, number] | undefined;
}

function rangeOf(value: unknown): readonly [number, number] | undefined {
  if (typeof value === 'number') return [value, value];
  if (!Array.isArray(value)) return undefined;
  const [low, high] = value;
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined;
}

/** Every port of the question's range at which some rule begins, ends, or has just ended. */
function portsOf(world: World, low: number, high: number): readonly number[] {
  const edges = new Set([low, high]);
  const add = (from: number | undefined, to: number | undefined): void => {
    for (const port of [from, from === undefined ? undefined : from - 1, to, to === undefined ? undefined : to + 1])
      if (port !== undefined && port >= low && port <= high) edges.add(port);
  };
  if (low === high) return [low];
  for (const acl of world.list('NetworkAcls'))
    for (const entry of items(acl, 'Entries')) {
      const range = at(entry, 'PortRange');
      add(number(range, 'From'), number(range, 'To'));
    }
  for (const group of world.list('SecurityGroups'))
    for (const rule of [...items(group, 'IpPermissions'), ...items(group, 'IpPermissionsEgress')])
      add(number(rule, 'FromPort'), number(rule, 'ToPort'));
  for (const rule of world.list('SecurityGroupRules')) add(number(rule, 'FromPort'), number(rule, 'ToPort'));
  return [...edges].sort((a, b) => a - b);
}

function trafficOf(world: World, question: Json, family: Family): Traffic {
  const named = question['protocol'];
  const icmp = named === 'icmp' || named === 1 || named === 58;
  const protocol = icmp ? (family === 4 ? 1 : 58) : typeof named === 'number' ? named : (PROTOCOL[String(named)] ?? 6);
  const [low, high] = rangeOf(question['port']) ?? [0, 65535];
  const ports = protocol === 6 || protocol === 17 ? portsOf(world, low, high) : [undefined];
  const asked = at(question, 'icmp');
  const type = number(asked, 'type') ?? -1;
  const code = number(asked, 'code') ?? -1;
  const types = type === -1 ? [0, 3, 8, 13, 128, 129, 255] : [type];
  const codes = code === -1 ? [0, 1, 255] : [code];
  const icmps = icmp ? types.flatMap((t) => codes.map((c) => ({ type: t, code: c }))) : [undefined];
  return { protocol, ports, icmps, clientPorts: rangeOf(question['clientEphemeralPorts']) };
}

interface Destination {
  readonly to: Goal | undefined;
  readonly ips: readonly bigint[];
}

/** A reason instead: there is no such receiver, or it cannot be read. */
function destinationOf(world: World, to: Json, family: Family, vpcId?: string): Destination | Reason {
  const eni = text(to, 'eni');
  if (eni !== undefined) {
    const found = world.find('NetworkInterfaces', 'NetworkInterfaceId', eni);
    if (!found || found === 'unreadable' || !isPlaced(world, found.item, family)) return unreadable(eni);
    const ips = eniAddresses(found.item, text(to, 'privateIp'), family);
    return ips.length === 0 ? reason('deny', 'X_NO_IPV6_ADDRESS', eni) : { to: { kind: 'eni', eni }, ips };
  }
  const subnet = text(to, 'subnet');
  if (subnet !== undefined) {
    const found = world.subnet(subnet);
    if (!found || found === 'unreadable') return unreadable(subnet);
    const blocks = usable(world, found.item, family);
    if (blocks.length === 0) return reason('deny', 'X_NO_IPV6_ADDRESS', subnet);
    const securityGroups = texts(to, 'securityGroups');
    const goal: Goal = { kind: 'subnet', subnet, securityGroups, publicIp: flag(to, 'publicIp') ?? false };
    return { to: goal, ips: representatives(world, { family, blocks, minus: [] }) };
  }
  const cidr = text(to, 'cidr');
  if (cidr === undefined) return { to: undefined, ips: representatives(world, internetOf(world, family, vpcId)) };
  const blocks = [block(cidr)].filter((item) => item.family === family);
  return { to: undefined, ips: representatives(world, { family, blocks, minus: [] }) };
}

const VERDICT = { allow: 'pass', deny: 'fail', unknown: 'unknown' } as const;

/** All: one bad packet fails. Some: one good packet passes. */
function quantify(world: World, packets: Iterable<Packet>, some: boolean): Judgement {
  const firsts = new Map<Outcome['verdict'], { outcome: Outcome; packet: Packet }>();
  const decides = some ? 'allow' : 'deny';
  for (const packet of packets) {
    const outcome = simulate(world.bundle, packet);
    if (!firsts.has(outcome.verdict)) firsts.set(outcome.verdict, { outcome, packet });
    if (outcome.verdict === decides) break;
  }
  const winner = firsts.get(decides) ?? firsts.get('unknown') ?? firsts.get(some ? 'deny' : 'allow');
  if (winner === undefined) return refused(reason('unknown', 'X_NO_SOURCES', 'packets'));
  const { outcome, packet } = winner;
  return { verdict: VERDICT[outcome.verdict], reasons: outcome.reasons, packet, path: outcome.path };
}

function* packetsTo(sources: readonly From[], destination: Destination, traffic: Traffic, family: Family) {
  const { protocol, clientPorts } = traffic;
  for (const from of sources)
    for (const dst of destination.ips)
      for (const dstPort of traffic.ports)
        for (const icmp of traffic.icmps) {
          const packet: Packet = { from, to: destination.to, dst, family, protocol, dstPort, icmp, clientPorts };
          yield packet;
        }
}

const familyAsked = (question: Json): Family => (text(question, 'family') === 'ipv6' ? 6 : 4);

/** The concrete packets of a question; empty for names and services. */
export function packetsOf(bundle: unknown, question: unknown): readonly Packet[] {
  const world = worldOf(bundle);
  const asked = at(question);
  const to = at(asked, 'to');
  if (isName(to) || flag(to, 'resolver') === true) return [];
  const family = familyAsked(asked);
  const sources = sourcesOf(world, at(asked, 'from'), family);
  const destination = destinationOf(world, to, family, sources.vpcId);
  if ('code' in destination) return [];
  return [...packetsTo(sources.list, destination, trafficOf(world, asked, family), family)];
}

const refused = (why: Reason): Judgement => ({ verdict: why.effect === 'deny' ? 'fail' : 'unknown', reasons: [why] });

const isName = (to: Json): boolean => text(to, 'fqdn') !== undefined || text(to, 'awsService') !== undefined;

export function judge(bundle: unknown, question: unknown): Judgement {
  const world = worldOf(bundle);
  const asked = at(question);
  const family = familyAsked(asked);
  const to = at(asked, 'to');
  for (const kind of ['Vpcs', 'Subnets']) if (!world.readable(kind)) return refused(unreadable(kind));
  const sources = sourcesOf(world, at(asked, 'from'), family);
  if (sources.why) return refused(sources.why);
  const traffic = trafficOf(world, asked, family);
  if (flag(to, 'resolver') === true) return judgeResolver(world, sources, traffic, family);
  if (isName(to)) return judgeName(world, to, sources, traffic, family);
  const destination = destinationOf(world, to, family, sources.vpcId);
  if ('code' in destination) return refused(destination);
  const packets = packetsTo(sources.list, destination, traffic, family);
  return quantify(world, packets, text(asked, 'quantifier') === 'some');
}

// names

function judgeResolver(world: World, sources: Sources, traffic: Traffic, family: Family): Judgement {
  const { vpcId } = sources;
  if (vpcId === undefined) return refused(reason('unknown', 'UNKNOWN_DESTINATION', 'resolver'));
  const support = world.dnsAttribute(vpcId, 'EnableDnsSupport');
  if (support === undefined) return refused(unreadable(vpcId));
  if (!support) return refused(reason('deny', 'X_DNS_SUPPORT_DISABLED', vpcId));
  const ip = family === 4 ? resolverOf(world, vpcId) : address('fd00:ec2::253');
  if (ip === undefined) return refused(unreadable(vpcId));
  const dns = (traffic.protocol === 17 || traffic.protocol === 6) && traffic.ports.every((port) => port === 53);
  if (!dns) return refused(reason('deny', 'PROTOCOL_RESTRICTION', vpcId));
  return quantify(world, packetsTo(sources.list, { to: undefined, ips: [ip] }, traffic, family), false);
}

/** Name servers of a VPC that are not Amazon's; undefined: not readable. */
function customServers(world: World, vpcId: string): readonly string[] | undefined {
  const vpc = world.vpc(vpcId);
  if (!vpc || vpc === 'unreadable') return undefined;
  const id = text(vpc.item, 'DhcpOptionsId') ?? 'default';
  if (id === 'default') return [];
  const options = world.find('DhcpOptions', 'DhcpOptionsId', id);
  if (!options || options === 'unreadable') return undefined;
  return items(options.item, 'DhcpConfigurations')
    .filter((item) => text(item, 'Key') === 'domain-name-servers')
    .flatMap((item) => items(item, 'Values').map((value) => text(value, 'Value') ?? ''))
    .filter((server) => server !== 'AmazonProvidedDNS' && server !== '');
}

export interface Answers {
  /** Decided without any packet: the resolver is off or a fact is unreadable. */
  readonly stop?: Reason;
  readonly custom: boolean;
  /** Addresses of an interface endpoint: the name is private. */
  readonly endpoint?: { readonly id: string; readonly ips: readonly bigint[] };
  readonly area: Area;
  readonly known: readonly bigint[];
}

const matches = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;

/** What a name or service may resolve to inside the source's VPC (semantics 1.14, rulings 2 to 4 and 7). */
export function answersOf(bundle: unknown, question: unknown): Answers {
  const world = worldOf(bundle);
  const asked = at(question);
  const family = familyAsked(asked);
  return answers(world, at(asked, 'to'), sourcesOf(world, at(asked, 'from'), family), family);
}

function answers(world: World, to: Json, sources: Sources, family: Family): Answers {
  const vpcId = sources.vpcId ?? '';
  const region = text(at(world.bundle, 'Meta'), 'Region') ?? '';
  const service = text(to, 'awsService');
  const serviceRegion = text(to, 'region') ?? region;
  const host = text(to, 'fqdn')?.toLowerCase() ?? `${service}.${serviceRegion}.amazonaws.com`;
  const known = knownAnswers(world, host, family, sources);
  const area = known.onlyNat64 ? nat64Area(world) : areaOf(world, host, region, family, vpcId);
  const servers = customServers(world, vpcId);
  const custom = (servers?.length ?? 0) > 0;
  const blank = { custom, area, known: known.ips };
  if (servers === undefined) return { ...blank, stop: unreadable(`DNS of ${vpcId}`) };
  const support = world.dnsAttribute(vpcId, 'EnableDnsSupport');
  if (!custom && support === undefined) return { ...blank, stop: unreadable(vpcId) };
  if (!custom && support === false) return { ...blank, stop: reason('deny', 'X_DNS_SUPPORT_DISABLED', vpcId) };
  if (!world.readable('VpcEndpoints')) return { ...blank, stop: unreadable('VpcEndpoints') };
  const found = privateAnswer(world, host, vpcId, family, support === true);
  if (found === undefined) return blank;
  return 'code' in found ? { ...blank, stop: found } : { ...blank, endpoint: found };
}

/** The interface endpoint that takes the name, if any. */
function privateAnswer(
  world: World,
  host: string,
  vpcId: string,
  family: Family,
  support: boolean,
): Answers['endpoint'] | Reason {
  const names = world.dnsAttribute(vpcId, 'EnableDnsHostnames');
  for (const endpoint of world.list('VpcEndpoints')) {
    if (text(endpoint, 'VpcEndpointType') !== 'Interface' || text(endpoint, 'VpcId') !== vpcId) continue;
    if ((text(endpoint, 'State') ?? '').toLowerCase() !== 'available') continue;
    const entries = items(endpoint, 'DnsEntries').map((entry) => text(entry, 'DnsName') ?? '');
    const hit = entries.filter((name) => matches(name, host));
    if (hit.length === 0) continue;
    const own = hit.some((name) => name.endsWith('.vpce.amazonaws.com'));
    const inboundOnly = flag(at(endpoint, 'DnsOptions'), 'PrivateDnsOnlyForInboundResolverEndpoint') === true;
    const wanted = flag(endpoint, 'PrivateDnsEnabled') === true && !inboundOnly;
    if (!own && wanted && names === undefined) return unreadable(vpcId);
    if (!own && !(wanted && names === true && support)) continue;
    const id = text(endpoint, 'VpcEndpointId') ?? '';
    const ips: bigint[] = [];
    for (const eniId of texts(endpoint, 'NetworkInterfaceIds')) {
      const eni = world.find('NetworkInterfaces', 'NetworkInterfaceId', eniId);
      if (!eni || eni === 'unreadable') return unreadable(eniId);
      ips.push(...addressesOf(eni.item, family));
    }
    return ips.length === 0 ? unreadable(id) : { id, ips };
  }
  return undefined;
}

/** Where a public answer may lie. */
function areaOf(world: World, host: string, region: string, family: Family, vpcId: string): Area {
  const internet = internetOf(world, family, vpcId);
  const ofFamily = (list: readonly string[]): readonly Block[] =>
    list.map(block).filter((cidr) => cidr.family === family);
  for (const name of ['s3', 'dynamodb']) {
    const asked = new RegExp(`(^|[.])${name}[.-]([a-z0-9-]+)[.]amazonaws[.]com$`).exec(host)?.[2];
    if (asked !== region) continue;
    const list = serviceList(world, `com.amazonaws.${region}.${name}`);
    const blocks = ofFamily(list ?? []);
    return blocks.length > 0 ? { family, blocks, minus: [] } : internet;
  }
  const mine = (endpoint: Json): boolean => text(endpoint, 'VpcId') === vpcId;
  return { ...internet, minus: [...internet.minus, ...claimed(world, family, mine)] };
}

/** What the gateway endpoints take away from the Internet. */
const claimed = (world: World, family: Family, which: (endpoint: Json) => boolean): readonly Block[] =>
  world
    .list('VpcEndpoints')
    .filter((endpoint) => text(endpoint, 'VpcEndpointType') === 'Gateway' && which(endpoint))
    .flatMap((endpoint) => serviceList(world, text(endpoint, 'ServiceName') ?? '') ?? [])
    .map(block)
    .filter((cidr) => cidr.family === family);

function serviceList(world: World, name: string): readonly string[] | undefined {
  const lists = [...world.list('PrefixLists'), ...world.list('ManagedPrefixLists')];
  const list = lists.find((item) => text(item, 'PrefixListName') === name);
  return list ? world.prefixList(text(list, 'PrefixListId') ?? '') : undefined;
}

function nat64Area(world: World): Area {
  const four = internetOf(world, 4);
  return { family: 6, blocks: four.blocks.map(embedded), minus: four.minus.map(embedded) };
}

function knownAnswers(world: World, host: string, family: Family, sources: Sources) {
  const all = texts(at(world.bundle, 'DnsAnswers', host), 'Addresses');
  const own = all.filter((ip) => familyOf(ip) === family).map(address);
  const subnets = sources.subnets ?? [];
  const dns64 = subnets.length > 0 && subnets.every((subnet) => flag(subnet, 'EnableDns64') === true);
  if (family === 4 || own.length > 0 || !dns64 || all.length === 0) return { ips: own, onlyNat64: false };
  return { ips: all.map((ip) => NAT64.first + address(ip)), onlyNat64: true };
}

function judgeName(world: World, to: Json, sources: Sources, traffic: Traffic, family: Family): Judgement {
  const { vpcId } = sources;
  if (vpcId === undefined) return refused(reason('unknown', 'UNKNOWN_DESTINATION', 'name'));
  const found = answers(world, to, sources, family);
  if (found.stop) return refused(found.stop);
  const each = sources.list.map((from) => judgeNameFrom(world, from, found, traffic, family, vpcId));
  return (
    each.find((one) => one.verdict === 'fail') ??
    each.find((one) => one.verdict === 'unknown') ??
    each[0] ??
    refused(reason('unknown', 'X_NO_SOURCES', 'name'))
  );
}

function judgeNameFrom(
  world: World,
  from: From,
  found: Answers,
  traffic: Traffic,
  family: Family,
  vpcId: string,
): Judgement {
  const over = (ips: readonly bigint[]): Judgement =>
    quantify(world, packetsTo([from], { to: undefined, ips }, traffic, family), false);
  const good = (): Judgement =>
    found.custom ? refused(reason('unknown', 'X_CUSTOM_RESOLVER', vpcId)) : { verdict: 'pass', reasons: [] };
  if (found.custom) {
    const asking = serverReachable(world, from, vpcId);
    if (asking.verdict === 'fail') return asking;
  }
  if (found.endpoint) {
    const verdict = over(found.endpoint.ips);
    return verdict.verdict === 'pass' ? good() : verdict;
  }
  const outcomes = representatives(world, found.area).map((ip) => over([ip]));
  const failing = outcomes.find((one) => one.verdict === 'fail');
  if (failing && outcomes.every((one) => one.verdict === 'fail')) return failing;
  if (outcomes.length > 0 && outcomes.every((one) => one.verdict === 'pass')) return good();
  if (found.known.length > 0 && over(found.known).verdict === 'pass') return good();
  const why = outcomes.find((one) => one.verdict === 'unknown') ?? failing;
  const custom = found.custom ? [reason('unknown', 'X_CUSTOM_RESOLVER', vpcId)] : [];
  return { ...why, verdict: 'unknown', reasons: [...custom, ...(why?.reasons ?? [])] };
}

/** At least one of the VPC's own name servers hears UDP and TCP 53. */
function serverReachable(world: World, from: From, vpcId: string): Judgement {
  const each = (customServers(world, vpcId) ?? []).map((server) => {
    const family = familyOf(server);
    const packets = [17, 6].map((protocol): Packet => ({ from, dst: address(server), family, protocol, dstPort: 53 }));
    return quantify(world, packets, false);
  });
  return (
    each.find((one) => one.verdict === 'pass') ??
    each.find((one) => one.verdict === 'unknown') ??
    each[0] ??
    refused(reason('unknown', 'X_CUSTOM_RESOLVER', vpcId))
  );
}
