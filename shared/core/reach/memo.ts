import type { NetworkAcl } from '../facts/kinds/network-acl.ts';
import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { RouteTable } from '../facts/kinds/route-table.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { AddressSet } from '../net/interval-set.ts';
import type { Family } from '../net/ip.ts';
import { ALL_PORTS, hasPorts, type PortRange } from '../net/protocol.ts';
import type { AlikeSubnets } from './alike.ts';
import type { Target } from './flow.ts';
import type { Ledger } from './ledger.ts';
import { type AclCell, evaluateAcl, portClasses } from './network-acl-filter.ts';
import { lookUpRoutes, type RouteChoice } from './route-lookup.ts';
import { evaluateGroups, type GroupVerdict } from './security-group-filter.ts';

/** Evaluated filters and ways, shared by every question on one model, by the objects that they are about. */
export interface Memo {
  acl(acl: NetworkAcl, egress: boolean, family: Family, protocol: number, ports: PortRange): readonly AclCell[];
  groups(
    groupIds: readonly string[],
    direction: 'ingress' | 'egress',
    family: Family,
    protocol: number,
    ports: PortRange,
  ): GroupVerdict;
  routes(table: RouteTable, family: Family): readonly RouteChoice[];
  /** Interfaces of a subnet, by their sorted group ids joined with commas. */
  interfacesByGroups(subnetId: string): ReadonlyMap<string, readonly NetworkInterface[]>;
  /** What was found out about everybody for whom `owner` stands; undefined when they must be followed one by one. */
  way(owner: object, dst: AddressSet, traffic: TrafficId, make: () => Ledger | undefined): Ledger | undefined;
  /** The owner of ways of everybody in these subnets with these groups to workloads like the target. */
  senderTo(from: AlikeSubnets, groupIds: readonly string[], target: Target): object;
  /** A small number from 1 for traffic with these ports and options. */
  trafficId(ports: PortRange, options: WayOptions, isPublic: boolean): TrafficId;
  /** The number of all traffic that differs in ports only, and that no network ACL tells from this. TCP and UDP only. */
  alikeTraffic(id: TrafficId, ports: PortRange, options: WayOptions, isPublic: boolean): TrafficId | undefined;
  readonly stats: { hits: number; misses: number };
  /** For the same network with other rules in one security group. */
  afterChangeOf(groupId: string, changed: NetworkModel): Memo;
}

export type TrafficId = number;

/** What a way depends on beside its owner and destination. */
export interface WayOptions {
  readonly protocol: number;
  readonly clientPorts?: PortRange | undefined;
  readonly assumeFarHalf?: boolean;
  readonly forwardOnly?: boolean;
  readonly routesOnly?: boolean;
}

const PORTS = 2 ** 16;

/** Protocol (−1 to 255) and ports in one number below 2^42. */
const trafficKey = (protocol: number, { from, to }: PortRange): number => ((protocol + 1) * PORTS + from) * PORTS + to;

function optionsKey({ clientPorts, assumeFarHalf, forwardOnly, routesOnly }: WayOptions, isPublic: boolean): number {
  const client = clientPorts ? clientPorts.from * PORTS + clientPorts.to + 1 : 0;
  const flags = [isPublic, assumeFarHalf, forwardOnly, routesOnly];
  return flags.reduce((key, flag) => key * 2 + Number(flag ?? false), client);
}

const isGroups = (owner: object): owner is readonly string[] => Array.isArray(owner);

function within<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let found = map.get(key);
  if (found === undefined) {
    found = make();
    map.set(key, found);
  }
  return found;
}

/** Every port, cut wherever any network ACL begins or ends to match. */
function portCellsOf(model: NetworkModel, protocol: number): readonly PortRange[] {
  const rules = model.all('networkAcl').flatMap((acl) => acl.entries);
  const ranges = rules.filter((entry) => entry.protocol === protocol).map((entry) => entry.ports);
  return portClasses(ALL_PORTS, ranges);
}

type ByNumber<T> = Map<number, T>;

/** What filters and ways turned out to do. */
interface Findings {
  readonly acls: WeakMap<NetworkAcl, ByNumber<readonly AclCell[]>>;
  /** By sorted group ids joined with commas. */
  readonly groupSets: Map<string, ByNumber<GroupVerdict>>;
  readonly routes: WeakMap<RouteTable, ByNumber<readonly RouteChoice[]>>;
  readonly interfaces: Map<string, ReadonlyMap<string, readonly NetworkInterface[]>>;
  readonly ways: WeakMap<object, Ways>;
  readonly groupWays: Map<readonly string[], Ways>;
  /** By the group ids of both ends. */
  readonly senders: Map<string, WeakMap<AlikeSubnets, object>>;
  readonly traffics: Map<number, Map<number, TrafficId>>;
  readonly cells: Map<number, readonly PortRange[]>;
}

type Ways = WeakMap<AddressSet, (Ledger | 'one by one' | undefined)[]>;

const nothingYet = (): Findings => ({
  acls: new WeakMap(),
  groupSets: new Map(),
  routes: new WeakMap(),
  interfaces: new Map(),
  ways: new WeakMap(),
  groupWays: new Map(),
  senders: new Map(),
  traffics: new Map(),
  cells: new Map(),
});

/** Everything that does not depend on the rules of one security group. */
const withoutGroup = (kept: Findings, groupId: string): Findings => ({
  ...kept,
  groupSets: new Map([...kept.groupSets].filter(([ids]) => !ids.split(',').includes(groupId))),
  groupWays: new Map([...kept.groupWays].filter(([ids]) => !ids.includes(groupId))),
  senders: new Map([...kept.senders].filter(([ids]) => !ids.split(/[ ,]/).includes(groupId))),
});

export function createMemo(model: NetworkModel, kept: Findings = nothingYet()): Memo {
  const stats = { hits: 0, misses: 0 };
  const remember = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    const found = map.get(key);
    if (found !== undefined) {
      stats.hits += 1;
      return found;
    }
    stats.misses += 1;
    const made = make();
    map.set(key, made);
    return made;
  };
  const { acls, groupSets, routes, interfaces, ways, groupWays, senders, traffics, cells } = kept;
  const groupLists = new WeakMap<readonly string[], ByNumber<GroupVerdict>>();
  const bit = (is: boolean): number => (is ? 1 : 0);
  const nextId = (): TrafficId => [...traffics.values()].reduce((count, ids) => count + ids.size, 1);
  const alikeIds: (TrafficId | undefined)[] = [];
  const portCellOf = (protocol: number, ports: PortRange): PortRange | undefined => {
    if (!hasPorts(protocol)) return undefined;
    const all = within(cells, protocol, () => portCellsOf(model, protocol));
    const cell = all.find(({ to }) => ports.from <= to);
    return cell && ports.to <= cell.to ? cell : undefined;
  };
  const trafficId = (ports: PortRange, options: WayOptions, isPublic: boolean): TrafficId => {
    const byOptions = within(traffics, trafficKey(options.protocol, ports), () => new Map<number, TrafficId>());
    return within(byOptions, optionsKey(options, isPublic), () => nextId());
  };
  return {
    stats,
    afterChangeOf: (groupId, changed) => createMemo(changed, withoutGroup(kept, groupId)),
    acl: (acl, egress, family, protocol, ports) =>
      remember(
        within(acls, acl, () => new Map()),
        trafficKey(protocol, ports) * 4 + bit(egress) * 2 + bit(family === 'ipv4'),
        () => evaluateAcl(acl, egress, family, protocol, ports),
      ),
    groups: (groupIds, direction, family, protocol, ports) =>
      remember(
        within(groupLists, groupIds, () => within(groupSets, groupIds.join(), () => new Map())),
        trafficKey(protocol, ports) * 4 + bit(direction === 'egress') * 2 + bit(family === 'ipv4'),
        () => evaluateGroups(model, groupIds, direction, family, protocol, ports),
      ),
    routes: (table, family) =>
      remember(
        within(routes, table, () => new Map()),
        bit(family === 'ipv4'),
        () => lookUpRoutes(model, table, family),
      ),
    interfacesByGroups: (subnetId) =>
      remember(interfaces, subnetId, () => {
        const byGroups = new Map<string, NetworkInterface[]>();
        for (const eni of model.interfacesIn(subnetId)) {
          const key = [...eni.groupIds].sort().join();
          const list = byGroups.get(key);
          if (list) list.push(eni);
          else byGroups.set(key, [eni]);
        }
        return byGroups;
      }),
    alikeTraffic: (id, ports, options, isPublic) => {
      let found = alikeIds[id];
      if (found === undefined) {
        const cell = portCellOf(options.protocol, ports);
        found = cell ? trafficId(cell, options, isPublic) : 0;
        alikeIds[id] = found;
      }
      return found === 0 ? undefined : found;
    },
    trafficId,
    senderTo: (from, groupIds, target) => {
      const ends = `${groupIds.join()} ${target.groupIds.join()} ${target.isPublic ?? false}`;
      const byAlike = within(senders, ends, () => new WeakMap<AlikeSubnets, object>());
      return within(byAlike, from, () => ({}));
    },
    way: (owner, dst, traffic, make) => {
      const none = (): Ways => new WeakMap();
      const byDst = isGroups(owner) ? within(groupWays, owner, none) : within(ways, owner, none);
      const known = within(byDst, dst, (): (Ledger | 'one by one' | undefined)[] => []);
      let found = known[traffic];
      if (found === undefined) {
        stats.misses += 1;
        found = make() ?? 'one by one';
        known[traffic] = found;
      } else stats.hits += 1;
      return found === 'one by one' ? undefined : found;
    },
  };
}
