import type { Kind } from './kind.ts';

/** Both gateways of a peering describe the attachment under the same id, each with its own association. */
export const peeringAttachmentId = (attachmentId: string, transitGatewayId: string | undefined): string =>
  `${attachmentId}@${transitGatewayId ?? ''}`;

export interface TransitGatewayAttachment {
  /** `attachmentId`, but for peering attachments that of one side. */
  readonly id: string;
  readonly attachmentId: string;
  readonly transitGatewayId: string | undefined;
  /** `vpc`, `vpn`, `direct-connect-gateway`, `connect`, `peering`, …; other texts are kept. */
  readonly resourceType: string;
  readonly resourceId: string | undefined;
  readonly state: string;
  /** The gateway belongs to another account: its associations and tables are visible to that account only. */
  readonly isForeign: boolean;
  readonly association: { readonly routeTableId: string; readonly state: string } | undefined;
}

export const transitGatewayAttachment: Kind<TransitGatewayAttachment> = {
  member: 'TransitGatewayAttachments',
  operation: 'DescribeTransitGatewayAttachments',
  idMember: 'TransitGatewayAttachmentId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['tgw-attachment', 'tgw-peering', 'tgw-connect', 'vpn'],
  types: {
    cloudFormation: [
      'AWS::EC2::TransitGatewayAttachment',
      'AWS::EC2::TransitGatewayVpcAttachment',
      'AWS::EC2::TransitGatewayPeeringAttachment',
      'AWS::EC2::TransitGatewayConnect',
      'AWS::EC2::TransitGatewayRouteTableAssociation',
    ],
    terraform: [
      'aws_ec2_transit_gateway_vpc_attachment',
      'aws_ec2_transit_gateway_peering_attachment',
      'aws_ec2_transit_gateway_connect',
      'aws_ec2_transit_gateway_route_table_association',
    ],
  },
  parse: (fields) => {
    const association = fields.optionalObject('Association');
    const routeTableId = association?.optionalText('TransitGatewayRouteTableId');
    const attachmentId = fields.id('TransitGatewayAttachmentId');
    const transitGatewayId = fields.optionalText('TransitGatewayId');
    const owner = fields.optionalText('TransitGatewayOwnerId');
    const resourceOwner = fields.optionalText('ResourceOwnerId');
    const resourceType = fields.optionalText('ResourceType') ?? '';
    return {
      id: resourceType === 'peering' ? peeringAttachmentId(attachmentId, transitGatewayId) : attachmentId,
      attachmentId,
      transitGatewayId,
      resourceType,
      isForeign: owner !== undefined && resourceOwner !== undefined && owner !== resourceOwner,
      resourceId: fields.optionalText('ResourceId'),
      state: fields.optionalText('State') ?? 'available',
      association:
        routeTableId === undefined
          ? undefined
          : { routeTableId, state: association?.optionalText('State') ?? 'associated' },
    };
  },
};
