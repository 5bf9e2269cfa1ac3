import { toIso } from '../base/instant.ts';
import type { IncidentReminder } from '../drift/reminder.ts';
import type { Transition } from '../drift/transition.ts';
import { CLOSING } from '../drift/transitions.ts';
import type { Severity } from '../requirements/report.ts';
import { type Alert, toldIn } from './alert.ts';
import { groupNews, type Told, worstSeverity } from './group.ts';
import { baselineSentences, cut, duration, factsOf, firstOf, type Link } from './words.ts';

/** Fields of the Events API v2 (PagerDuty, send an alert event, read 2026-11-26), characters. */
const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;

/** Our own: nobody reads more on a telephone. */
const MAX_LINE = 1000;
const MAX_LINES = 10;
const MAX_CAUSES = 5;
const MAX_SUBJECTS = 3;

/** Alerts for the incidents that one scan opened. Beyond it people need one page that says how many, and PagerDuty would throttle. */
export const MAX_INCIDENTS = 100;

export interface PagerDutyTrigger {
  readonly event_action: 'trigger';
  readonly dedup_key: string;
  readonly client: 'runnerwatch';
  readonly client_url?: string;
  readonly links?: readonly Link[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    /** The object at the root of it: PagerDuty can group alerts by component. */
    readonly component?: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

/** Everything but the routing key, which is a secret. */
export type PagerDutyEvent = PagerDutyTrigger | { readonly event_action: 'resolve'; readonly dedup_key: string };

type Page = PagerDutyTrigger['payload'];

/** Of something broken, and of something that can no longer be seen. */
const URGENCY = {
  required: { broken: 'critical', blind: 'error' },
  recommended: { broken: 'warning', blind: 'warning' },
  optional: { broken: 'info', blind: 'info' },
  informational: { broken: 'info', blind: 'info' },
} as const satisfies Record<Severity, Record<'broken' | 'blind', Page['severity']>>;

function listed(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  const more = different.length - MAX_SUBJECTS;
  return different.slice(0, MAX_SUBJECTS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What, where, who and what to do, for each cause; a second cause has its number behind the labels. */
function detailsOf(told: readonly Told[]): Readonly<Record<string, string>> {
  const items = groupNews(told);
  const shown = items.slice(0, MAX_CAUSES).flatMap((item, index) =>
    factsOf(item).map(({ label, lines }): [string, string] => [
      index === 0 ? label : `${label} (${index + 1})`,
      firstOf(lines, MAX_LINES)
        .map((line) => cut(line, MAX_LINE))
        .join('\n'),
    ]),
  );
  const more = items.length - MAX_CAUSES;
  return Object.fromEntries(more > 0 ? [...shown, ['More', `and ${more} more`]] : shown);
}

/** Of the first cause, as the details tell it first. */
const recordsOf = (told: readonly Told[]): readonly Link[] =>
  groupNews(told)
    .slice(0, 1)
    .flatMap((item) => factsOf(item).flatMap(({ links = [] }) => links));

const triggerOf = (
  alert: Alert,
  key: string,
  page: Pick<Page, 'summary' | 'severity' | 'class' | 'custom_details'> & { readonly component?: string },
  records: readonly Link[] = [],
): PagerDutyTrigger => ({
  event_action: 'trigger',
  dedup_key: key,
  client: 'runnerwatch',
  ...(alert.link === undefined ? {} : { client_url: alert.link }),
  ...linksOf(alert, records),
  payload: {
    ...page,
    summary: cut(page.summary, MAX_SUMMARY),
    source: `runnerwatch/${alert.network}`,
    timestamp: toIso(alert.batch.at),
    group: alert.network,
  },
});

function linksOf({ link }: Alert, records: readonly Link[]): Pick<PagerDutyTrigger, 'links'> {
  const links = [...(link === undefined ? [] : [{ href: link, text: 'Details' }]), ...records];
  return links.length === 0 ? {} : { links };
}

const resolve = (key: string): PagerDutyEvent => ({ event_action: 'resolve', dedup_key: key });

/** Keys that are too long keep their end, where the version is, and a digest of the whole. */
function dedupKey(text: string): string {
  if (text.length <= MAX_DEDUP_KEY) return text;
  const digest = fnv1a(text);
  return `${digest}/${text.slice(-(MAX_DEDUP_KEY - digest.length - 1))}`;
}

/** FNV-1a, 64 bits: the core has no hash of Node's, and nobody attacks this one. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i += 1)
    hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

/** Something about one incident. */
type OfIncident = Transition | IncidentReminder;

const isOfIncident = (one: Told): one is OfIncident => 'incident' in one;

const isReminder = (one: OfIncident): one is IncidentReminder => one.kind === 'reminder' || one.kind === 'escalated';

type Incident = readonly [OfIncident, ...OfIncident[]];

/** By the incident's id, in the order of the ids. */
function incidentsOf(told: readonly OfIncident[]): readonly Incident[] {
  const incidents = new Map<string, Incident>();
  for (const one of told) {
    const known = incidents.get(one.incident);
    incidents.set(one.incident, known ? [...known, one] : [one]);
  }
  return [...incidents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, incident]) => incident);
}

const severityOf = (told: readonly OfIncident[]): Severity => worstSeverity(told.map(({ severity }) => severity));

function broken(alert: Alert, incident: Incident): PagerDutyTrigger {
  const [{ title, requirement, reasons }] = incident;
  const component = reasons[0]?.component;
  const page = {
    summary: `${alert.network}: ${title}: ${stateOf(incident)} ${listed(incident.map(({ subject }) => subject))}`,
    severity: URGENCY[severityOf(incident)].broken,
    ...(component === undefined ? {} : { component: cut(component, MAX_LINE) }),
    class: requirement,
    custom_details: {
      ...detailsOf(incident),
      ...(alert.leftOut && !isPaged(alert) ? { 'Left out': alert.leftOut } : {}),
    },
  };
  return triggerOf(alert, keyOf(incident), page, recordsOf(incident));
}

function stateOf(incident: Incident): string {
  const [first] = incident;
  if (!isReminder(first)) return 'broken for';
  const lasted = duration(first.at - first.openedAt);
  return incident.every((one) => 'unseenSince' in one)
    ? `unresolved after ${lasted}, and cannot be seen now:`
    : `still broken after ${lasted}:`;
}

const keyOf = ([{ incident }]: Incident): string => dedupKey(incident);

/** Whether what was cut needs a page of its own. Reminders are cut first, and are about alerts that are open. */
const isPaged = ({ transitions, batch }: Alert): boolean => transitions.length > 0 && !batch.reminders?.length;

/** One alert for all that is beyond `MAX_INCIDENTS` or was cut from the alert before. */
function overflow(alert: Alert, rest: readonly Incident[]): PagerDutyTrigger {
  const count = rest.length + (alert.leftOut ?? 0);
  return triggerOf(alert, `${alert.network}/more`, {
    summary: `${alert.headline}; and ${count} more that did not fit`,
    severity: URGENCY[worstSeverity([alert.severity, ...rest.map(severityOf)])].broken,
    class: 'more',
    custom_details: { 'Left out': count, Now: alert.batch.summary },
  });
}

/** One alert for all that can no longer be seen: a permission that is lost hides most of a network at once. */
const blind = (alert: Alert, lost: readonly Transition[]): PagerDutyTrigger =>
  triggerOf(alert, `${alert.network}/sight`, {
    summary: `${alert.network}: can no longer be seen: ${listed(lost.map(({ title }) => title))}`,
    severity: URGENCY[severityOf(lost)].blind,
    class: 'sight',
    custom_details: detailsOf(lost),
  });

/** Incidents that were open before are never resolved: people have to know, and close this one themselves. */
const damaged = (alert: Alert): PagerDutyTrigger =>
  triggerOf(alert, `${alert.network}/damage`, {
    summary: `${alert.headline}; alerts that are open are not closed any more`,
    severity: 'warning',
    class: 'damage',
    custom_details: {
      What: firstOf(baselineSentences(alert.batch), MAX_LINES)
        .map((line) => cut(line, MAX_LINE))
        .join('\n'),
    },
  });

/** The first of each scan that opened incidents: those are the ones that were sent then. */
function firstOfEachScan(incidents: readonly Incident[]): readonly Incident[] {
  const taken = new Map<number, number>();
  return incidents.filter(([{ openedAt }]) => {
    const count = (taken.get(openedAt) ?? 0) + 1;
    taken.set(openedAt, count);
    return count <= MAX_INCIDENTS;
  });
}

const isPage = (one: OfIncident): boolean =>
  isReminder(one) || ((one.kind === 'opened' || one.kind === 'changed') && one.to === 'fail');

/**
 * Events API v2: a trigger for each incident in which something fails in a new place or way, a resolve for each that ended, by the incident's id, so that a
 * copy changes nothing and a late one closes nothing newer. A reminder is another trigger by the same key, which PagerDuty adds to the log of the alert
 * that is open (event management, read 2026-11-26). What is waived, or mended in part, sends nothing; nor does a waiver that ends soon, or a baseline that
 * replaces nothing. The alerts for what did not fit and for what cannot be seen are closed only when nothing of that kind is left in the network.
 */
export function renderPagerDuty(alert: Alert): readonly PagerDutyEvent[] {
  const { network, transitions, leftOut = 0 } = alert;
  const { fail, unknown } = alert.batch.summary;
  const opened = incidentsOf(toldIn(alert).filter(isOfIncident).filter(isPage));
  const sent = firstOfEachScan(opened);
  const rest = opened.filter((incident) => !sent.includes(incident));
  const lost = transitions.filter(({ kind }) => kind === 'lost-sight');
  const ended = firstOfEachScan(incidentsOf(transitions.filter(({ kind }) => CLOSING.has(kind))));
  const isSeen = unknown === 0 && leftOut === 0 && transitions.length > 0;
  return [
    ...(alert.batch.damage === undefined ? [] : [damaged(alert)]),
    ...sent.map((incident) => broken(alert, incident)),
    ...(rest.length > 0 || (leftOut > 0 && isPaged(alert)) ? [overflow(alert, rest)] : []),
    ...(lost.length > 0 ? [blind(alert, lost)] : []),
    ...ended.map((incident) => resolve(keyOf(incident))),
    ...(isSeen && fail === 0 ? [resolve(`${network}/more`)] : []),
    ...(isSeen && transitions.some(({ from }) => from === 'unknown') ? [resolve(`${network}/sight`)] : []),
  ];
}
