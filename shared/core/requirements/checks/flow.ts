import type { Permission, RulePeer } from '../../facts/kinds/security-group.ts';
import { cidrsToSet, formatCidr } from '../../net/cidr.ts';
import { wholeFamily } from '../../net/interval-set.ts';
import { ALL_PROTOCOLS, formatPorts, type PortRange, PROTOCOLS, protocolName } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { outsideSource, type Source } from '../../reach/ends.ts';
import { answerOf, evaluateTraffic, verdictOf } from '../../reach/evaluate.ts';
import type { Target } from '../../reach/flow.ts';
import { cidrOf } from '../../reach/questions.ts';
import type { FlowCheck, Role } from '../requirement.ts';
import { withoutRanges } from './ingress.ts';
import {
  ANY_CLIENT_PORTS,
  allOf,
  type Case,
  failBecause,
  hiddenAnswer,
  inputMissing,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  PASSED,
  type SubjectAnswer,
} from './judgement.ts';
import { askBlocks, askRole, forEachTarget, groupsOf, subnetsOf, unsaid } from './members.ts';
import { LOAD_BALANCER_UNSAID } from './subnets.ts';

const portOf = (port: number): PortRange => ({ from: port, to: port });

/** Traffic that comes in at the members of a role. Subjects are `role@subnet`, of the role that is reached. */
export function checkFlow(asked: Case, check: FlowCheck): readonly SubjectAnswer[] {
  if (check.from === 'scm-callbacks' && asked.network.scmCallbackCidrs?.length === 0) return [];
  if (subnetsOf(asked.network, check.to).length === 0)
    return [{ subject: asked.network.vpcId, answer: LOAD_BALANCER_UNSAID }];
  return forEachTarget(asked, check.to, (target) => {
    const needed = allOf([
      ...check.ports.map((port) => comesIn(asked, check, portOf(port), target)),
      ...(check.keepsClient ?? []).map((port) => keepingClient(asked, check, port, target)),
      ...(check.only ? [nothingElse(asked, check)] : []),
    ]);
    return check.wholeRange && needed.verdict === 'pass' ? range(asked, check, check.wholeRange, target) : needed;
  });
}

function comesIn(asked: Case, { from }: FlowCheck, ports: PortRange, target: Target): Answer {
  switch (from) {
    case 'users':
      return fromOutside(asked, asked.network.userCidrs, ports, target);
    case 'scm-callbacks': {
      const { scmCallbackCidrs } = asked.network;
      return scmCallbackCidrs
        ? fromOutside(asked, scmCallbackCidrs, ports, target)
        : inputMissing('scmCallbackCidrs', 'from where the source control provider calls back');
    }
    default:
      return fromMembers(asked, from, ports, target);
  }
}

function fromMembers(asked: Case, role: Role, ports: PortRange, target: Target): Answer {
  if (subnetsOf(asked.network, role).length === 0) return LOAD_BALANCER_UNSAID;
  const missing = unsaid(asked.network, role);
  if (missing) return missing;
  const isLinux = role !== 'load-balancer';
  return askRole(
    asked,
    role,
  )((sources) =>
    judge(
      asked.engine,
      {
        sources,
        dst: target.addresses,
        target,
        family: 'ipv4',
        protocol: PROTOCOLS.tcp,
        ports,
        clientPorts: isLinux ? LINUX_CLIENT_PORTS : ANY_CLIENT_PORTS,
      },
      [`the ${role} may be at any address of its subnets`, ...(isLinux ? [LINUX_ASSUMPTION] : [])],
    ),
  );
}

/** From people, or their provider, to the load balancer: whether it has public addresses is the watch file's to say. */
function fromOutside(asked: Case, cidrs: readonly string[] | undefined, ports: PortRange, target: Target): Answer {
  const { engine, network } = asked;
  if (cidrs === undefined || cidrs.length === 0)
    return withoutRanges(asked, { protocol: 'tcp', port: ports.from }, target);
  return askBlocks(
    asked,
    cidrs,
  )((sources) => {
    const ask = (isPublic: boolean): Answer =>
      judge(
        engine,
        {
          sources,
          dst: target.addresses,
          target: { ...target, isPublic },
          family: 'ipv4',
          protocol: PROTOCOLS.tcp,
          ports,
          clientPorts: ANY_CLIENT_PORTS,
          assumeFarHalf: true,
        },
        [],
      );
    if (network.loadBalancerVisibility !== undefined) return ask(network.loadBalancerVisibility === 'internet-facing');
    const [inside, facing] = [ask(false), ask(true)];
    return inside.verdict === facing.verdict
      ? inside
      : inputMissing('loadBalancerVisibility', 'whether the load balancer is internal or internet-facing');
  });
}

/**
 * Filters at the target see the client's address, and still the load balancer's group (Network Load Balancer guide, client IP preservation and
 * security groups, read 2026-11-26). Without `userCidrs` only the extremes are decided.
 */
function keepingClient(asked: Case, { from }: FlowCheck, port: number, target: Target): Answer {
  const { engine, network } = asked;
  if (from === 'users' || from === 'scm-callbacks') return PASSED;
  const missing = unsaid(network, from);
  if (missing) return missing;
  const groupIds = groupsOf(network, from);
  const said = network.userCidrs ?? [];
  const clients = said.length > 0 ? cidrsToSet(said.map(cidrOf), 'ipv4') : wholeFamily('ipv4');
  const source: Source = {
    ...outsideSource(clients, 'private-network', 'userCidrs'),
    sender: { eni: undefined, groupIds, vpcId: network.vpcId },
  };
  const evaluation = evaluateTraffic(engine, {
    sources: [source],
    dst: target.addresses,
    target,
    family: 'ipv4',
    protocol: PROTOCOLS.tcp,
    ports: portOf(port),
    assumeFarHalf: true,
    filtersOnly: true,
  });
  const every = answerOf(evaluation, 'all', PROTOCOLS.tcp, ['the load balancer leaves the addresses of its clients']);
  if (said.length > 0 || every.verdict === 'pass' || verdictOf(evaluation, 'some') === 'fail') return every;
  return inputMissing('userCidrs', 'where users come from, and the groups admit only some addresses');
}

/** What is narrower than the document's range may still be all that anybody uses. */
function range(asked: Case, check: FlowCheck, ports: PortRange, target: Target): Answer {
  const whole = comesIn(asked, check, ports, target);
  if (whole.verdict === 'pass') return whole;
  const open = check.ports.join(' and ');
  return {
    verdict: 'unknown',
    reasons: [
      {
        code: 'X_NOT_MODELLED',
        component: target.component,
        message: `ports ${open} are open, but not all of ${formatPorts(ports)}: which of them are needed cannot be seen`,
      },
      ...whole.reasons,
    ],
    assumptions: whole.assumptions,
  };
}

/** Every rule of the target's groups must be for this flow. */
function nothingElse({ engine, network }: Case, { from, to, ports }: FlowCheck): Answer {
  const missing = unsaid(network, to);
  if (missing) return missing;
  const senders: readonly string[] = from === 'users' || from === 'scm-callbacks' ? [] : groupsOf(network, from);
  const isMeant = ({ protocol, ports: { from: low, to: high } }: Permission): boolean =>
    protocol === PROTOCOLS.tcp && low === high && ports.includes(low);
  return allOf(
    groupsOf(network, to).map((id): Answer => {
      const group = engine.model.find('securityGroup', id);
      if (group.is === 'hidden') return hiddenAnswer({ ...group, component: id });
      if (group.is === 'absent')
        return failBecause('NO_SOURCE_OR_DESTINATION', id, `security group \`${id}\` of the watch file does not exist`);
      const strangers = group.value.ingress.flatMap((permission) =>
        permission.peers
          .filter((peer) => !isMeant(permission) || !('group' in peer) || !senders.includes(peer.group.groupId))
          .map((peer) => `${rangeText(permission)} from ${peerText(peer)}`),
      );
      return strangers.length === 0
        ? PASSED
        : failBecause(
            'X_SG_ADMITS_MORE',
            id,
            `security group \`${id}\` also admits ${strangers.sort().slice(0, 3).join('; ')}${strangers.length > 3 ? '; …' : ''}`,
          );
    }),
  );
}

const rangeText = ({ protocol, ports }: Permission): string =>
  protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp
    ? `${protocolName(protocol)} ${formatPorts(ports)}`
    : protocol === ALL_PROTOCOLS
      ? 'everything'
      : protocolName(protocol);

const peerText = (peer: RulePeer): string =>
  'cidr' in peer ? formatCidr(peer.cidr) : `\`${'group' in peer ? peer.group.groupId : peer.prefixListId}\``;
