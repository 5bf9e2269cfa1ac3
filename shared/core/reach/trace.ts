import type { NetworkModel } from '../model/network-model.ts';
import { minusBoxes } from '../net/box.ts';
import { contains, single } from '../net/interval-set.ts';
import { formatAddress } from '../net/ip.ts';
import { hasPorts, protocolName } from '../net/protocol.ts';
import { engineOf, questionPaths } from './answer-question.ts';
import { evaluateTraffic } from './evaluate.ts';
import { leastPacket, type Step } from './ledger.ts';
import type { Question } from './questions.ts';
import type { Evaluation, Traffic } from './traffic.ts';

/** One packet of a question, hop by hop. */
export interface Trace {
  readonly packet: {
    readonly src: string;
    readonly dst: string;
    readonly protocol: number;
    readonly dstPort?: number;
  };
  readonly end: 'arrives' | 'is stopped' | 'cannot be followed';
  readonly steps: readonly Step[];
}

const ENDS = { deny: 'is stopped', unknown: 'cannot be followed', pass: 'arrives' } as const;

/** Follows the least packet that is stopped, else the least that cannot be followed, else the least of all. Undefined when nothing is sent. */
export function traceQuestion(model: NetworkModel, question: Question): Trace | undefined {
  const engine = engineOf(model);
  const paths = questionPaths(model, question);
  const evaluated = paths.map((path) => ({ ...path, evaluation: evaluateTraffic(engine, path.traffic) }));
  for (const effect of ['deny', 'unknown', 'pass'] as const) {
    for (const { traffic, evaluation, before } of evaluated) {
      const packet = leastPacket(boxesOf(evaluation, effect));
      if (packet?.src === undefined || packet.dst === undefined) continue;
      const { src, dst, port } = packet;
      const { ledger } = evaluateTraffic(engine, onePacket(traffic, src, dst, port));
      return {
        packet: {
          src: formatAddress(src),
          dst: formatAddress(dst),
          protocol: traffic.protocol,
          ...(hasPorts(traffic.protocol) ? { dstPort: port } : {}),
        },
        end: ENDS[effect],
        steps: [...before, ...ledger.steps],
      };
    }
  }
  return undefined;
}

const boxesOf = ({ asked, ledger }: Evaluation, effect: 'deny' | 'unknown' | 'pass') =>
  effect === 'pass' ? minusBoxes(asked, [...ledger.boxes('deny'), ...ledger.boxes('unknown')]) : ledger.boxes(effect);

function onePacket(traffic: Traffic, src: number | bigint, dst: number | bigint, port: number): Traffic {
  const sources = traffic.sources
    .filter((source) => contains(source.addresses, src))
    .map((source) => ({ ...source, addresses: single(src) }));
  return { ...traffic, sources, dst: single(dst), ports: { from: port, to: port }, tracing: true };
}

const MARK = { pass: ' ', deny: 'x', unknown: '?' } as const;

/** A story for people, one line a hop. */
export function tellTrace({ packet, end, steps }: Trace): string {
  const port = packet.dstPort === undefined ? '' : ` ${packet.dstPort}`;
  const head = `${protocolName(packet.protocol)}${port} from ${packet.src} to ${packet.dst} ${end}`;
  const lines: string[] = [];
  let leg: Step['leg'] | undefined;
  for (const step of steps) {
    if (step.leg !== leg) lines.push(step.leg === 'return' ? '  the reply' : '  on the way');
    leg = step.leg;
    lines.push(`  ${MARK[step.effect]} ${step.text}`);
  }
  return [head, ...lines].join('\n');
}
