import type { Kind } from './kind.ts';

export interface TransitGatewayAttachment {
  readonly id: string;
  readonly transitGatewayId: string | undefined;
  /** `vpc`, `vpn`, `direct-connect-gateway`, `connect`, `peering`, …; other texts are kept. */
  readonly resourceType: string;
  readonly resourceId: string | undefined;
  readonly state: string;
  readonly association: { readonly routeTableId: string; readonly state: string } | undefined;
}

export const transitGatewayAttachment: Kind<TransitGatewayAttachment> = {
  member: 'TransitGatewayAttachments',
  operation: 'DescribeTransitGatewayAttachments',
  idMember: 'TransitGatewayAttachmentId',
  shape: 'list',
  collect: { by: 'all' },
  parse: (fields) => {
    const association = fields.optionalObject('Association');
    const routeTableId = association?.optionalText('TransitGatewayRouteTableId');
    return {
      id: fields.id('TransitGatewayAttachmentId'),
      transitGatewayId: fields.optionalText('TransitGatewayId'),
      resourceType: fields.optionalText('ResourceType') ?? '',
      resourceId: fields.optionalText('ResourceId'),
      state: fields.optionalText('State') ?? 'available',
      association:
        routeTableId === undefined
          ? undefined
          : { routeTableId, state: association?.optionalText('State') ?? 'associated' },
    };
  },
};
