import { type AttachedGateway, readAttachments } from './internet-gateway.ts';
import type { Kind } from './kind.ts';

export const egressOnlyInternetGateway: Kind<AttachedGateway> = {
  member: 'EgressOnlyInternetGateways',
  operation: 'DescribeEgressOnlyInternetGateways',
  idMember: 'EgressOnlyInternetGatewayId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['eigw'],
  parse: (fields) => ({
    id: fields.id('EgressOnlyInternetGatewayId'),
    attachments: readAttachments(fields, 'Attachments'),
  }),
};
