import type { Bundle } from './bundle.ts';
import type { NetworkInterface } from './kinds/network-interface.ts';
import type { FactOf, ResourceKind } from './kinds/registry.ts';
import type { RouteTarget } from './kinds/route-table.ts';
import { parseBundle, type Snapshot } from './snapshot.ts';

/** An object that refers to another which its own list, read at another moment, does not hold. */
export interface Contradiction {
  readonly from: { readonly kind: ResourceKind; readonly id: string };
  readonly to: { readonly kind: ResourceKind; readonly id: string };
}

interface Reference {
  readonly kind: ResourceKind;
  readonly id: string;
}

type Refers = { readonly [K in ResourceKind]?: (fact: FactOf<K>, facts: Snapshot['facts']) => readonly Reference[] };

const to = (kind: ResourceKind, ids: readonly (string | undefined)[]): readonly Reference[] =>
  ids.flatMap((id) => (id === undefined ? [] : [{ kind, id }]));

const TARGETS: Partial<Readonly<Record<RouteTarget['kind'], ResourceKind>>> = {
  'nat-gateway': 'natGateway',
  'network-interface': 'networkInterface',
  'egress-only-internet-gateway': 'egressOnlyInternetGateway',
  'carrier-gateway': 'carrierGateway',
  'vpc-peering-connection': 'vpcPeeringConnection',
};

/** Gateways are told apart by their ids. */
const GATEWAYS: readonly (readonly [prefix: string, kind: ResourceKind])[] = [
  ['igw-', 'internetGateway'],
  ['vgw-', 'vpnGateway'],
  ['vpce-', 'vpcEndpoint'],
];

function targetOf({ kind, id }: RouteTarget): readonly Reference[] {
  const known = kind === 'gateway' ? GATEWAYS.find(([prefix]) => id.startsWith(prefix))?.[1] : TARGETS[kind];
  return known === undefined ? [] : [{ kind: known, id }];
}

/** Other accounts' interfaces in a shared subnet have groups that only those accounts see. */
const isOurs = (eni: NetworkInterface, facts: Snapshot['facts']): boolean =>
  eni.ownerId === undefined || eni.ownerId === facts.vpc.items.get(eni.vpcId ?? '')?.ownerId;

/** What EC2 never shows one without the other of. */
const REFERS: Refers = {
  routeTable: ({ routes, associations }) => [
    ...routes.flatMap(({ state, target }) => (state === 'active' ? targetOf(target) : [])),
    ...to(
      'subnet',
      associations.map(({ subnetId }) => subnetId),
    ),
  ],
  networkAcl: ({ subnetIds }) => to('subnet', subnetIds),
  natGateway: ({ state, subnetId }) => (state === 'available' ? to('subnet', [subnetId]) : []),
  networkInterface: (eni, facts) => [
    ...to('subnet', [eni.subnetId]),
    ...(isOurs(eni, facts) ? to('securityGroup', eni.groupIds) : []),
  ],
  vpcEndpoint: ({ type, state, networkInterfaceIds }) =>
    type === 'Interface' && state === 'available' ? to('networkInterface', networkInterfaceIds) : [],
};

/**
 * Where the lists of a bundle contradict each other because the network changed while they were read. References to kinds that were not wholly seen are
 * gaps already and no contradiction.
 */
export function contradictionsIn(bundle: Bundle): readonly Contradiction[] {
  const { facts } = parseBundle(bundle);
  const check = <K extends ResourceKind>(kind: K): readonly Contradiction[] => {
    const refers = REFERS[kind] as ((fact: FactOf<K>, facts: Snapshot['facts']) => readonly Reference[]) | undefined;
    if (!refers) return [];
    return [...(facts[kind].items as ReadonlyMap<string, FactOf<K>>)].flatMap(([id, fact]) =>
      refers(fact, facts)
        .filter((other) => facts[other.kind].gaps.length === 0 && !facts[other.kind].items.has(other.id))
        .map((other) => ({ from: { kind, id }, to: other })),
    );
  };
  return (Object.keys(REFERS) as ResourceKind[]).flatMap((kind) => check(kind));
}

/** Managed prefix lists among `ids` whose version is not the same in both looks, and those that one look does not have; sorted. */
export function movedPrefixLists(before: Bundle, after: Bundle, ids: readonly string[]): readonly string[] {
  const [was, is] = [before, after].map((bundle) => parseBundle(bundle).facts.managedPrefixList.items);
  return ids.filter((id) => was?.get(id)?.version !== is?.get(id)?.version).sort();
}

/** Those of `ids` whose versions can be compared: lists of AWS itself have none. */
export function versionedPrefixLists(bundle: Bundle, ids: readonly string[]): readonly string[] {
  const { items } = parseBundle(bundle).facts.managedPrefixList;
  return ids.filter((id) => items.get(id)?.version !== undefined);
}
