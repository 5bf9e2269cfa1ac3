import type { Subnet } from '../facts/kinds/subnet.ts';
import { hostSpace, type NetworkModel } from '../model/network-model.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, minus, unionAll } from '../net/interval-set.ts';
import { PUBLIC_SPACE } from '../net/public-space.ts';
import type { Source } from './ends.ts';
import type { Target } from './flow.ts';

/**
 * Subnets that no packet to anywhere else can tell apart: one VPC, one zone, one route table, one network ACL, one Block Public Access state, and
 * nothing of the network itself inside. Their workloads are followed together, as one source with all of their addresses.
 */
export interface AlikeSubnets {
  readonly key: string;
  /** The one that stands for all in messages. */
  readonly first: Subnet;
  /** The one that stands for all where packets arrive: another than the first, when there are several. */
  readonly last: Subnet;
  readonly ids: ReadonlySet<string>;
  readonly space: AddressSet;
  /** Those that workloads can have. */
  readonly hosts: AddressSet;
}

export interface Alikes {
  /** Undefined for a subnet that is like no other, and for one whose table or ACL cannot be seen. IPv4 only. */
  of(subnet: Subnet): AlikeSubnets | undefined;
  /** Whether the addresses are outside of everything that the network owns, so that no packet to them can arrive in a subnet. */
  isOutside(dst: AddressSet): boolean;
}

/** Subnets with something in them that packets of others pass through. */
function passedThrough(model: NetworkModel): ReadonlySet<string> {
  const ids = new Set<string>();
  const add = (id: string | undefined): unknown => id !== undefined && ids.add(id);
  for (const nat of model.all('natGateway')) add(nat.subnetId);
  for (const endpoint of model.all('vpcEndpoint')) for (const id of endpoint.subnetIds) add(id);
  for (const attachment of model.all('transitGatewayVpcAttachment')) for (const id of attachment.subnetIds) add(id);
  for (const eni of model.all('networkInterface')) if (!eni.sourceDestCheck) add(eni.subnetId);
  for (const exclusion of model.all('blockPublicAccessExclusion')) add(exclusion.resourceId);
  for (const table of model.all('routeTable')) {
    for (const { target } of table.routes) {
      if (target.kind !== 'network-interface' && target.kind !== 'instance') continue;
      for (const eni of model.all('networkInterface'))
        if (eni.id === target.id || eni.instanceId === target.id) add(eni.subnetId);
    }
  }
  return ids;
}

const known = new WeakMap<NetworkModel, Alikes>();

export function alikesOf(model: NetworkModel): Alikes {
  let alikes = known.get(model);
  if (!alikes) {
    alikes = findAlikes(model);
    known.set(model, alikes);
  }
  return alikes;
}

function findAlikes(model: NetworkModel): Alikes {
  let bySubnet: Map<string, AlikeSubnets> | undefined;
  const group = (): Map<string, AlikeSubnets> => {
    const busy = passedThrough(model);
    const groups = new Map<string, Subnet[]>();
    for (const subnet of model.all('subnet')) {
      const table = model.routeTableOf(subnet);
      const acl = model.networkAclOf(subnet);
      if (busy.has(subnet.id) || table.is !== 'there' || acl.is !== 'there') continue;
      const { vpcId, zone, zoneName, blockPublicAccess } = subnet;
      const key = [vpcId, zone, zoneName, blockPublicAccess, table.value.id, acl.value.id].join(' ');
      const known = groups.get(key);
      if (known) known.push(subnet);
      else groups.set(key, [subnet]);
    }
    const found = new Map<string, AlikeSubnets>();
    for (const [key, subnets] of groups) {
      const first = subnets[0] as Subnet;
      const alike: AlikeSubnets = {
        key,
        first,
        last: subnets.at(-1) as Subnet,
        ids: new Set(subnets.map((subnet) => subnet.id)),
        space: unionAll(subnets.map((subnet) => model.subnetSpace(subnet, 'ipv4'))),
        hosts: unionAll(subnets.map((subnet) => hostSpace(model, subnet, 'ipv4'))),
      };
      for (const { id } of subnets) found.set(id, alike);
    }
    return found;
  };
  const outside = new WeakMap<AddressSet, boolean>();
  let internet: AddressSet | undefined;
  return {
    of: (subnet) => {
      bySubnet ??= group();
      return bySubnet.get(subnet.id);
    },
    isOutside: (dst) => {
      let answer = outside.get(dst);
      if (answer === undefined) {
        internet ??= minus(
          PUBLIC_SPACE.ipv4,
          unionAll([model.ownPublicAddresses, ...model.all('vpc').map((vpc) => model.vpcSpace(vpc.id, 'ipv4'))]),
        );
        answer = isEmpty(minus(dst, internet));
        outside.set(dst, answer);
      }
      return answer;
    },
  };
}

/** A workload that could be started in any of the subnets. */
export const sourceOfAll = (alike: AlikeSubnets, source: Source): Source => ({
  ...source,
  subnet: alike.first,
  addresses: alike.hosts,
  component: alike.first.id,
  home: {
    ...source.home,
    subnet: alike.first,
    component: alike.first.id,
    noPublicIp: isEmpty(source.home.noPublicIp) ? EMPTY : alike.hosts,
    alike,
  },
});

/** The same workload in any of the subnets. */
export const targetOfAll = (alike: AlikeSubnets, target: Target): Target => ({
  ...target,
  subnetId: alike.last.id,
  addresses: alike.hosts,
  component: target.component === target.subnetId ? alike.last.id : target.component,
  alike,
});

/** What holds for all of them, for one of them. */
export const addressesIn = (part: AddressSet, all: AddressSet, own: AddressSet): AddressSet =>
  part === all ? own : intersect(part, own);
