import { type Instant, toIso } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import type { TransitionKind } from '../drift/transition.ts';
import type { NewsItem } from './group.ts';

/** Headings in the order in which they are told. */
export const SECTIONS = {
  opened: 'BROKEN',
  changed: 'BROKEN IN A NEW WAY',
  'lost-sight': 'CAN NO LONGER BE SEEN',
  'regained-sight': 'CAN BE SEEN AGAIN',
  resolved: 'MENDED',
  gone: 'NO LONGER JUDGED',
} as const satisfies Record<TransitionKind, string>;

export const SECTION_ORDER = Object.keys(SECTIONS) as readonly TransitionKind[];

/** `2026-11-20 08:50 UTC`. */
export const clock = (at: Instant): string => `${toIso(at).slice(0, 16).replace('T', ' ')} UTC`;

/** `3 h 12 min`, `2 d 4 h`, `41 s`; the two largest units. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const HOW_SURE: Readonly<Record<Attribution['confidence'], string>> = {
  certain: '',
  likely: ' (one of several changes)',
  possible: ' (possibly: it touches none of these objects)',
};

/** Who did what, when and with what. */
export function whoDid(attribution: Attribution): string {
  const objects = attribution.objects.slice(0, 3).join(', ');
  const from = attribution.sourceIp === undefined ? '' : ` from ${attribution.sourceIp}`;
  return `${attribution.actor}: ${attribution.operation}${objects ? ` on ${objects}` : ''}, ${clock(attribution.at)}, ${attribution.tool}${from}${HOW_SURE[attribution.confidence]}`;
}

const CLOSED: ReadonlySet<TransitionKind> = new Set(['resolved', 'gone']);

export const isClosed = (item: NewsItem): boolean => CLOSED.has(item.kind);

/** How long it has been so, in the words that fit the news. */
export function since(item: NewsItem): string {
  const lasted = duration(item.at - item.openedAt);
  if (item.kind === 'resolved') return `broken for ${lasted}, since ${clock(item.openedAt)}`;
  if (item.kind === 'gone') return `was broken since ${clock(item.openedAt)} (${lasted})`;
  return clock(item.openedAt);
}

/** What people want to know of one item, as label and lines. */
export function factsOf(item: NewsItem): readonly { readonly label: string; readonly lines: readonly string[] }[] {
  const closed = isClosed(item);
  const facts = [
    { label: closed ? 'Was' : 'What', lines: item.reasons.map((reason) => reason.message) },
    {
      label: 'Where',
      lines: [
        item.subjects.slice(0, 6).join(', ') +
          (item.subjects.length > 6 ? ` and ${item.subjects.length - 6} more` : ''),
      ],
    },
    {
      label: closed ? 'Mended by' : 'Who',
      lines: item.attribution.length > 0 ? item.attribution.slice(0, 5).map(whoDid) : ['no change event names it'],
    },
    {
      label: 'To do',
      lines: item.fixes.map((fix) => (fix.command === undefined ? fix.title : `${fix.title}: ${fix.command}`)),
    },
    { label: closed ? 'Lasted' : 'Since', lines: [since(item)] },
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

/** At most `limit` UTF-16 units, the last of them an ellipsis when something was cut; no half of a surrogate pair stays behind. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** The first `limit` lines, and how many there are besides. */
export const firstOf = (lines: readonly string[], limit: number): readonly string[] =>
  lines.length <= limit ? lines : [...lines.slice(0, limit), `and ${lines.length - limit} more`];
