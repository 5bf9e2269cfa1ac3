import * as ec2 from '@aws-sdk/client-ec2';
import pLimit from 'p-limit';

export interface LargeVpc {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
}

function made<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the emulator made nothing');
  return value;
}

/** A VPC of many subnets, security groups and interfaces, with a route table and an internet gateway for all of them. */
export async function buildLargeVpc(
  client: ec2.EC2Client,
  { subnets, groups, interfacesPerSubnet }: { subnets: number; groups: number; interfacesPerSubnet: number },
): Promise<LargeVpc> {
  const limit = pLimit(8);
  const many = <T>(count: number, one: (index: number) => Promise<T>): Promise<readonly T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => limit(() => one(index))));
  const vpcId = made((await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.40.0.0/16' }))).Vpc?.VpcId);
  const subnetIds = await many(subnets, async (index) => {
    const { Subnet } = await client.send(
      new ec2.CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.40.${index}.0/24`,
        AvailabilityZone: `eu-central-1${'abc'[index % 3]}`,
      }),
    );
    return made(Subnet?.SubnetId);
  });
  const groupIds = await many(groups, async (index) => {
    const GroupName = `group-${index}`;
    const { GroupId } = await client.send(
      new ec2.CreateSecurityGroupCommand({ VpcId: vpcId, GroupName, Description: GroupName }),
    );
    await client.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22999, ToPort: 22999, IpRanges: [{ CidrIp: '10.40.0.0/16' }] }],
      }),
    );
    return made(GroupId);
  });
  const igw = made((await client.send(new ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId);
  await client.send(new ec2.AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: igw }));
  const table = made((await client.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }))).RouteTable?.RouteTableId);
  await client.send(
    new ec2.CreateRouteCommand({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw }),
  );
  await many(subnets, (index) =>
    client.send(new ec2.AssociateRouteTableCommand({ RouteTableId: table, SubnetId: subnetIds[index] })),
  );
  await many(subnets * interfacesPerSubnet, (index) =>
    client.send(
      new ec2.CreateNetworkInterfaceCommand({
        SubnetId: subnetIds[index % subnets],
        Groups: [made(groupIds[index % groups])],
      }),
    ),
  );
  for (const attribute of [{ EnableDnsSupport: { Value: true } }, { EnableDnsHostnames: { Value: true } }])
    await client.send(new ec2.ModifyVpcAttributeCommand({ VpcId: vpcId, ...attribute }));
  return { vpcId, subnetIds, groupIds };
}

/** Its entry of a watch file: every subnet is one of environments. */
export const watchLargeVpc = ({ vpcId, subnetIds, groupIds }: LargeVpc, id = 'large') => ({
  id,
  region: 'eu-central-1',
  vpcId,
  deploymentOption: 'public-subnet',
  environmentSubnetIds: subnetIds,
  runnerSubnetIds: subnetIds.slice(0, 2),
  runnerSecurityGroupIds: groupIds.slice(0, 1),
  environmentSecurityGroupIds: groupIds.slice(1, 2),
  userCidrs: ['172.20.0.0/16'],
  scmHosts: [{ host: 'github.com', port: 443 }],
  launchType: 'FARGATE',
});
