import { wholeFamily } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { outsideSource, type Source, workloadTarget } from '../../reach/ends.ts';
import { answerOf, evaluateTraffic, verdictOf } from '../../reach/evaluate.ts';
import type { Target } from '../../reach/flow.ts';
import type { Check } from '../requirement.ts';
import {
  ANY_CLIENT_PORTS,
  askBlocks,
  askRole,
  type Case,
  groupsOf,
  hiddenAnswer,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  type SubjectAnswer,
  unknownBecause,
  workload,
} from './judgement.ts';

type Ingress = Extract<Check, { kind: 'ingress-from-users' | 'ingress-from-runner' }>;

/** Asks for a workload with the environment's groups in every environment subnet. */
function forEachEnvironment({ engine, network }: Case, ask: (target: Target) => Answer): readonly SubjectAnswer[] {
  return network.environmentSubnetIds.map((subnetId): SubjectAnswer => {
    const subject = `environment@${subnetId}`;
    const groupIds = groupsOf(network, 'environment');
    if (groupIds.length === 0) {
      return {
        subject,
        answer: unknownBecause(
          'X_NO_SOURCES',
          subnetId,
          'the watch file does not say which security groups environments have (`environmentSecurityGroupIds`)',
        ),
      };
    }
    const end = workload(engine, subnetId, groupIds);
    if (end.is === 'gone') return { subject, answer: end.answer };
    const target = workloadTarget(engine.model, subnetId, groupIds, undefined, 'ipv4');
    return { subject, answer: target.is === 'hidden' ? hiddenAnswer(target) : ask(target.value) };
  });
}

export function checkIngressFromUsers(asked: Case, check: Ingress): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const traffic = {
    family: 'ipv4',
    protocol: PROTOCOLS[check.protocol],
    ports: { from: check.port, to: check.port },
    clientPorts: ANY_CLIENT_PORTS,
  } as const;
  const { userCidrs } = network;
  if (userCidrs === undefined || userCidrs.length === 0)
    return forEachEnvironment(asked, (target) => withoutRanges(asked, check, target));
  const fromUsers = askBlocks(asked, userCidrs);
  return forEachEnvironment(asked, (target) =>
    fromUsers((sources) =>
      judge(engine, { ...traffic, sources, dst: target.addresses, target, assumeFarHalf: true }, []),
    ),
  );
}

/** Nobody said where users come from: everybody admitted passes, nobody fails, anything between is unknown (semantics.md section 8, ruling 20). */
export function withoutRanges({ engine }: Case, check: Pick<Ingress, 'protocol' | 'port'>, target: Target): Answer {
  const everybody: Source = outsideSource(wholeFamily('ipv4'), 'private-network', 'userCidrs');
  const evaluation = evaluateTraffic(engine, {
    sources: [everybody],
    dst: target.addresses,
    target,
    family: 'ipv4',
    protocol: PROTOCOLS[check.protocol],
    ports: { from: check.port, to: check.port },
    assumeFarHalf: true,
    filtersOnly: true,
  });
  const every = answerOf(evaluation, 'all', PROTOCOLS[check.protocol], [
    'users may come from anywhere: the watch file has no userCidrs',
  ]);
  if (every.verdict === 'pass') return every;
  const some = verdictOf(evaluation, 'some');
  if (some === 'fail') return every;
  return {
    ...unknownBecause(
      'X_NO_SOURCES',
      'userCidrs',
      `the watch file does not say where users come from (\`userCidrs\`), and \`${target.component}\` admits only some addresses`,
    ),
    assumptions: every.assumptions,
  };
}

export function checkIngressFromRunner(asked: Case, check: Ingress): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const fromRunners = askRole(asked, 'runner-task');
  return forEachEnvironment(asked, (target) => {
    if (groupsOf(network, 'runner-task').length === 0) {
      return unknownBecause(
        'X_NO_SOURCES',
        'runnerSecurityGroupIds',
        'the watch file does not say which security groups the runner task has (`runnerSecurityGroupIds`)',
      );
    }
    return fromRunners((sources) =>
      judge(
        engine,
        {
          sources,
          dst: target.addresses,
          target,
          family: 'ipv4',
          protocol: PROTOCOLS[check.protocol],
          ports: { from: check.port, to: check.port },
          clientPorts: LINUX_CLIENT_PORTS,
        },
        [LINUX_ASSUMPTION, 'the runner task may start at any address of its subnets'],
      ),
    );
  });
}
