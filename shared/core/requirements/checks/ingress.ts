import { wholeFamily } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { outsideSource, type Source } from '../../reach/ends.ts';
import { answerOf, evaluateTraffic, verdictOf } from '../../reach/evaluate.ts';
import type { Target } from '../../reach/flow.ts';
import type { Check } from '../requirement.ts';
import {
  ANY_CLIENT_PORTS,
  type Case,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  type SubjectAnswer,
  unknownBecause,
} from './judgement.ts';
import { askBlocks, askRole, forEachTarget, unsaid } from './members.ts';

type Ingress = Extract<Check, { kind: 'ingress-from-users' | 'ingress-from-runner' }>;

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
    return forEachTarget(asked, 'environment', (target) => withoutRanges(asked, check, target));
  const fromUsers = askBlocks(asked, userCidrs);
  return forEachTarget(asked, 'environment', (target) =>
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
  return forEachTarget(asked, 'environment', (target) => {
    const missing = unsaid(network, 'runner-task');
    if (missing) return missing;
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
