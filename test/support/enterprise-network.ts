import type { DeploymentOption } from '../../shared/core/requirements/requirement.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';

export type Json = Record<string, unknown>;
export type EnterpriseBundle = Record<string, Json[]>;

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const VPC = 'vpc-1';
const USERS = '172.20.0.0/16';
const ZONES = ['a', 'b'] as const;

/** Groups by what has them. */
export const GROUPS = {
  tasks: 'sg-ecs',
  environments: 'sg-env',
  loadBalancer: 'sg-lb',
  cache: 'sg-cache',
  endpoints: 'sg-vpce',
} as const;

const MANAGEMENT_PLANE_SERVICE = 'com.amazonaws.vpce.us-east-1.vpce-svc-08de744d433e60ff2';

/** Interface endpoints of the vendor's example with the name that each answers for; the management plane is theirs. */
const ENDPOINTS: readonly (readonly [id: string, service: string, name: string])[] = [
  ...['acm', 'cloudformation', 'ec2', 'ec2messages', 'ecs', 'ecs-agent', 'ecs-telemetry'].map(regional),
  ...['elasticloadbalancing', 'logs', 'secretsmanager', 'ssm', 'ssmmessages', 'sts'].map(regional),
  ['vpce-ecr-api', `com.amazonaws.${REGION}.ecr.api`, `api.ecr.${REGION}.amazonaws.com`],
  ['vpce-ecr-dkr', `com.amazonaws.${REGION}.ecr.dkr`, `*.dkr.ecr.${REGION}.amazonaws.com`],
  ['vpce-iam', 'com.amazonaws.iam', 'iam.amazonaws.com'],
  ['vpce-management', MANAGEMENT_PLANE_SERVICE, 'app.gitpod.io'],
];

function regional(service: string): readonly [string, string, string] {
  return [`vpce-${service}`, `com.amazonaws.${REGION}.${service}`, `${service}.${REGION}.amazonaws.com`];
}

const ANYWHERE = [{ CidrIp: '0.0.0.0/0' }];
const rule = (from: number, to: number, peers: Json): Json => ({
  IpProtocol: 'tcp',
  FromPort: from,
  ToPort: to,
  ...peers,
});
const ofGroup = (groupId: string): Json => ({ UserIdGroupPairs: [{ GroupId: groupId, UserId: ACCOUNT }] });
const group = (id: string, ingress: readonly Json[]): Json => ({
  GroupId: id,
  GroupName: id,
  VpcId: VPC,
  OwnerId: ACCOUNT,
  IpPermissions: ingress,
  IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: ANYWHERE }],
});

const subnet = (id: string, zone: string, cidr: string, free: number): Json => ({
  SubnetId: id,
  VpcId: VPC,
  OwnerId: ACCOUNT,
  CidrBlock: cidr,
  AvailabilityZone: `${REGION}${zone}`,
  State: 'available',
  AvailableIpAddressCount: free,
  MapPublicIpOnLaunch: false,
});

const route = (destination: Json, target: Json): Json => ({
  ...destination,
  ...target,
  Origin: 'CreateRoute',
  State: 'active',
});
const everywhere = { DestinationCidrBlock: '0.0.0.0/0' };
const table = (id: string, subnetIds: readonly string[], routes: readonly Json[]): Json => ({
  RouteTableId: id,
  VpcId: VPC,
  Routes: [route({ DestinationCidrBlock: '10.60.0.0/16' }, { GatewayId: 'local' }), ...routes],
  Associations: subnetIds.map((subnetId) => ({ SubnetId: subnetId, AssociationState: { State: 'associated' } })),
});

const eni = (id: string, subnetId: string, address: string, groupId: string, more: Json = {}): Json => ({
  NetworkInterfaceId: id,
  SubnetId: subnetId,
  VpcId: VPC,
  OwnerId: ACCOUNT,
  Groups: [{ GroupId: groupId }],
  PrivateIpAddress: address,
  PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
  Status: 'in-use',
  InterfaceType: 'interface',
  TagSet: [],
  ...more,
});

const instance = (id: string, subnetId: string): Json => ({
  InstanceId: id,
  State: { Name: 'running' },
  SubnetId: subnetId,
  VpcId: VPC,
  SecurityGroups: [{ GroupId: GROUPS.environments }],
  MetadataOptions: { HttpEndpoint: 'enabled' },
  Tags: [{ Key: 'gitpod.dev/environment-id', Value: id }],
});

/** A way out for each zone, S3 and DynamoDB by gateway endpoints; people come over a VPN. */
function routeTables(): Json[] {
  return [
    ...ZONES.map((zone) =>
      table(
        `rtb-run-${zone}`,
        [`subnet-run${zone}`],
        [
          route(everywhere, { NatGatewayId: `nat-${zone}` }),
          route({ DestinationPrefixListId: 'pl-s3' }, { GatewayId: 'vpce-s3' }),
          route({ DestinationPrefixListId: 'pl-dynamodb' }, { GatewayId: 'vpce-dynamodb' }),
        ],
      ),
    ),
    table(
      'rtb-lb',
      ZONES.map((zone) => `subnet-lb${zone}`),
      [route({ DestinationCidrBlock: USERS }, { GatewayId: 'vgw-1' })],
    ),
    table(
      'rtb-pub',
      ZONES.map((zone) => `subnet-pub${zone}`),
      [route(everywhere, { GatewayId: 'igw-1' })],
    ),
  ];
}

function endpoints(): Json[] {
  const common = { VpcId: VPC, OwnerId: ACCOUNT, State: 'available', ServiceRegion: REGION };
  return [
    ...['s3', 'dynamodb'].map((service) => ({
      ...common,
      VpcEndpointId: `vpce-${service}`,
      VpcEndpointType: 'Gateway',
      ServiceName: `com.amazonaws.${REGION}.${service}`,
      RouteTableIds: ZONES.map((zone) => `rtb-run-${zone}`),
    })),
    ...ENDPOINTS.map(([id, service, name]) => ({
      ...common,
      VpcEndpointId: id,
      VpcEndpointType: 'Interface',
      ServiceName: service,
      SubnetIds: ZONES.map((zone) => `subnet-run${zone}`),
      NetworkInterfaceIds: ZONES.map((zone) => `eni-${id}-${zone}`),
      Groups: [{ GroupId: GROUPS.endpoints }],
      PrivateDnsEnabled: true,
      DnsEntries: [{ DnsName: name }],
    })),
  ];
}

function interfaces(): Json[] {
  return ZONES.flatMap((zone, index) => {
    const run = `10.60.${index * 16}`;
    const isPublic = { Association: { PublicIp: `3.120.10.${index + 1}` } };
    return [
      eni(`eni-env-${zone}`, `subnet-run${zone}`, `${run}.100`, GROUPS.environments, {
        Attachment: { InstanceId: `i-env-${zone}` },
      }),
      eni(`eni-task-${zone}`, `subnet-run${zone}`, `${run}.20`, GROUPS.tasks),
      eni(`eni-lb-${zone}`, `subnet-lb${zone}`, `10.60.250.${index * 16 + 5}`, GROUPS.loadBalancer, {
        InterfaceType: 'network_load_balancer',
      }),
      ...ENDPOINTS.map(([id], at) =>
        eni(`eni-${id}-${zone}`, `subnet-run${zone}`, `${run}.${200 + at}`, GROUPS.endpoints, {
          InterfaceType: 'vpc_endpoint',
        }),
      ),
      eni(`eni-nat-${zone}`, `subnet-pub${zone}`, `10.60.255.${index * 32 + 10}`, GROUPS.endpoints, {
        InterfaceType: 'nat_gateway',
        Groups: [],
        SourceDestCheck: false,
        PrivateIpAddresses: [{ PrivateIpAddress: `10.60.255.${index * 32 + 10}`, Primary: true, ...isPublic }],
      }),
    ];
  });
}

/**
 * A runner as the vendor's Terraform module makes it (commit 66e13e6f of 2026-08-07), in a network that meets everything: 10.60.0.0/16 in zones a and
 * b; tasks, environments, cache and endpoints in subnet-runa and -runb (/20), the internal load balancer in subnet-lba and -lbb (/28), NAT gateways in
 * subnet-puba and -pubb; people in 172.20.0.0/16 behind a VPN. Restricted: without load balancer, with the groups of the module's restricted mode.
 */
export function enterpriseBundle(mode: 'standard' | 'restricted' = 'standard'): EnterpriseBundle {
  const isRestricted = mode === 'restricted';
  const self = (port: number): Json => rule(port, port, ofGroup(GROUPS.tasks));
  const bundle: Json = {
    Meta: { AccountId: ACCOUNT, Region: REGION, CollectedAt: '2026-11-20T09:00:00.000Z' },
    Vpcs: [{ VpcId: VPC, OwnerId: ACCOUNT, CidrBlock: '10.60.0.0/16', DhcpOptionsId: 'default', State: 'available' }],
    VpcAttributes: { [VPC]: { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } } },
    DhcpOptions: [],
    Subnets: ZONES.flatMap((zone, index) => [
      subnet(`subnet-run${zone}`, zone, `10.60.${index * 16}.0/20`, 4000),
      subnet(`subnet-lb${zone}`, zone, `10.60.250.${index * 16}/28`, 10),
      subnet(`subnet-pub${zone}`, zone, `10.60.255.${index * 32}/27`, 26),
    ]),
    RouteTables: routeTables(),
    NetworkAcls: [
      {
        NetworkAclId: 'acl-1',
        VpcId: VPC,
        IsDefault: true,
        Associations: ZONES.flatMap((zone) =>
          ['run', 'lb', 'pub'].map((tier) => ({ SubnetId: `subnet-${tier}${zone}` })),
        ),
        Entries: [true, false].map((egress) => ({
          RuleNumber: 100,
          Egress: egress,
          RuleAction: 'allow',
          Protocol: '-1',
          CidrBlock: '0.0.0.0/0',
        })),
      },
    ],
    SecurityGroups: [
      group(GROUPS.tasks, [
        ...(isRestricted
          ? [rule(8089, 8089, ofGroup(GROUPS.environments)), ...[8081, 9090].map(self)]
          : [rule(1024, 65535, ofGroup(GROUPS.loadBalancer)), ...[7070, 8081, 9090, 9094].map(self)]),
      ]),
      group(GROUPS.environments, [
        isRestricted ? rule(22999, 22999, ofGroup(GROUPS.tasks)) : rule(1024, 65535, ofGroup(GROUPS.tasks)),
      ]),
      group(
        GROUPS.loadBalancer,
        [443, 80].map((port) => rule(port, port, { IpRanges: ANYWHERE })),
      ),
      group(GROUPS.cache, [rule(6379, 6379, ofGroup(GROUPS.tasks))]),
      group(GROUPS.endpoints, [
        rule(443, 443, { IpRanges: [{ CidrIp: '10.60.0.0/20' }, { CidrIp: '10.60.16.0/20' }] }),
      ]),
    ],
    InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: VPC, State: 'available' }] }],
    NatGateways: ZONES.map((zone, index) => ({
      NatGatewayId: `nat-${zone}`,
      VpcId: VPC,
      SubnetId: `subnet-pub${zone}`,
      State: 'available',
      ConnectivityType: 'public',
      NatGatewayAddresses: [
        {
          NetworkInterfaceId: `eni-nat-${zone}`,
          PrivateIp: `10.60.255.${index * 32 + 10}`,
          PublicIp: `3.120.10.${index + 1}`,
          Status: 'succeeded',
        },
      ],
    })),
    VpcEndpoints: endpoints(),
    NetworkInterfaces: interfaces(),
    Instances: ZONES.map((zone) => instance(`i-env-${zone}`, `subnet-run${zone}`)),
    Addresses: [],
    VpnGateways: [{ VpnGatewayId: 'vgw-1', State: 'available', VpcAttachments: [{ VpcId: VPC, State: 'attached' }] }],
    VpnConnections: [
      {
        VpnConnectionId: 'vpn-1',
        VpnGatewayId: 'vgw-1',
        State: 'available',
        VgwTelemetry: [{ Status: 'UP' }, { Status: 'UP' }],
        Routes: [{ DestinationCidrBlock: USERS, State: 'available' }],
        Options: { StaticRoutesOnly: true },
      },
    ],
    PrefixLists: [
      { PrefixListId: 'pl-s3', PrefixListName: `com.amazonaws.${REGION}.s3`, Cidrs: ['52.219.44.0/22'] },
      { PrefixListId: 'pl-dynamodb', PrefixListName: `com.amazonaws.${REGION}.dynamodb`, Cidrs: ['52.94.17.0/24'] },
    ],
    PrefixListEntries: {},
    VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'default-state' },
    AllowedImagesSettings: { State: 'disabled', ImageCriteria: [] },
    Images: [
      { ImageId: 'ami-1', Name: 'gitpod/images/gitpod-next/ec2-runner-ami-20261112-1430', OwnerId: '995913728426' },
      {
        ImageId: 'ami-2',
        Name: 'bottlerocket-aws-ecs-1-x86_64-v1.49.0-713f44ce',
        OwnerId: '149721548608',
        ImageOwnerAlias: 'amazon',
      },
    ],
    Regions: [{ RegionName: REGION, OptInStatus: 'opt-in-not-required' }],
    RegionServices: [],
    Errors: [],
  };
  for (const member of [
    'EgressOnlyInternetGateways',
    'VpcPeeringConnections',
    'CustomerGateways',
    'CarrierGateways',
    'TransitGateways',
    'TransitGatewayAttachments',
    'TransitGatewayVpcAttachments',
    'TransitGatewayRouteTables',
    'SecurityGroupVpcAssociations',
    'VpcBlockPublicAccessExclusions',
    'ManagedPrefixLists',
  ])
    bundle[member] = [];
  bundle['TransitGatewayRoutes'] = {};
  return bundle as EnterpriseBundle;
}

/** The watch file for it, with everything said; `more` replaces fields. */
export function enterpriseNetwork(option: DeploymentOption = 'private-nat', more: Json = {}): WatchedNetwork {
  const subnets = (tier: string): string[] => ZONES.map((zone) => `subnet-${tier}${zone}`);
  const [network] = watchFileSchema.parse({
    version: 1,
    networks: [
      {
        id: 'enterprise',
        catalogue: 'ona-enterprise',
        accountId: ACCOUNT,
        region: REGION,
        vpcId: VPC,
        deploymentOption: option,
        environmentSubnetIds: subnets('run'),
        runnerSecurityGroupIds: [GROUPS.tasks],
        environmentSecurityGroupIds: [GROUPS.environments],
        loadBalancerSubnetIds: subnets('lb'),
        loadBalancerSecurityGroupIds: [GROUPS.loadBalancer],
        loadBalancerVisibility: 'internal',
        cacheSecurityGroupIds: [GROUPS.cache],
        launchType: 'FARGATE',
        runnerSize: 'small',
        userCidrs: [USERS],
        scmHosts: [{ host: 'github.com' }],
        ssoHosts: [{ host: 'login.example.com' }],
        scmCallbackCidrs: [],
        prometheusRemoteWriteUrl: 'https://prometheus.example.com/api/v1/write',
        containerRegistries: [],
        managementPlaneConnection: 'privatelink',
        imageSource: 'private-ecr-mirror',
        proxyConfig: null,
        capacityPlan: Object.fromEntries(subnets('run').map((id) => [id, { plannedEnvironments: 2000 }])),
        amiRestrictions: 'none',
        attestations: [
          { requirement: 'ssm-run-command-allowed', by: 'platform-team', at: '2026-10-02', expires: '2036-01-01' },
        ],
        ...more,
      },
    ],
  }).networks;
  if (!network) throw new Error('the watch file has a network');
  return network;
}
