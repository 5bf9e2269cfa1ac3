import type { Kind } from './kind.ts';

export interface CarrierGateway {
  readonly id: string;
  readonly vpcId: string | undefined;
  readonly state: string;
}

export const carrierGateway: Kind<CarrierGateway> = {
  member: 'CarrierGateways',
  operation: 'DescribeCarrierGateways',
  idMember: 'CarrierGatewayId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['carrier-gateway'],
  types: { cloudFormation: ['AWS::EC2::CarrierGateway'], terraform: ['aws_ec2_carrier_gateway'] },
  parse: (fields) => ({
    id: fields.id('CarrierGatewayId'),
    vpcId: fields.optionalText('VpcId'),
    state: fields.optionalText('State') ?? 'available',
  }),
};
