import type { Check } from '../requirement.ts';
import {
  checkAllowList,
  checkAttestation,
  checkImage,
  checkNoProxy,
  checkNotRead,
  checkRegion,
  checkServices,
} from './account.ts';
import { checkAggregate } from './aggregate.ts';
import { checkRole } from './deployment-role.ts';
import { checkDns } from './dns.ts';
import { checkEgress } from './egress.ts';
import { checkEndpointOrWay } from './endpoint-or-way.ts';
import { checkFlow } from './flow.ts';
import { checkGroupsAttached } from './groups-attached.ts';
import { checkIngressFromRunner, checkIngressFromUsers } from './ingress.ts';
import { checkInstanceMetadata } from './instance-metadata.ts';
import { type Case, PASSED, type SubjectAnswer } from './judgement.ts';
import { checkLoadBalancerRoom, checkLoadBalancerRoutes } from './load-balancer.ts';
import { checkNetworkAcls } from './network-acls.ts';
import { checkOutboundPath } from './outbound-path.ts';
import { checkPublicWorkloads } from './public-workloads.ts';
import { checkPlannedSubnets, checkPlanPresent, checkSameOwner, checkSubnetSizes, checkZones } from './subnets.ts';
import {
  checkDefaultVpcGateway,
  checkNatGateways,
  checkPrivate,
  checkPublicAddresses,
  checkRouteTo,
  checkTransitPath,
} from './topology.ts';

/** How each kind is judged; no subject means that the requirement does not apply. The compiler keeps the table complete. */
const CHECKS: {
  readonly [K in Check['kind']]: (asked: Case, check: Extract<Check, { kind: K }>) => readonly SubjectAnswer[];
} = {
  'outbound-path': checkOutboundPath,
  egress: checkEgress,
  flow: checkFlow,
  'ingress-from-users': checkIngressFromUsers,
  'ingress-from-runner': checkIngressFromRunner,
  'route-to': (asked, { via }) => checkRouteTo(asked, via),
  'default-vpc-gateway': checkDefaultVpcGateway,
  'nat-gateways': checkNatGateways,
  'private-subnets': checkPrivate,
  'public-addresses': checkPublicAddresses,
  'public-workloads': checkPublicWorkloads,
  'transit-path': checkTransitPath,
  endpoint: checkEndpointOrWay,
  zones: checkZones,
  'load-balancer-routes': checkLoadBalancerRoutes,
  'load-balancer-room': checkLoadBalancerRoom,
  'same-owner': checkSameOwner,
  'plan-present': checkPlanPresent,
  'planned-subnets': checkPlannedSubnets,
  'subnet-sizes': checkSubnetSizes,
  'groups-attached': checkGroupsAttached,
  'network-acls': (asked, { flows }) => checkNetworkAcls(asked, flows),
  dns: checkDns,
  region: checkRegion,
  services: (asked, { codes }) => checkServices(asked, codes),
  image: checkImage,
  'allow-list': (asked, { need }) => checkAllowList(asked, need),
  'deployment-role': checkRole,
  'instance-metadata': checkInstanceMetadata,
  'no-proxy': checkNoProxy,
  'not-read': checkNotRead,
  attestation: checkAttestation,
  aggregate: checkAggregate,
  record: ({ network }) => [{ subject: network.id, answer: PASSED }],
};

export const runCheck = (asked: Case, check: Check): readonly SubjectAnswer[] =>
  (CHECKS[check.kind] as (asked: Case, check: Check) => readonly SubjectAnswer[])(asked, check);
