type Json = Record<string, unknown>;

const hex = (prefix: string, n: number): string => `${prefix}-${n.toString(16).padStart(17, '0')}`;
const dotted = (n: number): string => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');

/** 1,000 security group rules, 40 network ACL entries and 1,000 routes over all of IPv4, with every boundary that they have. */
export function quotaNetwork(): {
  readonly bundle: Json;
  readonly boundaries: readonly number[];
  readonly groupId: string;
} {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const boundaries: number[] = [];
  const cidr = (): string => {
    const length = 8 + next(25);
    const block = 2 ** (32 - length);
    const lo = Math.floor((next(65536) * 65536 + next(65536)) / block) * block;
    boundaries.push(lo, lo + block);
    return `${dotted(lo)}/${length}`;
  };
  const groupId = hex('sg', 1);
  const bundle = {
    SecurityGroups: [
      {
        GroupId: groupId,
        IpPermissions: [],
        IpPermissionsEgress: [
          {
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            IpRanges: Array.from({ length: 1000 }, () => ({ CidrIp: cidr() })),
          },
        ],
      },
    ],
    NetworkAcls: [
      {
        NetworkAclId: hex('acl', 1),
        VpcId: hex('vpc', 1),
        Associations: [],
        Entries: Array.from({ length: 40 }, (_, n) => ({
          RuleNumber: n + 1,
          Egress: true,
          Protocol: '-1',
          RuleAction: n % 3 === 0 ? 'deny' : 'allow',
          CidrBlock: cidr(),
        })),
      },
    ],
    RouteTables: [
      {
        RouteTableId: hex('rtb', 1),
        VpcId: hex('vpc', 1),
        Associations: [],
        Routes: Array.from({ length: 1000 }, (_, n) => ({
          DestinationCidrBlock: cidr(),
          NatGatewayId: hex('nat', n % 3),
          State: 'active',
          Origin: 'CreateRoute',
        })),
      },
    ],
  };
  return { bundle, boundaries, groupId };
}

export interface Workload {
  readonly subnetId: string;
  readonly groupIds: readonly string[];
}

/** Members that EC2 prints and nobody asks for, so that the bundle is as large as a real one. */
const OWNER = '123456789012';
const noPeers = { Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };

/** `count` subnets over VPC tiers: 60 route tables, 40 network ACLs and 120 group sets for 500 subnets, 4 interfaces a subnet, 300 groups. */
export function tieredNetwork(count: number): {
  readonly bundle: Json;
  readonly workloads: readonly Workload[];
} {
  const scale = count / 500;
  const [tables, acls, groups] = [Math.round(60 * scale), Math.round(40 * scale), Math.round(300 * scale)];
  const vpcs = Math.max(1, Math.round(tables / 6));
  const vpcOf = (tier: number): number => tier % vpcs;
  const tierOf = (subnet: number): number => subnet % tables;
  const names = (n: number) => [
    { Key: 'Name', Value: `object-${n}` },
    { Key: 'team', Value: 'platform' },
  ];
  const block = (subnet: number): string => `10.${Math.floor(subnet / 256) % 256}.${subnet % 256}.0/24`;
  const open = (rule: number, egress: boolean) => ({
    RuleNumber: rule,
    Egress: egress,
    Protocol: '-1',
    RuleAction: 'allow',
    CidrBlock: '0.0.0.0/0',
  });
  const bundle: Json = {
    Meta: { AccountId: '123456789012', Region: 'eu-central-1' },
    Vpcs: Array.from({ length: vpcs }, (_, v) => ({
      VpcId: hex('vpc', v),
      CidrBlock: '10.0.0.0/8',
      CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/8', CidrBlockState: { State: 'associated' } }],
      DhcpOptionsId: hex('dopt', 1),
      Tags: names(v),
    })),
    Subnets: Array.from({ length: count + vpcs }, (_, s) => ({
      SubnetId: hex('subnet', s),
      VpcId: hex('vpc', s < count ? vpcOf(tierOf(s)) : s - count),
      CidrBlock: s < count ? block(s) : '10.255.0.0/24',
      AvailabilityZoneId: `euc1-az${(tierOf(s) % 3) + 1}`,
      AvailabilityZone: 'eu-central-1a',
      State: 'available',
      OwnerId: '123456789012',
      AvailableIpAddressCount: 200,
      MapPublicIpOnLaunch: false,
      BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
      SubnetArn: `arn:aws:ec2:eu-central-1:123456789012:subnet/${hex('subnet', s)}`,
      DefaultForAz: false,
      MapCustomerOwnedIpOnLaunch: false,
      AssignIpv6AddressOnCreation: false,
      Ipv6CidrBlockAssociationSet: [],
      EnableDns64: false,
      Ipv6Native: false,
      PrivateDnsNameOptionsOnLaunch: {
        HostnameType: 'ip-name',
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false,
      },
      Tags: names(s),
    })),
    RouteTables: [
      ...Array.from({ length: tables }, (_, t) => ({
        RouteTableId: hex('rtb', t),
        VpcId: hex('vpc', vpcOf(t)),
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/8', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' },
          {
            DestinationCidrBlock: '0.0.0.0/0',
            NatGatewayId: hex('nat', vpcOf(t)),
            State: 'active',
            Origin: 'CreateRoute',
          },
        ],
        OwnerId: OWNER,
        PropagatingVgws: [],
        Associations: Array.from({ length: Math.ceil((count - t) / tables) }, (_x, n) => ({
          RouteTableAssociationId: hex('rtbassoc', t + n * tables),
          RouteTableId: hex('rtb', t),
          SubnetId: hex('subnet', t + n * tables),
          Main: false,
          AssociationState: { State: 'associated' },
        })),
        Tags: names(t),
      })),
      ...Array.from({ length: vpcs }, (_, v) => ({
        RouteTableId: hex('rtb', tables + v),
        VpcId: hex('vpc', v),
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/8', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: hex('igw', v), State: 'active', Origin: 'CreateRoute' },
        ],
        Associations: [{ Main: true, AssociationState: { State: 'associated' } }],
      })),
    ],
    NetworkAcls: Array.from({ length: acls }, (_, a) => ({
      NetworkAclId: hex('acl', a),
      VpcId: hex('vpc', vpcOf(a)),
      Associations: Array.from({ length: count + vpcs }, (_x, s) => s)
        .filter((s) => tierOf(s) % acls === a)
        .map((s) => ({
          NetworkAclAssociationId: hex('aclassoc', s),
          NetworkAclId: hex('acl', a),
          SubnetId: hex('subnet', s),
        })),
      Entries: [
        ...Array.from({ length: 10 }, (_x, n) => ({
          RuleNumber: n + 1,
          Egress: n % 2 === 0,
          Protocol: '6',
          RuleAction: 'deny',
          CidrBlock: `198.51.${n}.0/24`,
          PortRange: { From: 25, To: 25 },
        })),
        open(100, true),
        open(100, false),
      ],
    })),
    SecurityGroups: Array.from({ length: groups }, (_, g) => ({
      GroupId: hex('sg', g),
      GroupName: `g${g}`,
      Description: `rules of tier ${g}`,
      OwnerId: OWNER,
      SecurityGroupArn: `arn:aws:ec2:eu-central-1:123456789012:security-group/${hex('sg', g)}`,
      Tags: names(g),
      VpcId: hex('vpc', 0),
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 22,
          ToPort: 22,
          IpRanges: Array.from({ length: 8 }, (_x, n) => ({
            CidrIp: `10.${n}.${g % 256}.0/24`,
            Description: 'office',
          })),
          ...noPeers,
        },
      ],
      IpPermissionsEgress: [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }], ...noPeers },
        { IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443, IpRanges: [{ CidrIp: '0.0.0.0/1' }], ...noPeers },
        { IpProtocol: 'udp', FromPort: 4242, ToPort: 4242, IpRanges: [{ CidrIp: '35.171.240.32/32' }], ...noPeers },
      ],
    })),
    InternetGateways: Array.from({ length: vpcs }, (_, v) => ({
      InternetGatewayId: hex('igw', v),
      Attachments: [{ VpcId: hex('vpc', v), State: 'available' }],
    })),
    NatGateways: Array.from({ length: vpcs }, (_, v) => ({
      NatGatewayId: hex('nat', v),
      VpcId: hex('vpc', v),
      SubnetId: hex('subnet', count + v),
      State: 'available',
      ConnectivityType: 'public',
      NatGatewayAddresses: [
        { PrivateIp: '10.255.0.9', PublicIp: `3.208.${Math.floor(v / 250)}.${v % 250}`, Status: 'succeeded' },
      ],
    })),
    NetworkInterfaces: Array.from({ length: count * 4 }, (_, n) => {
      const subnet = Math.floor(n / 4);
      const address = block(subnet).replace('.0/24', `.${10 + (n % 4)}`);
      return {
        NetworkInterfaceId: hex('eni', n),
        VpcId: hex('vpc', vpcOf(tierOf(subnet))),
        SubnetId: hex('subnet', subnet),
        Groups: [{ GroupId: hex('sg', n % groups), GroupName: 'g' }],
        PrivateIpAddress: address,
        PrivateIpAddresses: [
          { PrivateIpAddress: address, Primary: true, PrivateDnsName: `ip-${address}.eu-central-1.compute.internal` },
        ],
        Ipv6Addresses: [],
        InterfaceType: 'interface',
        SourceDestCheck: true,
        Status: 'in-use',
        Description: 'environment',
        OwnerId: '123456789012',
        MacAddress: '02:00:00:00:00:00',
        AvailabilityZone: 'eu-central-1a',
        AvailabilityZoneId: 'euc1-az1',
        PrivateDnsName: `ip-${address}.eu-central-1.compute.internal`,
        RequesterManaged: false,
        Operator: { Managed: false },
        NetworkInterfaceArn: `arn:aws:ec2:eu-central-1:123456789012:network-interface/${hex('eni', n)}`,
        Attachment: {
          AttachmentId: hex('eni-attach', n),
          InstanceId: hex('i', n),
          InstanceOwnerId: OWNER,
          NetworkCardIndex: 0,
          DeviceIndex: 0,
          Status: 'attached',
          DeleteOnTermination: true,
          AttachTime: '2026-11-20T00:00:00.000Z',
        },
        TagSet: names(n),
      };
    }),
    DhcpOptions: [
      {
        DhcpOptionsId: hex('dopt', 1),
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    VpcAttributes: Object.fromEntries(
      Array.from({ length: vpcs }, (_, v) => [
        hex('vpc', v),
        { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } },
      ]),
    ),
    VpcEndpoints: [],
    Addresses: [],
    VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'default-state' },
    VpcBlockPublicAccessExclusions: [],
    PrefixLists: [],
    PrefixListEntries: {},
  };
  const sets = Math.round(120 * scale);
  const workloads = Array.from({ length: count }, (_, s) => ({
    subnetId: hex('subnet', s),
    groupIds: [hex('sg', (s % sets) % groups), hex('sg', ((s % sets) + 1) % groups)],
  }));
  return { bundle, workloads };
}

/** The first VPC of the tiers with a runner in all of its subnets: its watch file entry, and groups that let through what the runner needs, or do not. */
export function runnerNetwork(count: number, isHealthy: boolean): { readonly bundle: Json; readonly watched: Json } {
  const { bundle } = tieredNetwork(count);
  const vpcId = hex('vpc', 0);
  const anywhere = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], ...noPeers };
  const group = (id: string, ports: readonly number[]): Json => ({
    GroupId: id,
    GroupName: id,
    OwnerId: OWNER,
    VpcId: vpcId,
    IpPermissions: ports.map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...anywhere })),
    IpPermissionsEgress: isHealthy ? [{ IpProtocol: '-1', ...anywhere }] : [],
  });
  const [runner, environment] = [hex('sg', 9001), hex('sg', 9002)];
  const subnets = (bundle['Subnets'] as readonly Json[])
    .filter((subnet) => subnet['VpcId'] === vpcId && subnet['CidrBlock'] !== '10.255.0.0/24')
    .map((subnet) => String(subnet['SubnetId']));
  return {
    bundle: {
      ...bundle,
      SecurityGroups: [
        ...(bundle['SecurityGroups'] as readonly Json[]),
        group(runner, []),
        group(environment, isHealthy ? [22999, 29222] : []),
      ],
    },
    watched: {
      id: 'bench',
      region: 'eu-central-1',
      vpcId,
      deploymentOption: 'private-nat',
      environmentSubnetIds: subnets,
      runnerSecurityGroupIds: [runner],
      environmentSecurityGroupIds: [environment],
      scmHosts: [{ host: 'github.com', port: 443 }],
      capacityPlan: Object.fromEntries(subnets.map((id) => [id, { plannedEnvironments: 10 }])),
      developmentServices: [],
      extraInternetDestinations: [],
    },
  };
}
