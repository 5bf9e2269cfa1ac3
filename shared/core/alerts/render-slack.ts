import { type Alert, toldIn } from './alert.ts';
import { groupNews, type NewsItem } from './group.ts';
import { baselineSentences, clock, cut, type Fact, factsOf, firstOf, SECTION_ORDER, SECTIONS } from './words.ts';

/** Limits of Block Kit (reference of the section and header blocks, read 2026-11-25). */
const MAX_BLOCKS = 50;
const MAX_TEXT = 3000;
const MAX_HEADER = 150;

/** More titles than this are a list that nobody reads, and would push what to do out of the block. */
const MAX_TITLES = 15;

export interface SlackBlock {
  readonly type: 'header' | 'section' | 'context' | 'divider';
  readonly text?: { readonly type: 'plain_text' | 'mrkdwn'; readonly text: string };
  readonly elements?: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
}

export interface SlackMessage {
  /** What notifications and readers without blocks show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** Slack reads only these three as markup. */
const escapeMarkup = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const section = (text: string): SlackBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: cut(text, MAX_TEXT) },
});

function itemBlock(item: NewsItem): SlackBlock {
  const titles = firstOf(
    item.requirements.map(({ id, title }) => `• ${escapeMarkup(title)} (\`${escapeMarkup(id)}\`)`),
    MAX_TITLES,
  );
  const textWith = (linksOf: (fact: Fact) => readonly string[]): string => {
    const facts = factsOf(item).map(
      (fact) => `*${fact.label}:* ${[...fact.lines.map(escapeMarkup), ...linksOf(fact)].join('\n')}`,
    );
    return [`*${SECTIONS[item.kind]}* (${item.severity})`, ...titles, ...facts].join('\n');
  };
  const text = textWith(({ links = [] }) =>
    links.map((link) => `<${escapeMarkup(link.href)}|${escapeMarkup(link.text)}>`),
  );
  // A link that is cut in two is no link, and the text before it is worth more.
  return section(text.length <= MAX_TEXT ? text : textWith(() => []));
}

/** Block Kit message, within Slack's limits; what does not fit is counted and linked. */
export function renderSlack(alert: Alert): SlackMessage {
  const items = groupNews(toldIn(alert));
  const ordered = SECTION_ORDER.flatMap((kind) => items.filter((item) => item.kind === kind));
  const { summary } = alert.batch;
  const state = `${summary.pass} pass, ${summary.fail} fail, ${summary.unknown} unknown, ${summary.waived} waived`;
  const room = MAX_BLOCKS - 4;
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(alert.headline, MAX_HEADER) } },
    ...ordered.slice(0, room).map(itemBlock),
  ];
  if (alert.kind === 'baseline') blocks.push(section(baselineSentences(alert.batch).map(escapeMarkup).join('\n')));
  if (alert.leftOut) blocks.push(section(`and ${alert.leftOut} more that did not fit into this message`));
  if (ordered.length > room) blocks.push(section(`and ${ordered.length - room} more`));
  const link = alert.link === undefined ? '' : ` · <${alert.link}|details>`;
  blocks.push({
    type: 'context',
    elements: [{ type: 'mrkdwn', text: cut(`${clock(alert.batch.at)} · now ${state}${link}`, MAX_TEXT) }],
  });
  return { text: alert.headline, blocks };
}
