import { readTags } from '../fields.ts';
import type { Kind } from './kind.ts';

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string | undefined;
  /** `Gateway`, `Interface`, `GatewayLoadBalancer`, …; other texts are kept. */
  readonly type: string;
  readonly serviceName: string;
  readonly serviceRegion: string | undefined;
  /** Lower case: the SDK and the API spell it differently. */
  readonly state: string;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  readonly privateDnsOnlyForInboundResolver: boolean;
  readonly dnsNames: readonly string[];
  readonly policyDocument: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const vpcEndpoint: Kind<VpcEndpoint> = {
  member: 'VpcEndpoints',
  operation: 'DescribeVpcEndpoints',
  idMember: 'VpcEndpointId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['vpce', 'vpce-policy', 'vpce-dns', 'vpce-connection', 'vpce-service'],
  types: {
    cloudFormation: ['AWS::EC2::VPCEndpoint'],
    terraform: [
      'aws_vpc_endpoint',
      'aws_vpc_endpoint_route_table_association',
      'aws_vpc_endpoint_subnet_association',
      'aws_vpc_endpoint_security_group_association',
      'aws_vpc_endpoint_policy',
      'aws_vpc_endpoint_private_dns',
    ],
  },
  parse: (fields) => ({
    id: fields.id('VpcEndpointId'),
    vpcId: fields.optionalText('VpcId'),
    type: fields.optionalText('VpcEndpointType') ?? 'Gateway',
    serviceName: fields.optionalText('ServiceName') ?? '',
    serviceRegion: fields.optionalText('ServiceRegion'),
    state: (fields.optionalText('State') ?? 'available').toLowerCase(),
    routeTableIds: fields.optionalTexts('RouteTableIds') ?? [],
    subnetIds: fields.optionalTexts('SubnetIds') ?? [],
    networkInterfaceIds: fields.optionalTexts('NetworkInterfaceIds') ?? [],
    groupIds: fields.optionalList('Groups', (group) => group.text('GroupId')) ?? [],
    privateDnsEnabled: fields.optionalFlag('PrivateDnsEnabled') ?? false,
    privateDnsOnlyForInboundResolver:
      fields.optionalObject('DnsOptions')?.optionalFlag('PrivateDnsOnlyForInboundResolverEndpoint') ?? false,
    dnsNames: fields.optionalList('DnsEntries', (entry) => entry.optionalText('DnsName') ?? '') ?? [],
    policyDocument: fields.optionalText('PolicyDocument'),
    tags: readTags(fields),
  }),
};
