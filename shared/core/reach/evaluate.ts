import type { NetworkModel } from '../model/network-model.ts';
import { type Box, minusBoxes, sourcesOf } from '../net/box.ts';
import { formatSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, isSubset, minus, single, unionAll } from '../net/interval-set.ts';
import { type Family, formatAddress } from '../net/ip.ts';
import { ALL_PORTS, hasPorts, type PortRange } from '../net/protocol.ts';
import { LINK_LOCAL4, SERVICE_LOCAL } from '../net/public-space.ts';
import type { Answer, Verdict, Witness } from './answer.ts';
import { checkGroups } from './check-groups.ts';
import { type Source, withReply } from './ends.ts';
import { type Flow, isDns, replyPorts, type Target, toward } from './flow.ts';
import { HANDLERS } from './hops/handlers.ts';
import { enterFromInternet, enterWithPublicAddress } from './hops/internet-gateway.ts';
import { Ledger, leastPacket, reasonsOf } from './ledger.ts';
import { createMemo, type Memo } from './memo.ts';
import { resolverAddress } from './names.ts';
import { mayMeetNoAcl } from './unseen.ts';
import { deliver, leaveSubnet } from './walk.ts';
import type { Walk } from './walk-context.ts';

/** A model with everything evaluated on it so far. */
export interface Engine {
  readonly model: NetworkModel;
  readonly memo: Memo;
}

export const createEngine = (model: NetworkModel): Engine => ({ model, memo: createMemo(model) });

/** What is asked: every packet from the sources to `dst`. */
export interface Traffic {
  readonly sources: readonly Source[];
  readonly dst: AddressSet;
  readonly target?: Target | undefined;
  readonly family: Family;
  readonly protocol: number;
  readonly ports: PortRange;
  /** Ports that the client's system uses; see `ReplyPorts` for what it means when nobody says. */
  readonly clientPorts?: PortRange | undefined;
  readonly assumeFarHalf?: boolean;
  /** Only the way out is judged. */
  readonly forwardOnly?: boolean;
  /** Groups and network ACLs are left aside: only routes and gateways count. */
  readonly routesOnly?: boolean;
  /** Routes and gateways are left aside: only the filters at the target count. */
  readonly filtersOnly?: boolean;
  readonly tracing?: boolean;
}

export interface Evaluation {
  readonly ledger: Ledger;
  readonly asked: readonly Box[];
}

export function evaluateTraffic(engine: Engine, traffic: Traffic): Evaluation {
  const ledger = new Ledger(traffic.tracing ?? false);
  const walk: Walk = {
    model: engine.model,
    memo: engine.memo,
    ledger,
    target: traffic.target,
    handlers: HANDLERS,
    assumeFarHalf: traffic.assumeFarHalf ?? false,
    forwardOnly: traffic.forwardOnly ?? traffic.filtersOnly ?? false,
    routesOnly: traffic.routesOnly ?? false,
    filtersOnly: traffic.filtersOnly ?? false,
  };
  const asked: Box[] = [];
  for (const source of traffic.sources) {
    if (isEmpty(source.addresses) || isEmpty(traffic.dst)) continue;
    asked.push({ src: source.addresses, dst: traffic.dst, ports: traffic.ports });
    start(walk, source, traffic);
  }
  return { ledger, asked };
}

function start(walk: Walk, source: Source, traffic: Traffic): void {
  const flow: Flow = {
    family: traffic.family,
    protocol: traffic.protocol,
    ports: traffic.ports,
    partly: 'fails',
    src: source.addresses,
    dst: traffic.dst,
    asked: (src, dst) => ({ src, dst }),
    askedPorts: traffic.ports,
    leg: 'forward',
    sender: source.sender,
    identityLost: false,
    crossings: [],
    isForwarded: false,
    byReference: undefined,
    home: withReply(source.home, replyPorts(traffic.protocol, traffic.ports, traffic.clientPorts)),
    trail: undefined,
  };
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
    walk.ledger.pass(flow, subnet.id, 'services of the platform are neither filtered nor routed');
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
    for (const subnet of model.subnetsOf(vpc.id)) {
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

export function verdictOf(evaluation: Evaluation, quantifier: 'all' | 'some'): Verdict {
  const { ledger, asked } = evaluation;
  if (asked.length === 0) return 'unknown';
  const denied = ledger.boxes('deny');
  const unknown = ledger.boxes('unknown');
  if (quantifier === 'all') return denied.length > 0 ? 'fail' : unknown.length > 0 ? 'unknown' : 'pass';
  const rest = minusBoxes(asked, denied);
  if (rest.length === 0) return 'fail';
  return minusBoxes(rest, unknown).length > 0 ? 'pass' : 'unknown';
}

/** Some sender reaches no destination on all the ports that were asked about. */
export function isSenderCutOff(evaluation: Evaluation): boolean {
  const denied = evaluation.ledger.boxes('deny').map((box) => ({ ...box, ports: ALL_PORTS }));
  const rest = minusBoxes(evaluation.asked, denied);
  return !isSubset(sourcesOf(evaluation.asked), sourcesOf(rest));
}

export function witnessOf(evaluation: Evaluation, protocol: number): Witness | undefined {
  const packet = leastPacket(evaluation.ledger.boxes('deny'));
  if (packet?.src === undefined || packet.dst === undefined) return undefined;
  return {
    src: formatAddress(packet.src),
    dst: formatAddress(packet.dst),
    protocol,
    ...(hasPorts(protocol) ? { dstPort: packet.port } : {}),
  };
}

/** The destinations that fail, when some do not. */
export function uncoveredOf(evaluation: Evaluation): readonly string[] | undefined {
  const failing = unionAll(evaluation.ledger.boxes('deny').map((box) => box.dst));
  const all = unionAll(evaluation.asked.map((box) => box.dst));
  return isEmpty(failing) || isSubset(all, failing) ? undefined : formatSet(failing);
}

export function answerOf(
  evaluation: Evaluation,
  quantifier: 'all' | 'some',
  protocol: number,
  assumptions: readonly string[],
): Answer {
  const verdict = verdictOf(evaluation, quantifier);
  const effect = verdict === 'fail' ? 'deny' : 'unknown';
  const reasons =
    verdict === 'pass' ? [] : reasonsOf(evaluation.ledger.entries.filter((entry) => entry.effect === effect));
  const witness = verdict === 'fail' ? witnessOf(evaluation, protocol) : undefined;
  const uncovered = verdict === 'fail' ? uncoveredOf(evaluation) : undefined;
  return {
    verdict,
    reasons:
      evaluation.asked.length === 0
        ? [{ code: 'X_NO_SOURCES', component: '', message: 'nothing can send these packets: there are no sources' }]
        : reasons,
    ...(witness ? { witness } : {}),
    ...(uncovered ? { uncovered } : {}),
    assumptions: [...new Set([...assumptions, ...evaluation.ledger.assumptions])].sort(),
  };
}
