import type { Cidr } from '../../net/cidr.ts';
import type { Fields } from '../fields.ts';
import type { Kind } from './kind.ts';

/** Where a route points; `local` is the VPC itself. */
export type RouteTargetKind =
  | 'local'
  | 'gateway'
  | 'nat-gateway'
  | 'transit-gateway'
  | 'vpc-peering-connection'
  | 'network-interface'
  | 'instance'
  | 'egress-only-internet-gateway'
  | 'carrier-gateway'
  | 'local-gateway'
  | 'core-network'
  | 'odb-network'
  | 'none';

export interface RouteTarget {
  readonly kind: RouteTargetKind;
  readonly id: string;
}

export interface Route {
  readonly destination: { readonly cidr: Cidr } | { readonly prefixListId: string };
  readonly target: RouteTarget;
  /** `active`, `blackhole`, `filtered`; other texts are kept. */
  readonly state: string;
  /** `CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation` or `Advertisement`. */
  readonly origin: string;
}

export interface RouteTableAssociation {
  readonly main: boolean;
  readonly subnetId: string | undefined;
  readonly gatewayId: string | undefined;
  readonly publicIpv4Pool: string | undefined;
  readonly state: string;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly RouteTableAssociation[];
  readonly propagatingGateways: readonly string[];
}

/** In the order in which EC2 prefers to name a target: an instance route also carries its interface. */
const TARGET_MEMBERS: readonly (readonly [string, RouteTargetKind])[] = [
  ['NatGatewayId', 'nat-gateway'],
  ['TransitGatewayId', 'transit-gateway'],
  ['VpcPeeringConnectionId', 'vpc-peering-connection'],
  ['NetworkInterfaceId', 'network-interface'],
  ['InstanceId', 'instance'],
  ['EgressOnlyInternetGatewayId', 'egress-only-internet-gateway'],
  ['CarrierGatewayId', 'carrier-gateway'],
  ['LocalGatewayId', 'local-gateway'],
  ['CoreNetworkArn', 'core-network'],
  ['OdbNetworkArn', 'odb-network'],
  ['GatewayId', 'gateway'],
];

function readTarget(route: Fields): Route['target'] {
  for (const [member, kind] of TARGET_MEMBERS) {
    const id = route.optionalText(member);
    if (id !== undefined) return id === 'local' ? { kind: 'local', id } : { kind, id };
  }
  return { kind: 'none', id: '' };
}

function readRoute(route: Fields): Route {
  const prefixListId = route.optionalText('DestinationPrefixListId');
  const cidr = route.optionalCidr('DestinationCidrBlock') ?? route.optionalCidr('DestinationIpv6CidrBlock');
  return {
    destination: prefixListId !== undefined ? { prefixListId } : { cidr: cidr ?? route.cidr('DestinationCidrBlock') },
    target: readTarget(route),
    state: route.optionalText('State') ?? 'active',
    origin: route.optionalText('Origin') ?? 'CreateRoute',
  };
}

export const routeTable: Kind<RouteTable> = {
  member: 'RouteTables',
  operation: 'DescribeRouteTables',
  idMember: 'RouteTableId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['route', 'route-table', 'rtb-association', 'route-server', 'vgw'],
  types: {
    cloudFormation: [
      'AWS::EC2::RouteTable',
      'AWS::EC2::Route',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::GatewayRouteTableAssociation',
      'AWS::EC2::VPNGatewayRoutePropagation',
    ],
    terraform: [
      'aws_route_table',
      'aws_default_route_table',
      'aws_route',
      'aws_route_table_association',
      'aws_main_route_table_association',
      'aws_vpn_gateway_route_propagation',
    ],
  },
  parse: (fields) => ({
    id: fields.id('RouteTableId'),
    vpcId: fields.text('VpcId'),
    routes: fields.list('Routes', readRoute),
    associations: fields.list('Associations', (association) => ({
      main: association.optionalFlag('Main') ?? false,
      subnetId: association.optionalText('SubnetId'),
      gatewayId: association.optionalText('GatewayId'),
      publicIpv4Pool: association.optionalText('PublicIpv4Pool'),
      state: association.optionalObject('AssociationState')?.optionalText('State') ?? 'associated',
    })),
    propagatingGateways: fields.optionalList('PropagatingVgws', (gateway) => gateway.text('GatewayId')) ?? [],
  }),
};
