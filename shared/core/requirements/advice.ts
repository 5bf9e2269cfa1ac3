import type { Reason } from '../reach/answer.ts';
import { adviseAbsence, adviseAgreement, adviseCriteria } from './advice/account.ts';
import { type Advised, type Adviser, fix } from './advice/advised.ts';
import {
  adviseAttachment,
  adviseDns,
  adviseExclusion,
  adviseOtherHalf,
  advisePolicy,
  advisePublicAddress,
  adviseState,
  adviseZone,
} from './advice/gateways-and-endpoints.ts';
import { adviseAclEntries } from './advice/network-acls.ts';
import { adviseBlackhole, adviseRoute, adviseTarget } from './advice/routes.ts';
import { adviseGroups, adviseRevocation, adviseRule } from './advice/security-groups.ts';
import type { Fix } from './report.ts';

/** Advice that needs no look at the network. */
const say =
  (title: (component: string) => string): Adviser =>
  ({ component }, about) =>
    fix(title(component), about);

/** A route of its own for what an internet gateway does not carry. */
const advisePrivateRoute: Adviser = ({ leg }, about) =>
  fix(
    leg === 'return'
      ? 'in that route table, add a route for these addresses back to where the packets came from (a transit gateway, for central egress)'
      : 'in that route table, add a route for these addresses to the gateway that leads there (virtual private gateway, transit gateway or peering connection)',
    about,
  );

/**
 * What usually mends a cause, for each explanation code (semantics of each code: VPC Reachability Analyzer guide, read 2026-11-25). It is advice: nothing
 * is changed, and whether it suffices shows at the next scan.
 */
const ADVICE: Readonly<Record<string, Adviser>> = {
  BAD_STATE: adviseState,
  BAD_STATE_ATTACHMENT: adviseAttachment,
  BAD_STATE_ROUTE: adviseBlackhole,
  BAD_STATE_VPN: say((id) => `bring at least one tunnel of \`${id}\` up`),
  CANNOT_ROUTE: adviseTarget,
  DISCONNECTED_VPCS: adviseAgreement,
  ENI_SG_RULES_MISMATCH: (reason, about) =>
    about.check.kind === 'groups-attached' ? adviseGroups(reason, about) : adviseRule(reason, about),
  ENI_SOURCE_DEST_CHECK_RESTRICTION: ({ component: id }, about) =>
    fix(
      `switch the source/destination check of \`${id}\` off, or route through a NAT gateway`,
      about,
      `ec2 modify-network-interface-attribute --network-interface-id ${id} --no-source-dest-check`,
    ),
  IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS: advisePrivateRoute,
  IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS: advisePrivateRoute,
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: advisePublicAddress,
  IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: advisePublicAddress,
  INGRESS_RTB_TRAFFIC_REDIRECTION: say(
    (id) => `make edge route table \`${id}\` and the subnet's route table use the same appliance`,
  ),
  NGW_SOURCE_ADDRESS_REASSIGN: say(
    (id) =>
      `in route table \`${id}\`, add a route back to the senders that does not go through a NAT gateway, or switch route propagation of the virtual private gateway on`,
  ),
  NO_POSSIBLE_DESTINATION: (reason, about) =>
    about.check.kind === 'endpoint'
      ? adviseOtherHalf(reason, about)
      : reason.component.startsWith('vpc-')
        ? adviseAttachment(reason, about)
        : adviseAbsence(reason, about),
  NO_ROUTE_TO_DESTINATION: adviseRoute,
  NO_SOURCE_OR_DESTINATION: adviseAgreement,
  PCX_REQUIRES_ADDRESS_IN_VPC_CIDR: say(
    (id) => `route this through a NAT gateway or a transit gateway: \`${id}\` never leads to the Internet`,
  ),
  REGIONAL_NGW_ROUTE_AZ_RESTRICTION: say((id) => `give regional NAT gateway \`${id}\` an address in the zone`),
  SG_HAS_NO_RULES: adviseRule,
  SUBNET_ACL_RESTRICTION: adviseAclEntries,
  TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION: say((id) => `associate \`${id}\` with a transit gateway route table`),
  TGW_ROUTE_AZ_RESTRICTION: adviseZone,
  TGW_RTB_BAD_STATE_ROUTE: say((id) => `in transit gateway route table \`${id}\`, replace the blackhole route`),
  TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT: say(
    (id) =>
      `in transit gateway route table \`${id}\`, add the route to the attachment that leads there, or propagate it`,
  ),
  UNASSOCIATED_COMPONENT: adviseAgreement,
  UNSUPPORTED_COMPONENT: adviseCriteria,
  VPC_BLOCK_PUBLIC_ACCESS_ENABLED: adviseExclusion,
  X_DNS_FIREWALL_BLOCK: say(
    (id) =>
      `in DNS Firewall rule group \`${id}\`, let the name through by a rule with a lower number that trusts redirections, or take it off the list that blocks it`,
  ),
  X_DNS_SUPPORT_DISABLED: adviseDns,
  X_ENDPOINT_POLICY: advisePolicy,
  X_IAM_DENIED: say((role) => `allow \`${role}\` these actions, or take away the policy that denies them`),
  X_INPUT_MISSING: ({ component: input }, about) =>
    fix(
      about.check.kind === 'plan-present'
        ? `plan how many environments subnet \`${about.subject}\` is to hold, and say it in the watch file (\`${input}\`)`
        : `say it in the watch file (\`${input}\`)`,
      about,
    ),
  X_NAT_LOOP: say(
    (id) => `in route table \`${id}\`, point the default route at an internet gateway, not back at a NAT gateway`,
  ),
  X_PRIVATE_DNS_DISABLED: adviseDns,
  X_SG_ADMITS_MORE: adviseRevocation,
};

/** One fix for each thing that is to be done, in the order of the reasons. */
export function adviceFor(reasons: readonly Reason[], about: Advised): readonly Fix[] {
  const fixes = reasons.flatMap((reason) => ADVICE[reason.code]?.(reason, about) ?? []);
  return [...new Map(fixes.map((one) => [`${one.title} ${one.command}`, one])).values()];
}
