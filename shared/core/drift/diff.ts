import { type Instant, toIso } from '../base/instant.ts';
import type { Reason } from '../reach/answer.ts';
import type { Finding, RequirementResult, ScanReport } from '../requirements/report.ts';
import { attribute, touches } from './attribute.ts';
import type { Attribution, ChangeEvent } from './change.ts';
import { fingerprint } from './fingerprint.ts';
import { mayBeHidden } from './hidden.ts';
import { mayDecide } from './may-decide.ts';
import { LONGEST_RUN } from './stack-calls.ts';
import type { DriftBatch, FailingRequirement, Incident, Remembered, Transition, TransitionKind } from './transition.ts';
import { beforeOf, CLOSING, isFailing, TRANSITIONS } from './transitions.ts';

export interface Drift {
  readonly batch: DriftBatch;
  /** The whole of what is to be remembered from now on. */
  readonly findings: readonly Remembered[];
  /** Changes that have had their effect, or are too old to have one. */
  readonly settledChanges: readonly string[];
}

/** EC2 shows some effects minutes after the call (a NAT gateway being built or deleted): so long a change waits for its effect; milliseconds. */
const SETTLE_TIME = 15 * 60_000;

/** More possible causes than this help nobody, and a Terraform run of hundreds of calls beside hundreds of findings would fill the store. */
export const MOST_CAUSES = 10;

/** An incident is kept with each of its subjects, so it remembers fewer. */
const MOST_OPENERS = 3;

const keyOf = (requirement: string, subject: string): string => `${requirement}#${subject}`;

const isNews = (result: RequirementResult): boolean => result.severity !== 'informational';

/** Stable and readable; unique because a requirement has one open incident at a time and versions only grow. */
const incidentId = (network: string, requirement: string, version: number): string =>
  `${network}/${requirement}/${version}`;

/** Who may have done what these reasons tell, among the recorded changes. */
type Explain = (reasons: readonly Reason[]) => readonly Attribution[];

/** One subject from one scan to the next, before it is known what becomes of its requirement. */
interface Step {
  readonly old: Remembered | undefined;
  /** Without its incident. */
  readonly next: Remembered | undefined;
  readonly kind: TransitionKind | null;
}

/**
 * What one scan changed against what was remembered. `version` is the one that the commit will make. A baseline (nothing is remembered) has no
 * transitions: the incidents that it finds are remembered without being announced one by one.
 *
 * A requirement is opened by each subject that begins to fail, and mended when none is left that fails, or failed when it was last seen: until then a
 * subject that passes again, or is gone, is `changed`.
 */
export function diff(
  remembered: readonly Remembered[],
  report: ScanReport,
  changes: readonly ChangeEvent[],
  at: Instant,
  version: number,
  baseline = version === 1,
): Drift {
  const findings: Remembered[] = [];
  const transitions: Transition[] = [];
  const explained: (readonly Reason[])[] = [];
  for (const [requirement, steps] of stepsOf(remembered, report, at)) {
    const isPossible = mayDecide(report.catalogue, requirement);
    const explain = (reasons: readonly Reason[]) => attribute(baseline ? [] : changes, reasons, isPossible);
    const open = incidentOf(steps, at, incidentId(report.network, requirement, version), explain);
    for (const { old, next, kind } of steps) {
      const after = next && open && holds(next, old) ? { ...next, incident: open } : next;
      if (after) findings.push(after);
      if (kind === null || baseline) continue;
      const called = CLOSING.has(kind) && steps.some((step) => isFailing(step.next)) ? 'changed' : kind;
      const transition = tell(report.network, called, old, after, at, explain);
      transitions.push(transition);
      if (!isOfWaiver(transition)) explained.push([...(after?.reasons ?? []), ...(old?.reasons ?? [])]);
    }
  }
  return {
    findings,
    settledChanges: changes
      .filter((change) =>
        change.stackCall
          ? at - change.at >= LONGEST_RUN + SETTLE_TIME
          : baseline || at - change.at >= SETTLE_TIME || explained.some((reasons) => touches(change, reasons)),
      )
      .map((change) => change.eventId),
    batch: {
      network: report.network,
      version,
      at,
      baseline,
      verdict: report.verdict,
      summary: report.summary,
      transitions,
      failing: failingOf(findings),
    },
  };
}

function failingOf(findings: readonly Remembered[]): readonly FailingRequirement[] {
  const failing = new Map<string, FailingRequirement>();
  for (const { requirement, title } of findings.filter(isFailing)) {
    const subjects = (failing.get(requirement)?.subjects ?? 0) + 1;
    failing.set(requirement, { requirement, title, subjects });
  }
  return [...failing.values()];
}

/** By requirement, subjects in order. */
function stepsOf(
  remembered: readonly Remembered[],
  report: ScanReport,
  at: Instant,
): ReadonlyMap<string, readonly Step[]> {
  const before = new Map(remembered.map((one) => [keyOf(one.requirement, one.subject), one]));
  const present = new Map<string, { readonly result: RequirementResult; readonly finding: Finding }>();
  for (const result of report.requirements) {
    for (const finding of isNews(result) ? result.findings : [])
      present.set(keyOf(result.id, finding.subject), { result, finding });
  }
  const steps = new Map<string, Step[]>();
  for (const key of [...new Set([...before.keys(), ...present.keys()])].sort()) {
    const old = before.get(key);
    const now = present.get(key);
    const step = now ? advance(old, now.result, now.finding, at) : old && vanish(old, report, at);
    const requirement = now?.result.id ?? old?.requirement;
    if (!step || requirement === undefined) continue;
    steps.set(requirement, [...(steps.get(requirement) ?? []), step]);
  }
  return steps;
}

function advance(old: Remembered | undefined, result: RequirementResult, finding: Finding, at: Instant): Step {
  const cause = fingerprint(finding.reasons);
  const before = beforeOf(old);
  // What goes on failing is news only with a new cause; the table cannot see causes.
  const same = before === 'fail' && finding.verdict === 'fail' && old?.cause === cause;
  return {
    old,
    kind: same ? null : TRANSITIONS[before][finding.verdict],
    next: {
      requirement: result.id,
      subject: finding.subject,
      title: result.title,
      severity: result.severity,
      status: finding.verdict,
      lastKnown: finding.verdict === 'unknown' ? (old?.lastKnown ?? null) : finding.verdict,
      since: old && old.status === finding.verdict ? old.since : at,
      cause,
      reasons: finding.reasons,
      fixes: finding.fixes,
      ...(old?.waiver ? { waiver: old.waiver } : {}),
    },
  };
}

/** A subject that is no longer judged: gone, or only out of sight. */
function vanish(old: Remembered, report: ScanReport, at: Instant): Step {
  if (!mayBeHidden(old, report)) return { old, next: undefined, kind: TRANSITIONS[beforeOf(old)].absent };
  const { incident: _, ...known } = old;
  return {
    old,
    next: { ...known, status: 'unknown', since: old.status === 'unknown' ? old.since : at },
    kind: TRANSITIONS[beforeOf(old)].unknown,
  };
}

/** The requirement's incident after this scan; undefined when there is none, or none any more. Waivers alone neither open nor end one. */
function incidentOf(steps: readonly Step[], at: Instant, id: string, explain: Explain): Incident | undefined {
  const [before] = steps.flatMap(({ old }) => old?.incident ?? []).sort((a, b) => a.openedAt - b.openedAt);
  const fails = steps.some(({ next }) => isFailing(next));
  if (!fails && (!before || steps.some(({ kind }) => kind !== null && CLOSING.has(kind)))) return undefined;
  if (!before) {
    const opening = steps.filter(({ kind }) => kind === 'opened');
    const reasons = opening.flatMap(({ old, next }) => [...(next?.reasons ?? []), ...(old?.reasons ?? [])]);
    const openedBy = newest(explain(reasons), MOST_OPENERS).reverse();
    return { id, openedAt: at, lastSeenAt: at, ...(openedBy.length === 0 ? {} : { openedBy }) };
  }
  const isSeen = steps.some(({ old, next }) => next && next.status !== 'unknown' && holds(next, old));
  return isSeen ? { ...before, lastSeenAt: at } : before;
}

/** Oldest first. */
const newest = (causes: readonly Attribution[], most: number): Attribution[] =>
  [...causes].sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1)).slice(-most);

/** Whether a subject is part of its requirement's open incident: what fails is, and what was waived while it did. */
const holds = (next: Remembered, old: Remembered | undefined): boolean =>
  isFailing(next) || (next.lastKnown === 'waived' && old?.incident !== undefined);

/** Told because a waiver began or ended: no change of the network did it. */
const isOfWaiver = ({ from, to }: Pick<Transition, 'from' | 'to'>): boolean =>
  to === 'waived' || (from === 'waived' && to === 'fail');

function tell(
  network: string,
  kind: TransitionKind,
  old: Remembered | undefined,
  next: Remembered | undefined,
  at: Instant,
  explain: Explain,
): Transition {
  const shown = next ?? old;
  if (!shown) throw new Error('a transition needs a before or an after');
  const incident = next?.incident ?? old?.incident;
  const from = old?.status ?? 'absent';
  const to = next?.status ?? 'absent';
  const isOver = to === 'pass' || to === 'absent' || (kind === 'regained-sight' && to !== 'fail');
  const causes = isOfWaiver({ from, to }) ? [] : explain([...shown.reasons, ...(old?.reasons ?? [])]);
  const kept = newest(causes, MOST_CAUSES);
  return {
    kind,
    requirement: shown.requirement,
    subject: shown.subject,
    title: shown.title,
    severity: shown.severity,
    from,
    to,
    at,
    incident: incident?.id ?? `${network}/${shown.requirement}/${shown.subject}/${toIso(at)}`,
    openedAt: incident?.openedAt ?? at,
    reasons: isOver ? (old?.reasons ?? []) : shown.reasons,
    fixes: isOver || to === 'waived' ? [] : shown.fixes,
    attribution: kept,
    ...(causes.length > kept.length ? { moreCauses: causes.length - kept.length } : {}),
  };
}
