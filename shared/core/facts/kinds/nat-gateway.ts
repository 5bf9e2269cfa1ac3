import type { Address } from '../../net/ip.ts';
import type { Kind } from './kind.ts';

export interface NatGatewayAddress {
  readonly privateIp: Address | undefined;
  readonly publicIp: Address | undefined;
  readonly networkInterfaceId: string | undefined;
  readonly status: string;
  readonly zone: string | undefined;
  readonly zoneName: string | undefined;
}

export interface NatGateway {
  readonly id: string;
  readonly vpcId: string | undefined;
  /** Undefined for a regional gateway. */
  readonly subnetId: string | undefined;
  readonly state: string;
  readonly isPrivate: boolean;
  readonly isRegional: boolean;
  readonly autoProvisionZones: boolean;
  /** Only regional gateways have their own table. */
  readonly routeTableId: string | undefined;
  readonly addresses: readonly NatGatewayAddress[];
  readonly failure: string | undefined;
}

export const natGateway: Kind<NatGateway> = {
  member: 'NatGateways',
  operation: 'DescribeNatGateways',
  idMember: 'NatGatewayId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id', filterInput: 'Filter' },
  changedBy: ['nat', 'eip'],
  types: {
    cloudFormation: ['AWS::EC2::NatGateway'],
    terraform: ['aws_nat_gateway', 'aws_nat_gateway_eip_association'],
  },
  parse: (fields) => ({
    id: fields.id('NatGatewayId'),
    vpcId: fields.optionalText('VpcId'),
    subnetId: fields.optionalText('SubnetId'),
    state: fields.optionalText('State') ?? 'available',
    isPrivate: (fields.optionalText('ConnectivityType') ?? 'public') === 'private',
    isRegional: (fields.optionalText('AvailabilityMode') ?? 'zonal') === 'regional',
    autoProvisionZones: fields.optionalText('AutoProvisionZones') === 'enabled',
    routeTableId: fields.optionalText('RouteTableId'),
    addresses:
      fields.optionalList('NatGatewayAddresses', (address) => ({
        privateIp: address.optionalAddress('PrivateIp'),
        publicIp: address.optionalAddress('PublicIp'),
        networkInterfaceId: address.optionalText('NetworkInterfaceId'),
        status: address.optionalText('Status') ?? 'succeeded',
        zone: address.optionalText('AvailabilityZoneId') ?? address.optionalText('AvailabilityZone'),
        zoneName: address.optionalText('AvailabilityZone'),
      })) ?? [],
    failure: fields.optionalText('FailureMessage') ?? fields.optionalText('FailureCode'),
  }),
};
