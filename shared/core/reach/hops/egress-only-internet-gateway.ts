import { intersect, isEmpty, minus } from '../../net/interval-set.ts';
import { NAT64_PREFIX } from '../../net/public-space.ts';
import { checkAcl } from '../check-acl.ts';
import { hasPassedA, replyTo, toward } from '../flow.ts';
import { arrive } from '../walk.ts';
import type { RouteHandler } from '../walk-context.ts';
import { checkBlockPublicAccess } from './block-public-access.ts';
import { checkAttachment, checkEncryption } from './gateway-state.ts';
import { everyVpc, markNat64, markPrivateIpv6, rejectForwarded, toOtherVpc, towardPublic } from './internet-gateway.ts';

/** IPv6 only, and only for connections that begin inside (VPC guide, egress-only internet gateways, read 2026-11-25). */
export const toEgressOnlyInternetGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  if (flow.family === 'ipv4') {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'X_IPV4_ON_EIGW',
      component: id,
      message: `egress-only internet gateway \`${id}\` carries no IPv4`,
    });
    return;
  }
  if (flow.leg === 'return') {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'CANNOT_ROUTE',
      component: hop.table.id,
      message: `route table \`${hop.table.id}\` sends the reply to egress-only internet gateway \`${id}\`, which carries only connections that begin inside`,
    });
    return;
  }
  const nat64 = intersect(flow.dst, NAT64_PREFIX);
  if (!isEmpty(nat64)) markNat64(walk, flow, hop.table.id, nat64);
  const world = toward(flow, minus(flow.dst, nat64));
  if (
    !world ||
    !checkAttachment(
      walk,
      world,
      walk.model.find('egressOnlyInternetGateway', id),
      id,
      hop.vpcId,
      'egress-only internet gateway',
    )
  )
    return;
  checkEncryption(walk, world, hop.vpcId);
  if (world.isForwarded) rejectForwarded(walk, world, id);
  if (hasPassedA(world, 'vpce-'))
    walk.ledger.mark(world, {
      effect: 'deny',
      code: 'PATH_THROUGH_GWLB_NOT_CHECKED',
      component: id,
      message: `IPv6 packets that come from a Gateway Load Balancer endpoint are dropped at egress-only internet gateway \`${id}\``,
    });
  if (hop.subnet) markPrivateIpv6(walk, world, hop.subnet, 'src');
  if (hop.subnet) checkBlockPublicAccess(walk, world, hop.subnet, 'egress-only-internet-gateway');
  const own = toward(world, intersect(world.dst, everyVpc(walk.model)));
  if (own) toOtherVpc(walk, own, id);
  const beyond = toward(world, minus(world.dst, own?.dst ?? []));
  const outside = beyond && towardPublic(walk, beyond, id);
  if (!outside) return;
  walk.ledger.pass(outside, id, () => `egress-only internet gateway \`${id}\` hands it to the Internet`);
  const reply = walk.forwardOnly ? undefined : replyTo(outside);
  const back = outside.home?.subnet;
  if (!reply || !back) return;
  checkAcl(walk, reply, back, 'ingress');
  arrive(walk, reply, back, id);
};
