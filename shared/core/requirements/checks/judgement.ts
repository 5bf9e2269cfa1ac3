import type { Instant } from '../../base/instant.ts';
import type { ResourceKind } from '../../facts/kinds/registry.ts';
import type { PortRange } from '../../net/protocol.ts';
import type { Answer, Reason } from '../../reach/answer.ts';
import type { Found } from '../../reach/ends.ts';
import type { Engine } from '../../reach/engine.ts';
import { answerOf, evaluateTraffic } from '../../reach/evaluate.ts';
import type { Traffic } from '../../reach/traffic.ts';
import { describeGap } from '../../reach/walk-context.ts';
import type { RequirementResult } from '../report.ts';
import type { WatchedNetwork } from '../watch-file.ts';

/** What a check may look at. */
export interface Case {
  readonly engine: Engine;
  readonly network: WatchedNetwork;
  readonly requirementId: string;
  readonly at: Instant;
  /** Results of other requirements, judged before; undefined when there is no such requirement. */
  readonly resultOf: (id: string) => RequirementResult | undefined;
}

/** One subject with what the network answers about it. */
export interface SubjectAnswer {
  readonly subject: string;
  readonly answer: Answer;
}

/** Linux, which runner tasks and environments run (net.ipv4.ip_local_port_range, kernel documentation, read 2026-11-25). */
export const LINUX_CLIENT_PORTS: PortRange = { from: 32768, to: 60999 };

/** People's machines of any system. */
export const ANY_CLIENT_PORTS: PortRange = { from: 1024, to: 65535 };

export const LINUX_ASSUMPTION = 'runner tasks and environments are Linux and use client ports 32768-60999';

export const PASSED: Answer = { verdict: 'pass', reasons: [], assumptions: [] };

export const failBecause = (code: string, component: string, message: string): Answer => ({
  verdict: 'fail',
  reasons: [{ code, component, message }],
  assumptions: [],
});

/** An input of the watch file is missing without which nothing can be said. */
export const inputMissing = (input: string, what: string): Answer =>
  unknownBecause('X_INPUT_MISSING', input, `the watch file does not say ${what} (\`${input}\`)`);

const SEVERITY: Readonly<Record<Answer['verdict'], number>> = { fail: 0, unknown: 1, pass: 2 };

/** One object may be at fault in several ways; what cannot be seen of it is told once. */
const told = ({ code, message }: Reason): string => (code === 'X_FACT_UNREADABLE' ? '' : message);

/** Everything that must hold: the worst verdict, with the reasons of those that share it. */
export function allOf(answers: readonly Answer[]): Answer {
  const [first, ...rest] = answers;
  if (!first) return PASSED;
  if (rest.length === 0) return first;
  const worst = rest.reduce((a, b) => (SEVERITY[b.verdict] < SEVERITY[a.verdict] ? b : a), first);
  const assumed = new Set<string>();
  for (const answer of answers) for (const text of answer.assumptions) assumed.add(text);
  const assumptions = [...assumed].sort();
  if (worst.verdict === 'pass') return { ...worst, reasons: [], assumptions };
  const reasons = new Map<string, Reason>();
  for (const answer of answers)
    if (answer.verdict === worst.verdict)
      for (const reason of answer.reasons)
        reasons.set(`${reason.code} ${reason.component} ${reason.leg} ${told(reason)}`, reason);
  return { ...worst, reasons: [...reasons.values()], assumptions };
}

/** One answer for each subject, of everything that was said of it. */
export function allOfEach(answers: readonly SubjectAnswer[]): readonly SubjectAnswer[] {
  const bySubject = new Map<string, Answer[]>();
  for (const { subject, answer } of answers) bySubject.set(subject, [...(bySubject.get(subject) ?? []), answer]);
  return [...bySubject].map(([subject, said]) => ({ subject, answer: allOf(said) }));
}

/** Kinds that a check looks at as a whole, as people call them. */
const WHOLE_KINDS = {
  allowedImagesSettings: 'the Allowed AMIs settings of the Region',
  image: 'the images that may be launched',
  instance: 'instances',
  internetGateway: 'internet gateways',
  natGateway: 'NAT gateways',
  networkInterface: 'network interfaces',
  region: 'the Regions of the account',
  regionServices: 'the services of the Region',
  vpcEndpoint: 'VPC endpoints',
} as const satisfies Partial<Record<ResourceKind, string>>;

export type WholeKind = keyof typeof WHOLE_KINDS;

export const notSeen = (kind: WholeKind, operation: string, why: string): Answer =>
  unknownBecause('X_FACT_UNREADABLE', operation, `${WHOLE_KINDS[kind]} cannot be seen (${why})`);

/** The kind could not be read, or not in whole. */
export function unseen(engine: Engine, kind: WholeKind): Answer | undefined {
  const gap = engine.model.gapOf(kind);
  return gap && notSeen(kind, gap.operation, describeGap(gap));
}

export const unknownBecause = (code: string, component: string, message: string): Answer => ({
  verdict: 'unknown',
  reasons: [{ code, component, message }],
  assumptions: [],
});

/** `what` is the thing that cannot be seen, when it is not the component itself. */
export const hiddenAnswer = (
  found: Extract<Found<unknown>, { is: 'hidden' }>,
  what = `\`${found.component}\``,
): Answer => unknownBecause('X_FACT_UNREADABLE', found.component, `${what} cannot be seen (${describeGap(found.gap)})`);

export const judge = (engine: Engine, traffic: Traffic, assumptions: readonly string[]): Answer =>
  answerOf(evaluateTraffic(engine, traffic), 'all', traffic.protocol, [
    ...assumptions,
    ...engine.model.snapshot.assumptions,
  ]);
