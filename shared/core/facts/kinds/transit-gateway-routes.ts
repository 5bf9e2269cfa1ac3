import type { Cidr } from '../../net/cidr.ts';
import type { Kind } from './kind.ts';

export interface TransitGatewayRoute {
  readonly destination: { readonly cidr: Cidr } | { readonly prefixListId: string };
  /** `active` or `blackhole`; other texts are kept. */
  readonly state: string;
  /** `static` or `propagated`. */
  readonly type: string;
  /** In AWS's order; more than one for equal-cost paths. */
  readonly attachments: readonly {
    readonly id: string;
    readonly resourceType: string;
    readonly resourceId: string | undefined;
  }[];
}

export interface TransitGatewayRoutes {
  /** Id of the transit gateway route table. */
  readonly id: string;
  readonly routes: readonly TransitGatewayRoute[];
}

export const transitGatewayRoutes: Kind<TransitGatewayRoutes> = {
  member: 'TransitGatewayRoutes',
  operation: 'SearchTransitGatewayRoutes',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'transitGatewayRouteTableIds',
    requests: (TransitGatewayRouteTableId) => [
      { TransitGatewayRouteTableId, Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }] },
    ],
  },
  answer: {
    is: 'member',
    at: 'Routes',
    orderBy: 'DestinationCidrBlock',
    cutShortBy: 'AdditionalRoutesAvailable',
  },
  changedBy: ['tgw-route', 'tgw-route-table', 'tgw-attachment', 'prefix-list', 'cloud-wan'],
  types: {
    cloudFormation: ['AWS::EC2::TransitGatewayRoute', 'AWS::EC2::TransitGatewayRouteTablePropagation'],
    terraform: [
      'aws_ec2_transit_gateway_route',
      'aws_ec2_transit_gateway_route_table_propagation',
      'aws_ec2_transit_gateway_prefix_list_reference',
    ],
  },
  parse: (fields, key) => ({
    id: key,
    routes: fields.list('value', (route) => {
      const prefixListId = route.optionalText('PrefixListId');
      return {
        destination:
          prefixListId !== undefined && !route.has('DestinationCidrBlock')
            ? { prefixListId }
            : { cidr: route.cidr('DestinationCidrBlock') },
        state: route.optionalText('State') ?? 'active',
        type: route.optionalText('Type') ?? 'static',
        attachments:
          route.optionalList('TransitGatewayAttachments', (attachment) => ({
            id: attachment.optionalText('TransitGatewayAttachmentId') ?? '',
            resourceType: attachment.optionalText('ResourceType') ?? '',
            resourceId: attachment.optionalText('ResourceId'),
          })) ?? [],
      };
    }),
  }),
};
