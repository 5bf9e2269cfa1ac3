import type { Bundle } from './bundle.ts';
import type { ReferenceList } from './kinds/kind.ts';
import { parseBundle, type Snapshot } from './snapshot.ts';

/** Ids that what was read refers to and that a call each is made for; sorted. */
export type References = Readonly<Record<ReferenceList, readonly string[]>>;

const sorted = (ids: Iterable<string>): readonly string[] => [...new Set(ids)].sort();

/** The watched VPC, its peers, and every VPC attached to a transit gateway that it is attached to. */
export function referencedVpcs(bundle: Bundle, vpcId: string): readonly string[] {
  const { facts } = parseBundle(bundle);
  const ids = new Set([vpcId]);
  for (const { accepter, requester, status } of facts.vpcPeeringConnection.items.values()) {
    const ends = [accepter.vpcId, requester.vpcId];
    if (status === 'active' && ends.includes(vpcId)) for (const end of ends) if (end !== undefined) ids.add(end);
  }
  const attachments = [...facts.transitGatewayVpcAttachment.items.values()];
  const gateways = new Set(attachments.filter((item) => item.vpcId === vpcId).map((item) => item.transitGatewayId));
  for (const item of attachments)
    if (item.vpcId !== undefined && gateways.has(item.transitGatewayId)) ids.add(item.vpcId);
  return sorted(ids);
}

/** What the watch file says of a network that leads to other objects. */
export interface Watched {
  readonly vpcId: string;
  readonly runnerServiceArn?: string | undefined;
  readonly deploymentRoleArn?: string | null | undefined;
}

const named = (id: string | null | undefined): readonly string[] => (id === undefined || id === null ? [] : [id]);

export function referencesIn(bundle: Bundle, watched: Watched): References {
  const { facts } = parseBundle(bundle);
  const associations = [...facts.firewallRuleGroupAssociation.items.values()];
  const rules = [...facts.firewallRules.items.values()].flatMap((group) => group.rules);
  return {
    vpcIds: sorted(facts.vpc.items.keys()),
    watchedVpcIds: [watched.vpcId],
    firewallRuleGroupIds: sorted(
      associations.filter(({ vpcId }) => vpcId === watched.vpcId).map(({ ruleGroupId }) => ruleGroupId),
    ),
    firewallDomainListIds: sorted(
      rules
        .flatMap(({ domainListId }) => named(domainListId))
        .filter((id) => !facts.firewallDomainList.items.get(id)?.isManaged),
    ),
    networkFirewallArns: sorted(facts.networkFirewall.items.keys()),
    runnerServiceArns: named(watched.runnerServiceArn),
    deploymentRoleArns: named(watched.deploymentRoleArn),
    prefixListIds: sorted(prefixListIds(facts)),
    transitGatewayRouteTableIds: sorted(
      [...facts.transitGatewayAttachment.items.values()].flatMap((item) => item.association?.routeTableId ?? []),
    ),
  };
}

/** Security groups by what they are to the network: those of its VPCs, and those of other VPCs that are lent to it. */
export function groupsIn(bundle: Bundle): { readonly own: readonly string[]; readonly lent: readonly string[] } {
  const { facts } = parseBundle(bundle);
  const own = facts.securityGroup.items;
  const associated = [...facts.securityGroupVpcAssociation.items.values()].map(({ groupId }) => groupId);
  return { own: sorted(own.keys()), lent: sorted(associated.filter((id) => !own.has(id))) };
}

/** Lists of AWS services come with their blocks and need no second call. */
function* prefixListIds(facts: Snapshot['facts']): Iterable<string> {
  for (const table of facts.routeTable.items.values()) {
    for (const { destination } of table.routes)
      if ('prefixListId' in destination && !facts.prefixList.items.get(destination.prefixListId)?.cidrs)
        yield destination.prefixListId;
  }
  for (const group of facts.securityGroup.items.values()) {
    for (const permission of [...group.ingress, ...group.egress]) {
      for (const peer of permission.peers)
        if ('prefixListId' in peer && !facts.prefixList.items.get(peer.prefixListId)?.cidrs) yield peer.prefixListId;
    }
  }
}
