import type { CallMade } from './wire.ts';

const HEADS = ['operation', 'pages', 'objects', 'ms', ''] as const;

/** The calls in the order of their ends, and their sum; what was refused stands at the end of its line. */
export function renderCalls(calls: readonly CallMade[]): string {
  const rows = calls.map(({ operation, resourceId, pages, objects, milliseconds, error }) => [
    resourceId === undefined ? operation : `${operation} ${resourceId}`,
    String(pages),
    String(objects),
    String(milliseconds),
    error ?? '',
  ]);
  const widths = HEADS.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        at === 0 || at === HEADS.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const pages = calls.reduce((sum, call) => sum + call.pages, 0);
  const refused = calls.filter(({ error }) => error !== undefined).length;
  const sum = `${calls.length} calls, ${pages} pages, ${refused} refused or failed`;
  return `${[HEADS, ...rows].map(line).join('\n')}\n${sum}\n`;
}
