import type { ResourceKind } from '../facts/kinds/registry.ts';
import { operationsThatChange } from '../facts/operations.ts';
import type { Catalogue, Check, Requirement } from './requirement.ts';

/** Everything that a packet may meet on its way. */
const ON_THE_WAY: readonly ResourceKind[] = [
  'vpc',
  'subnet',
  'routeTable',
  'networkAcl',
  'securityGroup',
  'internetGateway',
  'egressOnlyInternetGateway',
  'natGateway',
  'vpcEndpoint',
  'networkInterface',
  'instance',
  'address',
  'vpcPeeringConnection',
  'vpnGateway',
  'vpnConnection',
  'carrierGateway',
  'prefixList',
  'managedPrefixList',
  'prefixListEntries',
  'transitGateway',
  'transitGatewayAttachment',
  'transitGatewayVpcAttachment',
  'transitGatewayRouteTable',
  'transitGatewayRoutes',
  'networkFirewallEndpoints',
  'blockPublicAccessOptions',
  'blockPublicAccessExclusion',
];

const NAMES: readonly ResourceKind[] = [
  'dhcpOptions',
  'vpcAttributes',
  'resolverRule',
  'resolverRuleAssociation',
  'firewallRuleGroupAssociation',
  'firewallRules',
  'firewallDomainList',
  'firewallDomains',
  'privateHostedZones',
  'dnsAnswers',
];

/** What each kind of check looks at. A test watches the checks at work and complains about what is missing here. */
const LOOKS_AT: Readonly<Record<Check['kind'], readonly ResourceKind[]>> = {
  'outbound-path': ON_THE_WAY,
  egress: [...ON_THE_WAY, ...NAMES],
  'ingress-from-users': ON_THE_WAY,
  'ingress-from-runner': ON_THE_WAY,
  'route-to': ON_THE_WAY,
  'default-vpc-gateway': ON_THE_WAY,
  'nat-gateways': ON_THE_WAY,
  'private-subnets': ON_THE_WAY,
  'public-addresses': ['vpc', 'subnet', 'networkInterface', 'instance', 'address'],
  'transit-path': ON_THE_WAY,
  endpoint: [...ON_THE_WAY, ...NAMES],
  zones: ['vpc', 'subnet', 'availabilityZone'],
  'same-owner': ['vpc', 'subnet'],
  'plan-present': ['subnet'],
  'planned-subnets': ['subnet'],
  'subnet-sizes': ['subnet', 'networkInterface', 'instance'],
  'groups-attached': ['networkInterface', 'instance', 'securityGroup'],
  'network-acls': ON_THE_WAY,
  dns: [...NAMES, 'vpc', 'vpcEndpoint'],
  region: ['region'],
  services: ['regionServices'],
  image: ['allowedImagesSettings', 'image'],
  'allow-list': ['allowedImagesSettings', 'image'],
  flow: ON_THE_WAY,
  'load-balancer-routes': ON_THE_WAY,
  'load-balancer-room': ['vpc', 'subnet'],
  'public-workloads': ON_THE_WAY,
  'instance-metadata': ['instance', 'networkInterface'],
  'no-proxy': [],
  'not-read': [],
  'deployment-role': ['roleSimulation'],
  attestation: [],
  aggregate: [],
  record: [],
};

/** Kinds of objects that decide a requirement; those of its parts when it puts others together. */
export function looksAt({ check }: Requirement, catalogue: Catalogue): readonly ResourceKind[] {
  if (check.kind !== 'aggregate') return LOOKS_AT[check.kind];
  const parts = catalogue.requirements.filter(({ id }) => check.of.includes(id));
  return [...new Set(parts.flatMap((part) => looksAt(part, catalogue)))];
}

/** Calls after which the verdict may be another; sorted names as CloudTrail has them. */
export const triggersOf = (requirement: Requirement, catalogue: Catalogue): readonly string[] =>
  operationsThatChange(looksAt(requirement, catalogue));
