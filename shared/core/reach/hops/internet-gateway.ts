import type { Subnet } from '../../facts/kinds/subnet.ts';
import type { NetworkModel } from '../../model/network-model.ts';
import { cidrsToSet, formatSet } from '../../net/cidr.ts';
import {
  type AddressSet,
  contains,
  fromAddresses,
  intersect,
  isEmpty,
  isSubset,
  minus,
  single,
  union,
  unionAll,
} from '../../net/interval-set.ts';
import type { Address } from '../../net/ip.ts';
import { NAT64_PREFIX, PRIVATE4, PUBLIC_SPACE, RFC1918, RFC6598 } from '../../net/public-space.ts';
import { checkAcl } from '../check-acl.ts';
import { describeSet } from '../describe.ts';
import { closedAddresses } from '../ends.ts';
import { type Flow, type Home, hasPassed, replyThrough, replyTo, type Target, toward } from '../flow.ts';
import { comeHome, stopUnseen } from '../unseen.ts';
import { arrive, deliver, followRoutes } from '../walk.ts';
import { markHidden, type RouteHandler, type Walk } from '../walk-context.ts';
import { checkBlockPublicAccess, exposedVpc } from './block-public-access.ts';
import { checkAttachment, checkEncryption } from './gateway-state.ts';

/** Out of the VPC by an internet gateway, which maps each private address to its public one and keeps private destinations in. */
export const toInternetGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const nat64 = flow.family === 'ipv6' ? intersect(flow.dst, NAT64_PREFIX) : [];
  if (!isEmpty(nat64)) markNat64(walk, flow, hop.table.id, nat64);
  if (!checkAttachment(walk, flow, walk.model.find('internetGateway', id), id, hop.vpcId, 'internet gateway')) return;
  checkEncryption(walk, flow, hop.vpcId);
  if (flow.family === 'ipv4') {
    rejectPrivate(walk, flow, hop);
  }
  if (flow.isForwarded) rejectForwarded(walk, flow, id);
  if (flow.leg === 'return') {
    returnToInternet(walk, flow, hop);
    return;
  }
  const { home } = flow;
  if (home) {
    checkBlockPublicAccess(
      walk,
      flow,
      home.subnet ?? exposedVpc(walk.model, hop.vpcId),
      home.kind === 'nat' ? 'nat-gateway' : 'internet-gateway',
    );
    if (!flow.isForwarded) checkPublicAddress(walk, flow, id);
  }
  const out = minus(flow.dst, flow.family === 'ipv4' ? PRIVATE4 : nat64);
  const own = intersect(out, flow.family === 'ipv4' ? walk.model.ownPublicAddresses : everyVpc(walk.model));
  if (!isEmpty(own)) (flow.family === 'ipv4' ? hairpin : toOtherVpc)(walk, { ...flow, dst: own }, id);
  const beyond = toward(flow, minus(out, own));
  const world = beyond && towardPublic(walk, beyond, id);
  if (!world) return;
  walk.ledger.pass(world, id, () => `internet gateway \`${id}\` hands it to the Internet`);
  comeBackFromInternet(walk, world, id);
};

/** Part of the flow that goes to public space; the rest is neither private nor public, and nobody can tell what is there. */
export function towardPublic(walk: Walk, flow: Flow, id: string): Flow | undefined {
  const strange = minus(flow.dst, PUBLIC_SPACE[flow.family]);
  if (isEmpty(strange)) return flow;
  const odd = toward(flow, strange);
  const answer = odd && !walk.forwardOnly ? replyTo(odd) : undefined;
  if (odd && answer) checkEdgeTable(walk, answer, id, odd);
  if (odd)
    stopUnseen(walk, odd, {
      code: 'UNKNOWN_DESTINATION',
      component: id,
      message: `${describeSet(odd.dst)} is not public address space; what is there cannot be seen`,
    });
  return toward(flow, intersect(flow.dst, PUBLIC_SPACE[flow.family]));
}

export function markNat64(walk: Walk, flow: Flow, tableId: string, dst: Flow['dst']): void {
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: 'X_NAT64_ROUTE_MISSING',
    component: tableId,
    message: `route table \`${tableId}\` has no route for 64:ff9b::/96 to a NAT gateway`,
    dst,
  });
}

function rejectPrivate(walk: Walk, flow: Flow, { route, table }: Parameters<RouteHandler>[2]): void {
  const { id } = route.target;
  if (isEmpty(intersect(flow.dst, PRIVATE4))) return;
  for (const [set, code] of [
    [RFC1918, 'IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS'],
    [RFC6598, 'IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS'],
  ] as const) {
    const dst = intersect(flow.dst, set);
    if (!isEmpty(dst)) {
      walk.ledger.mark(flow, {
        effect: 'deny',
        code,
        component: id,
        message: (part) =>
          `route table \`${table.id}\` sends ${describeSet(part)} to internet gateway \`${id}\`, which carries nothing to private addresses`,
        dst,
      });
    }
  }
}

/** A gateway knows senders by their own interfaces. */
export function rejectForwarded(walk: Walk, flow: Flow, id: string): void {
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: flow.family === 'ipv4' ? 'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS' : 'GATEWAY_REJECTS_SPOOFED_TRAFFIC',
    component: id,
    message: `gateway \`${id}\` drops packets that are forwarded to it with the source address of another host`,
  });
}

function checkPublicAddress(walk: Walk, flow: Flow, id: string): void {
  const { home, ledger } = { home: flow.home, ledger: walk.ledger };
  if (!home) return;
  if (home.publicIpGap)
    markHidden(
      walk,
      flow,
      home.publicIpGap,
      home.component,
      `which hosts of \`${home.component}\` the Internet may reach`,
    );
  ledger.mark(flow, {
    effect: 'deny',
    code: 'X_DENY_ALL_IGW_TRAFFIC',
    component: home.component,
    message: `\`${home.component}\` has network interfaces that deny all internet gateway traffic`,
    src: intersect(flow.src, home.closedToGateways),
  });
  if (flow.family === 'ipv6') {
    if (home.subnet) markPrivateIpv6(walk, flow, home.subnet, 'src');
    return;
  }
  const missing = intersect(flow.src, home.noPublicIp);
  if (!isEmpty(missing)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
      component: home.component,
      message: `\`${home.component}\` has no public IPv4 address, which internet gateway \`${id}\` needs`,
      src: missing,
    });
  }
}

/** Blocks that AWS does not advertise: nobody on the Internet can send to them. */
export function markPrivateIpv6(walk: Walk, flow: Flow, subnet: Subnet, side: 'src' | 'dst'): void {
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: 'X_DENY_ALL_IGW_TRAFFIC',
    component: subnet.id,
    message: `the IPv6 addresses of subnet \`${subnet.id}\` are private and not reachable from the Internet`,
    [side]: intersect(flow[side], cidrsToSet(subnet.privateIpv6, 'ipv6')),
  });
}

/** A reply that leaves by an internet gateway is right only when the question came in from the Internet. */
function returnToInternet(walk: Walk, flow: Flow, hop: Parameters<RouteHandler>[2]): void {
  const { home } = flow;
  const id = hop.route.target.id;
  const out = toward(flow, flow.family === 'ipv4' ? minus(flow.dst, PRIVATE4) : flow.dst);
  if (!home || !out) return;
  if (home.kind === 'internet') {
    walk.ledger.pass(out, id, () => `internet gateway \`${id}\` hands the reply to the Internet`);
    home.onArrival?.(out);
    return;
  }
  if (home.hairpin) {
    home.hairpin(out);
    return;
  }
  // IPv6 addresses are public: such a reply goes round by the Internet, and in by the gateway of the sender's own VPC.
  if (out.family === 'ipv6' && home.kind === 'interface' && home.vpcId !== undefined) {
    throughGateway(walk, out, home.vpcId);
    return;
  }
  walk.ledger.mark(out, {
    effect: 'deny',
    code: 'CANNOT_ROUTE',
    component: hop.table.id,
    message: `route table \`${hop.table.id}\` sends the reply to internet gateway \`${id}\`, not back the way it came`,
  });
}

/** Answers from the Internet: in by the same gateway, past its edge table, into the subnet of the sender. */
function comeBackFromInternet(walk: Walk, flow: Flow, gatewayId: string): void {
  if (walk.forwardOnly) return;
  const { home } = flow;
  const reply = replyTo(flow);
  if (!home?.vpcId || !reply) return;
  if (!checkEdgeTable(walk, reply, gatewayId, flow)) return;
  if (!home.subnet) {
    home.onArrival?.(reply);
    return;
  }
  checkAcl(walk, reply, home.subnet, 'ingress');
  arrive(walk, reply, home.subnet, gatewayId);
}

/** Traffic that enters by the gateway follows its own table, if it has one; an appliance there must also be on the way out. */
function checkEdgeTable(walk: Walk, flow: Flow, gatewayId: string, out: Flow): boolean {
  const table = walk.model.edgeTableOf(gatewayId);
  if (table.is === 'absent') return true;
  if (table.is === 'hidden') {
    if (table.gap.resourceId !== undefined)
      markHidden(walk, flow, table.gap, gatewayId, `the edge route table of \`${gatewayId}\``);
    return true;
  }
  let open = true;
  for (const choice of walk.memo.routes(table.value, flow.family)) {
    const part = toward(flow, intersect(flow.dst, choice.dst));
    if (!part) continue;
    if (choice.kind === 'route' && choice.route.target.kind === 'local' && choice.route.state === 'active') continue;
    const target = choice.kind === 'route' ? choice.route.target.id : '';
    if (choice.kind === 'none' || hasPassed(out, target)) continue;
    open = false;
    walk.ledger.mark(part, {
      effect: 'deny',
      code: 'INGRESS_RTB_TRAFFIC_REDIRECTION',
      component: table.value.id,
      message: `edge route table \`${table.value.id}\` of \`${gatewayId}\` sends what comes back to \`${target}\`, which is not on the way out`,
    });
  }
  return open;
}

/** To a public address of our own: out by one gateway and in by the other, with the sender's public address as source. */
function hairpin(walk: Walk, flow: Flow, gatewayId: string): void {
  const { home } = flow;
  if (!home) return;
  for (const [own, publicIp] of home.publicAddresses) {
    if (!contains(flow.src, own)) continue;
    const back = home.subnet;
    enterFromInternet(walk, {
      ...flow,
      src: single(publicIp),
      asked: (_src, dst) => flow.asked(single(own), dst),
      sender: undefined,
      identityLost: flow.sender !== undefined || flow.identityLost,
      byReference: undefined,
      home: {
        ...home,
        hairpin: (reply: Flow) => {
          const inside = replyThrough(reply, single(own));
          if (!checkEdgeTable(walk, inside, gatewayId, flow)) return;
          if (!back) return home.onArrival?.(inside);
          checkAcl(walk, inside, back, 'ingress');
          return arrive(walk, inside, back, back.id);
        },
      },
    });
  }
  const nameless = minus(minus(flow.src, home.noPublicIp), fromAddresses([...home.publicAddresses.keys()]));
  if (isEmpty(nameless)) return;
  walk.ledger.mark(flow, {
    effect: 'unknown',
    code: 'UNKNOWN_DESTINATION',
    component: home.component,
    message: `which public address \`${home.component}\` would have cannot be seen`,
    src: nameless,
  });
  const answer = walk.forwardOnly ? undefined : replyTo({ ...flow, src: nameless });
  if (answer) checkEdgeTable(walk, answer, gatewayId, flow);
  comeHome(walk, { ...flow, src: nameless });
  // What nobody answers at is denied to every sender.
  const nobodys = toward(flow, minus(flow.dst, walk.model.ownedByInterfaces));
  if (nobodys) enterFromInternet(walk, { ...nobodys, src: nameless });
}

export const everyVpc = (model: NetworkModel): AddressSet =>
  unionAll(model.all('vpc').map((vpc) => model.vpcSpace(vpc.id, 'ipv6')));

/** IPv6 addresses of VPCs are public: out by one VPC's gateway, in by the other's. */
export function toOtherVpc(walk: Walk, flow: Flow, gatewayId: string): void {
  const { home } = flow;
  const back = home?.subnet;
  enterFromInternet(walk, {
    ...flow,
    sender: undefined,
    identityLost: flow.sender !== undefined || flow.identityLost,
    byReference: undefined,
    ...(home && back
      ? {
          home: {
            ...home,
            hairpin: (reply: Flow) => {
              if (!checkEdgeTable(walk, reply, gatewayId, flow)) return;
              checkAcl(walk, reply, back, 'ingress');
              arrive(walk, reply, back, back.id);
            },
          },
        }
      : {}),
  });
}

/** Replies that turn back at the gateway have the public address of who sends them. */
function seenFrom(home: Home, own: AddressSet, outside: AddressSet): Home {
  const { hairpin: turn } = home;
  if (!turn) return home;
  return { ...home, hairpin: (reply) => turn({ ...reply, src: outside, asked: (_src, dst) => reply.asked(own, dst) }) };
}

/** Packets from the Internet to public IPv4 addresses, or to IPv6 addresses, of the snapshot. */
export function enterFromInternet(walk: Walk, flow: Flow): void {
  const { model, ledger } = walk;
  if (flow.family === 'ipv6') {
    enterIpv6(walk, flow);
    return;
  }
  let rest = flow.dst;
  for (let i = 0; i < flow.dst.length; i += 2) {
    const owned = intersect([flow.dst[i] as Address, flow.dst[i + 1] as Address], model.ownPublicAddresses);
    for (let j = 0; j < owned.length; j += 2) {
      for (let at = owned[j] as number; at < (owned[j + 1] as number); at += 1) {
        const owner = model.ownerOfPublic(at);
        if (!owner?.eni.vpcId) continue;
        rest = minus(rest, single(at));
        const outside = single(at);
        const inside: Flow = {
          ...flow,
          dst: single(owner.address),
          asked: (src) => flow.asked(src, outside),
          home: flow.home && seenFrom(flow.home, single(owner.address), outside),
        };
        if (
          model.subnetsOf(owner.eni.vpcId).some((subnet) => isSubset(inside.dst, model.subnetSpace(subnet, 'ipv4')))
        ) {
          throughGateway(walk, inside, owner.eni.vpcId);
        } else {
          ledger.mark(inside, {
            effect: 'unknown',
            code: 'X_FACT_UNREADABLE',
            component: owner.eni.id,
            message: `the subnet of network interface \`${owner.eni.id}\` does not hold its address, or cannot be seen`,
          });
        }
      }
    }
  }
  if (isEmpty(rest)) return;
  const ofNats = fromAddresses(
    model.all('natGateway').flatMap((nat) => nat.addresses.flatMap((item) => item.publicIp ?? [])),
  );
  const gap = model.gapOf('networkInterface');
  const nobodys = gap ? intersect(rest, ofNats) : rest;
  if (gap)
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'UNKNOWN_DESTINATION',
      component: gap.operation,
      message: (part) => `who has ${describeSet(part)} cannot be seen`,
      dst: minus(rest, nobodys),
    });
  ledger.mark(flow, {
    effect: 'deny',
    code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS',
    component: walk.target?.component ?? formatSet(nobodys)[0] ?? '',
    message: (part) => `${describeSet(part)} is not a public address of a network interface`,
    dst: nobodys,
  });
}

/** From the Internet to one end of the question, which needs a public address; `dst` keeps naming its private ones. */
export function enterWithPublicAddress(
  walk: Walk,
  flow: Flow,
  target: Target,
  isPublic: (address: Address) => boolean,
): void {
  let bare: AddressSet = [];
  if (target.isPublic !== undefined) bare = target.isPublic ? [] : flow.dst;
  else {
    for (let i = 0; i < flow.dst.length; i += 2) {
      for (let at = flow.dst[i] as number; at < (flow.dst[i + 1] as number); at += 1)
        if (!isPublic(at)) bare = union(bare, single(at));
    }
  }
  if (!isEmpty(bare)) {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS',
      component: target.component,
      message: `${target.isPublic === undefined ? `\`${target.component}\`` : `what starts in subnet \`${target.subnetId}\``} has no public IPv4 address that the Internet could use`,
      dst: bare,
    });
  }
  const rest = toward(flow, minus(flow.dst, bare));
  if (rest) throughGateway(walk, rest, target.vpcId);
}

function enterIpv6(walk: Walk, flow: Flow): void {
  let rest = flow.dst;
  for (const vpc of walk.model.all('vpc')) {
    const part = toward(flow, intersect(rest, walk.model.vpcSpace(vpc.id, 'ipv6')));
    if (!part) continue;
    rest = minus(rest, part.dst);
    throughGateway(walk, part, vpc.id);
  }
  if (!isEmpty(rest)) {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'NO_POSSIBLE_DESTINATION',
      component: formatSet(rest)[0] ?? '',
      message: 'no VPC holds the destination',
      dst: rest,
    });
  }
}

function throughGateway(walk: Walk, flow: Flow, vpcId: string): void {
  const { model, ledger } = walk;
  const gateways = model
    .all('internetGateway')
    .filter((gateway) => gateway.attachments.some((item) => item.vpcId === vpcId));
  const gateway = gateways[0];
  const gap = model.gapOf('internetGateway');
  if (!gateway) {
    if (gap) markHidden(walk, flow, gap, vpcId, `the internet gateway of \`${vpcId}\``);
    else {
      ledger.mark(flow, {
        effect: 'deny',
        code: 'NO_POSSIBLE_DESTINATION',
        component: vpcId,
        message: `\`${vpcId}\` has no internet gateway`,
      });
      return;
    }
  } else if (!checkAttachment(walk, flow, { is: 'there', value: gateway }, gateway.id, vpcId, 'internet gateway')) {
    return;
  }
  for (const subnet of model.subnetsOf(vpcId)) {
    const part = toward(flow, intersect(flow.dst, model.subnetSpace(subnet, flow.family)));
    if (part) checkBlockPublicAccess(walk, part, subnet, 'inbound');
    if (part && flow.family === 'ipv6') {
      markPrivateIpv6(walk, part, subnet, 'dst');
      // A workload that could be started there is none of the interfaces that are.
      const { target } = walk;
      const others = target?.isPublic === undefined ? part.dst : minus(part.dst, target.addresses);
      for (const eni of model.interfacesIn(subnet.id))
        ledger.mark(part, {
          effect: 'deny',
          code: 'X_DENY_ALL_IGW_TRAFFIC',
          component: eni.id,
          message: `network interface \`${eni.id}\` denies all internet gateway traffic`,
          dst: intersect(others, closedAddresses([eni])),
        });
    }
  }
  const edge = gateway ? model.edgeTableOf(gateway.id) : undefined;
  if (edge?.is === 'there') {
    const unrouted = unionAll(
      walk.memo.routes(edge.value, flow.family).map((choice) => (choice.kind === 'none' ? choice.dst : [])),
    );
    const routed = toward(flow, minus(flow.dst, unrouted));
    if (routed) followRoutes(walk, routed, vpcId, undefined, undefined, edge, 'host');
    // An edge table always has the local route, shown or not.
    const rest = toward(flow, intersect(flow.dst, unrouted));
    if (rest) deliver(walk, rest, vpcId, undefined, vpcId);
  } else {
    if (edge?.is === 'hidden' && edge.gap.resourceId !== undefined)
      markHidden(walk, flow, edge.gap, gateway?.id ?? vpcId, 'the edge route table');
    deliver(walk, flow, vpcId, undefined, vpcId);
  }
}
