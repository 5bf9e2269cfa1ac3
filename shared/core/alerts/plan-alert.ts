import type { DriftBatch, TransitionKind } from '../drift/transition.ts';
import type { Alert, AlertKind } from './alert.ts';
import { worstSeverity } from './group.ts';

/** How each kind of news colours an alert. */
const TONE = {
  opened: 'broken',
  changed: 'broken',
  resolved: 'mended',
  gone: 'mended',
  'lost-sight': 'blind',
  'regained-sight': 'blind',
} as const satisfies Record<TransitionKind, 'broken' | 'mended' | 'blind'>;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What people are told of one committed batch; undefined when there is nothing to tell. */
export function planAlert(batch: DriftBatch, link?: string): Alert | undefined {
  const { transitions } = batch;
  if (!batch.baseline && transitions.length === 0) return undefined;
  const tones = new Set(transitions.map((transition) => TONE[transition.kind]));
  const kind: AlertKind = batch.baseline
    ? 'baseline'
    : tones.has('broken')
      ? tones.has('mended')
        ? 'mixed'
        : 'broken'
      : tones.has('mended')
        ? 'mended'
        : 'blind';
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

/** Requirements, not subjects, are what people count. */
function headline(batch: DriftBatch, kind: AlertKind): string {
  const count = (tone: (typeof TONE)[TransitionKind]): number =>
    new Set(
      batch.transitions
        .filter((transition) => TONE[transition.kind] === tone)
        .map((transition) => transition.requirement),
    ).size;
  const { fail, unknown, pass } = batch.summary;
  const words: Readonly<Record<AlertKind, string>> = {
    baseline: `first scan: ${pass} pass, ${fail} fail, ${unknown} unknown`,
    broken: `${plural(count('broken'), 'requirement')} broken`,
    mended: `${plural(count('mended'), 'requirement')} mended, ${fail === 0 ? 'none fails' : `${fail} still ${fail === 1 ? 'fails' : 'fail'}`}`,
    mixed: `${plural(count('broken'), 'requirement')} broken, ${count('mended')} mended`,
    blind: `sight of ${plural(count('blind'), 'requirement')} has changed, ${unknown} unknown now`,
  };
  return `${batch.network}: ${words[kind]}`;
}
