import { toIso } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import type { Transition } from '../drift/transition.ts';
import type { Alert } from './alert.ts';
import { dated, datedCause } from './dated.ts';
import { isoReminder } from './reminder-document.ts';

type Dated<T, Field extends keyof T> = { readonly [Name in keyof T]: Name extends Field ? string : T[Name] };

/** An alert for programs: the body of a webhook and the detail of an event. Times are ISO 8601 in UTC. Fields are only ever added within one `format`. */
export interface AlertDocument {
  readonly format: 1;
  /** The same for every copy of one alert. */
  readonly dedupeKey: string;
  readonly kind: Alert['kind'];
  readonly network: string;
  readonly severity: Alert['severity'];
  readonly headline: string;
  readonly at: string;
  readonly verdict: Alert['batch']['verdict'];
  /** Findings of the network after the scan. */
  readonly summary: Alert['batch']['summary'];
  /** Items of the store that could not be read, so that the network begins anew. */
  readonly damage: readonly string[];
  readonly link: string | null;
  /** How many transitions and reminders are not in the lists because the message would be too large. */
  readonly leftOut: number;
  readonly transitions: readonly (Omit<Dated<Transition, 'at' | 'openedAt'>, 'attribution'> & {
    /** `link` is the page of the event in CloudTrail, where there is one. */
    readonly attribution: readonly (Dated<Attribution, 'at'> & { readonly link?: string })[];
  })[];
  /** What has not changed and is told all the same. */
  readonly reminders: readonly ReturnType<typeof isoReminder>[];
}

export const renderJson = (alert: Alert): AlertDocument => ({
  format: 1,
  dedupeKey: alert.dedupeKey,
  kind: alert.kind,
  network: alert.network,
  severity: alert.severity,
  headline: alert.headline,
  at: toIso(alert.batch.at),
  verdict: alert.batch.verdict,
  summary: alert.batch.summary,
  damage: alert.batch.damage ?? [],
  link: alert.link ?? null,
  leftOut: alert.leftOut ?? 0,
  transitions: alert.transitions.map((transition) => ({
    ...dated(transition),
    openedAt: toIso(transition.openedAt),
    attribution: transition.attribution.map(datedCause),
  })),
  reminders: (alert.batch.reminders ?? []).map(isoReminder),
});
