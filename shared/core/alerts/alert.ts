import type { DriftBatch, Transition } from '../drift/transition.ts';
import type { Severity } from '../requirements/report.ts';

/** `progress` is mended in some places but not in all, `waived` is accepted for a time: neither is an all-clear. */
export type AlertKind = 'baseline' | 'broken' | 'mended' | 'mixed' | 'progress' | 'waived' | 'blind';

/** One message to people: what one scan changed in one network. */
export interface Alert {
  /** Stable for one committed batch: a receiver may use it to drop repeats. */
  readonly dedupeKey: string;
  readonly kind: AlertKind;
  readonly network: string;
  readonly severity: Severity;
  /** One line, no markup, at most 100 characters (SNS subjects allow no more). */
  readonly headline: string;
  readonly batch: DriftBatch;
  readonly transitions: readonly Transition[];
  /** How many transitions were cut so that the message fits its outlet. */
  readonly leftOut?: number;
  /** Page of the network, when the deployment has one. */
  readonly link?: string;
}
