import type { NetworkModel } from '../model/network-model.ts';
import type { Box } from '../net/box.ts';
import { formatSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, minus, single, unionAll } from '../net/interval-set.ts';
import { hasPorts } from '../net/protocol.ts';
import { LINK_LOCAL4, SERVICE_LOCAL } from '../net/public-space.ts';
import { checkGroups } from './check-groups.ts';
import type { Source } from './ends.ts';
import type { Engine } from './engine.ts';
import { type Flow, isDns, type Target, toward } from './flow.ts';
import { enterFromInternet, enterWithPublicAddress } from './hops/internet-gateway.ts';
import { Ledger } from './ledger.ts';
import { resolverAddress } from './names.ts';
import { type Evaluation, flowOf, type Traffic, walkOf } from './traffic.ts';
import { mayMeetNoAcl } from './unseen.ts';
import { deliver, leaveSubnet, subnetOfTarget } from './walk.ts';
import type { Walk } from './walk-context.ts';

/** Shares nothing but evaluated filters with other questions. */
export function evaluateAlone(engine: Engine, traffic: Traffic): Evaluation {
  const ledger = new Ledger(traffic.tracing ?? false);
  const walk = walkOf(engine, traffic, ledger);
  const asked: Box[] = [];
  for (const source of traffic.sources) {
    if (isEmpty(source.addresses) || isEmpty(traffic.dst)) continue;
    asked.push({ src: source.addresses, dst: traffic.dst, ports: traffic.ports });
    start(walk, source, traffic);
  }
  return { ledger, asked };
}

/** Packets set out from one source. */
export function start(walk: Walk, source: Source, traffic: Traffic): void {
  const flow = flowOf(source, traffic);
  if (source.subnet) startInPieces(walk, flow, source);
  else startOutside(walk, flow);
}

/** DNS at the Amazon resolver is a matter of its own, also when port 53 is one of many. */
function startInPieces(walk: Walk, flow: Flow, source: Source): void {
  const resolver = flow.family === 'ipv4' ? resolverAddress(walk.model, source.vpcId ?? '') : undefined;
  const { from, to } = flow.ports;
  const isMixed = resolver !== undefined && hasPorts(flow.protocol) && from <= 53 && to >= 53 && from !== to;
  const atResolver = isMixed ? toward(flow, intersect(flow.dst, single(resolver))) : undefined;
  const rest = toward(flow, minus(flow.dst, atResolver?.dst ?? []));
  if (rest) startInside(walk, rest, source);
  if (!atResolver) return;
  for (const ports of [
    { from, to: 52 },
    { from: 53, to: 53 },
    { from: 54, to },
  ])
    if (ports.from <= ports.to) startInside(walk, { ...atResolver, ports, askedPorts: ports }, source);
}

function startInside(walk: Walk, flow: Flow, source: Source): void {
  const { subnet } = source;
  if (!subnet) return;
  const unfiltered = unfilteredDestinations(walk, flow, subnet.vpcId);
  const filtered = toward(flow, minus(flow.dst, unfiltered));
  if (!filtered) {
    walk.ledger.pass(flow, subnet.id, () => 'services of the platform are neither filtered nor routed');
    return;
  }
  const local = intersect(filtered.dst, filtered.family === 'ipv4' ? LINK_LOCAL4 : EMPTY);
  if (!isEmpty(local)) {
    walk.ledger.mark(filtered, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: subnet.id,
      message: 'AWS documents nothing about these link-local addresses',
      dst: local,
    });
  }
  const routed = toward(filtered, minus(filtered.dst, local));
  if (!routed) return;
  const noted = source.groupIds
    ? checkGroups(
        walk,
        routed,
        { groupIds: source.groupIds, component: source.component, vpcId: subnet.vpcId },
        'egress',
      )
    : routed;
  leaveSubnet(walk, noted, subnet);
}

/** Neither groups nor network ACLs filter these, and no route table is asked (semantics.md 1.2). */
function unfilteredDestinations(walk: Walk, flow: Flow, vpcId: string): AddressSet {
  const services = intersect(flow.dst, SERVICE_LOCAL[flow.family]);
  const resolver = flow.family === 'ipv4' ? resolverAddress(walk.model, vpcId) : undefined;
  return resolver !== undefined && isDns(flow.protocol, flow.ports)
    ? unionAll([services, intersect(flow.dst, single(resolver))])
    : services;
}

/** Packets from the Internet, or from a network behind a VPN or transit gateway. */
function startOutside(walk: Walk, flow: Flow): void {
  const { home } = flow;
  if (home?.kind === 'internet') {
    enterInternet(walk, flow);
    return;
  }
  const { target, model } = walk;
  if (walk.filtersOnly && target) {
    deliver(walk, flow, target.vpcId, undefined, target.vpcId);
    return;
  }
  const inside = model.all('vpc').flatMap((vpc) => {
    const part = toward(
      flow,
      intersect(
        flow.dst,
        target ? (target.vpcId === vpc.id ? target.addresses : EMPTY) : model.vpcSpace(vpc.id, flow.family),
      ),
    );
    return part ? [{ vpc, part }] : [];
  });
  for (const { vpc, part } of inside) {
    const end = subnetOfTarget(walk);
    for (const subnet of end?.vpcId === vpc.id ? [end] : model.subnetsOf(vpc.id)) {
      const local = toward(part, intersect(part.dst, model.subnetSpace(subnet, flow.family)));
      if (!local) continue;
      const table = model.routeTableOf(subnet);
      const choices = table.is === 'there' ? walk.memo.routes(table.value, flow.family) : [];
      let rest = flow.src;
      for (const choice of choices) {
        if (choice.kind !== 'route' || !choice.route.target.id.startsWith('igw-')) continue;
        const src = intersect(rest, choice.dst);
        if (isEmpty(src)) continue;
        rest = minus(rest, src);
        enterInternet(walk, { ...local, src, home: home && { ...home, kind: 'internet' } });
      }
      if (!isEmpty(rest)) {
        const private_: Flow = { ...local, src: rest };
        if (!walk.assumeFarHalf) {
          walk.ledger.mark(private_, {
            effect: 'unknown',
            code: 'UNKNOWN_DESTINATION',
            component: home?.component ?? vpc.id,
            message: `how ${formatSet(rest)[0] ?? 'the source'} comes to \`${vpc.id}\` cannot be seen`,
          });
        }
        const byVpn = model
          .all('vpnGateway')
          .some((gateway) => gateway.attachments.some((item) => item.vpcId === vpc.id && item.state === 'attached'));
        deliver(walk, private_, vpc.id, !byVpn && mayMeetNoAcl(walk, subnet.id) ? subnet : undefined, vpc.id);
      }
    }
  }
  const outside = minus(flow.dst, unionAll(inside.map(({ part }) => part.dst)));
  if (!isEmpty(outside)) {
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'UNKNOWN_DESTINATION',
      component: home?.component ?? '',
      message: 'neither end of this traffic is in a VPC that can be seen',
      dst: outside,
    });
  }
}

/** To the asked interface or workload by its public address, else to whatever public addresses the question names. */
function enterInternet(walk: Walk, flow: Flow): void {
  const { target, model } = walk;
  if (target && flow.family === 'ipv4') {
    enterWithPublicAddress(walk, flow, target, (address) => publicAddressOf(model, target, address));
    return;
  }
  enterFromInternet(walk, flow);
}

function publicAddressOf(model: NetworkModel, target: Target, address: number | bigint): boolean {
  const eni = model.find('networkInterface', target.component);
  if (eni.is === 'there')
    return eni.value.privateAddresses.some((item) => item.address === address && item.publicIp !== undefined);
  return target.isPublic ?? false;
}
