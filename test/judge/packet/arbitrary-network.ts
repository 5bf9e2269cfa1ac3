/**
 * Random small networks as describe bundles, with a question each: a sound network of one or two VPCs with a few choices gone wrong, few distinct
 * blocks and ports so that boundaries coincide. Every choice shrinks towards the sound network.
 */
import fc from 'fast-check';

type Item = { readonly [key: string]: unknown };

const ACCOUNT = '123456789012';
const id = (kind: string, name: string): string => `${kind}-${name.padStart(17, '0')}`;

const VPC = { a: id('vpc', 'a'), b: id('vpc', 'b') };
const TGW = id('tgw', '1');
const TGW_TABLE = id('tgw-rtb', '1');
const ATTACH = { a: id('tgw-attach', 'a'), b: id('tgw-attach', 'b') };
const PCX = id('pcx', 'ab');
const VGW = id('vgw', 'a');
const EIGW = id('eigw', 'a');
const S3 = 'pl-63a5400a';
const LISTS: Readonly<Record<string, readonly string[]>> = {
  [S3]: ['52.216.0.0/15', '3.5.0.0/19'],
  [id('pl', 'c1')]: ['35.171.240.0/24', '8.8.8.0/24'],
  [id('pl', 'c2')]: ['35.171.240.0/24', '52.216.0.0/16'],
};
const OWN_LISTS = Object.keys(LISTS).filter((list) => list !== S3);
const S3_ENDPOINT = id('vpce', 'a3');

type SubnetName = 'a1' | 'a2' | 'a3' | 'b1' | 'b2';
interface Place {
  readonly name: SubnetName;
  readonly vpc: 'a' | 'b';
  readonly zone: string;
  readonly four: string;
  readonly six: string;
}
/** a1 and a3 are private, a2 and b2 public; a2 and b2 hold the NAT gateways. */
const PLACES: readonly Place[] = [
  { name: 'a1', vpc: 'a', zone: 'az1', four: '10.0.1.0/24', six: '2600:1f18:1:1001::/64' },
  { name: 'a2', vpc: 'a', zone: 'az1', four: '10.0.0.0/24', six: '2600:1f18:1:1000::/64' },
  { name: 'a3', vpc: 'a', zone: 'az2', four: '10.0.2.0/24', six: '2600:1f18:1:1002::/64' },
  { name: 'b1', vpc: 'b', zone: 'az1', four: '10.1.1.0/24', six: '2600:1f18:1:2001::/64' },
  { name: 'b2', vpc: 'b', zone: 'az2', four: '10.1.0.0/24', six: '2600:1f18:1:2000::/64' },
];
const VPC_BLOCKS = {
  a: { four: '10.0.0.0/16', six: '2600:1f18:1:1000::/56' },
  b: { four: '10.1.0.0/16', six: '2600:1f18:1:2000::/56' },
};
const subnetId = (name: SubnetName): string => id('subnet', name);
const GROUPS = ['a', 'b', 'c'].map((name) => id('sg', name));

interface Host {
  readonly name: string;
  readonly subnet: SubnetName;
  readonly four: string;
  readonly six: string;
  readonly elastic?: string;
}
const HOSTS: readonly Host[] = [
  { name: '110', subnet: 'a1', four: '10.0.1.10', six: '2600:1f18:1:1001::a' },
  { name: '120', subnet: 'a1', four: '10.0.1.20', six: '2600:1f18:1:1001::14' },
  { name: '210', subnet: 'a2', four: '10.0.0.10', six: '2600:1f18:1:1000::a', elastic: '3.208.10.60' },
  { name: '310', subnet: 'a3', four: '10.0.2.10', six: '2600:1f18:1:1002::a' },
  { name: 'b110', subnet: 'b1', four: '10.1.1.10', six: '2600:1f18:1:2001::a' },
];
const eniId = (name: string): string => id('eni', name);
const APPLIANCE = '310';
const NATS = {
  a: { nat: id('nat', 'a'), eni: eniId('a0a7'), subnet: 'a2' as const, inner: '10.0.0.220', outer: '3.208.10.20' },
  b: { nat: id('nat', 'b'), eni: eniId('b0a7'), subnet: 'b2' as const, inner: '10.1.0.220', outer: '3.208.10.30' },
};

const BLOCKS4 = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '10.0.0.0/8',
  '10.0.0.0/16',
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.1.16/28',
  '10.1.0.0/16',
  '10.1.1.0/24',
  '52.216.0.0/15',
  '52.216.0.0/16',
  '35.171.240.0/24',
  '35.171.240.32/32',
  '8.8.8.0/24',
];
const BLOCKS6 = ['::/0', '2600:1f18:1:1000::/56', '2600:1f18:1:1001::/64', '2600:9000::/28', '2600:1f18:1:2000::/56'];
const PORT_RANGES = [
  [443, 443],
  [22, 22],
  [0, 65535],
  [1024, 65535],
  [1024, 32767],
  [32768, 65535],
  [32768, 60999],
  [440, 450],
  [3389, 3389],
] as const;

/** True in so many of a hundred; shrinks to false. */
const rarely = (percent: number): fc.Arbitrary<boolean> => fc.noBias(fc.nat(99)).map((n) => n >= 100 - percent);
/** The first value is the sound one, taken unless the dice say otherwise. */
const mostly = <T>(percent: number, sound: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.tuple(rarely(100 - percent), fc.constantFrom(sound, ...others)).map(([odd, other]) => (odd ? other : sound));
/** Empty in so many of a hundred. */
const seldom = <T>(percentEmpty: number, item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<readonly T[]> =>
  fc
    .tuple(rarely(100 - percentEmpty), fc.array(item, { minLength: 1, maxLength }))
    .map(([some, list]) => (some ? list : []));

const cidrOf = (six: boolean, block4: string, block6: string): Item =>
  six ? { Ipv6CidrBlock: block6 } : { CidrBlock: block4 };

// network ACLs

interface AclEntry {
  readonly egress: boolean;
  readonly allow: boolean;
  readonly protocol: string;
  readonly range: readonly [number, number] | undefined;
  readonly block4: string;
  readonly block6: string;
  readonly six: boolean;
}

const aclEntry: fc.Arbitrary<AclEntry> = fc.record({
  egress: fc.boolean(),
  allow: fc.boolean(),
  protocol: fc.constantFrom('6', '6', '-1', '17', '1', '58'),
  range: fc.option(fc.constantFrom(...PORT_RANGES), { nil: undefined, freq: 4 }),
  block4: fc.constantFrom(...BLOCKS4),
  block6: fc.constantFrom(...BLOCKS6),
  six: rarely(20),
});
const acl = fc.record({
  entries: seldom(70, aclEntry, 4),
  /** What stands behind the random rules. */
  tail: mostly<'open' | 'high' | 'low' | 'none'>(80, 'open', 'high', 'low', 'none'),
  openSix: mostly(92, true, false),
  reversed: fc.boolean(),
});
type Acl = typeof acl extends fc.Arbitrary<infer T> ? T : never;

function aclItem(name: SubnetName, vpc: 'a' | 'b', choice: Acl): Item {
  const given = choice.entries.map((entry, index) => ({
    Egress: entry.egress,
    RuleNumber: 50 + index * 10,
    RuleAction: entry.allow ? 'allow' : 'deny',
    Protocol: entry.protocol,
    ...cidrOf(entry.six, entry.block4, entry.block6),
    ...(entry.range && (entry.protocol === '6' || entry.protocol === '17')
      ? { PortRange: { From: entry.range[0], To: entry.range[1] } }
      : {}),
    ...(entry.protocol === '1' || entry.protocol === '58' ? { IcmpTypeCode: { Type: -1, Code: -1 } } : {}),
  }));
  const allowed = (RuleNumber: number, Egress: boolean, range?: readonly [number, number]): Item => ({
    Egress,
    RuleNumber,
    RuleAction: 'allow',
    Protocol: range ? '6' : '-1',
    CidrBlock: '0.0.0.0/0',
    ...(range ? { PortRange: { From: range[0], To: range[1] } } : {}),
  });
  const tail = [true, false].flatMap((Egress) => [
    ...(choice.tail === 'open' ? [allowed(200, Egress)] : []),
    ...(choice.tail === 'high' || choice.tail === 'low' ? [allowed(200, Egress, [22, 450])] : []),
    ...(choice.tail === 'high' ? [allowed(210, Egress, [32768, 65535])] : []),
    ...(choice.tail === 'low' ? [allowed(210, Egress, [1024, 60999])] : []),
    ...(choice.openSix
      ? [{ Egress, RuleNumber: 220, RuleAction: 'allow', Protocol: '-1', Ipv6CidrBlock: '::/0' }]
      : []),
    { Egress, RuleNumber: 32767, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
    { Egress, RuleNumber: 32768, RuleAction: 'deny', Protocol: '-1', Ipv6CidrBlock: '::/0' },
  ]);
  const entries = [...given, ...tail];
  return {
    NetworkAclId: id('acl', name),
    VpcId: VPC[vpc],
    IsDefault: false,
    Associations: [
      { NetworkAclAssociationId: id('aclassoc', name), NetworkAclId: id('acl', name), SubnetId: subnetId(name) },
    ],
    Entries: choice.reversed ? entries.reverse() : entries,
  };
}

// security groups

const groupRule = fc.record({
  protocol: fc.constantFrom('tcp', 'tcp', '-1', 'udp', 'icmp', 'icmpv6', '47'),
  range: fc.constantFrom(...PORT_RANGES),
  target: fc.constantFrom('cidr', 'cidr', 'cidr', 'six', 'group', 'list'),
  block4: fc.constantFrom(...BLOCKS4),
  block6: fc.constantFrom(...BLOCKS6),
  group: fc.constantFrom(...GROUPS),
  list: fc.constantFrom(...Object.keys(LISTS)),
});
type GroupRule = typeof groupRule extends fc.Arbitrary<infer T> ? T : never;
const group = fc.record({
  openOut: mostly(82, true, false),
  openIn: mostly(45, true, false),
  egress: seldom(50, groupRule, 3),
  ingress: seldom(20, groupRule, 3),
});
type Group = typeof group extends fc.Arbitrary<infer T> ? T : never;

function permission(rule: GroupRule): Item {
  const icmp = rule.protocol === 'icmp' || rule.protocol === 'icmpv6';
  const [from, to] = icmp ? [-1, -1] : rule.range;
  return {
    IpProtocol: rule.protocol,
    ...(rule.protocol === '-1' ? {} : { FromPort: from, ToPort: to }),
    IpRanges: rule.target === 'cidr' ? [{ CidrIp: rule.block4 }] : [],
    Ipv6Ranges: rule.target === 'six' ? [{ CidrIpv6: rule.block6 }] : [],
    PrefixListIds: rule.target === 'list' ? [{ PrefixListId: rule.list }] : [],
    UserIdGroupPairs: rule.target === 'group' ? [{ GroupId: rule.group, UserId: ACCOUNT }] : [],
  };
}
const OPEN: Item = {
  IpProtocol: '-1',
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  Ipv6Ranges: [{ CidrIpv6: '::/0' }],
  PrefixListIds: [],
  UserIdGroupPairs: [],
};
const groupItem = (groupId: string, vpc: 'a' | 'b', choice: Group): Item => ({
  GroupId: groupId,
  GroupName: groupId,
  VpcId: VPC[vpc],
  IpPermissions: [...(choice.openIn ? [OPEN] : []), ...choice.ingress.map(permission)],
  IpPermissionsEgress: [...(choice.openOut ? [OPEN] : []), ...choice.egress.map(permission)],
});

// routes

type Target = 'igw' | 'nat' | 'tgw' | 'pcx' | 'vgw' | 'eigw' | 'eni';
const route = fc.record({
  dst: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...BLOCKS4.filter((cidr) => !cidr.startsWith('10.0.'))) },
    { weight: 1, arbitrary: fc.constantFrom('10.0.2.0/24', '10.0.1.0/24') },
    { weight: 2, arbitrary: fc.constantFrom('::/0', '2600:9000::/28', '64:ff9b::/96', '2600:1f18:1:2000::/56') },
    { weight: 2, arbitrary: fc.constantFrom(...OWN_LISTS) },
  ),
  target: fc.constantFrom<Target>('nat', 'nat', 'igw', 'tgw', 'pcx', 'vgw', 'eigw', 'eni'),
  blackhole: rarely(12),
  propagated: rarely(30),
});
const table = fc.record({
  way: mostly<'sound' | 'igw' | 'tgw' | 'vgw' | 'none' | 'split' | 'half'>(
    78,
    'sound',
    'igw',
    'tgw',
    'vgw',
    'none',
    'split',
    'half',
  ),
  dead: rarely(4),
  extra: seldom(60, route, 3),
  s3: fc.boolean(),
  office: fc.boolean(),
  main: rarely(10),
});

const choices = fc.record({
  third: fc.boolean(),
  second: fc.boolean(),
  link: fc.constantFrom<'pcx' | 'tgw' | 'none'>('pcx', 'tgw', 'tgw', 'none'),
  /** Subnet a1 leaves through the other VPC's NAT gateway. */
  central: fc.boolean(),
  dual: fc.boolean(),
  acls: fc.record({ a1: acl, a2: acl, a3: acl, b1: acl, b2: acl }),
  groups: fc.tuple(group, group, group),
  wears: fc.array(fc.shuffledSubarray(GROUPS, { minLength: 1, maxLength: 2 }), { minLength: 5, maxLength: 5 }),
  tables: fc.record({ a1: table, a2: table, a3: table, b1: table, b2: table }),
  natState: mostly(93, 'available', 'pending', 'failed', 'deleting'),
  natKind: mostly(92, 'public', 'private'),
  natShape: mostly<'zonal' | 'automatic' | 'manual'>(85, 'zonal', 'automatic', 'manual'),
  natZone: mostly(60, 'use1-az1', 'use1-az2'),
  igwState: mostly(96, 'available', 'attached', 'detaching'),
  pcxState: mostly(92, 'active', 'pending-acceptance'),
  vpnUp: mostly(70, true, false),
  check: mostly(60, false, true),
  instance: mostly(85, 'running', 'stopped'),
  endpoint: mostly(90, 'available', 'pending'),
  port: fc.constantFrom<'a1' | 'a2'>('a1', 'a2'),
  appliance: mostly(85, 'disable', 'enable'),
  referencing: fc.tuple(
    mostly(60, 'enable', 'disable'),
    mostly(75, 'enable', 'disable'),
    mostly(75, 'enable', 'disable'),
  ),
  spokeRoutes: mostly<'sound' | 'blackhole' | 'none' | 'no-way-back'>(85, 'sound', 'blackhole', 'none', 'no-way-back'),
  associated: mostly(95, true, false),
  mode: mostly(85, 'off', 'block-ingress', 'block-bidirectional'),
  exclusion: mostly<'none' | 'allow-egress' | 'allow-bidirectional'>(70, 'none', 'allow-egress', 'allow-bidirectional'),
  excluded: fc.constantFrom<'a1' | 'a2'>('a2', 'a1'),
  changing: rarely(3),
  gap: mostly<string>(
    90,
    '',
    'RouteTables',
    'NetworkAcls',
    'SecurityGroups',
    'NatGateways',
    'InternetGateways',
    'VpcEndpoints',
    'NetworkInterfaces',
    'VpcPeeringConnections',
    'TransitGatewayRoutes',
    'PrefixListEntries',
    'VpcBlockPublicAccessOptions',
  ),
  refused: fc.boolean(),
  dns: mostly(95, true, false),
});
type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

function targetFields(vpc: 'a' | 'b', target: Target, c: Choices): Item | undefined {
  if (target === 'igw') return { GatewayId: id('igw', vpc) };
  if (target === 'nat') return { NatGatewayId: NATS[vpc].nat };
  if (target === 'tgw') return c.second && c.link === 'tgw' ? { TransitGatewayId: TGW } : undefined;
  if (target === 'pcx') return c.second && c.link === 'pcx' ? { VpcPeeringConnectionId: PCX } : undefined;
  if (vpc === 'b') return undefined;
  if (target === 'vgw') return { GatewayId: VGW };
  if (target === 'eigw') return { EgressOnlyInternetGatewayId: EIGW };
  return c.third ? { NetworkInterfaceId: eniId(APPLIANCE), InstanceId: id('i', APPLIANCE) } : undefined;
}

const destination = (dst: string): Item => {
  if (dst.startsWith('pl-')) return { DestinationPrefixListId: dst };
  return dst.includes(':') ? { DestinationIpv6CidrBlock: dst } : { DestinationCidrBlock: dst };
};

/** A propagated route may stand beside a static one of the same block; two static ones may not. */
function routesOf(place: Place, c: Choices): readonly Item[] {
  const choice = c.tables[place.name];
  const six = c.dual;
  const isPublic = place.name === 'a2' || place.name === 'b2';
  const routes: Item[] = [];
  const taken = new Set<string>();
  const add = (dst: string, target: Target, state: string, origin: string): void => {
    const key = `${dst} ${origin === 'EnableVgwRoutePropagation'}`;
    const fields = targetFields(place.vpc, target, c);
    const wrongFamily = dst.includes(':') ? target === 'nat' && !dst.startsWith('64:') : target === 'eigw';
    if (taken.has(key) || fields === undefined || wrongFamily || (dst.includes(':') && !six)) return;
    taken.add(key);
    routes.push({ ...destination(dst), ...fields, Origin: origin, State: state });
  };
  for (const cidr of [VPC_BLOCKS[place.vpc].four, ...(six ? [VPC_BLOCKS[place.vpc].six] : [])]) {
    taken.add(`${cidr} false`);
    routes.push({ ...destination(cidr), GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' });
  }
  for (const extra of choice.extra) {
    const origin = extra.propagated && extra.target === 'vgw' ? 'EnableVgwRoutePropagation' : 'CreateRoute';
    if (extra.dst.startsWith('pl-') && origin !== 'CreateRoute') continue;
    add(extra.dst, extra.target, extra.blackhole ? 'blackhole' : 'active', origin);
  }
  const spoke = place.name === 'a1' && c.second && c.link === 'tgw' && c.central;
  const sound: Target = isPublic ? 'igw' : spoke ? 'tgw' : 'nat';
  const way = choice.way === 'sound' || choice.way === 'split' || choice.way === 'half' ? sound : choice.way;
  const state = choice.dead ? 'blackhole' : 'active';
  const defaults =
    choice.way === 'split' ? ['0.0.0.0/1', '128.0.0.0/1'] : choice.way === 'half' ? ['0.0.0.0/1'] : ['0.0.0.0/0'];
  if (way !== 'none') for (const dst of defaults) add(dst, way, state, 'CreateRoute');
  if (way !== 'none') add('::/0', isPublic || place.vpc === 'b' ? 'igw' : 'eigw', state, 'CreateRoute');
  const other = place.vpc === 'a' ? 'b' : 'a';
  if (c.link !== 'none')
    for (const dst of [VPC_BLOCKS[other].four, VPC_BLOCKS[other].six]) add(dst, c.link, 'active', 'CreateRoute');
  if (choice.office) add('172.16.0.0/12', 'vgw', 'active', 'EnableVgwRoutePropagation');
  if (place.vpc === 'a' && choice.s3)
    routes.push({ DestinationPrefixListId: S3, GatewayId: S3_ENDPOINT, Origin: 'CreateRoute', State: 'active' });
  return routes;
}

const placesOf = (c: Choices): readonly Place[] =>
  PLACES.filter((place) => (place.name !== 'a3' || c.third) && (place.vpc === 'a' || c.second));

function tableItems(c: Choices): readonly Item[] {
  const places = placesOf(c);
  const own = places.map((place) => {
    const main = c.tables[place.name].main && place.name === 'a1';
    const tableId = id('rtb', place.name);
    const association = main
      ? { Main: true, RouteTableId: tableId }
      : { Main: false, RouteTableId: tableId, SubnetId: subnetId(place.name) };
    return {
      RouteTableId: tableId,
      VpcId: VPC[place.vpc],
      PropagatingVgws: [],
      Associations: [{ ...association, AssociationState: { State: 'associated' } }],
      Routes: routesOf(place, c),
    };
  });
  const vpcs = c.second ? (['a', 'b'] as const) : (['a'] as const);
  const mains = vpcs
    .filter((vpc) => vpc === 'b' || !c.tables.a1.main)
    .map((vpc) => ({
      RouteTableId: id('rtb', `${vpc}ff`),
      VpcId: VPC[vpc],
      PropagatingVgws: [],
      Associations: [{ Main: true, RouteTableId: id('rtb', `${vpc}ff`), AssociationState: { State: 'associated' } }],
      Routes: [
        { DestinationCidrBlock: VPC_BLOCKS[vpc].four, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
      ],
    }));
  const local = {
    DestinationCidrBlock: VPC_BLOCKS.a.four,
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  const out = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: id('igw', 'a'), Origin: 'CreateRoute', State: 'active' };
  const regional = {
    RouteTableId: REGIONAL_TABLE,
    VpcId: VPC.a,
    PropagatingVgws: [],
    Associations: [],
    Routes: [local, out],
  };
  return [...own, ...mains, ...(isRegional(c) ? [regional] : [])];
}

// the rest of the bundle

function eniItem(host: Host, index: number, c: Choices): Item {
  const place = PLACES.find((candidate) => candidate.name === host.subnet);
  const association = host.elastic === undefined ? {} : { Association: { PublicIp: host.elastic, IpOwnerId: ACCOUNT } };
  return {
    NetworkInterfaceId: eniId(host.name),
    SubnetId: subnetId(host.subnet),
    VpcId: VPC[place?.vpc ?? 'a'],
    Status: 'in-use',
    InterfaceType: 'interface',
    OwnerId: ACCOUNT,
    SourceDestCheck: host.name === APPLIANCE ? c.check : true,
    Attachment: { InstanceId: id('i', host.name), Status: 'attached' },
    Groups: (c.wears[index] ?? []).map((groupId) => ({ GroupId: groupId })),
    PrivateIpAddress: host.four,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: host.four, ...association }],
    Ipv6Addresses: c.dual ? [{ Ipv6Address: host.six }] : [],
    ...association,
  };
}

const REGIONAL_TABLE = id('rtb', 'nat');

interface Nat {
  readonly nat: Item;
  readonly enis: readonly Item[];
}

const isRegional = (c: Choices): boolean => c.natShape !== 'zonal' && c.natKind === 'public';

function regionalNat(c: Choices): Nat {
  const address = {
    PublicIp: NATS.a.outer,
    AllocationId: id('eipalloc', 'a'),
    AvailabilityZoneId: c.natZone,
    Status: 'succeeded',
  };
  const nat = {
    NatGatewayId: NATS.a.nat,
    VpcId: VPC.a,
    State: c.natState,
    ConnectivityType: 'public',
    AvailabilityMode: 'regional',
    AutoProvisionZones: c.natShape === 'automatic' ? 'enabled' : 'disabled',
    RouteTableId: REGIONAL_TABLE,
    NatGatewayAddresses: [address],
  };
  return { nat, enis: [] };
}

function natItems(c: Choices): readonly Nat[] {
  const vpcs = c.second ? (['a', 'b'] as const) : (['a'] as const);
  return vpcs.map((vpc) => {
    if (vpc === 'a' && isRegional(c)) return regionalNat(c);
    const { nat, eni, subnet, inner, outer } = NATS[vpc];
    const isPrivate = vpc === 'a' && c.natKind === 'private';
    const publicIp = isPrivate ? {} : { PublicIp: outer };
    return {
      nat: {
        NatGatewayId: nat,
        VpcId: VPC[vpc],
        SubnetId: subnetId(subnet),
        State: vpc === 'a' ? c.natState : 'available',
        ConnectivityType: isPrivate ? 'private' : 'public',
        AvailabilityMode: 'zonal',
        NatGatewayAddresses: [
          { NetworkInterfaceId: eni, PrivateIp: inner, IsPrimary: true, Status: 'succeeded', ...publicIp },
        ],
      },
      enis: [
        {
          NetworkInterfaceId: eni,
          SubnetId: subnetId(subnet),
          VpcId: VPC[vpc],
          Status: 'in-use',
          InterfaceType: 'nat_gateway',
          OwnerId: ACCOUNT,
          SourceDestCheck: false,
          Groups: [],
          PrivateIpAddress: inner,
          PrivateIpAddresses: [
            { Primary: true, PrivateIpAddress: inner, ...(isPrivate ? {} : { Association: { PublicIp: outer } }) },
          ],
          Ipv6Addresses: [],
        },
      ],
    };
  });
}

function transitItems(c: Choices): Item {
  const on = c.second && c.link === 'tgw';
  const sides = on ? (['a', 'b'] as const) : [];
  const [gateway, mine, theirs] = c.referencing;
  const attachment = (vpc: 'a' | 'b'): Item => ({
    ResourceId: VPC[vpc],
    ResourceType: 'vpc',
    TransitGatewayAttachmentId: ATTACH[vpc],
  });
  const routes: Item[] = [];
  if (c.spokeRoutes !== 'none') {
    if (c.spokeRoutes !== 'no-way-back')
      routes.push({
        DestinationCidrBlock: VPC_BLOCKS.a.four,
        TransitGatewayAttachments: [attachment('a')],
        Type: 'propagated',
        State: 'active',
      });
    for (const cidr of [VPC_BLOCKS.b.four, '0.0.0.0/0', VPC_BLOCKS.b.six, VPC_BLOCKS.a.six])
      routes.push({
        DestinationCidrBlock: cidr,
        TransitGatewayAttachments: [attachment(cidr === VPC_BLOCKS.a.six ? 'a' : 'b')],
        Type: 'static',
        State: c.spokeRoutes === 'blackhole' && cidr === '0.0.0.0/0' ? 'blackhole' : 'active',
      });
  }
  const ports = { a: [subnetId(c.port)], b: [subnetId('b1'), subnetId('b2')] };
  return {
    TransitGateways: on
      ? [{ TransitGatewayId: TGW, State: 'available', Options: { SecurityGroupReferencingSupport: gateway } }]
      : [],
    TransitGatewayAttachments: sides.map((vpc) => ({
      ...attachment(vpc),
      TransitGatewayId: TGW,
      State: 'available',
      ...(vpc === 'b' || c.associated
        ? { Association: { TransitGatewayRouteTableId: TGW_TABLE, State: 'associated' } }
        : {}),
    })),
    TransitGatewayVpcAttachments: sides.map((vpc) => ({
      TransitGatewayAttachmentId: ATTACH[vpc],
      TransitGatewayId: TGW,
      VpcId: VPC[vpc],
      State: 'available',
      SubnetIds: ports[vpc],
      Options: {
        ApplianceModeSupport: vpc === 'b' ? c.appliance : 'disable',
        SecurityGroupReferencingSupport: vpc === 'a' ? mine : theirs,
        Ipv6Support: 'enable',
      },
    })),
    TransitGatewayRouteTables: on
      ? [{ TransitGatewayRouteTableId: TGW_TABLE, TransitGatewayId: TGW, State: 'available' }]
      : [],
    TransitGatewayRoutes: on ? { [TGW_TABLE]: routes } : {},
  };
}

/** The effective mode AWS would report; absent where the documentation leaves it open. */
function computedMode(place: Place, c: Choices): string | undefined {
  if (c.mode === 'off') return 'off';
  const excluded = c.exclusion !== 'none' && place.name === c.excluded;
  if (!excluded) return c.mode;
  return c.exclusion === 'allow-bidirectional' ? 'off' : undefined;
}

function bundleOf(c: Choices): Item {
  const places = placesOf(c);
  const vpcs = c.second ? (['a', 'b'] as const) : (['a'] as const);
  const hosts = HOSTS.filter((host) => places.some((place) => place.name === host.subnet));
  const nats = natItems(c);
  const peering = (vpc: 'a' | 'b'): Item => ({
    VpcId: VPC[vpc],
    OwnerId: ACCOUNT,
    Region: 'us-east-1',
    CidrBlock: VPC_BLOCKS[vpc].four,
    CidrBlockSet: [{ CidrBlock: VPC_BLOCKS[vpc].four }],
    Ipv6CidrBlockSet: c.dual ? [{ Ipv6CidrBlock: VPC_BLOCKS[vpc].six }] : [],
  });
  const elastic = [...hosts.map((host) => host.elastic), ...nats.map(({ nat }) => publicIpOf(nat))].filter(
    (ip) => ip !== undefined,
  );
  const s3Tables = places.filter((place) => place.vpc === 'a' && c.tables[place.name].s3);
  const six = (cidr: string): readonly Item[] =>
    c.dual ? [{ Ipv6CidrBlock: cidr, Ipv6CidrBlockState: { State: 'associated' } }] : [];
  const whole: Item = {
    Meta: { AccountId: ACCOUNT, Region: 'us-east-1', CollectedAt: '2026-11-20T09:00:00Z' },
    Vpcs: vpcs.map((vpc) => ({
      VpcId: VPC[vpc],
      State: 'available',
      OwnerId: ACCOUNT,
      CidrBlock: VPC_BLOCKS[vpc].four,
      CidrBlockAssociationSet: [{ CidrBlock: VPC_BLOCKS[vpc].four, CidrBlockState: { State: 'associated' } }],
      Ipv6CidrBlockAssociationSet: six(VPC_BLOCKS[vpc].six),
      DhcpOptionsId: id('dopt', '1'),
    })),
    Subnets: places.map((place) => {
      const mode = computedMode(place, c);
      return {
        SubnetId: subnetId(place.name),
        VpcId: VPC[place.vpc],
        State: 'available',
        OwnerId: ACCOUNT,
        AvailabilityZone: `us-east-1${place.zone === 'az1' ? 'a' : 'b'}`,
        AvailabilityZoneId: `use1-${place.zone}`,
        CidrBlock: place.four,
        Ipv6CidrBlockAssociationSet: six(place.six),
        EnableDns64: false,
        MapPublicIpOnLaunch: false,
        ...(mode === undefined ? {} : { BlockPublicAccessStates: { InternetGatewayBlockMode: mode } }),
      };
    }),
    RouteTables: tableItems(c),
    NetworkAcls: places.map((place) => aclItem(place.name, place.vpc, c.acls[place.name])),
    SecurityGroups: GROUPS.map((groupId, index) => groupItem(groupId, 'a', c.groups[index as 0 | 1 | 2])),
    SecurityGroupVpcAssociations: [],
    InternetGateways: vpcs.map((vpc) => ({
      InternetGatewayId: id('igw', vpc),
      Attachments: [{ VpcId: VPC[vpc], State: vpc === 'a' ? c.igwState : 'available' }],
    })),
    EgressOnlyInternetGateways: [
      { EgressOnlyInternetGatewayId: EIGW, Attachments: [{ VpcId: VPC.a, State: 'attached' }] },
    ],
    NatGateways: nats.map(({ nat }) => nat),
    VpcEndpoints: [
      {
        VpcEndpointId: S3_ENDPOINT,
        VpcEndpointType: 'Gateway',
        VpcId: VPC.a,
        ServiceName: 'com.amazonaws.us-east-1.s3',
        State: c.endpoint,
        RouteTableIds: s3Tables.map((place) => id('rtb', place.name)),
      },
    ],
    NetworkInterfaces: [
      ...hosts.map((host) => eniItem(host, HOSTS.indexOf(host), c)),
      ...nats.flatMap(({ enis }) => enis),
    ],
    Instances: hosts.map((host) => ({
      InstanceId: id('i', host.name),
      State: { Name: host.name === APPLIANCE ? c.instance : 'running' },
    })),
    Addresses: elastic.map((PublicIp) => ({ PublicIp, Domain: 'vpc' })),
    DhcpOptions: [
      {
        DhcpOptionsId: id('dopt', '1'),
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    VpcAttributes: Object.fromEntries(
      vpcs.map((vpc) => [VPC[vpc], { EnableDnsSupport: { Value: c.dns }, EnableDnsHostnames: { Value: true } }]),
    ),
    VpcPeeringConnections:
      c.second && c.link === 'pcx'
        ? [
            {
              VpcPeeringConnectionId: PCX,
              Status: { Code: c.pcxState },
              RequesterVpcInfo: peering('a'),
              AccepterVpcInfo: peering('b'),
            },
          ]
        : [],
    VpnGateways: [{ VpnGatewayId: VGW, State: 'available', VpcAttachments: [{ VpcId: VPC.a, State: 'attached' }] }],
    VpnConnections: [
      {
        VpnConnectionId: id('vpn', 'a'),
        VpnGatewayId: VGW,
        State: 'available',
        VgwTelemetry: [{ Status: c.vpnUp ? 'UP' : 'DOWN' }, { Status: 'DOWN' }],
      },
    ],
    CustomerGateways: [],
    CarrierGateways: [],
    AvailabilityZones: [],
    PrefixLists: [],
    ManagedPrefixLists: Object.keys(LISTS).map((PrefixListId) => ({
      PrefixListId,
      PrefixListName: PrefixListId === S3 ? 'com.amazonaws.us-east-1.s3' : PrefixListId,
      AddressFamily: 'IPv4',
      State: 'create-complete',
      OwnerId: PrefixListId === S3 ? 'AWS' : ACCOUNT,
    })),
    PrefixListEntries: Object.fromEntries(
      Object.entries(LISTS).map(([list, entries]) => [list, entries.map((Cidr) => ({ Cidr }))]),
    ),
    ...transitItems(c),
    VpcBlockPublicAccessOptions: {
      State: c.changing ? 'update-in-progress' : 'update-complete',
      InternetGatewayBlockMode: c.mode,
      ExclusionsAllowed: 'allowed',
    },
    VpcBlockPublicAccessExclusions:
      c.exclusion === 'none'
        ? []
        : [
            {
              ExclusionId: id('vpcbpa-exclude', '1'),
              InternetGatewayExclusionMode: c.exclusion,
              ResourceArn: `arn:aws:ec2:us-east-1:${ACCOUNT}:subnet/${subnetId(c.excluded)}`,
              State: 'create-complete',
            },
          ],
    DnsAnswers: {},
    Errors: [],
  };
  return withGap(whole, c);
}

const publicIpOf = (nat: Item): string | undefined => {
  const [first] = nat['NatGatewayAddresses'] as readonly { readonly PublicIp?: string }[];
  return first?.PublicIp;
};

const OPERATIONS: Readonly<Record<string, string>> = {
  TransitGatewayRoutes: 'SearchTransitGatewayRoutes',
  PrefixListEntries: 'GetManagedPrefixListEntries',
};

/** The key is not there; half of the time an error says why. */
function withGap(whole: Item, c: Choices): Item {
  if (c.gap === '') return whole;
  const left = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== c.gap));
  const error = {
    Operation: OPERATIONS[c.gap] ?? `Describe${c.gap}`,
    Code: 'UnauthorizedOperation',
    Message: 'refused',
  };
  return { ...left, Errors: c.refused ? [error] : [] };
}

// questions

const asks = fc.record({
  from: fc.noBias(fc.nat(99)),
  to: fc.noBias(fc.nat(99)),
  sender: fc.nat(7),
  receiver: fc.nat(7),
  groups: fc.shuffledSubarray(GROUPS, { minLength: 1, maxLength: 2 }),
  farGroups: fc.shuffledSubarray(GROUPS, { minLength: 1, maxLength: 2 }),
  senderPublic: rarely(40),
  receiverPublic: fc.boolean(),
  block4: fc.constantFrom(
    '35.171.240.32/32',
    '52.216.0.0/15',
    '35.171.240.0/24',
    '8.8.8.8/32',
    '10.1.1.0/28',
    '10.0.1.20/32',
  ),
  block6: fc.constantFrom('2600:9000::/28', '2600:9000::1/128', '64:ff9b::808:808/128'),
  six: rarely(30),
  protocol: mostly<string | number>(75, 'tcp', 'udp', 'icmp', 47),
  port: mostly<number | readonly [number, number]>(70, 443, 22, 53, [440, 450], [1024, 65535]),
  some: rarely(15),
  clientPorts: fc.constantFrom<readonly [number, number] | undefined>([32768, 60999], undefined, [1024, 65535]),
});
type Asks = typeof asks extends fc.Arbitrary<infer T> ? T : never;

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];

function questionOf(c: Choices, q: Asks): Item {
  const places = placesOf(c);
  const hosts = HOSTS.filter((host) => places.some((place) => place.name === host.subnet));
  const six = q.six && c.dual && !(q.from >= 92 && q.from < 95);
  const eni = (n: number): Item => ({ eni: eniId(pick(hosts, n)?.name ?? '110') });
  const workload = (n: number, securityGroups: readonly string[], publicIp: boolean): Item => ({
    subnet: subnetId(pick(places, n)?.name ?? 'a1'),
    securityGroups,
    publicIp,
  });
  const fromOutside = q.from >= 80 && q.from < 95;
  const exposed = fromOutside && q.from < 92 && q.receiver < 5;
  const atEni = exposed ? { eni: eniId('210') } : eni(q.receiver);
  const atWorkload = exposed
    ? { subnet: subnetId('a2'), securityGroups: q.farGroups, publicIp: true }
    : workload(q.receiver, q.farGroups, q.receiverPublic);
  const inside: Item = q.to % 2 === 0 ? atEni : atWorkload;
  const from: Item =
    q.from < 40
      ? eni(q.sender)
      : q.from < 70
        ? workload(q.sender, q.groups, q.senderPublic)
        : q.from < 80
          ? { vpc: VPC[c.second && q.sender % 3 === 0 ? 'b' : 'a'] }
          : q.from < 92
            ? { internet: true }
            : fromOutside
              ? { cidr: '172.20.0.0/24' }
              : eni(q.sender);
  const to: Item = fromOutside
    ? inside
    : q.to < 40
      ? { internet: true }
      : q.to < 60
        ? { cidr: six ? q.block6 : q.block4 }
        : q.to < 92
          ? inside
          : q.to < 95
            ? { resolver: true }
            : q.to < 98
              ? { awsService: 's3' }
              : { fqdn: 'github.com' };
  const atResolver = 'resolver' in to;
  const port = atResolver && q.receiver < 6 ? 53 : q.port;
  const ports = q.protocol === 'tcp' || q.protocol === 'udp' ? { port } : {};
  const icmp = q.protocol === 'icmp' ? { icmp: { type: six ? 128 : 8, code: 0 } } : {};
  return {
    id: 'q',
    from,
    to,
    protocol: q.protocol,
    ...ports,
    ...icmp,
    family: six ? 'ipv6' : 'ipv4',
    quantifier: q.some ? 'some' : 'all',
    ...(q.clientPorts ? { clientEphemeralPorts: q.clientPorts } : {}),
  };
}

/** A bundle of formats.md section 1 and a question of section 2 about it. */
export const networkAndQuestion: fc.Arbitrary<{ readonly bundle: Item; readonly question: Item }> = fc
  .tuple(choices, asks)
  .map(([c, q]) => ({ bundle: bundleOf(c), question: questionOf(c, q) }));
