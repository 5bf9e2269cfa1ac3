import { type Instant, instant, toIso } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import type { EndingWaiver } from '../drift/reminder.ts';
import type { DriftBatch } from '../drift/transition.ts';
import { cloudTrailLink } from './cloudtrail-link.ts';
import type { NewsItem } from './group.ts';
import type { News } from './news.ts';

/** Headings in the order in which they are told. */
export const SECTIONS = {
  opened: 'BROKEN',
  'no-longer-waived': 'BROKEN, AND NO LONGER WAIVED',
  changed: 'BROKEN IN A NEW WAY',
  'lost-sight': 'CAN NO LONGER BE SEEN',
  'regained-sight': 'CAN BE SEEN AGAIN',
  'partly-mended': 'NO LONGER BROKEN HERE, STILL BROKEN ELSEWHERE',
  waived: 'WAIVED: STILL BROKEN, AND ACCEPTED FOR NOW',
  resolved: 'MENDED',
  gone: 'NO LONGER JUDGED',
  escalated: 'STILL BROKEN AFTER 3 DAYS',
  'escalated-unseen': 'UNRESOLVED AFTER 3 DAYS, AND CANNOT BE SEEN NOW',
  reminder: 'STILL BROKEN AFTER A DAY',
  'reminder-unseen': 'UNRESOLVED AFTER A DAY, AND CANNOT BE SEEN NOW',
  'waiver-ends': 'WAIVER ENDS SOON',
} as const satisfies Record<News, string>;

export const SECTION_ORDER = Object.keys(SECTIONS) as readonly News[];

/** `2026-11-20 08:50 UTC`. */
export const clock = (at: Instant): string => `${toIso(at).slice(0, 16).replace('T', ' ')} UTC`;

/** The last day on which a waiver counts, in UTC: `2026-12-31`. */
export const lastDay = ({ endsAt }: EndingWaiver): string => toIso(instant(endsAt - 1)).slice(0, 10);

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

const MOST_SHOWN = 5;

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

const OVER: ReadonlySet<News> = new Set(['resolved', 'gone', 'partly-mended']);

/** Whether the news is that something no longer fails. */
const isOver = (item: NewsItem): boolean => OVER.has(item.kind);

const CLOSED: ReadonlySet<News> = new Set(['resolved', 'gone']);

export const isClosed = (item: NewsItem): boolean => CLOSED.has(item.kind);

const REMINDERS: ReadonlySet<News> = new Set(['escalated', 'escalated-unseen', 'reminder', 'reminder-unseen']);

/** How long it has been so, in the words that fit the news. */
export function since(item: NewsItem): string {
  const lasted = duration(item.at - item.openedAt);
  if (item.kind === 'resolved') return `broken for ${lasted}, since ${clock(item.openedAt)}`;
  if (item.kind === 'gone') return `was broken since ${clock(item.openedAt)} (${lasted})`;
  if (REMINDERS.has(item.kind)) return `${clock(item.openedAt)}, for ${lasted}`;
  // A subject may join an incident that is older than its own failure.
  return clock(item.kind === 'opened' ? item.at : item.openedAt);
}

/** People's watch file, not a change of the network, is what waives. */
const OF_WAIVER: Partial<Record<News, string>> = {
  waived: 'a waiver in the watch file; you will hear when it ends',
  'no-longer-waived': 'the waiver in the watch file has expired or was taken out',
};

function causes(item: NewsItem): readonly string[] {
  if (item.waiver) return [`${item.waiver.owner}: ${item.waiver.reason}`];
  const waiver = OF_WAIVER[item.kind];
  if (waiver !== undefined) return [waiver];
  const shown = item.attribution.slice(0, MOST_SHOWN).map(whoDid);
  const more = item.attribution.length - shown.length + item.moreCauses;
  if (shown.length === 0) return ['no change event names it'];
  return more === 0 ? shown : [...shown, `and ${more} more ${more === 1 ? 'change' : 'changes'}`];
}

const whoLabel = (item: NewsItem): string => {
  if (item.waiver) return 'Waived by';
  if (REMINDERS.has(item.kind)) return 'Opened by';
  return isOver(item) ? 'Mended by' : 'Who';
};

const ends = (waiver: EndingWaiver, at: Instant): string =>
  `${lastDay(waiver)}, at the end of the day (UTC), in ${duration(waiver.endsAt - at)}; what still fails then is told as broken`;

export interface Link {
  readonly href: string;
  readonly text: string;
}

export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
  /** Where the same can be looked up; readers without links lose nothing else. */
  readonly links?: readonly Link[];
}

/** Each is a long line in a mail. */
const MOST_LINKS = 3;

/** To the records of the calls that are shown and did it, not of those that are only possible. */
function records(item: NewsItem): readonly Link[] {
  if (item.waiver || OF_WAIVER[item.kind] !== undefined) return [];
  const links = item.attribution.slice(0, MOST_SHOWN).flatMap((one): readonly Link[] => {
    const href = one.confidence === 'possible' ? undefined : cloudTrailLink(one);
    return href === undefined ? [] : [{ href, text: `${one.operation} in CloudTrail` }];
  });
  return links.slice(0, MOST_LINKS);
}

/** What people want to know of one item. */
export function factsOf(item: NewsItem): readonly Fact[] {
  const over = isOver(item);
  const facts: readonly Fact[] = [
    { label: over ? 'Was' : 'What', lines: item.reasons.map((reason) => reason.message) },
    {
      label: 'Where',
      lines: [
        item.subjects.slice(0, 6).join(', ') +
          (item.subjects.length > 6 ? ` and ${item.subjects.length - 6} more` : ''),
      ],
    },
    {
      label: 'Now',
      lines:
        item.unseenSince === undefined
          ? []
          : [`cannot be seen since ${clock(item.unseenSince)}; it failed when it was last seen`],
    },
    { label: whoLabel(item), lines: causes(item), links: records(item) },
    {
      label: 'To do',
      lines: [
        ...item.fixes.map((fix) => (fix.command === undefined ? fix.title : `${fix.title}: ${fix.command}`)),
        ...(item.waiver ? ['mend it before then, or prolong the waiver in the watch file'] : []),
      ],
    },
    item.waiver
      ? { label: 'Ends', lines: [ends(item.waiver, item.at)] }
      : { label: isClosed(item) ? 'Lasted' : 'Since', lines: [since(item)] },
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

/** At most `limit` UTF-16 units, the last of them an ellipsis when something was cut; no half of a surrogate pair stays behind. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** The first `limit` lines, and how many there are besides. */
export const firstOf = (lines: readonly string[], limit: number): readonly string[] =>
  lines.length <= limit ? lines : [...lines.slice(0, limit), `and ${lines.length - limit} more`];

/** What a baseline means, a sentence each: the first one of a network, or one that had to replace what could not be read. */
export const baselineSentences = ({ damage }: DriftBatch): readonly string[] =>
  damage === undefined
    ? [
        'This network is watched from now on. What fails today is known and is not announced again; you will hear of what changes.',
      ]
    : [
        'What was remembered of this network could not be read, so it begins anew: what fails today counts as known, and incidents that were open before will not be closed one by one. The history is kept.',
        ...damage,
      ];
