import type { SlackMessage } from '../shared/core/alerts/render-slack.ts';

/** A message as Slack would lay it out, without its markup. */
export function slackAsText(message: SlackMessage): string {
  const lines = message.blocks.flatMap((block) => [
    ...(block.text ? [block.text.text] : []),
    ...(block.elements ?? []).map((element) => element.text),
    '',
  ]);
  return lines
    .join('\n')
    .replace(/[*`]/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
