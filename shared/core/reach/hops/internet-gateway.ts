import type { NetworkModel } from '../../model/network-model.ts';
import { formatSet } from '../../net/cidr.ts';
import {
  type AddressSet,
  intersect,
  isEmpty,
  isSubset,
  minus,
  single,
  union,
  unionAll,
} from '../../net/interval-set.ts';
import type { Address } from '../../net/ip.ts';
import { NAT64_PREFIX, PUBLIC_SPACE, RFC1918, RFC6598 } from '../../net/public-space.ts';
import { checkAcl } from '../check-acl.ts';
import { describeSet } from '../describe.ts';
import { type Flow, replyThrough, replyTo, type Target, toward } from '../flow.ts';
import { arrive, deliver, followRoutes } from '../walk.ts';
import { markHidden, type RouteHandler, type Walk } from '../walk-context.ts';
import { checkBlockPublicAccess } from './block-public-access.ts';
import { checkAttachment, checkEncryption } from './gateway-state.ts';

/** Out of the VPC by an internet gateway, which maps each private address to its public one and keeps private destinations in. */
export const toInternetGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const nat64 = flow.family === 'ipv6' ? intersect(flow.dst, NAT64_PREFIX) : [];
  if (!isEmpty(nat64)) markNat64(walk, flow, hop.table.id, nat64);
  if (!checkAttachment(walk, flow, walk.model.find('internetGateway', id), id, hop.vpcId, 'internet gateway')) return;
  checkEncryption(walk, flow, hop.vpcId);
  if (flow.family === 'ipv4') {
    rejectPrivate(walk, flow, id);
  }
  if (flow.leg === 'return') {
    returnToInternet(walk, flow, hop);
    return;
  }
  const { home } = flow;
  if (home) {
    if (home.subnet)
      checkBlockPublicAccess(walk, flow, home.subnet, home.kind === 'nat' ? 'nat-gateway' : 'internet-gateway');
    checkPublicAddress(walk, flow, id);
  }
  const out = minus(flow.dst, flow.family === 'ipv4' ? union(RFC1918, RFC6598) : nat64);
  const own = intersect(out, flow.family === 'ipv4' ? walk.model.ownPublicAddresses : everyVpc(walk.model));
  if (!isEmpty(own)) (flow.family === 'ipv4' ? hairpin : toOtherVpc)(walk, { ...flow, dst: own });
  const world = toward(flow, minus(out, own));
  if (!world) return;
  const odd = minus(world.dst, PUBLIC_SPACE[flow.family]);
  if (!isEmpty(odd)) {
    walk.ledger.mark(world, {
      effect: 'unknown',
      code: 'UNKNOWN_DESTINATION',
      component: id,
      message: `${describeSet(odd)} is not public address space; what is there cannot be seen`,
      dst: odd,
    });
  }
  walk.ledger.pass(world, id, `internet gateway \`${id}\` hands it to the Internet`);
  comeBackFromInternet(walk, world, id);
};

export function markNat64(walk: Walk, flow: Flow, tableId: string, dst: Flow['dst']): void {
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: 'X_NAT64_ROUTE_MISSING',
    component: tableId,
    message: `route table \`${tableId}\` has no route for 64:ff9b::/96 to a NAT gateway`,
    dst,
  });
}

function rejectPrivate(walk: Walk, flow: Flow, id: string): void {
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
        message: `internet gateway \`${id}\` does not carry packets to private addresses (${describeSet(dst)})`,
        dst,
      });
    }
  }
}

function checkPublicAddress(walk: Walk, flow: Flow, id: string): void {
  const { home, ledger } = { home: flow.home, ledger: walk.ledger };
  if (!home) return;
  if (home.denyAllIgwTraffic && flow.family === 'ipv6') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'X_DENY_ALL_IGW_TRAFFIC',
      component: home.component,
      message: `network interface \`${home.component}\` denies all internet gateway traffic`,
    });
  }
  if (flow.family !== 'ipv4') return;
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

/** A reply that leaves by an internet gateway is right only when the question came in from the Internet. */
function returnToInternet(walk: Walk, flow: Flow, hop: Parameters<RouteHandler>[2]): void {
  const { home } = flow;
  const id = hop.route.target.id;
  const out = toward(flow, flow.family === 'ipv4' ? minus(flow.dst, union(RFC1918, RFC6598)) : flow.dst);
  if (!home || !out) return;
  if (home.kind === 'internet') {
    home.onArrival?.(out);
    return;
  }
  if (home.hairpin) {
    home.hairpin(out);
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
  if (!checkEdgeTable(walk, reply, gatewayId)) return;
  if (!home.subnet) {
    home.onArrival?.(reply);
    return;
  }
  checkAcl(walk, reply, home.subnet, 'ingress');
  arrive(walk, reply, home.subnet, gatewayId);
}

/** Traffic that enters by the gateway follows its own table, if it has one; an appliance there must also be on the way out. */
function checkEdgeTable(walk: Walk, flow: Flow, gatewayId: string): boolean {
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
    if (choice.kind === 'none') continue;
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
function hairpin(walk: Walk, flow: Flow): void {
  for (let i = 0; i < flow.dst.length; i += 2) {
    for (let at = flow.dst[i] as number; at < (flow.dst[i + 1] as number); at += 1) {
      const one = { ...flow, dst: single(at) };
      const { home } = flow;
      const sources: Address[] = [];
      for (let j = 0; j < flow.src.length && sources.length < 64; j += 2) {
        for (let from = flow.src[j] as number; from < (flow.src[j + 1] as number) && sources.length < 64; from += 1)
          sources.push(from);
      }
      for (const source of sources) {
        const publicIp = home?.publicAddress(source);
        if (publicIp === undefined) continue;
        const own = single(source);
        const back = home?.subnet;
        enterFromInternet(walk, {
          ...one,
          src: single(publicIp),
          asked: (_src, dst) => flow.asked(own, dst),
          sender: undefined,
          identityLost: flow.sender !== undefined || flow.identityLost,
          ...(home
            ? {
                home: {
                  ...home,
                  hairpin: (reply: Flow) => {
                    const inside = replyThrough(reply, own);
                    if (!back) return home.onArrival?.(inside);
                    checkAcl(walk, inside, back, 'ingress');
                    return arrive(walk, inside, back, back.id);
                  },
                },
              }
            : {}),
        });
      }
    }
  }
}

export const everyVpc = (model: NetworkModel): AddressSet =>
  unionAll(model.all('vpc').map((vpc) => model.vpcSpace(vpc.id, 'ipv6')));

/** IPv6 addresses of VPCs are public: out by one VPC's gateway, in by the other's. */
export function toOtherVpc(walk: Walk, flow: Flow): void {
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
              checkAcl(walk, reply, back, 'ingress');
              arrive(walk, reply, back, back.id);
            },
          },
        }
      : {}),
  });
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
        const inside: Flow = { ...flow, dst: single(owner.address), asked: (src) => flow.asked(src, outside) };
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
  const gap = model.gapOf('networkInterface');
  if (gap)
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'UNKNOWN_DESTINATION',
      component: gap.operation,
      message: `who has ${describeSet(rest)} cannot be seen`,
      dst: rest,
    });
  else {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS',
      component: walk.target?.component ?? formatSet(rest)[0] ?? '',
      message: `${describeSet(rest)} is not a public address of a network interface`,
      dst: rest,
    });
  }
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
      message: `\`${target.component}\` has no public IPv4 address that the Internet could use`,
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
      for (const eni of model.interfacesIn(subnet.id)) {
        const own = eni.denyAllIgwTraffic
          ? part.dst.length > 0 && eni.ipv6Addresses.filter((at) => intersect(part.dst, single(at)).length > 0)
          : [];
        for (const at of own || [])
          ledger.mark(part, {
            effect: 'deny',
            code: 'X_DENY_ALL_IGW_TRAFFIC',
            component: eni.id,
            message: `network interface \`${eni.id}\` denies all internet gateway traffic`,
            dst: single(at),
          });
      }
    }
  }
  const edge = gateway ? model.edgeTableOf(gateway.id) : undefined;
  if (edge?.is === 'there') followRoutes(walk, flow, vpcId, undefined, undefined, edge, 'host');
  else {
    if (edge?.is === 'hidden' && edge.gap.resourceId !== undefined)
      markHidden(walk, flow, edge.gap, gateway?.id ?? vpcId, 'the edge route table');
    deliver(walk, flow, vpcId, undefined, vpcId);
  }
}
