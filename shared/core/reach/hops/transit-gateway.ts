import type { Subnet } from '../../facts/kinds/subnet.ts';
import type { TransitGatewayRoute } from '../../facts/kinds/transit-gateway-routes.ts';
import type { TransitGatewayVpcAttachment } from '../../facts/kinds/transit-gateway-vpc-attachment.ts';
import type { NetworkModel } from '../../model/network-model.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, minus, union, wholeFamily } from '../../net/interval-set.ts';
import type { Address } from '../../net/ip.ts';
import { paint, type RankedPrefix } from '../../net/paint.ts';
import { checkAcl } from '../check-acl.ts';
import { describeSet } from '../describe.ts';
import { type Crossing, type Flow, hasPassed, passedBy, toward } from '../flow.ts';
import { entriesOfList } from '../prefix-list-entries.ts';
import { comeHome, stopHidden, stopMissing, stopUnseen } from '../unseen.ts';
import { arrive, followRoutes } from '../walk.ts';
import { describeGap, markHidden, type RouteHandler, type Walk } from '../walk-context.ts';
import { dropReference } from './peering.ts';

const USABLE: ReadonlySet<string> = new Set(['available']);
const CHANGING: ReadonlySet<string> = new Set(['modifying']);

/** semantics.md 1.10. */
export const toTransitGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const { ledger, model } = walk;
  const attachment = model
    .all('transitGatewayVpcAttachment')
    .find((item) => item.transitGatewayId === id && item.vpcId === hop.vpcId && item.state !== 'deleted');
  if (!attachment) {
    const gap = model.gapOf('transitGatewayVpcAttachment');
    if (gap) stopHidden(walk, flow, gap, id, `the attachment of \`${hop.vpcId}\` to transit gateway \`${id}\``);
    else stopMissing(walk, flow, id, `the attachment of \`${hop.vpcId}\` to transit gateway`);
    return;
  }
  if (!checkAttachmentState(walk, flow, attachment)) return;
  const entry = entrySubnet(walk, flow, attachment, hop.zone);
  if (entry === 'denied') return;
  if (entry) checkAcl(walk, flow, entry, 'ingress');
  if (walk.assumeFarHalf && flow.leg === 'return' && flow.home?.kind === 'private-network') {
    ledger.assume(`transit gateway \`${id}\` and the networks behind it carry the packets`);
    return;
  }
  routeInside(walk, flow, {
    gatewayId: id,
    attachmentId: attachment.id,
    entry: attachment,
    zone: hop.zone,
    isPeered: false,
  });
};

/** Where packets come into a transit gateway. */
interface Arrival {
  readonly gatewayId: string;
  /** Fact id of the attachment whose association decides the table. */
  readonly attachmentId: string;
  /** The VPC attachment by which they left their VPC. */
  readonly entry: TransitGatewayVpcAttachment;
  readonly zone: string | undefined;
  /** Group references do not survive a peering of transit gateways. */
  readonly isPeered: boolean;
}

function routeInside(walk: Walk, flow: Flow, arrival: Arrival): void {
  const { ledger, model } = walk;
  const tableId = associatedTable(walk, flow, arrival.attachmentId, arrival.gatewayId);
  if (tableId === undefined) return;
  const routes = model.find('transitGatewayRoutes', tableId);
  if (routes.is !== 'there') {
    stopUnseen(walk, flow, {
      code: 'TGW_RTB_ROUTES_ARE_UNKNOWN',
      component: tableId,
      message: `the routes of transit gateway route table \`${tableId}\` cannot be seen (${routes.is === 'hidden' ? describeGap(routes.gap) : 'they were not read'})`,
    });
    return;
  }
  for (const choice of lookUp(model, routes.value.routes, flow.family, tableId)) {
    const part = toward(flow, intersect(flow.dst, choice.dst));
    if (!part) continue;
    if (choice.route === undefined) {
      ledger.mark(part, {
        effect: choice.hidden ? 'unknown' : 'deny',
        code: choice.hidden ? 'TGW_RTB_ROUTES_ARE_UNKNOWN' : 'TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT',
        component: tableId,
        message:
          choice.hidden ??
          (() => `transit gateway route table \`${tableId}\` has no route to ${describeSet(part.dst)}`),
      });
      if (choice.hidden) comeHome(walk, part);
    } else if (choice.route.state === 'blackhole') {
      ledger.mark(part, {
        effect: 'deny',
        code: 'TGW_RTB_BAD_STATE_ROUTE',
        component: tableId,
        message: () => `transit gateway route table \`${tableId}\` has a blackhole route for ${describeSet(part.dst)}`,
      });
    } else if (choice.route.state !== 'active') {
      ledger.mark(part, {
        effect: 'unknown',
        code: 'TGW_RTB_ROUTES_ARE_UNKNOWN',
        component: tableId,
        message: `transit gateway route table \`${tableId}\` has the route in state \`${choice.route.state}\``,
      });
    } else {
      for (const exit of choice.route.attachments) leaveTransitGateway(walk, part, arrival, exit);
      if (choice.route.attachments.length === 0) {
        stopUnseen(walk, part, {
          code: 'TGW_RTB_ROUTES_ARE_UNKNOWN',
          component: tableId,
          message: `transit gateway route table \`${tableId}\` does not say where the route leads`,
        });
      }
    }
  }
}

function checkAttachmentState(walk: Walk, flow: Flow, attachment: TransitGatewayVpcAttachment): boolean {
  const { ledger } = walk;
  const name = `transit gateway attachment \`${attachment.id}\``;
  if (CHANGING.has(attachment.state))
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'BAD_STATE_ATTACHMENT',
      component: attachment.id,
      message: `${name} is in state ${attachment.state}`,
    });
  else if (!USABLE.has(attachment.state)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE_ATTACHMENT',
      component: attachment.id,
      message: `${name} is in state ${attachment.state}`,
    });
    return false;
  }
  if (attachment.natGatewaySupport)
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: attachment.id,
      message: `${name} translates source addresses by rules that only the owner of the transit gateway sees`,
    });
  if (flow.family === 'ipv6' && !attachment.ipv6)
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: attachment.id,
      message: `${name} does not have IPv6 support enabled`,
    });
  return true;
}

/** The attachment's subnet in the zone of the sender, which packets must use to enter. */
function entrySubnet(
  walk: Walk,
  flow: Flow,
  attachment: TransitGatewayVpcAttachment,
  zone: string | undefined,
): Subnet | 'denied' | undefined {
  const subnets = attachment.subnetIds.map((id) => walk.model.find('subnet', id));
  const here = subnets.find((subnet) => subnet.is === 'there' && subnet.value.zone === zone);
  if (here?.is === 'there') return here.value;
  const hiddenOne = subnets.find((subnet) => subnet.is === 'hidden');
  if (hiddenOne?.is === 'hidden') {
    markHidden(
      walk,
      flow,
      hiddenOne.gap,
      attachment.id,
      `the subnets of transit gateway attachment \`${attachment.id}\``,
    );
    return undefined;
  }
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: 'TGW_ROUTE_AZ_RESTRICTION',
    component: attachment.id,
    message: `transit gateway attachment \`${attachment.id}\` has no subnet in zone ${zone ?? 'of the sender'}`,
  });
  return 'denied';
}

function associatedTable(walk: Walk, flow: Flow, attachmentId: string, gatewayId: string): string | undefined {
  const found = walk.model.find('transitGatewayAttachment', attachmentId);
  if (found.is === 'hidden' || (found.is === 'there' && found.value.isForeign && !found.value.association)) {
    stopUnseen(walk, flow, {
      code: 'TGW_RTB_ROUTES_ARE_UNKNOWN',
      component: gatewayId,
      message: `which route table transit gateway \`${gatewayId}\` uses for attachment \`${attachmentId}\` cannot be seen (${found.is === 'hidden' ? describeGap(found.gap) : 'the transit gateway is of another account'})`,
    });
    return undefined;
  }
  const association = found.is === 'there' ? found.value.association : undefined;
  if (association?.state === 'associated') return association.routeTableId;
  const changing = association?.state === 'associating' || association?.state === 'disassociating';
  walk.ledger.mark(flow, {
    effect: changing ? 'unknown' : 'deny',
    code: 'TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION',
    component: attachmentId,
    message: `transit gateway attachment \`${attachmentId}\` is ${association?.state ?? 'not associated'} with a route table`,
  });
  return changing ? association.routeTableId : undefined;
}

interface Choice {
  readonly route: TransitGatewayRoute | undefined;
  readonly hidden?: string;
  readonly dst: AddressSet;
}

/** Longest prefix; then static, prefix list, propagated (transit gateway guide, read 2026-11-25). */
function lookUp(
  model: NetworkModel,
  routes: readonly TransitGatewayRoute[],
  family: Flow['family'],
  tableId: string,
): Choice[] {
  const prefixes: (RankedPrefix & {
    readonly route: TransitGatewayRoute;
    readonly length: number;
    readonly tier: number;
  })[] = [];
  let unreadable: string | undefined;
  for (const route of routes) {
    const listed = 'cidr' in route.destination ? undefined : entriesOfList(model, route.destination.prefixListId);
    if (listed && listed.is !== 'there')
      unreadable = 'cidr' in route.destination ? undefined : route.destination.prefixListId;
    const cidrs =
      'cidr' in route.destination ? [route.destination.cidr] : listed?.is === 'there' ? listed.value.cidrs : [];
    const tier = listed ? 1 : route.type === 'static' ? 0 : 2;
    for (const cidr of cidrs) {
      if (cidr.family === family)
        prefixes.push({
          lo: cidr.lo,
          hi: cidr.hi,
          rank: (128 - cidr.length) * 4 + tier,
          route,
          length: cidr.length,
          tier,
        });
    }
  }
  const painting = paint(prefixes);
  const byRoute = new Map<TransitGatewayRoute, AddressSet>();
  let covered: AddressSet = EMPTY;
  painting.winner.forEach((index, piece) => {
    const prefix = prefixes[index];
    if (!prefix) return;
    const set: AddressSet = [painting.lo[piece] as Address, painting.hi[piece] as Address];
    const provable =
      unreadable === undefined || (prefix.tier === 0 && prefix.length === (family === 'ipv4' ? 32 : 128));
    if (!provable) return;
    byRoute.set(prefix.route, union(byRoute.get(prefix.route) ?? EMPTY, set));
    covered = union(covered, set);
  });
  const rest = minus(wholeFamily(family), covered);
  const out: Choice[] = [...byRoute].map(([route, dst]) => ({ route, dst }));
  if (!isEmpty(rest)) {
    out.push({
      route: undefined,
      dst: rest,
      ...(unreadable === undefined
        ? {}
        : {
            hidden: `transit gateway route table \`${tableId}\` uses prefix list \`${unreadable}\`, whose entries are not visible`,
          }),
    });
  }
  return out;
}

function leaveTransitGateway(
  walk: Walk,
  flow: Flow,
  arrival: Arrival,
  exit: TransitGatewayRoute['attachments'][number],
): void {
  const { ledger, model } = walk;
  const { gatewayId, entry, zone } = arrival;
  if (exit.resourceType === 'peering') {
    crossPeering(walk, flow, arrival, exit.id);
    return;
  }
  if (exit.resourceType !== 'vpc') {
    stopUnseen(walk, flow, {
      code: 'UNKNOWN_DESTINATION',
      component: exit.id,
      message: `what is behind the ${exit.resourceType || 'unknown'} attachment \`${exit.id}\` of transit gateway \`${gatewayId}\` cannot be seen`,
    });
    return;
  }
  const found = model.find('transitGatewayVpcAttachment', exit.id);
  if (found.is !== 'there') {
    const gap =
      found.is === 'hidden'
        ? found.gap
        : { kind: undefined, operation: 'DescribeTransitGatewayVpcAttachments', code: 'NotVisible' };
    stopHidden(walk, flow, gap, exit.id, `transit gateway attachment \`${exit.id}\``);
    return;
  }
  const attachment = found.value;
  if (!checkAttachmentState(walk, flow, attachment)) return;
  const vpcId = attachment.vpcId ?? '';
  if (model.find('vpc', vpcId).is !== 'there') {
    stopUnseen(walk, flow, {
      code: 'UNKNOWN_DESTINATION',
      component: exit.id,
      message: `the VPC behind transit gateway attachment \`${exit.id}\` cannot be seen`,
    });
    return;
  }
  const seen = attachment.subnetIds.map((subnetId) => model.find('subnet', subnetId));
  const hiddenOne = seen.find((subnet) => subnet.is !== 'there');
  if (hiddenOne)
    markHidden(
      walk,
      flow,
      hiddenOne.is === 'hidden' ? hiddenOne.gap : { kind: undefined, operation: 'DescribeSubnets', code: 'NotVisible' },
      exit.id,
      `a subnet of transit gateway attachment \`${exit.id}\``,
    );
  const subnets = seen.flatMap((subnet) => (subnet.is === 'there' ? [subnet.value] : []));
  const sameZone = subnets.filter((subnet) => subnet.zone === zone);
  const exits = attachment.applianceMode || sameZone.length === 0 ? subnets : sameZone;
  const gateway = model.find('transitGateway', gatewayId);
  const off =
    arrival.isPeered ||
    !entry.securityGroupReferencing ||
    !attachment.securityGroupReferencing ||
    (gateway.is === 'there' && !gateway.value.securityGroupReferencing);
  const keeps = off ? false : gateway.is === 'there' ? true : 'unseen';
  const culprit = !attachment.securityGroupReferencing
    ? attachment.id
    : !entry.securityGroupReferencing
      ? entry.id
      : gatewayId;
  const crossing: Crossing = {
    component: culprit,
    kind: 'transit-gateway',
    keepsIngressReferences: keeps,
    keepsEgressReferences: false,
  };
  if (flow.leg === 'forward') dropReference(ledger, flow, gatewayId);
  ledger.pass(flow, gatewayId, () => `transit gateway \`${gatewayId}\` carries it to \`${vpcId}\``);
  const out = passedBy({ ...flow, isForwarded: true, crossings: [...flow.crossings, crossing] }, gatewayId);
  const several = exits.length > 1;
  for (const subnet of exits) {
    const branch = several ? walk.ledger.fork() : walk.ledger;
    exitThrough({ ...walk, ledger: branch }, out, subnet);
    if (several)
      walk.ledger.absorb(
        branch,
        `when the packets leave the transit gateway in zone ${subnet.zoneName ?? subnet.zone ?? subnet.id}`,
      );
  }
}

/** From the attachment's interface in `subnet` on by that subnet's table. Neighbours in the subnet meet no network ACL. */
function exitThrough(walk: Walk, flow: Flow, subnet: Subnet): void {
  const own = intersect(flow.dst, walk.model.subnetSpace(subnet, flow.family));
  const rest = toward(flow, minus(flow.dst, own));
  const neighbours = toward(flow, own);
  if (neighbours) arrive(walk, neighbours, subnet, subnet.id);
  if (!rest) return;
  checkAcl(walk, rest, subnet, 'egress');
  followRoutes(walk, rest, subnet.vpcId, subnet, subnet.zone, walk.model.routeTableOf(subnet), 'transit-gateway');
}

/** To the gateway at the other end of a peering attachment, when its side of the attachment can be seen. */
function crossPeering(walk: Walk, flow: Flow, arrival: Arrival, attachmentId: string): void {
  const { ledger, model } = walk;
  const far = model
    .all('transitGatewayAttachment')
    .find((item) => item.attachmentId === attachmentId && item.transitGatewayId !== arrival.gatewayId);
  if (!far?.transitGatewayId) {
    stopUnseen(walk, flow, {
      code: 'UNKNOWN_DESTINATION',
      component: attachmentId,
      message: `the transit gateway at the other end of peering attachment \`${attachmentId}\` cannot be seen`,
    });
    return;
  }
  if (far.state !== 'available') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE_ATTACHMENT',
      component: attachmentId,
      message: `transit gateway peering attachment \`${attachmentId}\` is ${far.state}`,
    });
    return;
  }
  if (hasPassed(flow, far.id)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'TGW_RTB_CANNOT_ROUTE',
      component: attachmentId,
      message: `the packets go round in circles over peering attachment \`${attachmentId}\``,
    });
    return;
  }
  routeInside(walk, passedBy(flow, far.id), {
    ...arrival,
    isPeered: true,
    gatewayId: far.transitGatewayId,
    attachmentId: far.id,
    zone: undefined,
  });
}
