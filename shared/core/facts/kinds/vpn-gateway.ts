import { type AttachedGateway, readAttachments } from './internet-gateway.ts';
import type { Kind } from './kind.ts';

export interface VpnGateway extends AttachedGateway {
  readonly state: string;
}

export const vpnGateway: Kind<VpnGateway> = {
  member: 'VpnGateways',
  operation: 'DescribeVpnGateways',
  idMember: 'VpnGatewayId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'attachment.vpc-id' },
  changedBy: ['vgw'],
  types: {
    cloudFormation: ['AWS::EC2::VPNGateway', 'AWS::EC2::VPCGatewayAttachment'],
    terraform: ['aws_vpn_gateway', 'aws_vpn_gateway_attachment'],
  },
  parse: (fields) => ({
    id: fields.id('VpnGatewayId'),
    state: fields.optionalText('State') ?? 'available',
    attachments: readAttachments(fields, 'VpcAttachments'),
  }),
};
