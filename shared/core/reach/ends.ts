import { WatcherError } from '../base/watcher-error.ts';
import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { FactOf, ResourceKind } from '../facts/kinds/registry.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Gap } from '../facts/snapshot.ts';
import { addressesOf, hostSpace, type NetworkModel } from '../model/network-model.ts';
import { type AddressSet, EMPTY, equals, fromAddresses, isEmpty, isSubset, minus } from '../net/interval-set.ts';
import type { Address, Family } from '../net/ip.ts';
import { parseAddress } from '../net/ip.ts';
import { PUBLIC_SPACE } from '../net/public-space.ts';
import type { Home, ReplyPorts, Sender, Target } from './flow.ts';

/** One place from which the packets of a question start. */
export interface Source {
  readonly subnet: Subnet | undefined;
  readonly vpcId: string | undefined;
  readonly addresses: AddressSet;
  readonly sender: Sender | undefined;
  /** Undefined when the sender's own groups are not judged. */
  readonly groupIds: readonly string[] | undefined;
  readonly home: Omit<Home, 'reply'>;
  readonly component: string;
}

export type Found<T> =
  | { readonly is: 'found'; readonly value: T }
  | { readonly is: 'hidden'; readonly gap: Gap; readonly component: string };

const found = <T>(value: T): Found<T> => ({ is: 'found', value });

/** Throws `bad-input` when the whole kind was seen and the id is not in it: the question names something that does not exist. */
function need<K extends ResourceKind>(model: NetworkModel, kind: K, id: string, name: string): Found<FactOf<K>> {
  const seen = model.find(kind, id);
  if (seen.is === 'there') return found(seen.value);
  if (seen.is === 'hidden') return { is: 'hidden', gap: seen.gap, component: id };
  throw new WatcherError('bad-input', `unknown ${name} \`${id}\``);
}

/** Sanitised or torn data: an interface whose address its subnet does not hold cannot be placed. */
function misplaced(
  model: NetworkModel,
  eni: NetworkInterface,
  subnet: Subnet,
  addresses: AddressSet,
  family: Family,
): Found<never> | undefined {
  if (isSubset(addresses, model.subnetSpace(subnet, family))) return undefined;
  const message = `an address of \`${eni.id}\` is outside its subnet \`${subnet.id}\``;
  return {
    is: 'hidden',
    component: eni.id,
    gap: {
      kind: 'networkInterface',
      operation: 'DescribeNetworkInterfaces',
      code: 'Unreadable',
      resourceId: eni.id,
      message,
    },
  };
}

interface PlacedInterface {
  readonly eni: NetworkInterface;
  readonly subnet: Subnet;
  /** Those that are asked about. */
  readonly addresses: AddressSet;
}

function placeInterface(
  model: NetworkModel,
  eniId: string,
  privateIp: string | undefined,
  family: Family,
): Found<PlacedInterface> {
  const seen = need(model, 'networkInterface', eniId, 'network interface');
  if (seen.is === 'hidden') return seen;
  const eni = seen.value;
  const subnet = need(model, 'subnet', eni.subnetId ?? '', 'subnet');
  if (subnet.is === 'hidden') return subnet;
  const addresses = fromAddresses(chosenAddresses(eni, privateIp, family));
  const torn = misplaced(model, eni, subnet.value, addresses, family);
  if (torn) return torn;
  return found({ eni, subnet: subnet.value, addresses });
}

export function interfaceSource(
  model: NetworkModel,
  eniId: string,
  privateIp: string | undefined,
  family: Family,
): Found<Source> {
  const placed = placeInterface(model, eniId, privateIp, family);
  if (placed.is === 'hidden') return placed;
  const { eni, subnet, addresses } = placed.value;
  const bare = eni.privateAddresses.filter((item) => item.publicIp === undefined).map((item) => item.address);
  const groupIds = [...eni.groupIds].sort();
  return found({
    subnet,
    vpcId: subnet.vpcId,
    addresses,
    sender: { eni, groupIds, vpcId: subnet.vpcId },
    groupIds,
    component: eni.id,
    home: {
      kind: 'interface',
      vpcId: subnet.vpcId,
      subnet,
      noPublicIp: fromAddresses(bare),
      publicAddresses: publicAddressesOf([eni]),
      component: eni.id,
      closedToGateways: closedAddresses([eni]),
      onArrival: undefined,
    },
  });
}

const NONE: ReadonlyMap<Address, Address> = new Map();

export const publicAddressesOf = (enis: readonly NetworkInterface[]): ReadonlyMap<Address, Address> =>
  new Map(
    enis.flatMap((eni) =>
      eni.privateAddresses.flatMap(({ address, publicIp }) => (publicIp === undefined ? [] : [[address, publicIp]])),
    ),
  );

/** Only IPv6: without a public address of its own no IPv4 interface meets a gateway. */
export const closedAddresses = (enis: readonly NetworkInterface[]): AddressSet =>
  fromAddresses(enis.flatMap((eni) => (eni.denyAllIgwTraffic ? eni.ipv6Addresses : [])));

/** The address that was asked for, else the primary one; IPv6 has no primary address, so all of them. */
function chosenAddresses(eni: NetworkInterface, privateIp: string | undefined, family: Family): readonly Address[] {
  const own = addressesOf(eni, family);
  if (privateIp === undefined) return family === 'ipv4' ? own.slice(0, 1) : own;
  const wanted = parseAddress(privateIp);
  if (wanted === undefined || !own.includes(wanted))
    throw new WatcherError('bad-input', `network interface \`${eni.id}\` has no address \`${privateIp}\``);
  return [wanted];
}

const groupSets = new WeakMap<NetworkModel, Map<string, readonly string[]>>();

/** One list for one set of groups, so that what was found out about it can be remembered by the list. */
function groupSet(model: NetworkModel, groupIds: readonly string[]): readonly string[] {
  let known = groupSets.get(model);
  if (!known) {
    known = new Map();
    groupSets.set(model, known);
  }
  const written = groupIds.join();
  let found = known.get(written);
  if (!found) {
    const sorted = [...new Set(groupIds)].sort();
    found = known.get(sorted.join()) ?? sorted;
    known.set(written, found);
    known.set(sorted.join(), found);
  }
  return found;
}

/** A workload that could be started in the subnet: any host address, the given groups. */
export function workloadSource(
  model: NetworkModel,
  subnetId: string,
  groupIds: readonly string[],
  publicIp: boolean | undefined,
  family: Family,
): Found<Source> {
  const seen = need(model, 'subnet', subnetId, 'subnet');
  if (seen.is === 'hidden') return seen;
  const subnet = seen.value;
  const sorted = groupSet(model, groupIds);
  for (const groupId of sorted) need(model, 'securityGroup', groupId, 'security group');
  const addresses = hostSpace(model, subnet, family);
  const isPublic = publicIp ?? subnet.mapsPublicIp;
  return found({
    subnet,
    vpcId: subnet.vpcId,
    addresses,
    sender: { eni: undefined, groupIds: sorted, vpcId: subnet.vpcId },
    groupIds: sorted,
    component: subnet.id,
    home: {
      kind: 'interface',
      vpcId: subnet.vpcId,
      subnet,
      noPublicIp: isPublic ? EMPTY : addresses,
      publicAddresses: NONE,
      component: subnet.id,
      closedToGateways: EMPTY,
      onArrival: undefined,
    },
  });
}

/** Every host address of every subnet; own groups are not judged (semantics.md section 8, ruling 19). */
export function vpcSources(model: NetworkModel, vpcId: string, family: Family): Found<readonly Source[]> {
  const vpc = need(model, 'vpc', vpcId, 'VPC');
  if (vpc.is === 'hidden') return vpc;
  const gap = model.gapOf('subnet');
  if (gap) return { is: 'hidden', gap, component: vpcId };
  const hiddenInterfaces = model.gapOf('networkInterface');
  const sources = model.subnetsOf(vpcId).map((subnet): Source => {
    const addresses = hostSpace(model, subnet, family);
    const publicAddresses = publicAddressesOf(model.interfacesIn(subnet.id));
    return {
      subnet,
      vpcId,
      addresses,
      sender: { eni: undefined, groupIds: undefined, vpcId },
      groupIds: undefined,
      component: subnet.id,
      home: {
        kind: 'interface',
        vpcId,
        subnet,
        noPublicIp: hiddenInterfaces ? EMPTY : minus(addresses, fromAddresses([...publicAddresses.keys()])),
        publicIpGap: hiddenInterfaces,
        publicAddresses,
        component: subnet.id,
        closedToGateways: closedAddresses(model.interfacesIn(subnet.id)),
        onArrival: undefined,
      },
    };
  });
  return found(sources.filter((source) => !isEmpty(source.addresses)));
}

export function outsideSource(addresses: AddressSet, kind: 'internet' | 'private-network', component: string): Source {
  return {
    subnet: undefined,
    vpcId: undefined,
    addresses,
    sender: undefined,
    groupIds: undefined,
    component,
    home: {
      kind,
      vpcId: undefined,
      subnet: undefined,
      noPublicIp: EMPTY,
      publicAddresses: NONE,
      component,
      closedToGateways: EMPTY,
      onArrival: undefined,
    },
  };
}

export function interfaceTarget(
  model: NetworkModel,
  eniId: string,
  privateIp: string | undefined,
  family: Family,
): Found<Target> {
  const placed = placeInterface(model, eniId, privateIp, family);
  if (placed.is === 'hidden') return placed;
  const { eni, subnet, addresses } = placed.value;
  return found({
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    addresses,
    groupIds: [...eni.groupIds].sort(),
    component: eni.id,
  });
}

export function workloadTarget(
  model: NetworkModel,
  subnetId: string,
  groupIds: readonly string[],
  publicIp: boolean | undefined,
  family: Family,
): Found<Target> {
  const seen = need(model, 'subnet', subnetId, 'subnet');
  if (seen.is === 'hidden') return seen;
  for (const groupId of groupIds) need(model, 'securityGroup', groupId, 'security group');
  return found({
    subnetId,
    vpcId: seen.value.vpcId,
    addresses: hostSpace(model, seen.value, family),
    groupIds: [...new Set(groupIds)].sort(),
    component: groupIds[0] ?? subnetId,
    isPublic: publicIp ?? seen.value.mapsPublicIp,
  });
}

export interface Internet {
  readonly set: AddressSet;
  readonly assumptions: readonly string[];
}

const internets = new WeakMap<NetworkModel, Readonly<Record<Family, Map<string, Internet>>>>();

/** Public space without what the network itself owns (semantics.md 0.2 and section 8, ruling 1). `vpcIds` are the VPCs of the inside end; of IPv6, whose VPC addresses are public, every VPC that is seen. */
export function theInternet(model: NetworkModel, vpcIds: readonly string[], family: Family): Internet {
  let families = internets.get(model);
  if (!families) {
    families = { ipv4: new Map(), ipv6: new Map() };
    internets.set(model, families);
  }
  const known = families[family];
  const key = vpcIds.length === 1 ? (vpcIds[0] ?? '') : vpcIds.join();
  let found = known.get(key);
  if (!found) {
    found = findInternet(model, vpcIds, family);
    // VPCs without public space of their own see one and the same Internet.
    for (const other of known.values()) if (equals(other.set, found.set)) found = { ...found, set: other.set };
    known.set(key, found);
  }
  return found;
}

function findInternet(model: NetworkModel, vpcIds: readonly string[], family: Family): Internet {
  let set = PUBLIC_SPACE[family];
  const assumptions: string[] = [];
  const owners = family === 'ipv6' ? model.all('vpc').map((vpc) => vpc.id) : vpcIds;
  for (const vpcId of owners) {
    const space = model.vpcSpace(vpcId, family);
    const cut = minus(set, space);
    if (cut.length !== set.length || cut.some((at, index) => at !== set[index]))
      assumptions.push(`the address space of \`${vpcId}\` is not the Internet`);
    set = cut;
  }
  if (family === 'ipv4' && !isEmpty(model.ownPublicAddresses)) set = minus(set, model.ownPublicAddresses);
  return { set, assumptions };
}

export const withReply = (home: Omit<Home, 'reply'>, reply: ReplyPorts | undefined): Home => ({ ...home, reply });
