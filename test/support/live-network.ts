import * as ec2 from '@aws-sdk/client-ec2';

export interface LiveNetwork {
  readonly watched: Record<string, unknown>;
  readonly natGatewayId: string;
  readonly privateRouteTableId: string;
}

/** The emulator always answers with what was made. */
function made<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the emulator made no ${what}`);
  return value;
}

/**
 * A private-NAT runner network, built by SDK calls: a public and a private subnet, NAT and internet gateway, a VPN for the users, one custom network ACL,
 * two security groups and the interface of one environment.
 */
export async function buildPrivateNatNetwork(client: ec2.EC2Client): Promise<LiveNetwork> {
  const vpcId = made((await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }))).Vpc?.VpcId, 'VPC');
  const subnet = async (CidrBlock: string) =>
    made(
      (await client.send(new ec2.CreateSubnetCommand({ VpcId: vpcId, CidrBlock, AvailabilityZone: 'eu-central-1a' })))
        .Subnet?.SubnetId,
      'subnet',
    );
  const [publicSubnet, privateSubnet] = [await subnet('10.20.0.0/24'), await subnet('10.20.1.0/24')];

  const igw = made(
    (await client.send(new ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId,
    'internet gateway',
  );
  await client.send(new ec2.AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: igw }));
  const allocation = made(
    (await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId,
    'address',
  );
  const natGatewayId = made(
    (await client.send(new ec2.CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId: allocation })))
      .NatGateway?.NatGatewayId,
    'NAT gateway',
  );
  const vgw = made(
    (await client.send(new ec2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }))).VpnGateway?.VpnGatewayId,
    'VPN gateway',
  );
  await client.send(new ec2.AttachVpnGatewayCommand({ VpcId: vpcId, VpnGatewayId: vgw }));

  const table = async (subnetId: string, routes: readonly Omit<ec2.CreateRouteCommandInput, 'RouteTableId'>[]) => {
    const id = made(
      (await client.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }))).RouteTable?.RouteTableId,
      'route table',
    );
    for (const route of routes) await client.send(new ec2.CreateRouteCommand({ RouteTableId: id, ...route }));
    await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId: id, SubnetId: subnetId }));
    return id;
  };
  await table(publicSubnet, [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw }]);
  const privateRouteTableId = await table(privateSubnet, [
    { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: natGatewayId },
    { DestinationCidrBlock: '172.20.0.0/16', GatewayId: vgw },
  ]);

  const acl = made(
    (await client.send(new ec2.CreateNetworkAclCommand({ VpcId: vpcId }))).NetworkAcl?.NetworkAclId,
    'network ACL',
  );
  for (const Egress of [true, false]) {
    await client.send(
      new ec2.CreateNetworkAclEntryCommand({
        NetworkAclId: acl,
        RuleNumber: 100,
        Protocol: '-1',
        RuleAction: 'allow',
        Egress,
        CidrBlock: '0.0.0.0/0',
      }),
    );
  }
  const acls = await client.send(
    new ec2.DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [privateSubnet] }] }),
  );
  const association = acls.NetworkAcls?.[0]?.Associations?.find(
    (item) => item.SubnetId === privateSubnet,
  )?.NetworkAclAssociationId;
  await client.send(
    new ec2.ReplaceNetworkAclAssociationCommand({ AssociationId: made(association, 'association'), NetworkAclId: acl }),
  );

  const group = async (name: string) =>
    made(
      (await client.send(new ec2.CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: name, Description: name })))
        .GroupId,
      'security group',
    );
  const [runnerGroup, environmentGroup] = [await group('runner'), await group('environment')];
  await client.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: environmentGroup,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 22999, ToPort: 22999, UserIdGroupPairs: [{ GroupId: runnerGroup }] },
        { IpProtocol: 'tcp', FromPort: 29222, ToPort: 29222, IpRanges: [{ CidrIp: '172.20.0.0/16' }] },
      ],
    }),
  );
  await client.send(new ec2.CreateNetworkInterfaceCommand({ SubnetId: privateSubnet, Groups: [environmentGroup] }));
  for (const attribute of [{ EnableDnsSupport: { Value: true } }, { EnableDnsHostnames: { Value: true } }]) {
    await client.send(new ec2.ModifyVpcAttributeCommand({ VpcId: vpcId, ...attribute }));
  }
  return {
    natGatewayId,
    privateRouteTableId,
    watched: {
      id: 'live',
      region: 'eu-central-1',
      vpcId,
      deploymentOption: 'private-nat',
      environmentSubnetIds: [privateSubnet],
      runnerSecurityGroupIds: [runnerGroup],
      environmentSecurityGroupIds: [environmentGroup],
      userCidrs: ['172.20.0.0/16'],
      scmHosts: [{ host: 'github.com', port: 443 }],
      containerRegistries: [],
      developmentServices: [],
      extraInternetDestinations: [],
      launchType: 'FARGATE',
      securityGroupMode: 'custom',
      capacityPlan: { [privateSubnet]: { plannedEnvironments: 100 } },
      amiRestrictions: 'none',
      deploymentRoleArn: null,
      attestations: [
        { requirement: 'account-no-conflicting-services', by: 'test', at: '2026-11-01', expires: '2027-11-01' },
        { requirement: 'connectivity-verified', by: 'test', at: '2026-11-01', expires: '2027-11-01' },
      ],
    },
  };
}
