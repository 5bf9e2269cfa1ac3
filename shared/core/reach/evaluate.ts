import { minusBoxes, sourcesOf } from '../net/box.ts';
import { formatSet } from '../net/cidr.ts';
import { isEmpty, isSubset, unionAll } from '../net/interval-set.ts';
import { formatAddress } from '../net/ip.ts';
import { ALL_PORTS, hasPorts } from '../net/protocol.ts';
import type { Answer, Verdict, Witness } from './answer.ts';
import type { Engine } from './engine.ts';
import { betweenAlike, outOfAlike } from './evaluate-alike.ts';
import { evaluateAlone } from './evaluate-alone.ts';
import { leastPacket, reasonsOf } from './ledger.ts';
import type { Evaluation, Traffic } from './traffic.ts';

export const evaluateTraffic = (engine: Engine, traffic: Traffic): Evaluation =>
  outOfAlike(engine, traffic) ?? betweenAlike(engine, traffic) ?? evaluateAlone(engine, traffic);

export function verdictOf(evaluation: Evaluation, quantifier: 'all' | 'some'): Verdict {
  const { ledger, asked } = evaluation;
  if (asked.length === 0) return 'unknown';
  if (quantifier === 'all') return ledger.has('deny') ? 'fail' : ledger.has('unknown') ? 'unknown' : 'pass';
  const denied = ledger.boxes('deny');
  const unknown = ledger.boxes('unknown');
  const rest = minusBoxes(asked, denied);
  if (rest.length === 0) return 'fail';
  return minusBoxes(rest, unknown).length > 0 ? 'pass' : 'unknown';
}

/** Some sender reaches no destination on all the ports that were asked about. */
export function isSenderCutOff(evaluation: Evaluation): boolean {
  const denied = evaluation.ledger.boxes('deny').map((box) => ({ ...box, ports: ALL_PORTS }));
  const rest = minusBoxes(evaluation.asked, denied);
  return !isSubset(sourcesOf(evaluation.asked), sourcesOf(rest));
}

export function witnessOf(evaluation: Evaluation, protocol: number): Witness | undefined {
  const packet = leastPacket(evaluation.ledger.boxes('deny'));
  if (packet?.src === undefined || packet.dst === undefined) return undefined;
  return {
    src: formatAddress(packet.src),
    dst: formatAddress(packet.dst),
    protocol,
    ...(hasPorts(protocol) ? { dstPort: packet.port } : {}),
  };
}

/** The destinations that fail, when some do not. */
export function uncoveredOf(evaluation: Evaluation): readonly string[] | undefined {
  const failing = unionAll(evaluation.ledger.boxes('deny').map((box) => box.dst));
  const all = unionAll(evaluation.asked.map((box) => box.dst));
  return isEmpty(failing) || isSubset(all, failing) ? undefined : formatSet(failing);
}

export function answerOf(
  evaluation: Evaluation,
  quantifier: 'all' | 'some',
  protocol: number,
  assumptions: readonly string[],
): Answer {
  const verdict = verdictOf(evaluation, quantifier);
  const effect = verdict === 'fail' ? 'deny' : 'unknown';
  const reasons =
    verdict === 'pass' ? [] : reasonsOf(evaluation.ledger.entries.filter((entry) => entry.effect === effect));
  const witness = verdict === 'fail' ? witnessOf(evaluation, protocol) : undefined;
  const uncovered = verdict === 'fail' ? uncoveredOf(evaluation) : undefined;
  return {
    verdict,
    reasons:
      evaluation.asked.length === 0
        ? [{ code: 'X_NO_SOURCES', component: '', message: 'nothing can send these packets: there are no sources' }]
        : reasons,
    ...(witness ? { witness } : {}),
    ...(uncovered ? { uncovered } : {}),
    assumptions: [...new Set([...assumptions, ...evaluation.ledger.assumptions])].sort(),
  };
}
