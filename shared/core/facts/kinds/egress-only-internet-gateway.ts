import { type AttachedGateway, readAttachments } from './internet-gateway.ts';
import type { Kind } from './kind.ts';

export const egressOnlyInternetGateway: Kind<AttachedGateway> = {
  member: 'EgressOnlyInternetGateways',
  operation: 'DescribeEgressOnlyInternetGateways',
  idMember: 'EgressOnlyInternetGatewayId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['eigw'],
  types: { cloudFormation: ['AWS::EC2::EgressOnlyInternetGateway'], terraform: ['aws_egress_only_internet_gateway'] },
  parse: (fields) => ({
    id: fields.id('EgressOnlyInternetGatewayId'),
    attachments: readAttachments(fields, 'Attachments'),
  }),
};
