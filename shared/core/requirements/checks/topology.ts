import type { NatGateway } from '../../facts/kinds/nat-gateway.ts';
import type { FactOf } from '../../facts/kinds/registry.ts';
import type { Route, RouteTable } from '../../facts/kinds/route-table.ts';
import type { Subnet } from '../../facts/kinds/subnet.ts';
import { type AddressSet, intersect, isEmpty, minus } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { describeBlackhole, describePart, describeRoutes } from '../../reach/describe.ts';
import { theInternet } from '../../reach/ends.ts';
import type { RouteChoice } from '../../reach/route-lookup.ts';
import { behindGatewayEndpoints } from '../../reach/service-lists.ts';
import { environmentsOf } from '../environments.ts';
import type { Check } from '../requirement.ts';

import {
  allOf,
  type Case,
  failBecause,
  hiddenAnswer,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
} from './judgement.ts';
import { blockPublicAccess, natSubnetAcl } from './layers.ts';
import { forEachWorkload } from './members.ts';
import { forEachChosenSubnet, forEachSubnet } from './subnets.ts';

const isAttached = (gateway: FactOf<'internetGateway'>, vpcId: string): boolean =>
  gateway.attachments.some((item) => item.vpcId === vpcId && (item.state === 'available' || item.state === 'attached'));

function judgeInternetGateway({ engine, network }: Case, id: string): Answer {
  const gateway = engine.model.find('internetGateway', id);
  if (gateway.is === 'hidden') return hiddenAnswer({ ...gateway, component: id }, `internet gateway \`${id}\``);
  return gateway.is === 'there' && isAttached(gateway.value, network.vpcId)
    ? PASSED
    : failBecause('BAD_STATE_ATTACHMENT', id, `internet gateway \`${id}\` is not attached to \`${network.vpcId}\``);
}

export function checkDefaultVpcGateway(asked: Case): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const answer = ((): Answer => {
    const vpc = engine.model.find('vpc', network.vpcId);
    if (vpc.is !== 'there')
      return vpc.is === 'hidden'
        ? hiddenAnswer({ is: 'hidden', gap: vpc.gap, component: network.vpcId })
        : failBecause('NO_SOURCE_OR_DESTINATION', network.vpcId, `VPC \`${network.vpcId}\` does not exist`);
    if (!vpc.value.isDefault)
      return unknownBecause(
        'NO_SOURCE_OR_DESTINATION',
        network.vpcId,
        `VPC \`${network.vpcId}\` is not the default VPC of the Region, as the watch file says (\`deploymentOption: default-vpc\`)`,
      );
    const attached = engine.model.all('internetGateway').filter((gateway) => isAttached(gateway, network.vpcId));
    if (attached.length === 1) return allOf(network.environmentSubnetIds.map((id) => blockPublicAccess(asked, id)));
    return (
      unseen(engine, 'internetGateway') ??
      failBecause(
        'BAD_STATE_ATTACHMENT',
        network.vpcId,
        attached.length === 0
          ? `no internet gateway is attached to VPC \`${network.vpcId}\``
          : `${attached.length} internet gateways are attached to VPC \`${network.vpcId}\`, not one`,
      )
    );
  })();
  return [{ subject: network.vpcId, answer }];
}

/** Apart from services that gateway endpoints take over. */
const internetOf = ({ engine, network }: Pick<Case, 'engine' | 'network'>): AddressSet =>
  minus(
    theInternet(engine.model, [network.vpcId], 'ipv4').set,
    behindGatewayEndpoints(engine.model, [network.vpcId], 'ipv4'),
  );

/** Where the table sends the Internet, apart from services that gateway endpoints take over. */
function internetChoices({ engine, network }: Case, table: RouteTable): readonly RouteChoice[] {
  const internet = internetOf({ engine, network });
  return engine.memo.routes(table, 'ipv4').flatMap((choice) => {
    const dst = intersect(choice.dst, internet);
    return isEmpty(dst) ? [] : [{ ...choice, dst }];
  });
}

/** Judges every way that a subnet's table has to the Internet. */
function judgeRoutes(
  asked: Case,
  subnet: Subnet,
  judgeOne: (choice: RouteChoice, table: RouteTable) => Answer,
): Answer {
  const table = asked.engine.model.routeTableOf(subnet);
  if (table.is !== 'there')
    return table.is === 'hidden'
      ? hiddenAnswer(
          { is: 'hidden', gap: table.gap, component: subnet.id },
          `the route table of subnet \`${subnet.id}\``,
        )
      : unknownBecause(
          'X_FACT_UNREADABLE',
          subnet.id,
          `the route table of subnet \`${subnet.id}\` was not among those that were read`,
        );
  return allOf(internetChoices(asked, table.value).map((choice) => judgeOne(choice, table.value)));
}

/** What no route may be, whatever gateway is asked for; undefined for an active route. */
function notARoute(asked: Case, choice: RouteChoice, table: RouteTable): Answer | undefined {
  const internet = internetOf(asked);
  if (choice.kind === 'none')
    return failBecause(
      'NO_ROUTE_TO_DESTINATION',
      table.id,
      `route table \`${table.id}\` has no route to ${describePart(choice.dst, internet)}`,
    );
  if (choice.kind !== 'route') return unknownBecause('X_FACT_UNREADABLE', table.id, choice.message);
  const { target, state } = choice.route;
  if (state === 'blackhole')
    return failBecause('BAD_STATE_ROUTE', table.id, describeBlackhole(table, choice.route, choice.dst));
  return state === 'active'
    ? undefined
    : unknownBecause(
        'X_FACT_UNREADABLE',
        table.id,
        `route table \`${table.id}\` has the route to \`${target.id}\` in state ${state}, which AWS does not document`,
      );
}

const forwardingUnknown = (id: string): Answer =>
  unknownBecause(
    'X_GUEST_FORWARDING_UNKNOWN',
    id,
    `whether the appliance at \`${id}\` forwards to the Internet cannot be seen: AWS does not show it`,
  );

/** Appliances, and the endpoints of firewalls. */
const isOpaque = ({ kind, id }: Route['target']): boolean =>
  kind === 'network-interface' || kind === 'instance' || id.startsWith('vpce-');

export function checkRouteTo(
  asked: Case,
  via: 'internet-gateway' | 'nat-gateway',
  subnetIds?: readonly string[],
): readonly SubjectAnswer[] {
  const judgeSubnet = (subnet: Subnet): Answer => {
    const routes = judgeRoutes(asked, subnet, (choice, table) => {
      const bad = notARoute(asked, choice, table);
      if (bad || choice.kind !== 'route') return bad ?? PASSED;
      const { target } = choice.route;
      if (via === 'internet-gateway') {
        if (target.kind !== 'gateway' || !target.id.startsWith('igw-'))
          return wrongTarget(table, choice, 'an internet gateway');
        return judgeInternetGateway(asked, target.id);
      }
      if (target.kind === 'nat-gateway') return judgeNat(asked, target.id);
      return isOpaque(target) ? forwardingUnknown(target.id) : wrongTarget(table, choice, 'a NAT gateway');
    });
    // The default VPC's gateway has a requirement of its own, which tells of the block.
    return via === 'internet-gateway' && asked.network.deploymentOption === 'public-subnet'
      ? allOf([routes, blockPublicAccess(asked, subnet.id)])
      : routes;
  };
  return subnetIds ? forEachSubnet(asked, subnetIds, judgeSubnet) : forEachChosenSubnet(asked, judgeSubnet);
}

const wrongTarget = (
  table: RouteTable,
  { route, dst }: Extract<RouteChoice, { kind: 'route' }>,
  wanted: string,
): Answer =>
  failBecause(
    'CANNOT_ROUTE',
    table.id,
    `route table \`${table.id}\` sends ${describeRoutes(table, route, dst)} to \`${route.target.id}\`, not to ${wanted}`,
  );

/** Available, public, with a working Elastic IP, and a public route of its own. */
function judgeNat(asked: Case, id: string): Answer {
  const { model } = asked.engine;
  const seen = model.find('natGateway', id);
  if (seen.is === 'hidden')
    return hiddenAnswer({ is: 'hidden', gap: seen.gap, component: id }, `NAT gateway \`${id}\``);
  if (seen.is === 'absent') return failBecause('BAD_STATE', id, `NAT gateway \`${id}\` does not exist`);
  const nat = seen.value;
  if (nat.state !== 'available')
    return nat.state === 'deleting'
      ? unknownBecause('BAD_STATE', id, `NAT gateway \`${id}\` is being deleted`)
      : failBecause(
          'BAD_STATE',
          id,
          `NAT gateway \`${id}\` is ${nat.state === 'deleted' ? '' : 'in state '}${nat.state}${nat.failure ? ` (${nat.failure})` : ''}`,
        );
  if (nat.isPrivate)
    return failBecause(
      'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
      id,
      `NAT gateway \`${id}\` has connectivity type private, which never leads to the Internet`,
    );
  if (!nat.addresses.some((item) => item.publicIp !== undefined && item.status === 'succeeded'))
    return failBecause(
      'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
      id,
      `NAT gateway \`${id}\` has no associated Elastic IP address`,
    );
  return natRoute(asked, nat);
}

function natRoute(asked: Case, nat: NatGateway): Answer {
  const { model } = asked.engine;
  const subnet = nat.subnetId === undefined ? undefined : model.find('subnet', nat.subnetId);
  const table = nat.isRegional
    ? model.find('routeTable', nat.routeTableId ?? '')
    : subnet?.is === 'there'
      ? model.routeTableOf(subnet.value)
      : subnet;
  if (table?.is !== 'there')
    return table?.is === 'hidden'
      ? hiddenAnswer(
          { is: 'hidden', gap: table.gap, component: nat.id },
          `the route table of NAT gateway \`${nat.id}\``,
        )
      : unknownBecause(
          'X_FACT_UNREADABLE',
          nat.id,
          `the route table of NAT gateway \`${nat.id}\` was not among those that were read`,
        );
  const own = table.value as RouteTable;
  return allOf(
    internetChoices(asked, own).map((choice) => {
      const bad = notARoute(asked, choice, own);
      if (bad || choice.kind !== 'route') return bad ?? PASSED;
      const { id } = choice.route.target;
      if (!id.startsWith('igw-')) return wrongTarget(own, choice, 'an internet gateway, as a NAT gateway needs');
      return judgeInternetGateway(asked, id);
    }),
  );
}

/** What else may stop packets at a NAT gateway that works. */
function passageOf(asked: Case, subnet: Subnet, id: string): readonly Answer[] {
  const nat = asked.engine.model.find('natGateway', id);
  const natSubnetId = nat.is === 'there' ? nat.value.subnetId : undefined;
  return [
    blockPublicAccess(asked, subnet.id),
    ...(natSubnetId === undefined ? [] : [natSubnetAcl(asked, subnet.id, natSubnetId)]),
  ];
}

/** The NAT gateways that each chosen subnet's table leads to. By subnet, so that a gateway that is built anew resolves what the old one broke. */
export function checkNatGateways(asked: Case): readonly SubjectAnswer[] {
  const { network, engine } = asked;
  const withNat = new Set<string>();
  const answers = forEachChosenSubnet(asked, (subnet) =>
    judgeRoutes(asked, subnet, (choice) => {
      if (choice.kind === 'none') return PASSED;
      if (choice.kind !== 'route') return unknownBecause('X_FACT_UNREADABLE', choice.component, choice.message);
      const { target } = choice.route;
      if (isOpaque(target)) return forwardingUnknown(target.id);
      if (target.kind !== 'nat-gateway') return PASSED;
      withNat.add(subnet.id);
      const nat = judgeNat(asked, target.id);
      return nat.verdict === 'pass' ? allOf([nat, ...passageOf(asked, subnet, target.id)]) : nat;
    }),
  );
  const told = answers.filter(({ subject, answer }) => answer.verdict !== 'pass' || withNat.has(subject));
  if (told.length > 0) return told;
  const none = failBecause(
    'NO_ROUTE_TO_DESTINATION',
    network.vpcId,
    'no route of the chosen subnets leads to a NAT gateway (`deploymentOption: private-nat`)',
  );
  return [{ subject: network.vpcId, answer: unseen(engine, 'natGateway') ?? none }];
}

/** A subnet is private when nothing of the Internet goes straight to an internet gateway. */
const publicRoute = (asked: Case, subnet: Subnet): Answer =>
  judgeRoutes(asked, subnet, (choice, table) =>
    choice.kind === 'route' && choice.route.target.id.startsWith('igw-') && choice.route.state === 'active'
      ? failBecause(
          'CANNOT_ROUTE',
          subnet.id,
          `subnet \`${subnet.id}\` is public: route table \`${table.id}\` sends ${describeRoutes(table, choice.route, choice.dst)} to internet gateway \`${choice.route.target.id}\``,
        )
      : choice.kind === 'hidden' || choice.kind === 'tie'
        ? unknownBecause('X_FACT_UNREADABLE', table.id, choice.message)
        : PASSED,
  );

export function checkPrivate(
  asked: Case,
  { onlyIf }: Extract<Check, { kind: 'private-subnets' }>,
): readonly SubjectAnswer[] {
  const { production } = asked.network;
  if (onlyIf === 'production' && production === false) return [];
  const answers = forEachChosenSubnet(asked, (subnet) => publicRoute(asked, subnet));
  if (onlyIf === undefined || production === true) return answers;
  return answers.map(({ subject, answer }) => ({
    subject,
    answer:
      answer.verdict === 'fail'
        ? unknownBecause(
            'NO_SOURCE_OR_DESTINATION',
            subject,
            `subnet \`${subject}\` is public, and the watch file does not say whether this is production (\`production\`)`,
          )
        : answer,
  }));
}

/** Sources on an internet gateway path need public addresses of their own. */
export function checkPublicAddresses(asked: Case): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const environments = environmentsOf(asked);
  const gap = unseen(engine, 'networkInterface');
  return forEachSubnet(asked, network.environmentSubnetIds, (subnet) => {
    const here = environments.filter((eni) => eni.subnetId === subnet.id);
    const bare = here.find((eni) => eni.privateAddresses.every((item) => item.publicIp === undefined));
    if (bare)
      return failBecause(
        'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
        bare.id,
        `network interface \`${bare.id}\` of an environment has no public IPv4 address, which the internet gateway needs`,
      );
    if (subnet.mapsPublicIp || here.length > 0) return gap ?? PASSED;
    return unknownBecause(
      'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
      subnet.id,
      `subnet \`${subnet.id}\` does not auto-assign public IPv4 addresses, and no environment is running that shows whether its launch template does`,
    );
  });
}

/** The whole way through the transit gateway and back, as far as it can be seen (semantics.md section 8, ruling 21). */
export function checkTransitPath(asked: Case): readonly SubjectAnswer[] {
  if (asked.network.deploymentOption !== 'private-tgw') return [];
  const { engine, network } = asked;
  const dst = theInternet(engine.model, [network.vpcId], 'ipv4').set;
  return forEachWorkload(asked, (source) =>
    judge(
      engine,
      {
        sources: [{ ...source, groupIds: undefined }],
        dst,
        family: 'ipv4',
        protocol: PROTOCOLS.tcp,
        ports: { from: 443, to: 443 },
        clientPorts: LINUX_CLIENT_PORTS,
        routesOnly: true,
      },
      [LINUX_ASSUMPTION],
    ),
  );
}
