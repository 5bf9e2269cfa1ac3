import type { NetworkAcl } from '../facts/kinds/network-acl.ts';
import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { RouteTable } from '../facts/kinds/route-table.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Family } from '../net/ip.ts';
import type { PortRange } from '../net/protocol.ts';
import { type AclCell, evaluateAcl } from './network-acl-filter.ts';
import { lookUpRoutes, type RouteChoice } from './route-lookup.ts';
import { evaluateGroups, type GroupVerdict } from './security-group-filter.ts';

/** Evaluated filters, shared by every question on one model. Keys name the object and everything that the result depends on. */
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
  readonly stats: { hits: number; misses: number };
}

export function createMemo(model: NetworkModel): Memo {
  const stats = { hits: 0, misses: 0 };
  const table = <T>() => {
    const known = new Map<string, T>();
    return (key: string, make: () => T): T => {
      const found = known.get(key);
      if (found !== undefined) {
        stats.hits += 1;
        return found;
      }
      stats.misses += 1;
      const made = make();
      known.set(key, made);
      return made;
    };
  };
  const acls = table<readonly AclCell[]>();
  const groups = table<GroupVerdict>();
  const routes = table<readonly RouteChoice[]>();
  const interfaces = table<ReadonlyMap<string, readonly NetworkInterface[]>>();
  return {
    stats,
    acl: (acl, egress, family, protocol, ports) =>
      acls(`${acl.id}|${egress}|${family}|${protocol}|${ports.from}-${ports.to}`, () =>
        evaluateAcl(acl, egress, family, protocol, ports),
      ),
    groups: (groupIds, direction, family, protocol, ports) =>
      groups(`${groupIds.join()}|${direction}|${family}|${protocol}|${ports.from}-${ports.to}`, () =>
        evaluateGroups(model, groupIds, direction, family, protocol, ports),
      ),
    routes: (routeTable, family) => routes(`${routeTable.id}|${family}`, () => lookUpRoutes(model, routeTable, family)),
    interfacesByGroups: (subnetId) =>
      interfaces(subnetId, () => {
        const byGroups = new Map<string, NetworkInterface[]>();
        for (const eni of model.interfacesIn(subnetId)) {
          const key = [...eni.groupIds].sort().join();
          const list = byGroups.get(key);
          if (list) list.push(eni);
          else byGroups.set(key, [eni]);
        }
        return byGroups;
      }),
  };
}
