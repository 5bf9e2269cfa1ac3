import type { Instant } from '../base/instant.ts';
import type { Reason, Verdict } from '../reach/answer.ts';
import type { Fix, Severity } from '../requirements/report.ts';
import type { Attribution } from './change.ts';
import type { Reminder } from './reminder.ts';

/** What the store knows of a (requirement, subject) pair; `absent` is not stored. A waived finding is remembered as `waived`. */
export type Status = Verdict | 'waived' | 'absent';

export type TransitionKind = 'opened' | 'changed' | 'resolved' | 'lost-sight' | 'regained-sight' | 'gone';

/** The last thing known of one requirement for one subject, kept between scans. */
export interface Remembered {
  readonly requirement: string;
  readonly subject: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: Exclude<Status, 'absent'>;
  /** Last status that was not `unknown`; keeps fail → unknown → fail one incident. Null when never known. */
  readonly lastKnown: 'pass' | 'fail' | 'waived' | null;
  /** Since when `status` holds. */
  readonly since: Instant;
  /** Equal causes, equal text; see `fingerprint`. */
  readonly cause: string;
  readonly reasons: readonly Reason[];
  readonly fixes: readonly Fix[];
  /** The open incident that it is part of, if any. */
  readonly incident?: Incident;
  /** The waiver by which it is, or was last, waived. */
  readonly waiver?: RememberedWaiver;
}

export interface RememberedWaiver {
  /** The first moment at which it does not count any more. */
  readonly endsAt: Instant;
  /** Since when this end is known. */
  readonly since: Instant;
  /** When people were told that it ends; absent as long as they were not. */
  readonly toldAt?: Instant;
}

/** From the first failing subject of a requirement until none is left; subjects that join later, and those that are waived meanwhile, share it. */
export interface Incident {
  /** `network/requirement/version` of the commit that opened it. */
  readonly id: string;
  readonly openedAt: Instant;
  /** The last scan that saw any of its subjects fail, waived or not. */
  readonly lastSeenAt: Instant;
  /** Who may have opened it, the newest first; absent when no change event tells, and for what was broken at the first scan. */
  readonly openedBy?: readonly Attribution[];
  /** The last level that people were reminded at: 1 for the reminder, 2 for the escalation. */
  readonly reminded?: 1 | 2;
  /** Whether the last scan found all of it waived. */
  readonly isWaived?: true;
  /** When that ended last: reminders count from then. */
  readonly waivedUntil?: Instant;
}

/** One change of state, as committed; what alerts are made of. */
export interface Transition {
  readonly kind: TransitionKind;
  readonly requirement: string;
  readonly subject: string;
  readonly title: string;
  readonly severity: Severity;
  readonly from: Status;
  readonly to: Status;
  readonly at: Instant;
  /** Stable from the first `opened` of the requirement to its `resolved`/`gone`. */
  readonly incident: string;
  /** When the incident was opened, which may be before this subject failed. */
  readonly openedAt: Instant;
  readonly reasons: readonly Reason[];
  readonly fixes: readonly Fix[];
  /** At most `MOST_CAUSES`, the newest ones, oldest first. */
  readonly attribution: readonly Attribution[];
  /** How many more changes may have done it. */
  readonly moreCauses?: number;
}

/** Everything one scan of one network changed: the unit of commit, of the table's stream and of one alert. */
export interface DriftBatch {
  readonly network: string;
  /** The version that this commit made, 1 for the baseline. Orders the batches of a network. */
  readonly version: number;
  readonly at: Instant;
  readonly baseline: boolean;
  readonly verdict: Verdict;
  readonly summary: NetworkSummary;
  readonly transitions: readonly Transition[];
  /** What has not changed and is told all the same; absent when there is nothing. */
  readonly reminders?: readonly Reminder[];
  /** What fails after this scan, or was failing when it was last seen; waived ones are not in it. Sorted by requirement; absent in batches of old stores. */
  readonly failing?: readonly FailingRequirement[];
  /** What could not be read of the store, one line each; a baseline that has it began anew because of that. */
  readonly damage?: readonly string[];
}

export interface FailingRequirement {
  readonly requirement: string;
  readonly title: string;
  /** How many subjects. */
  readonly subjects: number;
}

export interface NetworkSummary {
  readonly pass: number;
  readonly fail: number;
  readonly unknown: number;
  readonly notApplicable: number;
  readonly waived: number;
}
