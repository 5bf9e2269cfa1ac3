import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../shared/core/model/network-model.ts';
import { contains } from '../../shared/core/net/interval-set.ts';
import { answerQuestion, engineOf, questionTraffic } from '../../shared/core/reach/answer-question.ts';
import { evaluateTraffic } from '../../shared/core/reach/evaluate.ts';
import { parseQuestion } from '../../shared/core/reach/questions.ts';
import { show } from './packet/address.ts';
import { judge, packetsOf } from './packet/sample.ts';
import { type Packet, simulate } from './packet/simulate.ts';

export interface Disagreement {
  readonly question: string;
  readonly packet?: string;
  readonly engine: string;
  readonly judge: string;
}

export interface Comparison {
  readonly packets: number;
  readonly effects: Readonly<Record<string, number>>;
  readonly wrong: readonly Disagreement[];
}

const tell = (verdict: string, reasons: readonly { code: string; component: string }[]): string =>
  `${verdict} ${[...new Set(reasons.map((reason) => `${reason.code} ${reason.component}`))].join('; ')}`;

/** Port of a packet in the engine's one number space. */
const portOf = (packet: Packet): number =>
  packet.dstPort ?? (packet.icmp ? packet.icmp.type * 256 + packet.icmp.code : 0);

/**
 * Asks engine and judge for the verdict of one question, and for what happens to single packets of it, at most `most` of them, evenly spread over
 * all those where something may change.
 */
export function compare(bundle: unknown, raw: unknown, most: number): Comparison {
  const model = buildNetworkModel(parseBundle(bundle));
  const question = parseQuestion(raw, 1);
  const written = JSON.stringify(raw);
  const answer = answerQuestion(model, question);
  const judgement = judge(bundle, raw);
  const wrong: Disagreement[] = [];
  if (answer.verdict !== judgement.verdict)
    wrong.push({
      question: written,
      engine: tell(answer.verdict, answer.reasons),
      judge: tell(judgement.verdict, judgement.reasons),
    });
  const effects: Record<string, number> = {};
  const traffic = questionTraffic(model, question);
  const all = traffic ? packetsOf(bundle, raw) : [];
  if (!traffic || all.length === 0) return { packets: 0, effects, wrong };
  const { ledger } = evaluateTraffic(engineOf(model), traffic);
  const step = Math.max(1, Math.floor(all.length / most));
  let packets = 0;
  for (let at = 0; at < all.length && packets < most; at += step) {
    const packet = all[at] as Packet;
    const value = (ip: bigint): number | bigint => (packet.family === 4 ? Number(ip) : ip);
    const src = value(packet.from.ip);
    const dst = value(packet.dst);
    const port = portOf(packet);
    const deciding = ledger.entries.filter(
      ({ box }) => contains(box.src, src) && contains(box.dst, dst) && box.ports.from <= port && port <= box.ports.to,
    );
    const engine = ['deny', 'unknown'].find((effect) => deciding.some((entry) => entry.effect === effect)) ?? 'allow';
    const outcome = simulate(bundle, packet);
    packets += 1;
    effects[outcome.verdict] = (effects[outcome.verdict] ?? 0) + 1;
    if (outcome.verdict !== engine)
      wrong.push({
        question: written,
        packet: `${show(packet.family, packet.from.ip)} to ${show(packet.family, packet.dst)} port ${port}`,
        engine: tell(engine, deciding),
        judge: tell(outcome.verdict, outcome.reasons),
      });
  }
  return { packets, effects, wrong };
}
