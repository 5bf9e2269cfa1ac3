import type { SecurityGroupRule } from '../../facts/kinds/security-group-rule.ts';
import type { Reason } from '../../reach/answer.ts';
import { groupsOf } from '../checks/members.ts';
import { type Advised, type Adviser, fix, vpcBlocks } from './advised.ts';
import { type WantedTraffic, wantedTraffic } from './traffic.ts';

interface WantedRule {
  readonly direction: 'outbound' | 'inbound';
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The peer in the shorthand syntax of the command (AWS CLI reference, authorize-security-group-ingress, read 2026-11-26). */
  readonly peer: string;
  readonly peerName: string;
}

const blocksOf = (cidrs: readonly string[]) => ({
  peer: `IpRanges=[${cidrs.map((cidr) => `{CidrIp=${cidr}}`).join(',')}]`,
  peerName: cidrs.join(', '),
});

const groupOf = (id: string) => ({ peer: `UserIdGroupPairs=[{GroupId=${id}}]`, peerName: `security group \`${id}\`` });

/** The rule that is missing; undefined when the finding does not say which. */
function wantedRule(groupId: string, about: Advised): WantedRule | undefined {
  const { environmentSecurityGroupIds: environments, runnerSecurityGroupIds: runners } = about.network;
  const [wanted, ...others] = wantedTraffic(about);
  if (!wanted || others.length > 0) return undefined;
  const { protocol, port } = wanted;
  const [isEnvironments, isRunners] = [environments.includes(groupId), runners.includes(groupId)];
  if (about.check.kind === 'ingress-from-runner') {
    const [environment, runner] = [environments[0], runners[0]];
    if (isEnvironments === isRunners || !environment || !runner) return undefined;
    return isEnvironments
      ? { direction: 'inbound', protocol, port, ...groupOf(runner) }
      : { direction: 'outbound', protocol, port, ...groupOf(environment) };
  }
  if (wanted.way === 'in') return { direction: 'inbound', protocol, port, ...blocksOf(wanted.cidrs) };
  return isEnvironments || isRunners
    ? { direction: 'outbound', protocol, port, ...blocksOf(farBlocks(wanted, about)) }
    : { direction: 'inbound', protocol, port, ...blocksOf(vpcBlocks(about)) };
}

/** Interface endpoints are in the VPC. */
const farBlocks = ({ cidrs }: WantedTraffic, about: Advised): readonly string[] =>
  about.check.kind === 'endpoint' && !isGatewayEndpoint(about) ? vpcBlocks(about) : cidrs;

function isGatewayEndpoint({ model, subject }: Advised): boolean {
  const endpoint = model.find('vpcEndpoint', subject);
  return endpoint.is === 'there' && endpoint.value.type === 'Gateway';
}

const VERB = { outbound: 'authorize-security-group-egress', inbound: 'authorize-security-group-ingress' } as const;

export const adviseRule: Adviser = ({ component }: Reason, about) => {
  const rule = component.startsWith('sg-') ? wantedRule(component, about) : undefined;
  if (!rule)
    return fix(
      about.check.kind === 'ingress-from-users'
        ? `add an inbound rule to security group \`${component}\` for the ranges of your users, and name these in the watch file (\`userCidrs\`)`
        : `add the rule that is missing to security group \`${component}\``,
      about,
    );
  const { direction, protocol, port, peer, peerName } = rule;
  return fix(
    `add an ${direction} rule to security group \`${component}\`: ${protocol} ${port} ${direction === 'outbound' ? 'to' : 'from'} ${peerName}`,
    about,
    `ec2 ${VERB[direction]} --group-id ${component} --ip-permissions 'IpProtocol=${protocol},FromPort=${port},ToPort=${port},${peer}'`,
  );
};

/** The call replaces all groups of the interface. */
export const adviseGroups: Adviser = ({ component }, about) => {
  const wanted = about.network.environmentSecurityGroupIds;
  return fix(
    `give network interface \`${component}\` the security groups of the watch file, or name its groups there (\`environmentSecurityGroupIds\`)`,
    about,
    `ec2 modify-network-interface-attribute --network-interface-id ${component} --groups ${wanted.join(' ')}`,
  );
};

/** Rules that are not for the flow that alone is wanted, by their ids; without these nobody can say which rows of AWS's they are. */
export const adviseRevocation: Adviser = ({ component: groupId }, about) => {
  const { check, model, network } = about;
  if (check.kind !== 'flow') return fix(`take the other inbound rules away from security group \`${groupId}\``, about);
  const { from, ports } = check;
  const senders = from === 'users' || from === 'scm-callbacks' ? [] : groupsOf(network, from);
  const isMeant = ({ protocol, from: low, to: high, peer }: SecurityGroupRule): boolean =>
    protocol === 'tcp' &&
    low === high &&
    ports.includes(low) &&
    peer !== undefined &&
    'groupId' in peer &&
    senders.includes(peer.groupId);
  const others = model
    .all('securityGroupRule')
    .filter((rule) => rule.groupId === groupId && rule.direction === 'ingress' && !isMeant(rule))
    .map(({ id }) => id);
  return fix(
    `take the inbound rules away from security group \`${groupId}\` that are not for ${ports.join(' and ')} from the ${from}`,
    about,
    others.length === 0 || model.gapOf('securityGroupRule')
      ? undefined
      : `ec2 revoke-security-group-ingress --group-id ${groupId} --security-group-rule-ids ${others.join(' ')}`,
  );
};
