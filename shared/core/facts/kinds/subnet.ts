import type { Cidr } from '../../net/cidr.ts';
import { readTags } from '../fields.ts';
import type { Kind } from './kind.ts';
import { type BlockPublicAccessMode, readAssociatedCidrs } from './vpc.ts';

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly ownerId: string | undefined;
  /** Zone id (`use1-az1`) where AWS gives it, else the zone name. */
  readonly zone: string | undefined;
  readonly zoneName: string | undefined;
  readonly cidrs: readonly Cidr[];
  /** IPv6 blocks that AWS does not advertise to the Internet; they are among `cidrs` too. */
  readonly privateIpv6: readonly Cidr[];
  readonly mapsPublicIp: boolean;
  readonly assignsIpv6: boolean;
  readonly dns64: boolean;
  /** `available` or `pending`. */
  readonly state: string;
  readonly availableAddresses: number | undefined;
  readonly blockPublicAccess: BlockPublicAccessMode | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const subnet: Kind<Subnet> = {
  member: 'Subnets',
  operation: 'DescribeSubnets',
  idMember: 'SubnetId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['subnet', 'subnet-attribute', 'subnet-cidr', 'ip-capacity', 'bpa'],
  types: {
    cloudFormation: ['AWS::EC2::Subnet', 'AWS::EC2::SubnetCidrBlock', 'AWS::EC2::SubnetCidrReservation'],
    terraform: ['aws_subnet', 'aws_default_subnet', 'aws_ec2_subnet_cidr_reservation'],
  },
  parse: (fields) => {
    const block = fields.optionalCidr('CidrBlock');
    return {
      id: fields.id('SubnetId'),
      vpcId: fields.text('VpcId'),
      ownerId: fields.optionalText('OwnerId'),
      zone: fields.optionalText('AvailabilityZoneId') ?? fields.optionalText('AvailabilityZone'),
      zoneName: fields.optionalText('AvailabilityZone'),
      cidrs: [
        ...(block ? [block] : []),
        ...readAssociatedCidrs(fields, 'Ipv6CidrBlockAssociationSet', 'Ipv6CidrBlock', 'Ipv6CidrBlockState'),
      ],
      privateIpv6: (
        fields.optionalList('Ipv6CidrBlockAssociationSet', (item) =>
          item.optionalText('Ipv6AddressAttribute') === 'private' ? [item.cidr('Ipv6CidrBlock')] : [],
        ) ?? []
      ).flat(),
      mapsPublicIp: fields.optionalFlag('MapPublicIpOnLaunch') ?? false,
      assignsIpv6: fields.optionalFlag('AssignIpv6AddressOnCreation') ?? false,
      dns64: fields.optionalFlag('EnableDns64') ?? false,
      state: fields.optionalText('State') ?? 'available',
      availableAddresses: fields.optionalNumber('AvailableIpAddressCount'),
      blockPublicAccess: fields.optionalObject('BlockPublicAccessStates')?.optionalText('InternetGatewayBlockMode'),
      tags: readTags(fields),
    };
  },
};
