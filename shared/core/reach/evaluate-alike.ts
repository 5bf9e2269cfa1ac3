import type { Box } from '../net/box.ts';
import { type AddressSet, isEmpty } from '../net/interval-set.ts';
import { type AlikeSubnets, addressesIn, sourceOfAll, targetOfAll } from './alike.ts';
import { checkGroups } from './check-groups.ts';
import type { Source } from './ends.ts';
import type { Engine } from './engine.ts';
import { start } from './evaluate-alone.ts';
import type { Target } from './flow.ts';
import { Excerpt, type ExcerptPart, Ledger } from './ledger.ts';
import type { TrafficId } from './memo.ts';
import { type Evaluation, flowOf, type Traffic, walkOf } from './traffic.ts';
import { leaveSubnet } from './walk.ts';

const isPublic = (source: Source): boolean => isEmpty(source.home.noPublicIp);

/** The way of a workload to the Internet, taken over from all the subnets that are like its own. Undefined when it is a way of its own. */
export function outOfAlike(engine: Engine, traffic: Traffic): Evaluation | undefined {
  const [source, another] = traffic.sources;
  if (!source?.subnet || !source.groupIds || source.sender?.eni || another) return undefined;
  if (traffic.family !== 'ipv4' || traffic.target || traffic.tracing || traffic.filtersOnly) return undefined;
  if (isEmpty(source.addresses) || isEmpty(traffic.dst) || !engine.alikes.isOutside(traffic.dst)) return undefined;
  const alike = engine.alikes.of(source.subnet);
  if (!alike) return undefined;
  const { groupIds } = source;
  const id = engine.memo.trafficId(traffic.ports, traffic, isPublic(source));
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
      told: first === source.subnet ? undefined : [[first.id, source.component]],
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
  const cellId = memo.alikeTraffic(id, traffic.ports, traffic, isPublic(source));
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

/**
 * The way of workloads to another one inside, taken over from the subnets that are like theirs: for each two sorts of subnets one way, whoever of
 * the one sends to whomever of the other. Within one subnet there is no such way: those are followed alone.
 */
export function betweenAlike(engine: Engine, traffic: Traffic): Evaluation | undefined {
  const { target, dst, family } = traffic;
  if (family !== 'ipv4' || traffic.tracing || traffic.filtersOnly || isEmpty(dst)) return undefined;
  // A workload that could be started, asked about as a whole.
  if (target?.isPublic === undefined || dst !== target.addresses) return undefined;
  const to = alikesOfTarget(engine, target);
  if (!to) return undefined;
  const asked: Box[] = [];
  const parts: ExcerptPart[] = [];
  const alone = new Ledger();
  const walk = walkOf(engine, traffic, alone);
  let ways = new Map<AlikeSubnets, WayBetween | undefined>();
  let sender = traffic.sources[0];
  const wayOnce = (source: Source, from: AlikeSubnets): WayBetween | undefined => {
    if (!sender || sender.groupIds !== source.groupIds || isPublic(sender) !== isPublic(source)) ways = new Map();
    sender = source;
    if (!ways.has(from)) ways.set(from, wayBetween(engine, traffic, source, from, target, to));
    return ways.get(from);
  };
  for (const source of traffic.sources) {
    const { addresses } = source;
    if (isEmpty(addresses)) continue;
    asked.push({ src: addresses, dst, ports: traffic.ports });
    const from = source.subnet?.id === target.subnetId ? undefined : alikesOfSource(engine, source);
    const way = from && wayOnce(source, from);
    if (!way) start(walk, source, traffic);
    else if (way.ledger.entries.length > 0 || way.ledger.hasAssumptions)
      parts.push({
        from: way.ledger,
        sourcesIn: (src) => addressesIn(src, way.sources, addresses),
        destinationsIn: (all) => addressesIn(all, way.destinations, dst),
        told: [
          [way.first, source.component],
          [way.last, target.subnetId],
        ],
      });
  }
  if (alone.entries.length > 0 || alone.hasAssumptions) parts.push({ from: alone, sourcesIn: (src) => src });
  return { ledger: new Excerpt(parts), asked };
}

function alikesOfTarget({ model, alikes }: Engine, { subnetId }: Target): AlikeSubnets | undefined {
  const subnet = model.find('subnet', subnetId);
  return subnet.is === 'there' ? alikes.of(subnet.value) : undefined;
}

/** Undefined also for an interface, and for senders whose groups are not judged. */
const alikesOfSource = ({ alikes }: Engine, { subnet, sender, groupIds }: Source): AlikeSubnets | undefined =>
  subnet && groupIds && !sender?.eni ? alikes.of(subnet) : undefined;

interface WayBetween {
  readonly ledger: Ledger;
  readonly sources: AddressSet;
  readonly destinations: AddressSet;
  /** Subnets that stand for all in messages; never the same one. */
  readonly first: string;
  readonly last: string;
}

function wayBetween(
  engine: Engine,
  traffic: Traffic,
  source: Source,
  from: AlikeSubnets,
  target: Target,
  to: AlikeSubnets,
): WayBetween | undefined {
  const { memo } = engine;
  const sender = memo.senderTo(from, source.groupIds ?? [], target);
  const id = memo.trafficId(traffic.ports, traffic, isPublic(source));
  const ledger = memo.way(sender, to.hosts, id, () => {
    const made = new Ledger();
    const end = targetOfAll(to, target);
    const all = { ...traffic, dst: end.addresses, target: end };
    start(walkOf(engine, all, made), sourceOfAll(from, source), all);
    return made;
  });
  return ledger && { ledger, sources: from.hosts, destinations: to.hosts, first: from.first.id, last: to.last.id };
}
