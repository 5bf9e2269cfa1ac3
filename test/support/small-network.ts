type Json = Record<string, unknown>;

/** One rule of a network ACL: both directions unless told, all of IPv4. */
export const aclRule = (number: number, action: 'allow' | 'deny', more: Json = {}): Json[] =>
  [true, false].map((egress) => ({
    RuleNumber: number,
    Egress: egress,
    RuleAction: action,
    Protocol: '-1',
    CidrBlock: '0.0.0.0/0',
    ...more,
  }));

/**
 * The smallest healthy network: VPC 10.0.0.0/16 with a private subnet a1 (10.0.1.0/24, NAT gateway) and a public subnet a0 (10.0.0.0/24) that
 * holds the gateway; interfaces eni-1 (10.0.1.10, sg-1) and eni-2 (10.0.0.10, sg-2); everything open.
 */
export function smallNetwork(): Record<string, Json[]> {
  const open = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const local = {
    DestinationCidrBlock: '10.0.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  const route = (member: string, id: string): Json => ({
    DestinationCidrBlock: '0.0.0.0/0',
    [member]: id,
    Origin: 'CreateRoute',
    State: 'active',
  });
  const association = (subnet: string): Json => ({ SubnetId: subnet, AssociationState: { State: 'associated' } });
  const eni = (n: number, subnet: string, address: string): Json => ({
    NetworkInterfaceId: `eni-${n}`,
    SubnetId: subnet,
    VpcId: 'vpc-1',
    Groups: [{ GroupId: `sg-${n}` }],
    PrivateIpAddress: address,
    Status: 'in-use',
    InterfaceType: 'interface',
  });
  return {
    Meta: { AccountId: '123456789012', Region: 'eu-central-1' } as never,
    Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', DhcpOptionsId: 'default' }],
    Subnets: [
      { SubnetId: 'subnet-a1', VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24', AvailabilityZone: 'a' },
      { SubnetId: 'subnet-a0', VpcId: 'vpc-1', CidrBlock: '10.0.0.0/24', AvailabilityZone: 'a' },
    ],
    RouteTables: [
      {
        RouteTableId: 'rtb-a1',
        VpcId: 'vpc-1',
        Routes: [local, route('NatGatewayId', 'nat-1')],
        Associations: [association('subnet-a1')],
      },
      {
        RouteTableId: 'rtb-a0',
        VpcId: 'vpc-1',
        Routes: [local, route('GatewayId', 'igw-1')],
        Associations: [association('subnet-a0')],
      },
    ],
    NetworkAcls: [
      {
        NetworkAclId: 'acl-a1',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-a1' }],
        Entries: aclRule(100, 'allow'),
      },
      {
        NetworkAclId: 'acl-a0',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-a0' }],
        Entries: aclRule(100, 'allow'),
      },
    ],
    SecurityGroups: [1, 2].map((n) => ({
      GroupId: `sg-${n}`,
      VpcId: 'vpc-1',
      IpPermissions: [open],
      IpPermissionsEgress: [open],
    })),
    InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: 'available' }] }],
    NatGateways: [
      {
        NatGatewayId: 'nat-1',
        VpcId: 'vpc-1',
        SubnetId: 'subnet-a0',
        State: 'available',
        ConnectivityType: 'public',
        NatGatewayAddresses: [{ PrivateIp: '10.0.0.220', PublicIp: '3.208.10.20', Status: 'succeeded' }],
      },
    ],
    NetworkInterfaces: [eni(1, 'subnet-a1', '10.0.1.10'), eni(2, 'subnet-a0', '10.0.0.10')],
    Instances: [],
    VpcEndpoints: [],
    VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'default-state' } as never,
    VpcBlockPublicAccessExclusions: [],
    TransitGatewayVpcAttachments: [],
    PrefixLists: [],
    PrefixListEntries: {} as never,
    ManagedPrefixLists: [],
  };
}
