import { type Alert, toldIn } from './alert.ts';
import { groupNews, type NewsItem } from './group.ts';
import type { News } from './news.ts';
import { baselineSentences, clock, cut, factsOf, firstOf, type Link, SECTION_ORDER, SECTIONS } from './words.ts';

/** Characters of one line, and lines under one label: a card of 28 KB has to hold several items. */
const MAX_LINE = 400;
const MAX_LINES = 5;
const MAX_TITLES = 15;

interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly selectAction?: { readonly type: 'Action.OpenUrl'; readonly url: string };
}

export type TeamsElement =
  | { readonly type: 'TextBlock'; readonly text: string; readonly wrap: true; readonly [style: string]: unknown }
  | { readonly type: 'RichTextBlock'; readonly inlines: readonly TextRun[] }
  | {
      readonly type: 'Container';
      readonly style: 'attention' | 'good' | 'warning';
      readonly separator: true;
      readonly items: readonly TeamsElement[];
    };

export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        readonly type: 'AdaptiveCard';
        readonly version: '1.4';
        readonly msteams: { readonly width: 'Full' };
        readonly body: readonly TeamsElement[];
        readonly actions: readonly { readonly type: 'Action.OpenUrl'; readonly title: string; readonly url: string }[];
      };
    },
  ];
}

const STYLES = {
  opened: 'attention',
  'no-longer-waived': 'attention',
  changed: 'attention',
  'lost-sight': 'warning',
  'regained-sight': 'warning',
  'partly-mended': 'warning',
  waived: 'warning',
  resolved: 'good',
  gone: 'good',
  escalated: 'attention',
  'escalated-unseen': 'warning',
  reminder: 'attention',
  'reminder-unseen': 'warning',
  'waiver-ends': 'warning',
} as const satisfies Record<News, string>;

/** Text blocks read Markdown, rich text blocks do not (Teams, format cards, read 2026-11-26): names of AWS objects go into the latter only. */
const plain = (text: string, label?: string): TeamsElement => ({
  type: 'RichTextBlock',
  inlines: [
    ...(label === undefined ? [] : [{ type: 'TextRun', text: `${label}: `, weight: 'Bolder' } as const]),
    { type: 'TextRun', text: cut(text, MAX_LINE) },
  ],
});

/** A run of text may open a page since version 1.2 (Adaptive Cards, TextRun, read 2026-11-26). */
const linkTo = ({ href, text }: Link): TeamsElement => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: cut(text, MAX_LINE), selectAction: { type: 'Action.OpenUrl', url: href } }],
});

const words = (text: string, style: Readonly<Record<string, unknown>> = {}): TeamsElement => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...style,
});

const itemContainer = (item: NewsItem): TeamsElement => ({
  type: 'Container',
  style: STYLES[item.kind],
  separator: true,
  items: [
    words(`${SECTIONS[item.kind]} (${item.severity})`, { weight: 'Bolder' }),
    ...firstOf(
      item.requirements.map(({ id, title }) => `${title} (${id})`),
      MAX_TITLES,
    ).map((line) => plain(line)),
    ...factsOf(item).flatMap(({ label, lines, links = [] }) => [
      ...firstOf(lines, MAX_LINES).map((line, index) => (index === 0 ? plain(line, label) : plain(line))),
      ...links.map(linkTo),
    ]),
  ],
});

/** A message with one Adaptive Card, as a workflow of Teams takes it ("When a Teams webhook request is received"). */
export function renderTeams(alert: Alert): TeamsMessage {
  const items = groupNews(toldIn(alert));
  const ordered = SECTION_ORDER.flatMap((kind) => items.filter((item) => item.kind === kind));
  const { summary } = alert.batch;
  const body: TeamsElement[] = [
    words(alert.headline, { size: 'Large', weight: 'Bolder', style: 'heading' }),
    ...(alert.kind === 'baseline' ? baselineSentences(alert.batch).map((sentence) => plain(sentence)) : []),
    ...ordered.map(itemContainer),
    ...(alert.leftOut ? [words(`and ${alert.leftOut} more that did not fit into this message`)] : []),
    words(
      `${clock(alert.batch.at)} · now ${summary.pass} pass, ${summary.fail} fail, ${summary.unknown} unknown, ${summary.waived} waived`,
      { isSubtle: true, size: 'Small' },
    ),
  ];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          actions: alert.link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Details', url: alert.link }],
        },
      },
    ],
  };
}
