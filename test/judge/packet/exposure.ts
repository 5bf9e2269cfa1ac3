import { flag, items, type Json, text } from './json.ts';
import type { World } from './world.ts';

export type Way = 'igw' | 'nat' | 'eigw' | 'inbound';
export interface Exposure {
  readonly effect: 'allow' | 'deny' | 'unknown';
  readonly code: string;
}

const ALLOW: Exposure = { effect: 'allow', code: '' };
const DENY: Exposure = { effect: 'deny', code: 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED' };
const UNREAD: Exposure = { effect: 'unknown', code: 'X_FACT_UNREADABLE' };
const SETTLED = ['create-complete', 'update-complete'];

/** Block Public Access for the subnet that touches the gateway (semantics 1.12, ruling 6). */
export function publicAccess(world: World, vpcId: string, subnetId: string | undefined, way: Way): Exposure {
  const optionsKnown = world.readable('VpcBlockPublicAccessOptions');
  if (world.isOff('VpcBlockPublicAccessOptions')) return ALLOW;
  const options = world.bundle['VpcBlockPublicAccessOptions'];
  if (optionsKnown && text(options, 'State') === 'update-in-progress') return UNREAD;
  const applicable = world.list('VpcBlockPublicAccessExclusions').filter((exclusion) => {
    const arn = text(exclusion, 'ResourceArn') ?? '';
    const state = text(exclusion, 'State') ?? '';
    if (state === 'delete-complete' || state.startsWith('disable')) return false;
    return (subnetId !== undefined && arn.endsWith(`/${subnetId}`)) || arn.endsWith(`/${vpcId}`);
  });
  if (applicable.some((exclusion) => (text(exclusion, 'State') ?? '').endsWith('in-progress'))) return UNREAD;
  const active = applicable.filter((exclusion) => SETTLED.includes(text(exclusion, 'State') ?? ''));
  const modes = active.map((exclusion) => text(exclusion, 'InternetGatewayExclusionMode'));
  const optionMode = optionsKnown ? text(options, 'InternetGatewayBlockMode') : undefined;
  const egressOnly = modes.includes('allow-egress') && !modes.includes('allow-bidirectional');
  if (way === 'igw' && egressOnly && optionMode === 'block-bidirectional')
    return { effect: 'unknown', code: 'X_BPA_DOC_CONFLICT' };
  const computed = computedMode(world, vpcId, subnetId);
  if (computed !== undefined) return byMode(computed, way);
  if (optionMode === undefined) return UNREAD;
  if (optionMode === 'off') return ALLOW;
  if (!world.readable('VpcBlockPublicAccessExclusions')) return UNREAD;
  if (modes.includes('allow-bidirectional')) return ALLOW;
  if (egressOnly && (way === 'nat' || way === 'eigw')) return ALLOW;
  return byMode(optionMode, way);
}

function computedMode(world: World, vpcId: string, subnetId: string | undefined): string | undefined {
  const found = subnetId === undefined ? world.vpc(vpcId) : world.subnet(subnetId);
  if (!found || found === 'unreadable') return undefined;
  return text(found.item['BlockPublicAccessStates'], 'InternetGatewayBlockMode');
}

function byMode(mode: string, way: Way): Exposure {
  if (mode === 'off') return ALLOW;
  if (mode === 'block-ingress') return way === 'nat' || way === 'eigw' ? ALLOW : DENY;
  return mode === 'block-bidirectional' ? DENY : { effect: 'unknown', code: 'X_NOT_MODELLED' };
}

/** All telemetry of all connections of a gateway says DOWN; no connection at all says nothing. */
export function allTunnelsDown(world: World, wanted: (connection: Json) => boolean): string | undefined {
  const connections = world
    .list('VpnConnections')
    .filter((connection) => wanted(connection) && text(connection, 'State') !== 'deleted');
  const tunnels = connections.flatMap((connection) => items(connection, 'VgwTelemetry'));
  const down = tunnels.length > 0 && tunnels.every((tunnel) => text(tunnel, 'Status') === 'DOWN');
  return down ? text(connections[0], 'VpnConnectionId') : undefined;
}

/** AWS marked the subnet's IPv6 block as private: no way to the Internet. */
export const isPrivateIpv6 = (subnet: Json): boolean =>
  items(subnet, 'Ipv6CidrBlockAssociationSet').some((set) => text(set, 'Ipv6AddressAttribute') === 'private');

export const deniesIgw = (eni: Json | undefined): boolean => flag(eni, 'DenyAllIgwTraffic') === true;
