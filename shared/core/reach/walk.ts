import type { Route, RouteTable } from '../facts/kinds/route-table.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Gap } from '../facts/snapshot.ts';
import { addressesOf } from '../model/network-model.ts';
import type { Seen } from '../model/seen.ts';
import { type AddressSet, EMPTY, fromAddresses, intersect, isEmpty, minus, unionAll } from '../net/interval-set.ts';
import { checkAcl } from './check-acl.ts';
import { checkGroups } from './check-groups.ts';
import { describeBlackhole, describeSet } from './describe.ts';
import { type Flow, hasPassed, passedBy, replyTo, type Target, toward } from './flow.ts';
import { checkReceiver, hasNoGroups } from './interface-types.ts';
import type { Ledger, Mark } from './ledger.ts';
import { comeHome } from './unseen.ts';
import { describeGap, type Hop, markHidden, type Walk } from './walk-context.ts';

/** Longer ways do not exist in AWS (transit gateways, at most five hops); it also bounds the recursion. */
const LONGEST_WAY = 32;

/** Packets leave a subnet: straight to a neighbour, else past the network ACL and by the route table. */
export function leaveSubnet(walk: Walk, flow: Flow, subnet: Subnet, from: Hop['from'] = 'host'): void {
  const own = mayBeNeighbours(flow, subnet) ? intersect(flow.dst, walk.model.subnetSpace(subnet, flow.family)) : EMPTY;
  const neighbours = toward(flow, own);
  if (neighbours) arrive(walk, neighbours, subnet, subnet.id);
  const rest = isEmpty(own) ? flow : toward(flow, minus(flow.dst, own));
  if (!rest) return;
  checkAcl(walk, rest, subnet, 'egress');
  followRoutes(walk, rest, subnet.vpcId, subnet, subnet.zone, walk.model.routeTableOf(subnet), from);
}

/** Subnets that are followed together are asked about others only: who talks within its own subnet is followed alone. */
const mayBeNeighbours = (flow: Flow, subnet: Subnet): boolean => !flow.home?.alike?.ids.has(subnet.id);

export function followRoutes(
  walk: Walk,
  flow: Flow,
  vpcId: string,
  subnet: Subnet | undefined,
  zone: string | undefined,
  table: Seen<RouteTable>,
  from: Hop['from'],
): void {
  if (table.is !== 'there') {
    const component = subnet?.id ?? vpcId;
    const gap: Gap =
      table.is === 'hidden' ? table.gap : { kind: 'routeTable', operation: 'DescribeRouteTables', code: 'NotVisible' };
    markHidden(walk, flow, gap, component, `the route table of \`${component}\``);
    // A route inside the VPC always exists, so what stops the packets at their destination stops them whatever the table says.
    const own = intersect(flow.dst, walk.model.vpcSpace(vpcId, flow.family));
    const inside = toward(flow, own);
    if (inside) deliver(walk, inside, vpcId, subnet, vpcId);
    const outside = toward(flow, minus(flow.dst, own));
    if (outside) comeHome(walk, outside);
    return;
  }
  if ((flow.trail?.length ?? 0) > LONGEST_WAY) {
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: table.value.id,
      message: `the way is longer than ${LONGEST_WAY} hops`,
    });
    return;
  }
  const hop = { vpcId, subnet, zone, table: table.value, from };
  for (const choice of walk.memo.routes(table.value, flow.family)) {
    const part = toward(flow, intersect(flow.dst, choice.dst));
    if (!part) continue;
    switch (choice.kind) {
      case 'route':
        takeRoute(walk, part, { ...hop, route: choice.route });
        break;
      case 'none':
        walk.ledger.mark(part, noRoute(hop, part));
        break;
      case 'hidden':
        walk.ledger.mark(part, {
          effect: 'unknown',
          code: 'X_FACT_UNREADABLE',
          component: choice.component,
          message: choice.message,
        });
        walk.ledger.agree([
          ...eachRoute(walk, part, choice.routes, hop),
          ...(choice.mayMiss ? [walk.ledger.forkWith(part, noRoute(hop, part))] : []),
        ]);
        break;
      case 'tie':
        walk.ledger.agree(eachRoute(walk, part, choice.routes, hop), {
          code: 'X_PREFIX_LIST_TIE',
          component: choice.component,
          message: choice.message,
        });
        break;
    }
  }
}

const noRoute = ({ table, subnet }: Omit<Hop, 'route'>, { dst }: Flow): Mark => ({
  effect: 'deny',
  code: 'NO_ROUTE_TO_DESTINATION',
  component: table.id,
  message: () =>
    `route table \`${table.id}\`${subnet ? ` of subnet \`${subnet.id}\`` : ''} has no route to ${describeSet(dst)}`,
});

/** What every one of several routes would do, of which AWS takes one that we cannot foresee. */
const eachRoute = (walk: Walk, flow: Flow, routes: readonly Route[], hop: Omit<Hop, 'route'>): readonly Ledger[] =>
  routes.map((route) => {
    const ledger = walk.ledger.fork();
    takeRoute({ ...walk, ledger }, flow, { ...hop, route });
    return ledger;
  });

function takeRoute(walk: Walk, flow: Flow, hop: Hop): void {
  const { route, table } = hop;
  if (route.state === 'blackhole') {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE_ROUTE',
      component: table.id,
      message: () => describeBlackhole(table, route, flow.dst),
    });
    return;
  }
  if (route.state !== 'active') {
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_FACT_UNREADABLE',
      component: table.id,
      message: `route table \`${table.id}\` has the route to \`${route.target.id}\` in state \`${route.state}\`, which AWS does not document`,
    });
  }
  walk.ledger.pass(flow, table.id, () => `route table \`${table.id}\` sends it to \`${route.target.id}\``);
  if (hasPassed(flow, route)) {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'X_NAT_LOOP',
      component: table.id,
      message: `the packets come back to route table \`${table.id}\`: a routing loop`,
    });
    return;
  }
  walk.handlers[route.target.kind](walk, passedBy(flow, route), hop);
}

/**
 * Packets are inside the VPC and go to the subnet that holds their destination. `previous` is the subnet that they come out of: no network ACL
 * stands between a subnet and itself.
 */
export function deliver(walk: Walk, flow: Flow, vpcId: string, previous: Subnet | undefined, component: string): void {
  const { model, ledger } = walk;
  let rest = flow.dst;
  const enter = (subnet: Subnet, space: AddressSet = model.subnetSpace(subnet, flow.family)): void => {
    const part = toward(flow, intersect(rest, space));
    if (!part) return;
    rest = minus(rest, part.dst);
    if (previous?.id !== subnet.id) checkAcl(walk, part, subnet, 'ingress');
    arrive(walk, part, subnet, component);
  };
  const isReply = flow.leg === 'return';
  const alike = isReply ? flow.home?.alike : walk.target?.alike;
  const likely = isReply ? flow.home?.subnet : (alike?.last ?? subnetOfTarget(walk));
  if (likely?.vpcId === vpcId) {
    if (alike) enter(likely, alike.space);
    else enter(likely);
  }
  if (isReply && !likely) rest = nobodyWaits(walk, flow, vpcId, component);
  if (!isEmpty(rest)) for (const subnet of model.subnetsOf(vpcId)) enter(subnet);
  if (isEmpty(rest)) return;
  const gap = model.gapOf('subnet');
  if (gap) markHidden(walk, { ...flow, dst: rest }, gap, vpcId, `the subnets of \`${vpcId}\``);
  else {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NO_POSSIBLE_DESTINATION',
      component,
      message: `no subnet of \`${vpcId}\` holds the destination`,
      dst: rest,
    });
  }
}

/** Replies to somebody outside of every subnet who end up in one: what the subnets let in does not matter then. Returns what is in none. */
function nobodyWaits({ model, ledger }: Walk, flow: Flow, vpcId: string, component: string): AddressSet {
  const inside = intersect(
    flow.dst,
    unionAll(model.subnetsOf(vpcId).map((subnet) => model.subnetSpace(subnet, flow.family))),
  );
  ledger.mark(flow, {
    effect: 'deny',
    code: 'NO_POSSIBLE_DESTINATION',
    component,
    message: `the reply ends up in a subnet of \`${vpcId}\`, where nobody waits for it`,
    dst: inside,
  });
  return minus(flow.dst, inside);
}

/** Where the asked workload or interface is; undefined when nothing of the sort was asked about. */
export function subnetOfTarget({ model, target }: Walk): Subnet | undefined {
  const subnet = target && model.find('subnet', target.subnetId);
  return subnet?.is === 'there' ? subnet.value : undefined;
}

/** Packets that an edge table sends to something invisible come to their destination from there, whatever it is. */
export function goOnFromEdge(walk: Walk, flow: Flow, { subnet, from, vpcId, route }: Hop): void {
  if (flow.leg === 'forward' && !subnet && from === 'host') deliver(walk, flow, vpcId, undefined, route.target.id);
}

/** Packets are in the subnet of their destination, its network ACL behind them. */
export function arrive(walk: Walk, flow: Flow, subnet: Subnet, component: string): void {
  if (flow.leg === 'return') {
    const { home } = flow;
    if (home?.subnet?.id === subnet.id || home?.alike?.ids.has(subnet.id)) {
      walk.ledger.pass(flow, subnet.id, () => `the reply is back in subnet \`${subnet.id}\``);
      home.onArrival?.(flow);
    } else {
      walk.ledger.mark(flow, {
        effect: 'deny',
        code: 'NO_POSSIBLE_DESTINATION',
        component,
        message: `the reply ends up in subnet \`${subnet.id}\`, where nobody waits for it`,
      });
    }
    return;
  }
  const { target, model, ledger } = walk;
  let rest = flow.dst;
  const reach = (part: Flow, end: Target): void => {
    const eni = model.find('networkInterface', end.component);
    if (eni.is === 'there') checkReceiver(walk, part, eni.value);
    if (eni.is !== 'there' || !hasNoGroups(eni.value)) checkGroups(walk, part, end, 'ingress');
    walk.ledger.pass(part, end.component, () => `it arrives at \`${end.component}\` in subnet \`${subnet.id}\``);
    sendReply(walk, part, subnet);
  };
  if (target && (target.subnetId === subnet.id || target.alike?.ids.has(subnet.id))) {
    const part = toward(flow, intersect(rest, target.addresses));
    if (part) {
      rest = minus(rest, target.addresses);
      reach(part, target);
    }
  }
  if (isEmpty(rest)) return;
  for (const [groupKey, enis] of walk.memo.interfacesByGroups(subnet.id)) {
    const owned = fromAddresses(enis.flatMap((eni) => addressesOf(eni, flow.family)));
    const part = toward(flow, intersect(rest, owned));
    if (!part) continue;
    rest = minus(rest, part.dst);
    for (const eni of enis) {
      const addresses: AddressSet = fromAddresses(addressesOf(eni, flow.family));
      const own = toward(part, intersect(part.dst, addresses));
      if (own)
        reach(own, {
          subnetId: subnet.id,
          vpcId: subnet.vpcId,
          addresses,
          groupIds: groupKey === '' ? [] : groupKey.split(','),
          component: eni.id,
        });
    }
  }
  if (isEmpty(rest)) return;
  const gap = model.gapOf('networkInterface');
  if (gap) {
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'UNKNOWN_DESTINATION',
      component: subnet.id,
      message: `which addresses of subnet \`${subnet.id}\` are in use cannot be seen (${describeGap(gap)})`,
      dst: rest,
    });
    sendReply(walk, { ...flow, dst: rest }, subnet);
  } else {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NO_POSSIBLE_DESTINATION',
      component,
      message: `no network interface in subnet \`${subnet.id}\` has the destination address`,
      dst: rest,
    });
  }
}

/** The destination answers from its subnet. Security groups are stateful and not asked again; network ACLs and routes are. */
export function sendReply(walk: Walk, flow: Flow, subnet: Subnet): void {
  if (walk.forwardOnly) return;
  const reply = replyTo(flow);
  if (!reply) return;
  const { home } = flow;
  const peering = flow.crossings.some((crossing) => crossing.kind === 'peering');
  if (home?.kind === 'nat' && peering && home.subnet) {
    checkAcl(walk, reply, subnet, 'egress');
    checkAcl(walk, reply, home.subnet, 'ingress');
    home.onArrival?.(reply);
    return;
  }
  leaveSubnet(walk, reply, subnet);
}
