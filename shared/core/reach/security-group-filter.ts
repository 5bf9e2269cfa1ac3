import type { GroupReference, Permission } from '../facts/kinds/security-group.ts';
import type { NetworkModel } from '../model/network-model.ts';
import { meetPorts } from '../net/box.ts';
import { type AddressSet, EMPTY, fromIntervals, union } from '../net/interval-set.ts';
import type { Address, Family } from '../net/ip.ts';
import { ALL_PROTOCOLS, isIcmp, type PortRange } from '../net/protocol.ts';
import { icmpPorts } from './flow.ts';
import { portClasses } from './network-acl-filter.ts';
import { entriesOfList } from './prefix-list-entries.ts';
import { describeGap } from './walk-context.ts';

/** What the union of several groups admits in one direction for one class of ports, apart from references to groups. */
export interface GroupCell {
  readonly ports: PortRange;
  readonly allowed: AddressSet;
  readonly references: readonly { readonly reference: GroupReference; readonly groupId: string }[];
  /** Prefix lists that cannot be read: they may admit anything. */
  readonly unreadable: readonly { readonly component: string; readonly message: string }[];
}

export interface GroupVerdict {
  readonly cells: readonly GroupCell[];
  /** No rule at all in that direction. */
  readonly isEmpty: boolean;
}

const portsOf = (permission: Permission): PortRange =>
  isIcmp(permission.protocol) ? icmpPorts(permission.icmp.type, permission.icmp.code) : permission.ports;

/** Security groups only allow, and the groups of an interface add up (VPC guide, security group rules, read 2026-11-25). */
export function evaluateGroups(
  model: NetworkModel,
  groupIds: readonly string[],
  direction: 'ingress' | 'egress',
  family: Family,
  protocol: number,
  ports: PortRange,
): GroupVerdict {
  const rules: { permission: Permission; groupId: string }[] = [];
  const hiddenGroups: { component: string; message: string }[] = [];
  let isEmpty = true;
  for (const groupId of groupIds) {
    const group = model.find('securityGroup', groupId);
    if (group.is !== 'there') {
      const why = group.is === 'hidden' ? describeGap(group.gap) : 'it is not among the security groups that were read';
      hiddenGroups.push({
        component: groupId,
        message: `the rules of security group \`${groupId}\` cannot be seen (${why})`,
      });
      isEmpty = false;
      continue;
    }
    for (const permission of group.value[direction]) {
      isEmpty = false;
      if (permission.protocol === ALL_PROTOCOLS || permission.protocol === protocol)
        rules.push({ permission, groupId });
    }
  }
  const classes = portClasses(
    ports,
    rules.map(({ permission }) => portsOf(permission)),
  );
  const cells = classes.map((portClass): GroupCell => {
    const intervals: [Address, Address][] = [];
    let listed: AddressSet = EMPTY;
    const references: { reference: GroupReference; groupId: string }[] = [];
    const unreadable = [...hiddenGroups];
    for (const { permission, groupId } of rules) {
      if (!meetPorts(portsOf(permission), portClass)) continue;
      for (const peer of permission.peers) {
        if ('cidr' in peer) {
          if (peer.cidr.family === family) intervals.push([peer.cidr.lo, peer.cidr.hi]);
        } else if ('prefixListId' in peer) {
          const entries = entriesOfList(model, peer.prefixListId);
          if (entries.is === 'there') listed = union(listed, entries.value.set[family]);
          else
            unreadable.push({
              component: peer.prefixListId,
              message: `the entries of prefix list \`${peer.prefixListId}\`, used by \`${groupId}\`, are not visible`,
            });
        } else {
          references.push({ reference: peer.group, groupId });
        }
      }
    }
    return { ports: portClass, allowed: union(fromIntervals(intervals), listed), references, unreadable };
  });
  return { cells, isEmpty };
}
