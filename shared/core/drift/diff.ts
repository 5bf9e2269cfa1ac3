import { type Instant, toIso } from '../base/instant.ts';
import type { Verdict } from '../reach/answer.ts';
import type { Finding, RequirementResult, ScanReport } from '../requirements/report.ts';
import { attribute } from './attribute.ts';
import type { ChangeEvent } from './change.ts';
import { fingerprint } from './fingerprint.ts';
import type { DriftBatch, Remembered, Transition, TransitionKind } from './transition.ts';
import { beforeOf, CLOSING, TRANSITIONS } from './transitions.ts';

export interface Drift {
  readonly batch: DriftBatch;
  /** The whole of what is to be remembered from now on. */
  readonly findings: readonly Remembered[];
  /** Every change that was there to be taken into account. */
  readonly settledChanges: readonly string[];
}

interface Present {
  readonly result: RequirementResult;
  readonly finding: Finding;
}

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
  for (const key of [...new Set([...before.keys(), ...present.keys()])].sort()) {
    const step = advance(before.get(key), present.get(key), report, changes, at, version);
    if (step.remembered) findings.push(step.remembered);
    if (step.transition && !baseline) transitions.push(step.transition);
  }
  return {
    findings,
    settledChanges: changes.map((change) => change.eventId),
    batch: {
      network: report.network,
      version,
      at,
      baseline,
      verdict: report.verdict,
      summary: report.summary,
      transitions,
    },
  };
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
  const kind = settle(TRANSITIONS[before][finding.verdict], old, finding.verdict, cause);
  const opens = finding.verdict === 'fail' || finding.verdict === 'waived';
  const keeps = finding.verdict === 'unknown' || opens;
  const incident =
    kind !== 'opened' && old?.incident && keeps
      ? old.incident
      : opens
        ? { id: incidentId(report.network, result.id, finding.subject, version), openedAt: at }
        : undefined;
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
  return { remembered: next, transition: kind === null ? undefined : tell(kind, old, next, at, changes) };
}

/** A change of cause is news only for what fails; the table cannot see causes. */
function settle(
  kind: TransitionKind | null,
  old: Remembered | undefined,
  now: Verdict | 'waived',
  cause: string,
): TransitionKind | null {
  return kind === 'changed' && now === 'fail' && old?.cause === cause ? null : kind;
}

/** A subject that is no longer judged. While something could not be seen, it may only be hidden. */
function vanish(old: Remembered, report: ScanReport, changes: readonly ChangeEvent[], at: Instant): Step {
  const isHidden =
    report.gaps.length > 0 &&
    report.requirements.some((result) => result.id === old.requirement && result.verdict === 'unknown');
  if (isHidden) {
    const kind = TRANSITIONS[beforeOf(old)].unknown;
    const next: Remembered = { ...old, status: 'unknown', since: old.status === 'unknown' ? old.since : at };
    return { remembered: next, transition: kind === null ? undefined : tell(kind, old, next, at, changes) };
  }
  const kind = TRANSITIONS[beforeOf(old)].absent;
  return { remembered: undefined, transition: kind === null ? undefined : tell(kind, old, undefined, at, changes) };
}

function tell(
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
  const reasons = closes || kind === 'regained-sight' ? (old?.reasons ?? []) : shown.reasons;
  return {
    kind,
    requirement: shown.requirement,
    subject: shown.subject,
    title: shown.title,
    severity: shown.severity,
    from: old?.status ?? 'absent',
    to: next?.status ?? 'absent',
    at,
    incident: incident?.id ?? `${shown.requirement}/${shown.subject}/${toIso(at)}`,
    openedAt: incident?.openedAt ?? at,
    reasons,
    fixes: closes ? [] : shown.fixes,
    attribution: attribute(changes, [...shown.reasons, ...(old?.reasons ?? [])]),
  };
}
