import type { Instant } from '../base/instant.ts';
import type { Reason } from '../reach/answer.ts';
import type { Fix, Severity } from '../requirements/report.ts';
import type { Attribution } from './change.ts';

/** What nothing has changed about, and people should hear of all the same, for one subject. Sent once. */
export type Reminder = IncidentReminder | WaiverReminder;

interface About {
  readonly requirement: string;
  readonly subject: string;
  readonly title: string;
  readonly severity: Severity;
  readonly at: Instant;
  readonly reasons: readonly Reason[];
  readonly fixes: readonly Fix[];
}

/** A required requirement that is still broken; every subject of it that fails has one. */
export interface IncidentReminder extends About {
  readonly kind: 'reminder' | 'escalated';
  readonly incident: string;
  readonly openedAt: Instant;
  /** Who may have opened the incident, the newest first. */
  readonly attribution: readonly Attribution[];
  /** Since when it cannot be seen; it failed when it was last seen. Absent when it is seen to fail now. */
  readonly unseenSince?: Instant;
}

/** A failing subject whose waiver is about to end. */
export interface WaiverReminder extends About {
  readonly kind: 'waiver-ends';
  readonly waiver: EndingWaiver;
  /** Always empty: no change of the network did it. */
  readonly attribution: readonly Attribution[];
}

export interface EndingWaiver {
  readonly owner: string;
  readonly reason: string;
  /** The first moment at which it does not count any more. */
  readonly endsAt: Instant;
}
