import type { Reminder } from '../drift/reminder.ts';
import type { DriftBatch, Transition } from '../drift/transition.ts';
import type { Severity } from '../requirements/report.ts';
import type { Told } from './group.ts';

/**
 * `progress` is mended in some places but not in all, `waived` is accepted for a time: neither is an all-clear. The last three are of an alert in which
 * nothing has changed: `reminder` and `escalated` tell of what is still broken after a day and after three, `waiver-ends` of a waiver that ends soon.
 */
export type AlertKind = 'baseline' | 'broken' | 'mended' | 'mixed' | 'progress' | 'waived' | 'blind' | Reminder['kind'];

/** One message to people: what one scan changed in one network. */
export interface Alert {
  /** Stable for one committed batch: a receiver may use it to drop repeats. */
  readonly dedupeKey: string;
  readonly kind: AlertKind;
  readonly network: string;
  readonly severity: Severity;
  /** One line, no markup, at most 100 characters (SNS subjects allow no more). */
  readonly headline: string;
  /** Reminders are in it only, transitions in both. */
  readonly batch: DriftBatch;
  readonly transitions: readonly Transition[];
  /** How many transitions and reminders were cut so that the message fits its outlet. */
  readonly leftOut?: number;
  /** Page of the network, when the deployment has one. */
  readonly link?: string;
}

/** Everything that an alert is about: what has changed, then what has not. */
export const toldIn = ({ transitions, batch }: Alert): readonly Told[] => [...transitions, ...(batch.reminders ?? [])];
