import { cidrsToSet, formatSet } from '../../net/cidr.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import { answerName } from '../../reach/answer-question.ts';
import { cidrOf } from '../../reach/questions.ts';
import type { Check } from '../requirement.ts';
import {
  type Case,
  forEachWorkload,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  type SubjectAnswer,
} from './judgement.ts';

/** From every role in every subnet to an address (all of it must work) or a name (three-valued, semantics.md section 8, ruling 4). */
export function checkEgress(asked: Case, check: Extract<Check, { kind: 'egress' }>): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const traffic = {
    family: 'ipv4',
    protocol: PROTOCOLS[check.protocol],
    ports: { from: check.port, to: check.port },
    clientPorts: LINUX_CLIENT_PORTS,
  } as const;
  const { to } = check;
  if (to.kind === 'cidrs') {
    const dst = cidrsToSet(to.cidrs.map(cidrOf), 'ipv4');
    return forEachWorkload(asked, (source) =>
      judge(engine, { ...traffic, sources: [source], dst }, [LINUX_ASSUMPTION]),
    );
  }
  const supplied = to.answers === 'gatewayAddresses' ? network.gatewayAddresses : undefined;
  return forEachWorkload(asked, (source) => {
    const answer = answerName(
      engine,
      {
        family: 'ipv4',
        protocol: traffic.protocol,
        ports: traffic.ports,
        quantifier: 'all',
        clientEphemeralPorts: LINUX_CLIENT_PORTS,
      },
      source,
      to.name,
    );
    const assumptions = [...new Set([...answer.assumptions, LINUX_ASSUMPTION])].sort();
    if (answer.verdict !== 'unknown' || !supplied) return { ...answer, assumptions };
    const dst = cidrsToSet(supplied.cidrs.map(cidrOf), 'ipv4');
    const known = judge(engine, { ...traffic, sources: [source], dst }, assumptions);
    const custom = answer.reasons.some(
      (reason) => reason.code === 'X_CUSTOM_RESOLVER' || reason.code === 'X_FACT_UNREADABLE',
    );
    if (known.verdict !== 'pass' || custom) return { ...answer, assumptions };
    return {
      ...known,
      assumptions: [
        ...assumptions,
        `\`${to.name}\` is at ${formatSet(dst).join(', ')} as of ${supplied.asOf} (gatewayAddresses)`,
      ],
    };
  });
}
