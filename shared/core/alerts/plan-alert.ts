import { hasNews } from '../drift/has-news.ts';
import type { DriftBatch } from '../drift/transition.ts';
import type { Alert, AlertKind } from './alert.ts';
import { type Told, worstSeverity } from './group.ts';
import { type News, newsOf } from './news.ts';
import { lastDay } from './words.ts';

type Tone = 'broken' | 'mended' | 'progress' | 'waived' | 'blind' | 'escalated' | 'reminder' | 'waiver-ends';

/** How each kind of news colours an alert. */
const TONE = {
  opened: 'broken',
  'no-longer-waived': 'broken',
  changed: 'broken',
  resolved: 'mended',
  gone: 'mended',
  'partly-mended': 'progress',
  waived: 'waived',
  'lost-sight': 'blind',
  'regained-sight': 'blind',
  escalated: 'escalated',
  'escalated-unseen': 'escalated',
  reminder: 'reminder',
  'reminder-unseen': 'reminder',
  'waiver-ends': 'waiver-ends',
} as const satisfies Record<News, Tone>;

/** What an alert is called when its news is of several tones: the first that occurs; what has changed before what has not. */
const TONES: readonly Tone[] = [
  'broken',
  'mended',
  'progress',
  'waived',
  'blind',
  'escalated',
  'reminder',
  'waiver-ends',
];

const toneOf = (one: Told): Tone => TONE[newsOf(one)];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const stillFail = (count: number): string =>
  count === 0 ? 'none fails' : `${count} still ${count === 1 ? 'fails' : 'fail'}`;

const alsoAfterADay = (count: number): string => (count === 0 ? '' : `, ${count} after a day`);

/** The day comes first, so that it is not what is cut. */
function waiversEnd(told: readonly Told[]): string {
  const days = told.flatMap((one) => ('waiver' in one ? lastDay(one.waiver) : [])).sort();
  return days[0] === days.at(-1) ? `waiver ends on ${days[0]}` : `waivers end from ${days[0]}`;
}

/** What people are told of one committed batch; undefined when there is nothing to tell. */
export function planAlert(batch: DriftBatch, link?: string): Alert | undefined {
  if (!hasNews(batch)) return undefined;
  const { transitions, reminders = [] } = batch;
  const told: readonly Told[] = [...transitions, ...reminders];
  const kind = batch.baseline ? 'baseline' : kindOf(new Set(told.map(toneOf)));
  return {
    dedupeKey: `${batch.network}/${batch.version}`,
    kind,
    network: batch.network,
    severity: worstSeverity(batch.baseline ? ['informational'] : told.map((one) => one.severity)),
    headline: headline(batch, told, kind).slice(0, 100),
    batch,
    transitions,
    ...(link === undefined ? {} : { link }),
  };
}

const kindOf = (tones: ReadonlySet<Tone>): AlertKind =>
  tones.has('broken') && tones.has('mended') ? 'mixed' : (TONES.find((tone) => tones.has(tone)) ?? 'blind');

/** Requirements, not subjects, are what people count. */
function headline(batch: DriftBatch, told: readonly Told[], kind: AlertKind): string {
  const count = (tone: Tone): number =>
    new Set(told.filter((one) => toneOf(one) === tone).map((one) => one.requirement)).size;
  const { fail, unknown, pass } = batch.summary;
  const words: Readonly<Record<AlertKind, string>> = {
    baseline: `${batch.damage ? 'stored state not readable, scanned anew' : 'first scan'}: ${pass} pass, ${fail} fail, ${unknown} unknown`,
    broken: `${plural(count('broken'), 'requirement')} broken`,
    mended: `${plural(count('mended'), 'requirement')} mended, ${stillFail(fail)}`,
    mixed: `${plural(count('broken'), 'requirement')} broken, ${count('mended')} mended`,
    progress: `${plural(count('progress'), 'requirement')} broken in fewer places, ${stillFail(fail)}`,
    waived: `${plural(count('waived'), 'requirement')} waived, ${stillFail(fail)}`,
    blind: `sight of ${plural(count('blind'), 'requirement')} has changed, ${unknown} unknown now`,
    escalated: `${plural(count('escalated'), 'requirement')} unresolved after 3 days${alsoAfterADay(count('reminder'))}`,
    reminder: `${plural(count('reminder'), 'requirement')} unresolved after a day`,
    'waiver-ends': `${waiversEnd(told)}: ${plural(count('waiver-ends'), 'requirement')}`,
  };
  return `${batch.network}: ${words[kind]}`;
}
