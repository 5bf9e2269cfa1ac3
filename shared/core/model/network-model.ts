import type { NetworkAcl } from '../facts/kinds/network-acl.ts';
import type { NetworkInterface, PrivateAddress } from '../facts/kinds/network-interface.ts';
import type { FactOf, ResourceKind } from '../facts/kinds/registry.ts';
import type { RouteTable } from '../facts/kinds/route-table.ts';
import type { SecurityGroup } from '../facts/kinds/security-group.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Vpc } from '../facts/kinds/vpc.ts';
import type { VpcEndpoint } from '../facts/kinds/vpc-endpoint.ts';
import type { Gap, Snapshot } from '../facts/snapshot.ts';
import { type Cidr, cidrsToSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, fromAddresses, single, unionAll } from '../net/interval-set.ts';
import { type Address, type Family, familyOf } from '../net/ip.ts';
import { ABSENT, hidden, type Seen, there } from './seen.ts';

/** A network interface and the one address of it that is meant. */
export interface InterfaceAddress {
  readonly eni: NetworkInterface;
  readonly address: Address;
  readonly publicIp: Address | undefined;
}

/** How the objects of a snapshot hang together. Look-ups answer with `Seen`, so that a gap is never taken for "none". */
export interface NetworkModel {
  readonly snapshot: Snapshot;
  find<K extends ResourceKind>(kind: K, id: string): Seen<FactOf<K>>;
  /** The first gap that hides any object of the kind; undefined when the whole kind was seen. */
  gapOf(kind: ResourceKind): Gap | undefined;
  /** Those that were seen; ask `gapOf` as well. */
  all<K extends ResourceKind>(kind: K): readonly FactOf<K>[];
  routeTableOf(subnet: Subnet): Seen<RouteTable>;
  /** Table of an internet gateway or virtual private gateway for traffic that enters through it. */
  edgeTableOf(gatewayId: string): Seen<RouteTable>;
  networkAclOf(subnet: Subnet): Seen<NetworkAcl>;
  subnetsOf(vpcId: string): readonly Subnet[];
  /** Blocks of the VPC; empty when the VPC itself was not seen. */
  vpcSpace(vpcId: string, family: Family): AddressSet;
  subnetSpace(subnet: Subnet, family: Family): AddressSet;
  interfacesIn(subnetId: string): readonly NetworkInterface[];
  /** Addresses of the interfaces that carry the group, by VPC. */
  membersOf(groupId: string, family: Family): ReadonlyMap<string, AddressSet>;
  ownerOfPublic(address: Address): InterfaceAddress | undefined;
  /** Public IPv4 addresses of interfaces that were seen. */
  readonly ownedByInterfaces: AddressSet;
  /** Every public IPv4 address that the snapshot owns. */
  readonly ownPublicAddresses: AddressSet;
  endpointOf(networkInterfaceId: string): VpcEndpoint | undefined;
}

export function addressesOf(eni: NetworkInterface, family: Family): readonly Address[] {
  return family === 'ipv4' ? eni.privateAddresses.map((item) => item.address) : eni.ipv6Addresses;
}

export const publicIpOf = (eni: NetworkInterface, address: Address): Address | undefined =>
  eni.privateAddresses.find((item: PrivateAddress) => item.address === address)?.publicIp;

function groupBy<T>(items: Iterable<T>, keys: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keys(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

const optional = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

/** One object of a kind by a relation that must be unique; two are a contradiction, which is as good as unseen. */
function only<T extends { readonly id: string }>(
  found: readonly T[] | undefined,
  gap: Gap | undefined,
  what: string,
  operation: string,
): Seen<T> {
  const [first, second] = found ?? [];
  if (first && second) {
    return hidden({
      kind: undefined,
      operation,
      code: 'Unreadable',
      resourceId: first.id,
      message: `${what} has both \`${first.id}\` and \`${second.id}\``,
    });
  }
  if (first) return there(first);
  return gap ? hidden(gap) : ABSENT;
}

export function buildNetworkModel(snapshot: Snapshot): NetworkModel {
  const { facts } = snapshot;
  const listed = new Map<ResourceKind, readonly { readonly id: string }[]>();
  const all = <K extends ResourceKind>(kind: K): readonly FactOf<K>[] => {
    let list = listed.get(kind);
    if (!list) {
      list = [...(facts[kind].items as ReadonlyMap<string, { readonly id: string }>).values()].sort(byId);
      listed.set(kind, list);
    }
    return list as readonly FactOf<K>[];
  };
  const gapOf = (kind: ResourceKind): Gap | undefined => facts[kind].gaps[0];

  const tables = all('routeTable');
  const tablesBySubnet = groupBy(tables, (table) => table.associations.flatMap((item) => optional(item.subnetId)));
  const tablesByGateway = groupBy(tables, (table) => table.associations.flatMap((item) => optional(item.gatewayId)));
  const mainTables = groupBy(tables, (table) => (table.associations.some((item) => item.main) ? [table.vpcId] : []));
  const aclsBySubnet = groupBy(all('networkAcl'), (acl) => [...new Set(acl.subnetIds)]);
  const defaultAcls = groupBy(facts.networkAcl.items.values(), (acl) => (acl.isDefault ? optional(acl.vpcId) : []));
  const subnetsByVpc = groupBy(all('subnet'), (subnet) => [subnet.vpcId]);
  const interfaces = all('networkInterface');
  const interfacesBySubnet = groupBy(interfaces, (eni) => optional(eni.subnetId));
  const interfacesByGroup = groupBy(interfaces, (eni) => eni.groupIds);
  const endpointsByInterface = groupBy(all('vpcEndpoint'), (endpoint) => endpoint.networkInterfaceIds);

  const publicOwners = new Map<Address, InterfaceAddress>();
  for (const eni of interfaces) {
    for (const { address, publicIp } of eni.privateAddresses) {
      if (publicIp !== undefined) publicOwners.set(publicIp, { eni, address, publicIp });
    }
  }
  const elastic = all('address').flatMap((item) => item.publicIp ?? []);
  const natPublic = all('natGateway').flatMap((nat) => nat.addresses.flatMap((item) => item.publicIp ?? []));
  const ownPublicAddresses = unionAll(
    [...publicOwners.keys(), ...elastic, ...natPublic].filter((address) => familyOf(address) === 'ipv4').map(single),
  );

  const spaceOf = <T extends object>(
    cidrsOf: (item: T) => readonly Cidr[],
  ): ((item: T, family: Family) => AddressSet) => {
    const known = { ipv4: new WeakMap<T, AddressSet>(), ipv6: new WeakMap<T, AddressSet>() };
    return (item, family) => {
      let set = known[family].get(item);
      if (!set) {
        set = cidrsToSet(cidrsOf(item), family);
        known[family].set(item, set);
      }
      return set;
    };
  };
  const spaceOfVpc = spaceOf((vpc: Vpc) => vpc.cidrs);
  const spaceOfSubnet = spaceOf((subnet: Subnet) => subnet.cidrs);
  const members = new Map<string, ReadonlyMap<string, AddressSet>>();

  const model: NetworkModel = {
    snapshot,
    ownPublicAddresses,
    ownedByInterfaces: fromAddresses([...publicOwners.keys()]),
    all,
    gapOf,
    find: <K extends ResourceKind>(kind: K, id: string): Seen<FactOf<K>> => {
      const item = (facts[kind].items as ReadonlyMap<string, FactOf<K>>).get(id);
      if (item !== undefined) return there(item);
      const gap = facts[kind].gaps.find(
        (candidate) => candidate.resourceId === undefined || candidate.resourceId === id,
      );
      return gap ? hidden(gap) : ABSENT;
    },
    routeTableOf: (subnet) => {
      const own = tablesBySubnet.get(subnet.id);
      if (own) {
        const found = only(own, undefined, `subnet \`${subnet.id}\``, 'DescribeRouteTables');
        if (found.is !== 'there') return found;
        const association = found.value.associations.find((item) => item.subnetId === subnet.id);
        return association?.state === 'associated'
          ? found
          : hidden(changing('DescribeRouteTables', found.value.id, association?.state));
      }
      const gap = gapOf('routeTable');
      if (gap) return hidden(gap);
      const main = only(mainTables.get(subnet.vpcId), undefined, `VPC \`${subnet.vpcId}\``, 'DescribeRouteTables');
      return main.is === 'absent' ? hidden(invisible('DescribeRouteTables', subnet.id, 'route table')) : main;
    },
    edgeTableOf: (gatewayId) => {
      const found = only(
        tablesByGateway.get(gatewayId),
        gapOf('routeTable'),
        `gateway \`${gatewayId}\``,
        'DescribeRouteTables',
      );
      if (found.is !== 'there') return found;
      const association = found.value.associations.find((item) => item.gatewayId === gatewayId);
      if (association?.publicIpv4Pool !== undefined) {
        return hidden({
          ...changing('DescribeRouteTables', found.value.id, ''),
          message: `edge table \`${found.value.id}\` is associated with an address pool`,
        });
      }
      return association?.state === 'associated'
        ? found
        : hidden(changing('DescribeRouteTables', found.value.id, association?.state));
    },
    networkAclOf: (subnet) => {
      const own = aclsBySubnet.get(subnet.id)?.filter((acl) => (acl.vpcId ?? subnet.vpcId) === subnet.vpcId);
      const found = only(own, gapOf('networkAcl'), `subnet \`${subnet.id}\``, 'DescribeNetworkAcls');
      if (found.is !== 'absent') return found;
      const usual = only(defaultAcls.get(subnet.vpcId), undefined, `VPC \`${subnet.vpcId}\``, 'DescribeNetworkAcls');
      return usual.is === 'absent' ? hidden(invisible('DescribeNetworkAcls', subnet.id, 'network ACL')) : usual;
    },
    subnetsOf: (vpcId) => subnetsByVpc.get(vpcId) ?? [],
    vpcSpace: (vpcId, family) => {
      const vpc = facts.vpc.items.get(vpcId);
      return vpc ? spaceOfVpc(vpc, family) : EMPTY;
    },
    subnetSpace: spaceOfSubnet,
    interfacesIn: (subnetId) => interfacesBySubnet.get(subnetId) ?? [],
    membersOf: (groupId, family) => {
      const key = `${groupId}|${family}`;
      let result = members.get(key);
      if (!result) {
        const byVpc = new Map<string, AddressSet>();
        for (const [vpcId, enis] of groupBy(interfacesByGroup.get(groupId) ?? [], (eni) => [eni.vpcId ?? ''])) {
          byVpc.set(vpcId, fromAddresses(enis.flatMap((eni) => addressesOf(eni, family))));
        }
        result = byVpc;
        members.set(key, result);
      }
      return result;
    },
    ownerOfPublic: (address) => publicOwners.get(address),
    endpointOf: (networkInterfaceId) => endpointsByInterface.get(networkInterfaceId)?.[0],
  };
  return model;
}

/** The same network with other rules in one security group. */
export const withSecurityGroup = (model: NetworkModel, group: SecurityGroup): NetworkModel => ({
  ...model,
  find: <K extends ResourceKind>(kind: K, id: string): Seen<FactOf<K>> =>
    kind === 'securityGroup' && id === group.id ? there(group as unknown as FactOf<K>) : model.find(kind, id),
  all: <K extends ResourceKind>(kind: K): readonly FactOf<K>[] =>
    kind === 'securityGroup'
      ? model
          .all(kind)
          .map((item) => ((item as { id: string }).id === group.id ? (group as unknown as FactOf<K>) : item))
      : model.all(kind),
});

const changing = (operation: string, id: string, state: string | undefined): Gap => ({
  kind: undefined,
  operation,
  code: 'Unreadable',
  resourceId: id,
  message: `association of \`${id}\` is \`${state ?? 'unknown'}\``,
});

const invisible = (operation: string, subnetId: string, what: string): Gap => ({
  kind: undefined,
  operation,
  code: 'NotVisible',
  resourceId: subnetId,
  message: `the ${what} of \`${subnetId}\` is not visible (shared subnet?)`,
});

/** Host addresses of a subnet that a workload can have: EC2 keeps the first four and the last (VPC guide, subnet sizing, read 2026-11-25). */
export function hostSpace(model: NetworkModel, subnet: Subnet, family: Family): AddressSet {
  const whole = model.subnetSpace(subnet, family);
  const out: Address[] = [];
  for (let i = 0; i < whole.length; i += 2) {
    const lo = whole[i] as Address;
    const hi = whole[i + 1] as Address;
    const first = typeof lo === 'number' ? lo + 4 : lo + 4n;
    const last = typeof hi === 'number' ? hi - 1 : hi - 1n;
    if (first < last) out.push(first, last);
  }
  return out;
}
