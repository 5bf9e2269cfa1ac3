import { block, covers, type Family } from './address.ts';
import { at, flag, items, type Json, number, text } from './json.ts';
import type { World } from './world.ts';

export interface Header {
  readonly family: Family;
  readonly protocol: number;
  readonly src: bigint;
  readonly dst: bigint;
  /** Destination port of TCP and UDP. */
  readonly port: number;
  readonly icmpType: number;
  readonly icmpCode: number;
}

const ICMP = [1, 58];
const WITH_PORTS = [6, 17];

/** The network ACL of a subnet: its association, else the VPC's default. */
export function aclOf(world: World, subnetId: string): Json | undefined {
  return world.remember(`acl ${subnetId}`, () => {
    const all = world.list('NetworkAcls');
    const own = all.find((acl) => items(acl, 'Associations').some((item) => text(item, 'SubnetId') === subnetId));
    if (own) return own;
    const subnet = world.subnet(subnetId);
    const vpcId = subnet && subnet !== 'unreadable' ? text(subnet.item, 'VpcId') : undefined;
    return all.find((acl) => flag(acl, 'IsDefault') === true && text(acl, 'VpcId') === vpcId && vpcId !== undefined);
  });
}

interface AclEntry {
  readonly item: Json;
  readonly cidr: ReturnType<typeof block>;
  readonly protocol: string;
  readonly allow: boolean;
  readonly ports: readonly [number, number] | undefined;
}

function entriesOf(world: World, acl: Json, egress: boolean): readonly AclEntry[] {
  return world.remember(`entries ${text(acl, 'NetworkAclId')} ${egress}`, () =>
    items(acl, 'Entries')
      .filter((entry) => (flag(entry, 'Egress') ?? false) === egress)
      .toSorted((a, b) => (number(a, 'RuleNumber') ?? 0) - (number(b, 'RuleNumber') ?? 0))
      .flatMap((entry) => {
        const cidr = text(entry, 'CidrBlock') ?? text(entry, 'Ipv6CidrBlock');
        if (cidr === undefined) return [];
        const range = at(entry, 'PortRange');
        const from = number(range, 'From');
        const to = number(range, 'To');
        return [
          {
            item: entry,
            cidr: block(cidr),
            protocol: text(entry, 'Protocol') ?? '-1',
            allow: text(entry, 'RuleAction') === 'allow',
            ports: from === undefined || to === undefined ? undefined : ([from, to] as const),
          },
        ];
      }),
  );
}

/** First match by rule number; nothing matches: deny. */
export function aclAdmits(world: World, acl: Json, egress: boolean, header: Header): boolean {
  const far = egress ? header.dst : header.src;
  for (const entry of entriesOf(world, acl, egress)) {
    if (!covers(entry.cidr, header.family, far)) continue;
    if (entry.protocol !== '-1') {
      if (entry.protocol !== String(header.protocol)) continue;
      if (WITH_PORTS.includes(header.protocol) && entry.ports) {
        if (header.port < entry.ports[0] || header.port > entry.ports[1]) continue;
      }
      if (ICMP.includes(header.protocol)) {
        const type = number(at(entry.item, 'IcmpTypeCode'), 'Type') ?? -1;
        const code = number(at(entry.item, 'IcmpTypeCode'), 'Code') ?? -1;
        if (type !== -1 && type !== header.icmpType) continue;
        if (code !== -1 && code !== header.icmpCode) continue;
      }
    }
    return entry.allow;
  }
  return false;
}

/** Every port of the range at which some ACL of the bundle may change its mind. */
export function portEdges(world: World, low: number, high: number): readonly number[] {
  return world.remember(`edges ${low} ${high}`, () => {
    const edges = new Set([low, high]);
    for (const acl of world.list('NetworkAcls'))
      for (const entry of items(acl, 'Entries')) {
        const from = number(at(entry, 'PortRange'), 'From');
        const to = number(at(entry, 'PortRange'), 'To');
        for (const port of [from, to === undefined ? undefined : to + 1])
          if (port !== undefined && port >= low && port <= high) edges.add(port);
      }
    return [...edges].sort((a, b) => a - b);
  });
}

/** How the two ends of a group rule meet. */
export type Link =
  | { readonly kind: 'local' }
  | { readonly kind: 'peering'; readonly active: boolean; readonly sameRegion: boolean }
  | { readonly kind: 'transit'; readonly support: 'on' | 'off' | 'unknown'; readonly peered: boolean }
  | { readonly kind: 'broken' }
  | { readonly kind: 'unsettled' };

/** The other end as a group reference sees it. */
export interface FarEnd {
  readonly groups: readonly string[];
  /** A reference matches private addresses only. */
  readonly isPrivate: boolean;
}

export interface GroupVerdict {
  readonly verdict: 'allow' | 'deny' | 'unknown';
  readonly code: string;
  readonly component: string;
}

interface Rule {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly cidrs: readonly string[];
  readonly lists: readonly string[];
  readonly references: readonly Json[];
}

const PROTOCOLS: Readonly<Record<string, string>> = { tcp: '6', udp: '17', icmp: '1', icmpv6: '58' };

function rulesOf(world: World, group: string, egress: boolean): readonly Rule[] {
  return world.remember(`rules ${group} ${egress}`, () => {
    if (world.readable('SecurityGroupRules'))
      return world
        .list('SecurityGroupRules')
        .filter((rule) => text(rule, 'GroupId') === group && (flag(rule, 'IsEgress') ?? false) === egress)
        .map((rule) => ({
          protocol: text(rule, 'IpProtocol') ?? '-1',
          from: number(rule, 'FromPort') ?? -1,
          to: number(rule, 'ToPort') ?? -1,
          cidrs: [text(rule, 'CidrIpv4'), text(rule, 'CidrIpv6')].filter((cidr) => cidr !== undefined),
          lists: [text(rule, 'PrefixListId')].filter((id) => id !== undefined),
          references: rule['ReferencedGroupInfo'] === undefined ? [] : [at(rule, 'ReferencedGroupInfo')],
        }));
    const found = world.find('SecurityGroups', 'GroupId', group);
    if (!found || found === 'unreadable') return [];
    return items(found.item, egress ? 'IpPermissionsEgress' : 'IpPermissions').map((permission) => ({
      protocol: text(permission, 'IpProtocol') ?? '-1',
      from: number(permission, 'FromPort') ?? -1,
      to: number(permission, 'ToPort') ?? -1,
      cidrs: [
        ...items(permission, 'IpRanges').map((range) => text(range, 'CidrIp')),
        ...items(permission, 'Ipv6Ranges').map((range) => text(range, 'CidrIpv6')),
      ].filter((cidr) => cidr !== undefined),
      lists: items(permission, 'PrefixListIds')
        .map((range) => text(range, 'PrefixListId'))
        .filter((id) => id !== undefined),
      references: items(permission, 'UserIdGroupPairs'),
    }));
  });
}

function protocolMatches(rule: Rule, header: Header): boolean {
  if (rule.protocol === '-1') return true;
  const protocol = PROTOCOLS[rule.protocol] ?? rule.protocol;
  if (protocol !== String(header.protocol)) return false;
  if (WITH_PORTS.includes(header.protocol)) {
    const low = rule.from === -1 ? 0 : rule.from;
    const high = rule.to === -1 ? 65535 : rule.to;
    return header.port >= low && header.port <= high;
  }
  if (ICMP.includes(header.protocol)) {
    if (rule.from === -1) return rule.to === -1;
    return rule.from === header.icmpType && (rule.to === -1 || rule.to === header.icmpCode);
  }
  return true;
}

/** Does a reference let this far end through over this link? A string is the code that stands against it. */
function referenceAdmits(
  reference: Json,
  far: FarEnd | 'unknown' | undefined,
  link: Link,
  egress: boolean,
): boolean | 'unknown' | string {
  if (far === undefined) return false;
  if (far !== 'unknown' && (!far.isPrivate || !far.groups.includes(text(reference, 'GroupId') ?? ''))) return false;
  const status = text(reference, 'PeeringStatus');
  if (status !== undefined && status !== 'active') return false;
  const yes = far === 'unknown' ? 'unknown' : true;
  switch (link.kind) {
    case 'local':
    case 'unsettled':
      return yes;
    case 'peering':
      return link.active && link.sameRegion ? yes : 'SG_REFERENCES_NOT_PRESERVED';
    case 'transit':
      if (egress || link.peered || link.support === 'off') return 'SG_REFERENCING_SUPPORT';
      return link.support === 'unknown' ? 'unknown' : yes;
    case 'broken':
      return 'SG_REFERENCES_NOT_PRESERVED';
  }
}

/** The union of all groups of one end, one direction. */
export function groupsAdmit(
  world: World,
  groups: readonly string[],
  egress: boolean,
  header: Header,
  far: FarEnd | 'unknown' | undefined,
  link: Link,
): GroupVerdict {
  const address = egress ? header.dst : header.src;
  let unknown: string | undefined;
  let code = '';
  let rules = 0;
  for (const group of groups) {
    const found = world.find('SecurityGroups', 'GroupId', group);
    if (!found || found === 'unreadable') {
      unknown = group;
      continue;
    }
    for (const rule of rulesOf(world, group, egress)) {
      rules += 1;
      if (!protocolMatches(rule, header)) continue;
      if (rule.cidrs.some((cidr) => covers(block(cidr), header.family, address)))
        return { verdict: 'allow', code: '', component: group };
      for (const list of rule.lists) {
        const entries = world.prefixList(list);
        if (entries?.some((cidr) => covers(block(cidr), header.family, address)))
          return { verdict: 'allow', code: '', component: group };
        if (entries === undefined && !listIsOther(world, list, header.family)) unknown = list;
      }
      for (const reference of rule.references) {
        const admits = referenceAdmits(reference, far, link, egress);
        if (admits === true) return { verdict: 'allow', code: '', component: group };
        if (admits === 'unknown') unknown = group;
        else if (typeof admits === 'string') code = admits;
      }
    }
  }
  if (unknown !== undefined) return { verdict: 'unknown', code: 'X_FACT_UNREADABLE', component: unknown };
  const why = code || (rules === 0 ? 'SG_HAS_NO_RULES' : 'ENI_SG_RULES_MISMATCH');
  return { verdict: 'deny', code: why, component: groups[0] ?? '' };
}

/** The list is known to hold only the other family. */
export function listIsOther(world: World, list: string, family: Family): boolean {
  const found = world.find('ManagedPrefixLists', 'PrefixListId', list);
  if (!found || found === 'unreadable') return false;
  const held = text(found.item, 'AddressFamily');
  return held !== undefined && held !== `IPv${family}`;
}
