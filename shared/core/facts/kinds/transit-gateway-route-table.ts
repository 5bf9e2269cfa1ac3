import type { Kind } from './kind.ts';

export interface TransitGatewayRouteTable {
  readonly id: string;
  readonly transitGatewayId: string | undefined;
  readonly state: string;
}

export const transitGatewayRouteTable: Kind<TransitGatewayRouteTable> = {
  member: 'TransitGatewayRouteTables',
  operation: 'DescribeTransitGatewayRouteTables',
  idMember: 'TransitGatewayRouteTableId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['tgw-route-table'],
  types: { cloudFormation: ['AWS::EC2::TransitGatewayRouteTable'], terraform: ['aws_ec2_transit_gateway_route_table'] },
  parse: (fields) => ({
    id: fields.id('TransitGatewayRouteTableId'),
    transitGatewayId: fields.optionalText('TransitGatewayId'),
    state: fields.optionalText('State') ?? 'available',
  }),
};
