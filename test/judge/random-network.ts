/**
 * Random small networks as describe bundles: a healthy one with a few things changed, so that a fair share of questions passes and boundaries coincide.
 */

// biome-ignore lint/suspicious/noExplicitAny: bundles are raw JSON
type Json = Record<string, any>;

/** Small and good enough (mulberry32); equal seeds, equal networks. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Dice {
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  number(from: number, to: number): number;
}

export function diceOf(seed: number): Dice {
  const random = randomOf(seed);
  return {
    chance: (probability) => random() < probability,
    pick: (items) => items[Math.floor(random() * items.length)] as (typeof items)[number],
    number: (from, to) => from + Math.floor(random() * (to - from + 1)),
  };
}

const ACCOUNT = '123456789012';
export const VPC_A = 'vpc-000000000000000aa';
export const VPC_B = 'vpc-000000000000000bb';
export const SUBNETS = [
  'subnet-0000000000000a001',
  'subnet-0000000000000a002',
  'subnet-0000000000000a003',
  'subnet-0000000000000b001',
  'subnet-0000000000000b002',
] as const;
const [A1, A2, A3, B1, B2] = SUBNETS;
export const GROUPS = [
  'sg-00000000000000001',
  'sg-00000000000000002',
  'sg-00000000000000003',
  'sg-00000000000000004',
] as const;
const IGW = 'igw-0000000000000000a';
const IGW_B = 'igw-0000000000000000b';
const NAT = 'nat-00000000000000001';
const NAT_2 = 'nat-00000000000000002';
const NAT_B = 'nat-0000000000000000b';
const PCX = 'pcx-00000000000000001';
const TGW = 'tgw-00000000000000001';
const VGW = 'vgw-00000000000000001';
const EIGW = 'eigw-0000000000000001';
const GATEWAY_ENDPOINT = 'vpce-0000000000000000a';
const FIREWALL = 'vpce-0000000000000000f';
const APPLIANCE = 'eni-00000000000000f01';
const S3_LIST = 'pl-00000000000000053';
const OWN_LIST = 'pl-00000000000000001';
const OTHER_LIST = 'pl-00000000000000002';

/** Blocks whose edges meet each other and those of the network. */
export const BLOCKS4 = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '10.0.0.0/8',
  '10.0.0.0/16',
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.1.0/28',
  '10.0.2.0/24',
  '10.9.0.0/16',
  '10.9.1.0/24',
  '35.171.240.0/24',
  '35.171.240.32/32',
  '52.216.0.0/15',
  '52.216.128.0/17',
  '3.208.10.0/24',
  '172.20.0.0/16',
  '100.64.0.0/24',
  '10.0.1.10/32',
];
const BLOCKS6 = [
  '::/0',
  '2600:1f00::/24',
  '2600:1f00:0:1::/64',
  '2600:1f00:0:900::/56',
  '64:ff9b::/96',
  '2600:9000::/28',
  '2600:1f00:0:1::a/128',
];
const PORTS: readonly (readonly [number, number])[] = [
  [0, 65535],
  [443, 443],
  [22, 22],
  [1024, 65535],
  [32768, 60999],
  [0, 1023],
  [1024, 2000],
  [3389, 3389],
  [53, 53],
];

const table = (id: string, vpc: string, routes: Json[], associations: Json[]): Json => ({
  RouteTableId: id,
  VpcId: vpc,
  Routes: routes,
  Associations: associations,
  PropagatingVgws: [],
});
const route = (destination: string, member: string, target: string, extra: Json = {}): Json => ({
  ...(destination.startsWith('pl-')
    ? { DestinationPrefixListId: destination }
    : destination.includes(':')
      ? { DestinationIpv6CidrBlock: destination }
      : { DestinationCidrBlock: destination }),
  [member]: target,
  Origin: 'CreateRoute',
  State: 'active',
  ...extra,
});
const local = (cidr: string): Json => route(cidr, 'GatewayId', 'local', { Origin: 'CreateRouteTable' });
const to = (id: string, subnet?: string): Json => ({
  Main: subnet === undefined,
  RouteTableAssociationId: `rtbassoc-${id}-${subnet}`,
  ...(subnet === undefined ? {} : { SubnetId: subnet }),
  AssociationState: { State: 'associated' },
});
const entry = (
  n: number,
  egress: boolean,
  allow: boolean,
  cidr: string,
  protocol = '-1',
  ports?: readonly [number, number],
): Json => ({
  RuleNumber: n,
  Egress: egress,
  RuleAction: allow ? 'allow' : 'deny',
  Protocol: protocol,
  ...(cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
  ...(ports && (protocol === '6' || protocol === '17') ? { PortRange: { From: ports[0], To: ports[1] } } : {}),
});
const permission = (protocol: string, ports: readonly [number, number] | undefined, peer: Json): Json => ({
  IpProtocol: protocol,
  ...(ports ? { FromPort: ports[0], ToPort: ports[1] } : {}),
  IpRanges: [],
  Ipv6Ranges: [],
  PrefixListIds: [],
  UserIdGroupPairs: [],
  ...peer,
});
const block = (cidr: string): Json =>
  cidr.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: cidr }] } : { IpRanges: [{ CidrIp: cidr }] };
const eni = (
  id: string,
  vpc: string,
  subnet: string,
  ips: readonly (readonly [string, string?])[],
  groups: readonly string[],
  v6: readonly string[] = [],
  extra: Json = {},
): Json => ({
  NetworkInterfaceId: id,
  VpcId: vpc,
  SubnetId: subnet,
  Groups: groups.map((GroupId) => ({ GroupId })),
  PrivateIpAddress: ips[0]?.[0],
  PrivateIpAddresses: ips.map(([PrivateIpAddress, PublicIp], index) => ({
    PrivateIpAddress,
    Primary: index === 0,
    ...(PublicIp === undefined ? {} : { Association: { PublicIp } }),
  })),
  Ipv6Addresses: v6.map((Ipv6Address) => ({ Ipv6Address })),
  InterfaceType: 'interface',
  SourceDestCheck: true,
  Status: 'in-use',
  ...extra,
});

/** Everything works: a1, a3 private behind NAT, a2 public; b1 private, b2 public; peering, transit gateway and VPN exist but carry no default. */
function healthy(): Json {
  const both = (cidr: string, six: string): Json[] => [local(cidr), local(six)];
  return {
    Meta: { AccountId: ACCOUNT, Region: 'us-east-1', CollectedAt: '2026-11-20T00:00:00Z' },
    Vpcs: [
      {
        VpcId: VPC_A,
        CidrBlock: '10.0.0.0/16',
        CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } }],
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f00::/56', Ipv6CidrBlockState: { State: 'associated' } }],
        DhcpOptionsId: 'dopt-00000001',
      },
      {
        VpcId: VPC_B,
        CidrBlock: '10.9.0.0/16',
        CidrBlockAssociationSet: [{ CidrBlock: '10.9.0.0/16', CidrBlockState: { State: 'associated' } }],
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: '2600:1f00:0:900::/56', Ipv6CidrBlockState: { State: 'associated' } },
        ],
        DhcpOptionsId: 'dopt-00000001',
      },
    ],
    VpcAttributes: {
      [VPC_A]: { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } },
      [VPC_B]: { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } },
    },
    DhcpOptions: [
      {
        DhcpOptionsId: 'dopt-00000001',
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    Subnets: [
      [A1, VPC_A, '10.0.1.0/24', '2600:1f00:0:1::/64', 'az1'],
      [A2, VPC_A, '10.0.0.0/24', '2600:1f00:0:2::/64', 'az1'],
      [A3, VPC_A, '10.0.2.0/24', '2600:1f00:0:3::/64', 'az2'],
      [B1, VPC_B, '10.9.1.0/24', '2600:1f00:0:901::/64', 'az1'],
      [B2, VPC_B, '10.9.0.0/24', '2600:1f00:0:902::/64', 'az2'],
    ].map(([SubnetId, VpcId, CidrBlock, Ipv6CidrBlock, AvailabilityZoneId]) => ({
      SubnetId,
      VpcId,
      CidrBlock,
      AvailabilityZoneId,
      Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } }],
      MapPublicIpOnLaunch: false,
      BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    })),
    RouteTables: [
      table('rtb-000000000000000a0', VPC_A, both('10.0.0.0/16', '2600:1f00::/56'), [to('a0')]),
      table(
        'rtb-000000000000000a1',
        VPC_A,
        [
          ...both('10.0.0.0/16', '2600:1f00::/56'),
          route('0.0.0.0/0', 'NatGatewayId', NAT),
          route('::/0', 'EgressOnlyInternetGatewayId', EIGW),
          route('10.9.0.0/16', 'VpcPeeringConnectionId', PCX),
        ],
        [to('a1', A1), to('a1', A3)],
      ),
      table(
        'rtb-000000000000000a2',
        VPC_A,
        [
          ...both('10.0.0.0/16', '2600:1f00::/56'),
          route('0.0.0.0/0', 'GatewayId', IGW),
          route('::/0', 'GatewayId', IGW),
          route('10.9.0.0/16', 'VpcPeeringConnectionId', PCX),
        ],
        [to('a2', A2)],
      ),
      table('rtb-000000000000000b0', VPC_B, both('10.9.0.0/16', '2600:1f00:0:900::/56'), [to('b0')]),
      table(
        'rtb-000000000000000b1',
        VPC_B,
        [
          ...both('10.9.0.0/16', '2600:1f00:0:900::/56'),
          route('0.0.0.0/0', 'NatGatewayId', NAT_B),
          route('10.0.0.0/16', 'VpcPeeringConnectionId', PCX),
        ],
        [to('b1', B1)],
      ),
      table(
        'rtb-000000000000000b2',
        VPC_B,
        [
          ...both('10.9.0.0/16', '2600:1f00:0:900::/56'),
          route('0.0.0.0/0', 'GatewayId', IGW_B),
          route('10.0.0.0/16', 'TransitGatewayId', TGW),
        ],
        [to('b2', B2)],
      ),
    ],
    NetworkAcls: [
      {
        NetworkAclId: 'acl-0000000000000000a',
        VpcId: VPC_A,
        IsDefault: true,
        Associations: [{ SubnetId: A2 }, { SubnetId: A3 }],
        Entries: openEntries(),
      },
      {
        NetworkAclId: 'acl-0000000000000001a',
        VpcId: VPC_A,
        IsDefault: false,
        Associations: [{ SubnetId: A1 }],
        Entries: openEntries(),
      },
      {
        NetworkAclId: 'acl-0000000000000000b',
        VpcId: VPC_B,
        IsDefault: true,
        Associations: [{ SubnetId: B1 }, { SubnetId: B2 }],
        Entries: openEntries(),
      },
    ],
    SecurityGroups: GROUPS.map((GroupId, index) => ({
      GroupId,
      GroupName: GroupId,
      VpcId: index < 3 ? VPC_A : VPC_B,
      IpPermissions: [
        permission('tcp', [22, 22], block('10.0.0.0/8')),
        permission('tcp', [443, 443], { UserIdGroupPairs: [{ GroupId: GROUPS[0] }] }),
        permission('-1', undefined, block('::/0')),
      ],
      IpPermissionsEgress: [
        permission('-1', undefined, block('0.0.0.0/0')),
        permission('-1', undefined, block('::/0')),
      ],
    })),
    InternetGateways: [
      { InternetGatewayId: IGW, Attachments: [{ VpcId: VPC_A, State: 'available' }] },
      { InternetGatewayId: IGW_B, Attachments: [{ VpcId: VPC_B, State: 'available' }] },
    ],
    EgressOnlyInternetGateways: [
      { EgressOnlyInternetGatewayId: EIGW, Attachments: [{ VpcId: VPC_A, State: 'attached' }] },
    ],
    NatGateways: [
      {
        NatGatewayId: NAT,
        VpcId: VPC_A,
        SubnetId: A2,
        State: 'available',
        ConnectivityType: 'public',
        NatGatewayAddresses: [{ PrivateIp: '10.0.0.9', PublicIp: '3.208.10.20', Status: 'succeeded' }],
      },
      {
        NatGatewayId: NAT_2,
        VpcId: VPC_A,
        SubnetId: A3,
        State: 'available',
        ConnectivityType: 'private',
        NatGatewayAddresses: [{ PrivateIp: '10.0.2.9' }],
      },
      {
        NatGatewayId: NAT_B,
        VpcId: VPC_B,
        SubnetId: B2,
        State: 'available',
        ConnectivityType: 'public',
        NatGatewayAddresses: [
          { PrivateIp: '10.9.0.9', PublicIp: '3.208.10.21', Status: 'succeeded' },
          { PrivateIp: '10.9.0.8', PublicIp: '3.208.10.22', Status: 'succeeded' },
        ],
      },
    ],
    VpcEndpoints: [
      {
        VpcEndpointId: GATEWAY_ENDPOINT,
        VpcEndpointType: 'Gateway',
        VpcId: VPC_A,
        ServiceName: 'com.amazonaws.us-east-1.s3',
        State: 'available',
        RouteTableIds: [],
      },
      {
        VpcEndpointId: FIREWALL,
        VpcEndpointType: 'GatewayLoadBalancer',
        VpcId: VPC_A,
        ServiceName: 'x',
        State: 'available',
        SubnetIds: [A3],
        NetworkInterfaceIds: [],
      },
    ],
    NetworkInterfaces: [
      eni('eni-000000000000a1010', VPC_A, A1, [['10.0.1.10'], ['10.0.1.11']], [GROUPS[0]], ['2600:1f00:0:1::a']),
      eni(
        'eni-000000000000a2010',
        VPC_A,
        A2,
        [['10.0.0.10', '3.208.10.60'], ['10.0.0.11']],
        [GROUPS[1], GROUPS[0]],
        ['2600:1f00:0:2::a'],
      ),
      eni('eni-000000000000a3010', VPC_A, A3, [['10.0.2.10']], [GROUPS[2]], ['2600:1f00:0:3::a']),
      eni(APPLIANCE, VPC_A, A2, [['10.0.0.50', '3.208.10.50']], [GROUPS[1]], [], {
        SourceDestCheck: false,
        Attachment: { InstanceId: 'i-0000000000000f01' },
      }),
      eni('eni-000000000000b1010', VPC_B, B1, [['10.9.1.10']], [GROUPS[3]], ['2600:1f00:0:901::a']),
      eni('eni-000000000000b2010', VPC_B, B2, [['10.9.0.10', '3.208.10.61']], [GROUPS[3]]),
    ],
    Instances: [{ InstanceId: 'i-0000000000000f01', State: { Name: 'running' } }],
    Addresses: [],
    VpcPeeringConnections: [
      {
        VpcPeeringConnectionId: PCX,
        Status: { Code: 'active' },
        RequesterVpcInfo: { VpcId: VPC_A, Region: 'us-east-1', CidrBlockSet: [{ CidrBlock: '10.0.0.0/16' }] },
        AccepterVpcInfo: { VpcId: VPC_B, Region: 'us-east-1', CidrBlockSet: [{ CidrBlock: '10.9.0.0/16' }] },
      },
    ],
    VpnGateways: [{ VpnGatewayId: VGW, State: 'available', VpcAttachments: [{ VpcId: VPC_A, State: 'attached' }] }],
    VpnConnections: [
      {
        VpnConnectionId: 'vpn-00000000000000001',
        VpnGatewayId: VGW,
        State: 'available',
        VgwTelemetry: [{ Status: 'UP' }, { Status: 'DOWN' }],
      },
    ],
    CarrierGateways: [],
    AvailabilityZones: [],
    PrefixLists: [{ PrefixListId: S3_LIST, PrefixListName: 'com.amazonaws.us-east-1.s3', Cidrs: ['52.216.0.0/15'] }],
    ManagedPrefixLists: [],
    PrefixListEntries: {
      [OWN_LIST]: [{ Cidr: '35.171.240.0/24' }, { Cidr: '10.0.0.0/16' }],
      [OTHER_LIST]: [{ Cidr: '35.171.240.0/24' }, { Cidr: '128.0.0.0/1' }],
    },
    TransitGateways: [
      { TransitGatewayId: TGW, State: 'available', Options: { SecurityGroupReferencingSupport: 'enable' } },
    ],
    TransitGatewayAttachments: [
      {
        TransitGatewayAttachmentId: 'tgw-attach-0000000000000000a',
        TransitGatewayId: TGW,
        ResourceType: 'vpc',
        ResourceId: VPC_A,
        State: 'available',
        Association: { TransitGatewayRouteTableId: 'tgw-rtb-00000000000000001', State: 'associated' },
      },
      {
        TransitGatewayAttachmentId: 'tgw-attach-0000000000000000b',
        TransitGatewayId: TGW,
        ResourceType: 'vpc',
        ResourceId: VPC_B,
        State: 'available',
        Association: { TransitGatewayRouteTableId: 'tgw-rtb-00000000000000001', State: 'associated' },
      },
    ],
    TransitGatewayVpcAttachments: [
      {
        TransitGatewayAttachmentId: 'tgw-attach-0000000000000000a',
        TransitGatewayId: TGW,
        VpcId: VPC_A,
        State: 'available',
        SubnetIds: [A1, A3],
        Options: { ApplianceModeSupport: 'disable', SecurityGroupReferencingSupport: 'enable', Ipv6Support: 'enable' },
      },
      {
        TransitGatewayAttachmentId: 'tgw-attach-0000000000000000b',
        TransitGatewayId: TGW,
        VpcId: VPC_B,
        State: 'available',
        SubnetIds: [B1, B2],
        Options: { ApplianceModeSupport: 'disable', SecurityGroupReferencingSupport: 'enable', Ipv6Support: 'enable' },
      },
    ],
    TransitGatewayRouteTables: [],
    TransitGatewayRoutes: {
      'tgw-rtb-00000000000000001': [
        {
          DestinationCidrBlock: '10.0.0.0/16',
          Type: 'propagated',
          State: 'active',
          TransitGatewayAttachments: [
            { TransitGatewayAttachmentId: 'tgw-attach-0000000000000000a', ResourceType: 'vpc', ResourceId: VPC_A },
          ],
        },
        {
          DestinationCidrBlock: '10.9.0.0/16',
          Type: 'propagated',
          State: 'active',
          TransitGatewayAttachments: [
            { TransitGatewayAttachmentId: 'tgw-attach-0000000000000000b', ResourceType: 'vpc', ResourceId: VPC_B },
          ],
        },
        {
          DestinationCidrBlock: '0.0.0.0/0',
          Type: 'static',
          State: 'active',
          TransitGatewayAttachments: [
            { TransitGatewayAttachmentId: 'tgw-attach-0000000000000000b', ResourceType: 'vpc', ResourceId: VPC_B },
          ],
        },
      ],
    },
    VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'default-state' },
    VpcBlockPublicAccessExclusions: [],
  };
}

const openEntries = (): Json[] =>
  [true, false].flatMap((egress) => [
    entry(100, egress, true, '0.0.0.0/0'),
    entry(101, egress, true, '::/0'),
    entry(32767, egress, false, '0.0.0.0/0'),
    entry(32768, egress, false, '::/0'),
  ]);

const ROUTE_TARGETS: readonly (readonly [string, string])[] = [
  ['NatGatewayId', NAT],
  ['NatGatewayId', NAT_2],
  ['NatGatewayId', 'nat-0000000000000dead'],
  ['GatewayId', IGW],
  ['GatewayId', VGW],
  ['VpcPeeringConnectionId', PCX],
  ['TransitGatewayId', TGW],
  ['NetworkInterfaceId', APPLIANCE],
  ['InstanceId', 'i-0000000000000f01'],
  ['EgressOnlyInternetGatewayId', EIGW],
  ['GatewayId', FIREWALL],
  ['CarrierGatewayId', 'cagw-0000000000000001'],
];

const anyRoute = (dice: Dice): Json => {
  const list = dice.chance(0.2);
  const destination = list
    ? dice.pick([OWN_LIST, OTHER_LIST, 'pl-0000000000000dead'])
    : dice.pick(dice.chance(0.8) ? BLOCKS4 : BLOCKS6);
  if (!list && destination === '52.216.0.0/15' && dice.chance(0.5))
    return route(S3_LIST, 'GatewayId', GATEWAY_ENDPOINT);
  const [member, id] = dice.pick(ROUTE_TARGETS);
  return route(destination, member, id, {
    State: dice.pick(['active', 'active', 'active', 'active', 'blackhole', 'filtered']),
    Origin: dice.pick(['CreateRoute', 'CreateRoute', 'EnableVgwRoutePropagation', 'Advertisement']),
  });
};

const anyPermission = (dice: Dice): Json => {
  const protocol = dice.pick(['tcp', 'tcp', 'udp', '-1', 'icmp', '47']);
  const ports =
    protocol === 'icmp'
      ? dice.pick([
          [8, -1],
          [8, 0],
          [-1, -1],
          [3, 4],
          [-1, 4],
        ] as const)
      : protocol === '-1'
        ? undefined
        : dice.pick(PORTS);
  const peer = dice.pick<() => Json>([
    () => block(dice.pick(BLOCKS4)),
    () => block(dice.pick(BLOCKS4)),
    () => block(dice.pick(BLOCKS6)),
    () => ({
      UserIdGroupPairs: [
        {
          GroupId: dice.pick(GROUPS),
          ...(dice.chance(0.2) ? { PeeringStatus: dice.pick(['active', 'deleted']) } : {}),
        },
      ],
    }),
    () => ({ PrefixListIds: [{ PrefixListId: dice.pick([OWN_LIST, OTHER_LIST, S3_LIST, 'pl-0000000000000dead']) }] }),
  ])();
  return permission(protocol, ports as readonly [number, number] | undefined, peer);
};

type Change = (bundle: Json, dice: Dice) => void;

const REFUSABLE: readonly (readonly [string, string])[] = [
  ['RouteTables', 'DescribeRouteTables'],
  ['NetworkAcls', 'DescribeNetworkAcls'],
  ['SecurityGroups', 'DescribeSecurityGroups'],
  ['NatGateways', 'DescribeNatGateways'],
  ['NetworkInterfaces', 'DescribeNetworkInterfaces'],
  ['InternetGateways', 'DescribeInternetGateways'],
  ['TransitGatewayRoutes', 'SearchTransitGatewayRoutes'],
  ['TransitGatewayVpcAttachments', 'DescribeTransitGatewayVpcAttachments'],
  ['VpcPeeringConnections', 'DescribeVpcPeeringConnections'],
  ['VpcEndpoints', 'DescribeVpcEndpoints'],
  ['Instances', 'DescribeInstances'],
  ['VpnConnections', 'DescribeVpnConnections'],
  ['VpcBlockPublicAccessOptions', 'DescribeVpcBlockPublicAccessOptions'],
  ['PrefixListEntries', 'GetManagedPrefixListEntries'],
];

/** Edge tables take routes inside the VPC only. */
const subnetTables = (b: Json): Json[] =>
  (b['RouteTables'] as Json[]).filter((one) =>
    (one['Associations'] as Json[]).every((association) => association['GatewayId'] === undefined),
  );

const CHANGES: readonly Change[] = [
  // Routes: another one, a longer one, one less, another table.
  (b, dice) => void dice.pick(subnetTables(b))['Routes'].push(anyRoute(dice)),
  (b, dice) => void dice.pick(subnetTables(b))['Routes'].push(anyRoute(dice)),
  (b, dice) => {
    const one = dice.pick(b['RouteTables'] as Json[]);
    const routes = one['Routes'] as Json[];
    one['Routes'] = routes.filter((r) => r['GatewayId'] === 'local' || dice.chance(0.6));
  },
  (b, dice) => {
    for (const one of b['RouteTables'] as Json[])
      if (dice.chance(0.3))
        one['Associations'] = (one['Associations'] as Json[]).filter((a) => a['Main'] === true || dice.chance(0.5));
  },
  (b, dice) => {
    const one = dice.pick(b['RouteTables'] as Json[])['Routes'] as Json[];
    const target = one.find((r) => r['GatewayId'] !== 'local');
    if (target) target['State'] = 'blackhole';
  },
  (b, dice) =>
    void (
      subnetTables(b).length === (b['RouteTables'] as Json[]).length &&
      (b['RouteTables'] as Json[]).push(
        table(
          `rtb-0000000000000ed${(b['RouteTables'] as Json[]).length.toString(16).padStart(2, '0')}`,
          VPC_A,
          [local('10.0.0.0/16'), ...(dice.chance(0.5) ? [route('10.0.0.0/24', 'GatewayId', FIREWALL)] : [])],
          [
            {
              Main: false,
              GatewayId: IGW,
              AssociationState: { State: dice.chance(0.9) ? 'associated' : 'associating' },
            },
          ],
        ),
      )
    ),
  (b, dice) => {
    const routes = (b['RouteTables'] as Json[])[1]?.['Routes'] as Json[];
    const [member, id] = dice.pick([
      ['TransitGatewayId', TGW],
      ['GatewayId', FIREWALL],
      ['NetworkInterfaceId', APPLIANCE],
      ['NatGatewayId', NAT_2],
    ] as const);
    routes[2] = route('0.0.0.0/0', member, id);
  },
  // Network ACLs.
  (b, dice) => {
    const entries = dice.pick(b['NetworkAcls'] as Json[])['Entries'] as Json[];
    for (let i = dice.number(1, 4); i > 0; i -= 1)
      entries.unshift(
        entry(
          dice.number(1, 200) * 2 + 1,
          dice.chance(0.5),
          dice.chance(0.5),
          dice.pick(dice.chance(0.8) ? BLOCKS4 : BLOCKS6),
          dice.pick(['-1', '6', '6', '17', '1']),
          dice.pick(PORTS),
        ),
      );
  },
  (b, dice) => {
    const one = dice.pick(b['NetworkAcls'] as Json[]);
    one['Entries'] = [true, false].flatMap((egress) => [
      entry(
        100,
        egress,
        true,
        '0.0.0.0/0',
        '6',
        dice.pick([
          [443, 443],
          [0, 1023],
        ] as const),
      ),
      entry(
        110,
        egress,
        true,
        '0.0.0.0/0',
        '6',
        dice.pick([
          [1024, 65535],
          [32768, 60999],
          [32768, 65535],
        ] as const),
      ),
      entry(32767, egress, false, '0.0.0.0/0'),
    ]);
  },
  (b, dice) => {
    const one = dice.pick(b['NetworkAcls'] as Json[]);
    one['Associations'] = (one['Associations'] as Json[]).filter(() => dice.chance(0.5));
  },
  (b) => {
    for (const one of b['NetworkAcls'] as Json[]) (one['Entries'] as Json[]).reverse();
  },
  // Security groups.
  (b, dice) => {
    const one = dice.pick(b['SecurityGroups'] as Json[]);
    one[dice.pick(['IpPermissions', 'IpPermissionsEgress'])] = Array.from({ length: dice.number(0, 4) }, () =>
      anyPermission(dice),
    );
  },
  (b, dice) => void dice.pick(b['SecurityGroups'] as Json[])['IpPermissions'].push(anyPermission(dice)),
  (b, dice) =>
    void dice
      .pick(b['SecurityGroups'] as Json[])
      ['IpPermissions'].push(permission('-1', undefined, block('0.0.0.0/0'))),
  (b, dice) => void (b['SecurityGroups'] as Json[]).splice(dice.number(0, 3), 1),
  // Gateways.
  (b, dice) => {
    const nat = dice.pick(b['NatGateways'] as Json[]);
    Object.assign(
      nat,
      dice.pick<Json>([
        { State: 'pending' },
        { State: 'deleting' },
        { State: 'failed' },
        { ConnectivityType: 'private' },
        { ConnectivityType: 'public' },
        { SubnetId: A1 },
        {
          SubnetId: undefined,
          AvailabilityMode: 'regional',
          RouteTableId: 'rtb-000000000000000a2',
          AutoProvisionZones: dice.pick(['enabled', 'disabled']),
        },
      ]),
    );
  },
  (b, dice) => {
    const nat = dice.pick(b['NatGateways'] as Json[]);
    (nat['NatGatewayAddresses'] as Json[]).push(
      dice.pick<Json>([
        { PrivateIp: '10.0.0.12', Status: 'failed' },
        { PrivateIp: '10.0.0.13' },
        { PrivateIp: '10.0.0.14', PublicIp: '3.208.10.99', Status: 'succeeded', AvailabilityZoneId: 'az1' },
      ]),
    );
  },
  (b, dice) => {
    const igw = dice.pick(b['InternetGateways'] as Json[]);
    igw['Attachments'] = dice.pick<Json[]>([
      [],
      [{ VpcId: VPC_A, State: 'detaching' }],
      [{ VpcId: VPC_A, State: 'attached' }],
    ]);
  },
  (b, dice) =>
    void Object.assign(
      dice.pick(b['VpcEndpoints'] as Json[]),
      dice.pick<Json>([{ State: 'pendingAcceptance' }, { State: 'Available' }, { SubnetIds: [A2] }]),
    ),
  (b, dice) =>
    void Object.assign((b['VpnConnections'] as Json[])[0] as Json, {
      VgwTelemetry: [{ Status: dice.pick(['UP', 'DOWN']) }, { Status: 'DOWN' }],
    }),
  (b, dice) =>
    void Object.assign(
      (b['VpcPeeringConnections'] as Json[])[0] as Json,
      dice.pick<Json>([
        { Status: { Code: 'pending-acceptance' } },
        { AccepterVpcInfo: { VpcId: VPC_B, Region: 'eu-west-1', CidrBlockSet: [{ CidrBlock: '10.9.0.0/16' }] } },
        {
          AccepterVpcInfo: {
            VpcId: 'vpc-0000000000000dead',
            Region: 'us-east-1',
            CidrBlockSet: [{ CidrBlock: '10.9.0.0/16' }],
          },
        },
      ]),
    ),
  (b, dice) =>
    void Object.assign(
      dice.pick(b['TransitGatewayVpcAttachments'] as Json[]),
      dice.pick<Json>([
        { State: 'modifying' },
        { State: 'failed' },
        { SubnetIds: [A3] },
        { SubnetIds: [B2] },
        { SubnetIds: [A1] },
        {
          Options: {
            ApplianceModeSupport: 'enable',
            SecurityGroupReferencingSupport: 'disable',
            Ipv6Support: 'disable',
          },
        },
        {
          Options: { ApplianceModeSupport: 'enable', SecurityGroupReferencingSupport: 'enable', Ipv6Support: 'enable' },
        },
      ]),
    ),
  (b, dice) => {
    const one = dice.pick(b['TransitGatewayAttachments'] as Json[]);
    one['Association'] = dice.pick([
      undefined,
      { TransitGatewayRouteTableId: 'tgw-rtb-00000000000000001', State: 'associating' },
      { TransitGatewayRouteTableId: 'tgw-rtb-0000000000000dead', State: 'associated' },
    ]);
  },
  (b, dice) =>
    void (b['TransitGatewayRoutes']['tgw-rtb-00000000000000001'] as Json[]).push({
      DestinationCidrBlock: dice.pick(BLOCKS4),
      Type: dice.pick(['static', 'propagated']),
      State: dice.pick(['active', 'blackhole']),
      TransitGatewayAttachments: [
        {
          TransitGatewayAttachmentId: dice.pick(['tgw-attach-0000000000000000a', 'tgw-attach-0000000000000000b']),
          ResourceType: dice.pick(['vpc', 'vpc', 'vpn']),
        },
      ],
    }),
  // Interfaces and addresses.
  (b, dice) =>
    void Object.assign(
      dice.pick(b['NetworkInterfaces'] as Json[]),
      dice.pick<Json>([
        { SourceDestCheck: true },
        { Status: 'available' },
        { DenyAllIgwTraffic: true },
        { Groups: [] },
        { Groups: [{ GroupId: GROUPS[3] }] },
        { InterfaceType: 'network_load_balancer' },
      ]),
    ),
  (b, dice) =>
    void Object.assign((b['Instances'] as Json[])[0] as Json, {
      State: { Name: dice.pick(['stopped', 'running', 'terminated']) },
    }),
  // The VPC as a whole.
  (b, dice) => {
    const cidr = dice.pick(['100.64.0.0/24', '52.216.0.0/16']);
    const vpc = (b['Vpcs'] as Json[])[0] as Json;
    vpc['CidrBlockAssociationSet'].push({
      CidrBlock: cidr,
      CidrBlockState: { State: dice.chance(0.8) ? 'associated' : 'disassociated' },
    });
    for (const one of b['RouteTables'] as Json[]) if (one['VpcId'] === VPC_A) one['Routes'].push(local(cidr));
  },
  (b, dice) => {
    const mode = dice.pick(['block-ingress', 'block-bidirectional']);
    b['VpcBlockPublicAccessOptions'] = {
      InternetGatewayBlockMode: mode,
      State: dice.pick(['update-complete', 'update-complete', 'update-in-progress']),
    };
    for (const subnet of b['Subnets'] as Json[]) {
      if (dice.chance(0.3)) subnet['BlockPublicAccessStates'] = undefined;
      else if (dice.chance(0.7)) subnet['BlockPublicAccessStates'] = { InternetGatewayBlockMode: mode };
    }
    if (dice.chance(0.6))
      b['VpcBlockPublicAccessExclusions'] = [
        {
          ExclusionId: 'vpcbpa-exclude-1',
          ResourceArn: `arn:aws:ec2:us-east-1:${ACCOUNT}:subnet/${dice.pick([A1, A2])}`,
          InternetGatewayExclusionMode: dice.pick(['allow-egress', 'allow-bidirectional']),
          State: dice.pick(['create-complete', 'create-complete', 'create-in-progress', 'delete-complete']),
        },
      ];
  },
  (b, dice) => {
    const sets = dice.pick(b['Subnets'] as Json[])['Ipv6CidrBlockAssociationSet'] as Json[] | undefined;
    for (const set of sets ?? []) set['Ipv6AddressAttribute'] = 'private';
  },
  (b) => void Object.assign((b['Vpcs'] as Json[])[0] as Json, { EncryptionControl: { Mode: 'enforce' } }),
  // Sight.
  (b, dice) => {
    const [key, operation] = dice.pick(REFUSABLE);
    delete b[key];
    if (dice.chance(0.5))
      b['Errors'] = [
        ...((b['Errors'] ?? []) as Json[]),
        { Operation: operation, Code: dice.pick(['UnauthorizedOperation', 'InvalidAction']) },
      ];
  },
];

/** A healthy network with up to `most` changes. */
export function randomNetwork(dice: Dice, most = 5): Json {
  const bundle = healthy();
  for (let count = dice.number(0, most); count > 0; count -= 1) {
    try {
      dice.pick(CHANGES)(bundle, dice);
    } catch (error) {
      // A change of something that an earlier change took away changes nothing.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  // A refused call brought nothing, whatever an other change wrote.
  for (const { Operation } of (bundle['Errors'] ?? []) as Json[])
    for (const [key, operation] of REFUSABLE) if (operation === Operation) delete bundle[key];
  return bundle;
}
