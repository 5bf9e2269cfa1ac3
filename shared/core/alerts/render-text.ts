import { type Alert, toldIn } from './alert.ts';
import { groupNews } from './group.ts';
import { baselineSentences, clock, factsOf, SECTION_ORDER, SECTIONS } from './words.ts';

/** Mail readers wrap at about 78; RFC 5322 asks for at most that. */
const WIDTH = 76;

const LABEL = 11;

/** Breaks at spaces; a word that is longer than the line stays whole, so that ids can be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((text, index) =>
    wrap(text, WIDTH - 2 - LABEL).map(
      (part, row) => `  ${(index === 0 && row === 0 ? label : '').padEnd(LABEL)}${part}`,
    ),
  );
}

function baselineLines(alert: Alert): readonly string[] {
  const { summary, verdict } = alert.batch;
  return [
    ...baselineSentences(alert.batch).flatMap((sentence) => wrap(sentence, WIDTH)),
    '',
    `  verdict          ${verdict}`,
    `  pass             ${summary.pass}`,
    `  fail             ${summary.fail}`,
    `  unknown          ${summary.unknown}`,
    `  waived           ${summary.waived}`,
    `  not applicable   ${summary.notApplicable}`,
  ];
}

/** Plain text for e-mail and terminals, at most 76 columns but for words that are longer. */
export function renderText(alert: Alert): string {
  const lines: string[] = [...wrap(alert.headline, WIDTH), clock(alert.batch.at), ''];
  if (alert.kind === 'baseline') lines.push(...baselineLines(alert), '');
  const items = groupNews(toldIn(alert));
  for (const kind of SECTION_ORDER) {
    for (const item of items.filter((one) => one.kind === kind)) {
      lines.push(`${SECTIONS[kind]} (${item.severity})`);
      for (const { id, title } of item.requirements)
        lines.push(...wrap(`${title} [${id}]`, WIDTH - 2).map((part) => `  ${part}`));
      for (const { label, lines: told, links = [] } of factsOf(item))
        lines.push(...labelled(label, [...told, ...links.map(({ href }) => href)]));
      lines.push('');
    }
  }
  if (alert.leftOut) lines.push(`and ${alert.leftOut} more that did not fit into this message`);
  const { summary } = alert.batch;
  if (alert.kind !== 'baseline')
    lines.push(`Now: ${summary.pass} pass, ${summary.fail} fail, ${summary.unknown} unknown, ${summary.waived} waived`);
  if (alert.link !== undefined) lines.push(alert.link);
  return `${lines.join('\n').trimEnd()}\n`;
}
