import type { RouteTargetKind } from '../../facts/kinds/route-table.ts';
import { stopUnseen } from '../unseen.ts';
import { deliver } from '../walk.ts';
import type { RouteHandler } from '../walk-context.ts';
import { toInstance, toNetworkInterface } from './appliance.ts';
import { toCarrierGateway } from './carrier-gateway.ts';
import { toEgressOnlyInternetGateway } from './egress-only-internet-gateway.ts';
import { toInternetGateway } from './internet-gateway.ts';
import { toNatGateway } from './nat-gateway.ts';
import { toPeeringConnection } from './peering.ts';
import { toTransitGateway } from './transit-gateway.ts';
import { toVpcEndpoint } from './vpc-endpoint.ts';
import { toVpnGateway } from './vpn-gateway.ts';

/** What is beyond cannot be seen from EC2, on purpose (semantics.md 1.11). */
const notModelled =
  (what: string): RouteHandler =>
  (walk, flow, hop) => {
    const component = hop.route.target.id || hop.table.id;
    stopUnseen(walk, flow, {
      code: 'X_NOT_MODELLED',
      component,
      message: `${what} \`${component}\` is not modelled`,
    });
  };

/** `GatewayId` holds several kinds of gateway, told apart by the id's prefix. */
const GATEWAYS: Readonly<Record<string, RouteHandler>> = {
  igw: toInternetGateway,
  vgw: toVpnGateway,
  vpce: toVpcEndpoint,
};

const toGateway: RouteHandler = (walk, flow, hop) => {
  const prefix = hop.route.target.id.replace(/-.*$/, '');
  (GATEWAYS[prefix] ?? notModelled('gateway'))(walk, flow, hop);
};

/** One handler for each kind of route target; the compiler keeps the table complete. */
export const HANDLERS: Readonly<Record<RouteTargetKind, RouteHandler>> = {
  local: (walk, flow, hop) => deliver(walk, flow, hop.vpcId, hop.subnet, hop.table.id),
  gateway: toGateway,
  'nat-gateway': toNatGateway,
  'transit-gateway': toTransitGateway,
  'vpc-peering-connection': toPeeringConnection,
  'network-interface': toNetworkInterface,
  instance: toInstance,
  'egress-only-internet-gateway': toEgressOnlyInternetGateway,
  'carrier-gateway': toCarrierGateway,
  'local-gateway': notModelled('local gateway'),
  'core-network': notModelled('Cloud WAN core network'),
  'odb-network': notModelled('ODB network'),
  none: notModelled('a route without a target in'),
};
