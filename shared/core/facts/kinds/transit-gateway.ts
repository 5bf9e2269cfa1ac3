import type { Kind } from './kind.ts';

export interface TransitGateway {
  readonly id: string;
  readonly ownerId: string | undefined;
  readonly state: string;
  readonly securityGroupReferencing: boolean;
}

export const transitGateway: Kind<TransitGateway> = {
  member: 'TransitGateways',
  operation: 'DescribeTransitGateways',
  idMember: 'TransitGatewayId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['tgw', 'tgw-policy'],
  types: { cloudFormation: ['AWS::EC2::TransitGateway'], terraform: ['aws_ec2_transit_gateway'] },
  parse: (fields) => ({
    id: fields.id('TransitGatewayId'),
    ownerId: fields.optionalText('OwnerId'),
    state: fields.optionalText('State') ?? 'available',
    securityGroupReferencing:
      fields.optionalObject('Options')?.optionalText('SecurityGroupReferencingSupport') === 'enable',
  }),
};
