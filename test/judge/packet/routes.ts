import { block, covers, type Family } from './address.ts';
import { listIsOther } from './filters.ts';
import { flag, items, type Json, text } from './json.ts';
import { inVpc, type World } from './world.ts';

/** The route table of a subnet: its own association, else the VPC's main table. */
export function tableOf(world: World, subnetId: string, vpcId: string): Json | 'unreadable' {
  return world.remember(`table ${subnetId}`, () => {
    for (const table of world.list('RouteTables'))
      for (const association of items(table, 'Associations')) {
        if (text(association, 'SubnetId') !== subnetId) continue;
        const state = text(association['AssociationState'], 'State') ?? 'associated';
        if (state === 'disassociated' || state === 'failed') continue;
        return state === 'associated' ? table : 'unreadable';
      }
    for (const table of world.list('RouteTables')) {
      if (text(table, 'VpcId') !== vpcId) continue;
      if (items(table, 'Associations').some((association) => flag(association, 'Main') === true)) return table;
    }
    return 'unreadable';
  });
}

/** The edge table of an internet or virtual private gateway. */
export function edgeTableOf(world: World, gatewayId: string): Json | undefined {
  return world
    .list('RouteTables')
    .find((table) =>
      items(table, 'Associations').some(
        (association) =>
          text(association, 'GatewayId') === gatewayId &&
          (text(association['AssociationState'], 'State') ?? 'associated') === 'associated',
      ),
    );
}

/** An edge table is being associated or taken away. */
export const edgeIsChanging = (world: World, gatewayId: string): boolean =>
  world
    .list('RouteTables')
    .flatMap((table) => items(table, 'Associations'))
    .some(
      (association) =>
        text(association, 'GatewayId') === gatewayId &&
        ['associating', 'disassociating'].includes(text(association['AssociationState'], 'State') ?? ''),
    );

export interface Winner {
  /** One route, or several of which AWS picks one that we cannot know. */
  readonly routes: readonly Json[];
  /** The choice itself is not visible, for this reason. */
  readonly doubt?: { readonly code: string; readonly component: string };
}

interface Candidate {
  readonly route: Json;
  readonly length: number;
  readonly rank: number;
}

const rankOf = (route: Json): number => {
  const origin = text(route, 'Origin');
  if (origin === 'EnableVgwRoutePropagation' || origin === 'Advertisement') return 2;
  return text(route, 'DestinationPrefixListId') === undefined ? 0 : 1;
};

const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'EgressOnlyInternetGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
];
const targetOf = (route: Json): string => [...TARGETS, 'State'].map((key) => text(route, key) ?? '').join('|');

/** Of routes that are more specific than local, only static ones to a NAT gateway or an interface exist (semantics 1.3). */
const mayBeatLocal = (route: Json): boolean =>
  text(route, 'Origin') !== 'EnableVgwRoutePropagation' &&
  ['NatGatewayId', 'NetworkInterfaceId', 'InstanceId'].some((key) => text(route, key) !== undefined);

/** Longest prefix, then static, prefix list, propagated (semantics 1.3). No candidate: an empty list. */
export function lookUp(world: World, table: Json, vpcId: string, family: Family, dst: bigint): Winner {
  const candidates: Candidate[] = [];
  let blind: { route: Json; list: string }[] = [];
  for (const route of items(table, 'Routes')) {
    const cidr = text(route, family === 4 ? 'DestinationCidrBlock' : 'DestinationIpv6CidrBlock');
    const list = text(route, 'DestinationPrefixListId');
    const rank = rankOf(route);
    if (text(route, 'Origin') === 'EnableVgwRoutePropagation' && inVpc(world, vpcId, family, dst)) continue;
    if (cidr !== undefined && covers(block(cidr), family, dst))
      candidates.push({ route, length: block(cidr).length, rank });
    if (list === undefined) continue;
    const entries = world.prefixList(list);
    if (entries === undefined) {
      if (!listIsOther(world, list, family)) blind.push({ route, list });
      continue;
    }
    for (const entry of entries)
      if (covers(block(entry), family, dst)) candidates.push({ route, length: block(entry).length, rank });
  }
  const longest = Math.max(...candidates.map((candidate) => candidate.length), -1);
  const best = candidates.filter((candidate) => candidate.length === longest);
  const rank = Math.min(...best.map((candidate) => candidate.rank));
  const routes = best.filter((candidate) => candidate.rank === rank).map((candidate) => candidate.route);
  if (routes.some((route) => text(route, 'GatewayId') === 'local'))
    blind = blind.filter(({ route }) => mayBeatLocal(route));
  const full = longest === (family === 4 ? 32 : 128) && rank === 0;
  if (blind.length > 0 && !full)
    return {
      routes: [...routes, ...blind.map((item) => item.route)],
      doubt: { code: 'X_FACT_UNREADABLE', component: blind[0]?.list ?? '' },
    };
  const advertised = best.some((candidate) => text(candidate.route, 'Origin') === 'Advertisement');
  const distinct = [...new Map(routes.map((route) => [targetOf(route), route])).values()];
  const tableId = text(table, 'RouteTableId') ?? '';
  if (advertised && best.length > 1)
    return { routes: best.map((candidate) => candidate.route), doubt: { code: 'X_NOT_MODELLED', component: tableId } };
  if (distinct.length > 1) return { routes: distinct, doubt: { code: 'X_PREFIX_LIST_TIE', component: tableId } };
  return { routes: distinct };
}
