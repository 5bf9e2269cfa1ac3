import type { SecurityGroup } from '../facts/kinds/security-group.ts';
import { type NetworkModel, withSecurityGroup } from '../model/network-model.ts';
import { type Box, minusBoxes, sourcesOf } from '../net/box.ts';
import { formatSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, isSubset, minus, single, unionAll } from '../net/interval-set.ts';
import { type Family, formatAddress } from '../net/ip.ts';
import { ALL_PORTS, hasPorts, type PortRange } from '../net/protocol.ts';
import { LINK_LOCAL4, SERVICE_LOCAL } from '../net/public-space.ts';
import { type AlikeSubnets, type Alikes, addressesIn, alikesOf, sourceOfAll } from './alike.ts';
import type { Answer, Verdict, Witness } from './answer.ts';
import { checkGroups } from './check-groups.ts';
import { type Source, withReply } from './ends.ts';
import { type Flow, isDns, replyPorts, type Target, toward } from './flow.ts';
import { HANDLERS } from './hops/handlers.ts';
import { enterFromInternet, enterWithPublicAddress } from './hops/internet-gateway.ts';
import { Excerpt, type ExcerptPart, Ledger, leastPacket, reasonsOf } from './ledger.ts';
import { createMemo, type Memo, type TrafficId } from './memo.ts';
import { resolverAddress } from './names.ts';
import { mayMeetNoAcl } from './unseen.ts';
import { deliver, leaveSubnet } from './walk.ts';
import type { Walk } from './walk-context.ts';

/** A model with everything evaluated on it so far. */
export interface Engine {
  readonly model: NetworkModel;
  readonly memo: Memo;
  readonly alikes: Alikes;
}

export const createEngine = (model: NetworkModel): Engine => ({
  model,
  memo: createMemo(model),
  alikes: alikesOf(model),
});

/** The engine for the same network with other rules in one security group; whatever does not depend on them stays evaluated. */
export function afterGroupChange({ model, memo, alikes }: Engine, group: SecurityGroup): Engine {
  const changed = withSecurityGroup(model, group);
  return { model: changed, memo: memo.afterChangeOf(group.id, changed), alikes };
}

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

export const evaluateTraffic = (engine: Engine, traffic: Traffic): Evaluation =>
  evaluateAlike(engine, traffic) ?? evaluateAlone(engine, traffic);

const walkOf = (engine: Engine, traffic: Traffic, ledger: Ledger): Walk => ({
  model: engine.model,
  memo: engine.memo,
  ledger,
  target: traffic.target,
  handlers: HANDLERS,
  assumeFarHalf: traffic.assumeFarHalf ?? false,
  forwardOnly: traffic.forwardOnly ?? traffic.filtersOnly ?? false,
  routesOnly: traffic.routesOnly ?? false,
  filtersOnly: traffic.filtersOnly ?? false,
  noticed: { sender: false },
});

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

/** The way of a workload to the Internet, taken over from all the subnets that are like its own. Undefined when it is a way of its own. */
function evaluateAlike(engine: Engine, traffic: Traffic): Evaluation | undefined {
  const [source, another] = traffic.sources;
  if (!source?.subnet || !source.groupIds || source.sender?.eni || another) return undefined;
  if (traffic.family !== 'ipv4' || traffic.target || traffic.tracing || traffic.filtersOnly) return undefined;
  if (isEmpty(source.addresses) || isEmpty(traffic.dst) || !engine.alikes.isOutside(traffic.dst)) return undefined;
  const alike = engine.alikes.of(source.subnet);
  if (!alike) return undefined;
  const { groupIds } = source;
  const isPublic = isEmpty(source.home.noPublicIp);
  const id = engine.memo.trafficId(traffic.ports, traffic, isPublic);
  const groups = engine.memo.way(groupIds, traffic.dst, id, () => groupsOfAll(engine, traffic, source, groupIds));
  if (!groups) return undefined;
  const way = wayOf(engine, alike, traffic, id, source);
  if (!way) return undefined;
  const { addresses } = source;
  const parts: ExcerptPart[] = [];
  if (groups.entries.length > 0) parts.push({ from: groups, sourcesIn: () => addresses });
  if (way.entries.length > 0 || way.hasAssumptions) {
    const { first, hosts } = alike;
    parts.push({
      from: way,
      sourcesIn: (src) => addressesIn(src, hosts, addresses),
      told: first === source.subnet ? undefined : { of: first.id, to: source.component },
    });
  }
  const ledger = new Excerpt(parts);
  return { ledger, asked: [{ src: source.addresses, dst: traffic.dst, ports: traffic.ports }] };
}

/** What groups let out, to whomever they belong. Undefined when it depends on who has them, or on who is at the other end. */
function groupsOfAll(
  engine: Engine,
  traffic: Traffic,
  source: Source,
  groupIds: readonly string[],
): Ledger | undefined {
  const ports = traffic.ports;
  const { cells } = engine.memo.groups(groupIds, 'egress', traffic.family, traffic.protocol, ports);
  if (groupIds.length === 0 || cells.some((cell) => cell.references.length > 0)) return undefined;
  const ledger = new Ledger();
  const holder = { groupIds, component: source.component, vpcId: source.vpcId ?? '' };
  checkGroups(walkOf(engine, traffic, ledger), flowOf(source, traffic), holder, 'egress');
  return ledger;
}

/** Ports that no network ACL tells apart go one way; only where something is said about it does it matter which they are. */
function wayOf(
  engine: Engine,
  alike: AlikeSubnets,
  traffic: Traffic,
  id: TrafficId,
  source: Source,
): Ledger | undefined {
  const make = (): Ledger | undefined => wayOfAll(engine, alike, traffic, source);
  const { memo } = engine;
  const cellId = memo.alikeTraffic(id, traffic.ports, traffic, isEmpty(source.home.noPublicIp));
  const shared = cellId === undefined ? undefined : memo.way(alike, traffic.dst, cellId, make);
  return shared?.entries.length === 0 ? shared : memo.way(alike, traffic.dst, id, make);
}

/** Undefined when it matters on the way who the sender is. */
function wayOfAll(engine: Engine, alike: AlikeSubnets, traffic: Traffic, source: Source): Ledger | undefined {
  const ledger = new Ledger();
  const walk = walkOf(engine, traffic, ledger);
  leaveSubnet(walk, flowOf(sourceOfAll(alike, source), traffic), alike.first);
  return walk.noticed.sender ? undefined : ledger;
}

const flowOf = (source: Source, traffic: Traffic): Flow => ({
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
});

function start(walk: Walk, source: Source, traffic: Traffic): void {
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
  if (quantifier === 'all') return ledger.has('deny') ? 'fail' : ledger.has('unknown') ? 'unknown' : 'pass';
  const denied = ledger.boxes('deny');
  const unknown = ledger.boxes('unknown');
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
