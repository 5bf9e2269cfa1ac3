import { toIso } from '../base/instant.ts';
import type { Transition, TransitionKind } from '../drift/transition.ts';
import type { Severity } from '../requirements/report.ts';
import type { Alert } from './alert.ts';
import { groupNews, worstSeverity } from './group.ts';
import { CLOSED_KINDS, cut, factsOf, firstOf } from './words.ts';

/** Fields of the Events API v2 (PagerDuty, send an alert event, read 2026-11-26), characters. */
const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;

/** Our own: an event holds one incident, and nobody reads more on a telephone. */
const MAX_LINE = 1000;
const MAX_LINES = 10;

/** Pages for one scan. Beyond it people need one page that says how many, and PagerDuty would throttle. */
export const MAX_INCIDENTS = 100;

export interface PagerDutyTrigger {
  readonly event_action: 'trigger';
  readonly dedup_key: string;
  readonly client: 'runnerwatch';
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
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

/** Of something broken, and of something that can no longer be seen. */
const URGENCY = {
  required: { broken: 'critical', blind: 'error' },
  recommended: { broken: 'warning', blind: 'warning' },
  optional: { broken: 'info', blind: 'info' },
  informational: { broken: 'info', blind: 'info' },
} as const satisfies Record<Severity, Record<'broken' | 'blind', PagerDutyTrigger['payload']['severity']>>;

/** What becomes of an incident. Sight has a key of its own: losing it opens no incident, and getting it back closes none. */
const BROKEN = {
  opened: 'trigger',
  changed: 'trigger',
  resolved: 'resolve',
  gone: 'resolve',
  'lost-sight': undefined,
  'regained-sight': undefined,
} as const satisfies Record<TransitionKind, PagerDutyEvent['event_action'] | undefined>;

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

const sightKey = ({ requirement, subject }: Transition, network: string): string =>
  dedupKey(`${network}/${requirement}/${subject}/sight`);

const STATES = { broken: 'broken', blind: 'can no longer be seen' } as const;

function trigger(alert: Alert, transition: Transition, about: 'broken' | 'blind', key: string): PagerDutyTrigger {
  const [item] = groupNews([transition]);
  const facts = item ? factsOf(item) : [];
  const component = transition.reasons[0]?.component;
  return {
    event_action: 'trigger',
    dedup_key: key,
    ...sender(alert),
    payload: {
      summary: cut(`${alert.network}: ${transition.title}: ${STATES[about]} for ${transition.subject}`, MAX_SUMMARY),
      source: `runnerwatch/${alert.network}`,
      severity: URGENCY[transition.severity][about],
      timestamp: toIso(transition.at),
      ...(component === undefined ? {} : { component: cut(component, MAX_LINE) }),
      group: alert.network,
      class: transition.requirement,
      custom_details: Object.fromEntries(
        facts.map(({ label, lines }) => [
          label,
          firstOf(lines, MAX_LINES)
            .map((line) => cut(line, MAX_LINE))
            .join('\n'),
        ]),
      ),
    },
  };
}

const sender = ({ link }: Alert) =>
  ({
    client: 'runnerwatch',
    ...(link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'Details' }] }),
  }) as const;

/** One page for all that is beyond `MAX_INCIDENTS` or was cut from the alert before; it is closed when nothing fails and nothing is unknown. */
function overflow(alert: Alert, rest: readonly Transition[]): PagerDutyTrigger {
  const count = rest.length + (alert.leftOut ?? 0);
  return {
    event_action: 'trigger',
    dedup_key: `${alert.network}/more`,
    ...sender(alert),
    payload: {
      summary: cut(`${alert.headline}; and ${count} more that did not fit`, MAX_SUMMARY),
      source: `runnerwatch/${alert.network}`,
      severity: URGENCY[worstSeverity([alert.severity, ...rest.map((one) => one.severity)])].broken,
      timestamp: toIso(alert.batch.at),
      group: alert.network,
      class: 'more',
      custom_details: { 'Left out': count, Now: alert.batch.summary },
    },
  };
}

const byIncident = (a: Transition, b: Transition): number =>
  a.incident < b.incident ? -1 : a.incident > b.incident ? 1 : 0;

/** The first of each scan that opened incidents: those are the ones that were paged then. */
function firstOfEachScan(transitions: readonly Transition[]): readonly Transition[] {
  const taken = new Map<number, number>();
  return transitions.filter(({ openedAt }) => {
    const count = (taken.get(openedAt) ?? 0) + 1;
    taken.set(openedAt, count);
    return count <= MAX_INCIDENTS;
  });
}

/**
 * Events API v2: a trigger for each incident that opened or changed, a resolve for each that ended, by the incident's id, so that a copy changes nothing
 * and a late one closes nothing newer. What is waived pages nobody; a baseline has no transitions and pages nobody.
 */
export function renderPagerDuty(alert: Alert): readonly PagerDutyEvent[] {
  const sorted = [...alert.transitions].sort(byIncident);
  const opening = sorted.filter((one) => BROKEN[one.kind] === 'trigger' && one.to !== 'waived');
  const blind = sorted.filter((one) => one.kind === 'lost-sight');
  const pages = [
    ...opening.map((one) => trigger(alert, one, 'broken', dedupKey(one.incident))),
    ...blind.map((one) => trigger(alert, one, 'blind', sightKey(one, alert.network))),
  ];
  const rest = [...opening, ...blind].slice(MAX_INCIDENTS);
  const seenAgain = sorted.filter((one) => one.from === 'unknown' && one.kind !== 'lost-sight');
  const { fail, unknown } = alert.batch.summary;
  return [
    ...pages.slice(0, MAX_INCIDENTS),
    ...(rest.length > 0 || alert.leftOut ? [overflow(alert, rest)] : []),
    ...firstOfEachScan(sorted.filter((one) => CLOSED_KINDS.has(one.kind))).map((one) =>
      resolve(dedupKey(one.incident)),
    ),
    ...seenAgain.slice(0, MAX_INCIDENTS).map((one) => resolve(sightKey(one, alert.network))),
    ...(sorted.length > 0 && fail === 0 && unknown === 0 && !alert.leftOut ? [resolve(`${alert.network}/more`)] : []),
  ];
}

const resolve = (key: string): PagerDutyEvent => ({ event_action: 'resolve', dedup_key: key });
