import { type Instant, toIso } from '../base/instant.ts';
import type { Reason, Verdict } from '../reach/answer.ts';
import type { Finding, RequirementResult, ScanReport } from '../requirements/report.ts';
import { attribute, touches } from './attribute.ts';
import type { ChangeEvent } from './change.ts';
import { fingerprint } from './fingerprint.ts';
import { mayBeHidden } from './hidden.ts';
import type { DriftBatch, FailingRequirement, Remembered, Transition, TransitionKind } from './transition.ts';
import { type Before, beforeOf, CLOSING, TRANSITIONS } from './transitions.ts';

export interface Drift {
  readonly batch: DriftBatch;
  /** The whole of what is to be remembered from now on. */
  readonly findings: readonly Remembered[];
  /** Changes that have had their effect, or are too old to have one. */
  readonly settledChanges: readonly string[];
}

interface Present {
  readonly result: RequirementResult;
  readonly finding: Finding;
}

/** EC2 shows some effects minutes after the call (a NAT gateway being built or deleted): so long a change waits for its effect; milliseconds. */
const SETTLE_TIME = 15 * 60_000;

const keyOf = (requirement: string, subject: string): string => `${requirement}#${subject}`;

const isNews = (result: RequirementResult): boolean => result.severity !== 'informational';

/** Stable and readable; unique because a subject has one open incident at a time and versions only grow. */
const incidentId = (network: string, requirement: string, subject: string, version: number): string =>
  `${network}/${requirement}/${subject}/${version}`;

/**
 * What one scan changed against what was remembered. `version` is the one that the commit will make; 1 is the baseline, which has no transitions: the
 * incidents that it finds are remembered without being announced one by one.
 */
export function diff(
  remembered: readonly Remembered[],
  report: ScanReport,
  changes: readonly ChangeEvent[],
  at: Instant,
  version: number,
): Drift {
  const baseline = version === 1;
  const before = new Map(remembered.map((one) => [keyOf(one.requirement, one.subject), one]));
  const present = new Map<string, Present>();
  for (const result of report.requirements) {
    for (const finding of isNews(result) ? result.findings : [])
      present.set(keyOf(result.id, finding.subject), { result, finding });
  }
  const findings: Remembered[] = [];
  const transitions: Transition[] = [];
  const explained: (readonly Reason[])[] = [];
  for (const key of [...new Set([...before.keys(), ...present.keys()])].sort()) {
    const step = advance(before.get(key), present.get(key), report, changes, at, version);
    if (step.remembered) findings.push(step.remembered);
    if (!step.transition || baseline) continue;
    transitions.push(step.transition);
    explained.push([...(step.remembered?.reasons ?? []), ...(before.get(key)?.reasons ?? [])]);
  }
  return {
    findings,
    settledChanges: changes
      .filter(
        (change) => baseline || at - change.at >= SETTLE_TIME || explained.some((reasons) => touches(change, reasons)),
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
  for (const { requirement, title } of findings.filter((one) => one.lastKnown === 'fail')) {
    const subjects = (failing.get(requirement)?.subjects ?? 0) + 1;
    failing.set(requirement, { requirement, title, subjects });
  }
  return [...failing.values()];
}

interface Step {
  readonly remembered: Remembered | undefined;
  readonly transition: Transition | undefined;
}

function advance(
  old: Remembered | undefined,
  present: Present | undefined,
  report: ScanReport,
  changes: readonly ChangeEvent[],
  at: Instant,
  version: number,
): Step {
  if (!present) return old ? vanish(old, report, changes, at) : { remembered: undefined, transition: undefined };
  const { result, finding } = present;
  const cause = fingerprint(finding.reasons);
  const before = beforeOf(old);
  const kind = settle(TRANSITIONS[before][finding.verdict], before, old, finding.verdict, cause);
  const incident =
    kind === 'opened'
      ? { id: incidentId(report.network, result.id, finding.subject, version), openedAt: at }
      : kind !== null && CLOSING.has(kind)
        ? undefined
        : old?.incident;
  const next: Remembered = {
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
    ...(incident ? { incident } : {}),
  };
  return {
    remembered: next,
    transition: kind === null ? undefined : tell(report.network, kind, old, next, at, changes),
  };
}

/** What goes on failing is news only with a new cause; the table cannot see causes. */
function settle(
  kind: TransitionKind | null,
  before: Before,
  old: Remembered | undefined,
  now: Verdict | 'waived',
  cause: string,
): TransitionKind | null {
  return before === 'fail' && now === 'fail' && old?.cause === cause ? null : kind;
}

/** A subject that is no longer judged: gone, or only out of sight. */
function vanish(old: Remembered, report: ScanReport, changes: readonly ChangeEvent[], at: Instant): Step {
  if (mayBeHidden(old, report)) {
    const kind = TRANSITIONS[beforeOf(old)].unknown;
    const next: Remembered = { ...old, status: 'unknown', since: old.status === 'unknown' ? old.since : at };
    return {
      remembered: next,
      transition: kind === null ? undefined : tell(report.network, kind, old, next, at, changes),
    };
  }
  const kind = TRANSITIONS[beforeOf(old)].absent;
  return {
    remembered: undefined,
    transition: kind === null ? undefined : tell(report.network, kind, old, undefined, at, changes),
  };
}

function tell(
  network: string,
  kind: TransitionKind,
  old: Remembered | undefined,
  next: Remembered | undefined,
  at: Instant,
  changes: readonly ChangeEvent[],
): Transition | undefined {
  const shown = next ?? old;
  if (!shown) return undefined;
  const incident = next?.incident ?? old?.incident;
  const closes = CLOSING.has(kind);
  const to = next?.status ?? 'absent';
  const isOver = closes || (kind === 'regained-sight' && to !== 'fail');
  return {
    kind,
    requirement: shown.requirement,
    subject: shown.subject,
    title: shown.title,
    severity: shown.severity,
    from: old?.status ?? 'absent',
    to,
    at,
    incident: incident?.id ?? `${network}/${shown.requirement}/${shown.subject}/${toIso(at)}`,
    openedAt: incident?.openedAt ?? at,
    reasons: isOver ? (old?.reasons ?? []) : shown.reasons,
    fixes: isOver || to === 'waived' ? [] : shown.fixes,
    attribution: attribute(changes, [...shown.reasons, ...(old?.reasons ?? [])]),
  };
}
