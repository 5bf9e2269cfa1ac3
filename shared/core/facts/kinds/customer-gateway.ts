import type { Address } from '../../net/ip.ts';
import type { Kind } from './kind.ts';

export interface CustomerGateway {
  readonly id: string;
  readonly state: string;
  /** The far end of the tunnels. */
  readonly address: Address | undefined;
}

export const customerGateway: Kind<CustomerGateway> = {
  member: 'CustomerGateways',
  operation: 'DescribeCustomerGateways',
  idMember: 'CustomerGatewayId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['cgw'],
  types: { cloudFormation: ['AWS::EC2::CustomerGateway'], terraform: ['aws_customer_gateway'] },
  parse: (fields) => ({
    id: fields.id('CustomerGatewayId'),
    state: fields.optionalText('State') ?? 'available',
    address: fields.optionalAddress('IpAddress'),
  }),
};
