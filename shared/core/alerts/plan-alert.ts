import type { DriftBatch, Transition } from '../drift/transition.ts';
import type { Alert, AlertKind } from './alert.ts';
import { worstSeverity } from './group.ts';
import { type News, newsOf } from './news.ts';

type Tone = 'broken' | 'mended' | 'progress' | 'waived' | 'blind';

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
} as const satisfies Record<News, Tone>;

/** What an alert is called when its news is of several tones: the first that occurs. */
const TONES: readonly Tone[] = ['broken', 'mended', 'progress', 'waived', 'blind'];

const toneOf = (transition: Transition): Tone => TONE[newsOf(transition)];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const stillFail = (count: number): string =>
  count === 0 ? 'none fails' : `${count} still ${count === 1 ? 'fails' : 'fail'}`;

/** What people are told of one committed batch; undefined when there is nothing to tell. */
export function planAlert(batch: DriftBatch, link?: string): Alert | undefined {
  const { transitions } = batch;
  if (!batch.baseline && transitions.length === 0) return undefined;
  const kind = batch.baseline ? 'baseline' : kindOf(new Set(transitions.map(toneOf)));
  return {
    dedupeKey: `${batch.network}/${batch.version}`,
    kind,
    network: batch.network,
    severity: worstSeverity(batch.baseline ? ['informational'] : transitions.map((transition) => transition.severity)),
    headline: headline(batch, kind).slice(0, 100),
    batch,
    transitions,
    ...(link === undefined ? {} : { link }),
  };
}

const kindOf = (tones: ReadonlySet<Tone>): AlertKind =>
  tones.has('broken') && tones.has('mended') ? 'mixed' : (TONES.find((tone) => tones.has(tone)) ?? 'blind');

/** Requirements, not subjects, are what people count. */
function headline(batch: DriftBatch, kind: AlertKind): string {
  const count = (tone: Tone): number =>
    new Set(
      batch.transitions.filter((transition) => toneOf(transition) === tone).map((transition) => transition.requirement),
    ).size;
  const { fail, unknown, pass } = batch.summary;
  const words: Readonly<Record<AlertKind, string>> = {
    baseline: `${batch.damage ? 'stored state not readable, scanned anew' : 'first scan'}: ${pass} pass, ${fail} fail, ${unknown} unknown`,
    broken: `${plural(count('broken'), 'requirement')} broken`,
    mended: `${plural(count('mended'), 'requirement')} mended, ${stillFail(fail)}`,
    mixed: `${plural(count('broken'), 'requirement')} broken, ${count('mended')} mended`,
    progress: `${plural(count('progress'), 'requirement')} broken in fewer places, ${stillFail(fail)}`,
    waived: `${plural(count('waived'), 'requirement')} waived, ${stillFail(fail)}`,
    blind: `sight of ${plural(count('blind'), 'requirement')} has changed, ${unknown} unknown now`,
  };
  return `${batch.network}: ${words[kind]}`;
}
