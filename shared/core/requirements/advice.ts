import type { Reason } from '../reach/answer.ts';
import type { Fix } from './report.ts';

/**
 * What usually mends a cause, in one sentence for each explanation code (semantics of each code: VPC Reachability Analyzer guide, read 2026-11-25). It
 * is advice: nothing is changed, and whether it suffices shows at the next scan.
 */
const ADVICE: Readonly<Record<string, (component: string) => string>> = {
  BAD_STATE: (id) => `bring \`${id}\` back to state available, or point its routes at one that is`,
  BAD_STATE_ATTACHMENT: (id) => `attach \`${id}\` to the VPC again, or route around it`,
  BAD_STATE_ROUTE: (id) =>
    `in route table \`${id}\`, replace the blackhole route's target by a working one (for a private subnet: a NAT gateway of the same zone)`,
  BAD_STATE_VPN: (id) => `bring at least one tunnel of \`${id}\` up`,
  CANNOT_ROUTE: (id) => `in route table \`${id}\`, send the reply back the way the packets came`,
  ENI_SG_RULES_MISMATCH: (id) => `add a rule to security group \`${id}\` for exactly this traffic`,
  ENI_SOURCE_DEST_CHECK_RESTRICTION: (id) =>
    `switch the source/destination check of \`${id}\` off, or route through a NAT gateway`,
  IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: (id) =>
    `give \`${id}\` a public address, or route its subnet through a public NAT gateway`,
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: (id) => `give \`${id}\` a public address, or let people come in over a VPN`,
  INGRESS_RTB_TRAFFIC_REDIRECTION: (id) =>
    `make edge route table \`${id}\` and the subnet's route table use the same appliance`,
  NGW_SOURCE_ADDRESS_REASSIGN: (id) =>
    `in route table \`${id}\`, add a route back to the senders that does not go through a NAT gateway`,
  NO_POSSIBLE_DESTINATION: (id) => `check the destination and the routes of \`${id}\``,
  NO_ROUTE_TO_DESTINATION: (id) => `add the missing route to route table \`${id}\``,
  NO_SOURCE_OR_DESTINATION: (id) => `make the watch file and the network agree about \`${id}\``,
  PCX_REQUIRES_ADDRESS_IN_VPC_CIDR: () =>
    'a peering connection never leads to the Internet: use a NAT gateway or a transit gateway',
  REGIONAL_NGW_ROUTE_AZ_RESTRICTION: (id) => `give regional NAT gateway \`${id}\` an address in the zone`,
  SG_HAS_NO_RULES: (id) => `add the documented rules to security group \`${id}\``,
  SUBNET_ACL_RESTRICTION: (id) =>
    `in network ACL \`${id}\`, allow this traffic with a rule number below the one that denies it; replies need the ephemeral ports`,
  TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION: (id) => `associate \`${id}\` with a transit gateway route table`,
  TGW_ROUTE_AZ_RESTRICTION: (id) => `add a subnet of the zone to transit gateway attachment \`${id}\``,
  TGW_RTB_BAD_STATE_ROUTE: (id) => `replace the blackhole route in \`${id}\``,
  TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT: (id) => `add the route to \`${id}\`, or switch its propagation on`,
  VPC_BLOCK_PUBLIC_ACCESS_ENABLED: (id) =>
    `exclude \`${id}\` from VPC Block Public Access (egress only, where a NAT gateway is), if your security policy allows it`,
  X_INPUT_MISSING: (input) => `say it in the watch file (\`${input}\`)`,
  X_NAT_LOOP: (id) =>
    `the subnet of the NAT gateway must route to an internet gateway, not to a NAT gateway (\`${id}\`)`,
};

export function adviceFor(reasons: readonly Reason[]): readonly Fix[] {
  const titles = reasons.flatMap((reason) => ADVICE[reason.code]?.(reason.component) ?? []);
  return [...new Set(titles)].map((title) => ({ title }));
}
