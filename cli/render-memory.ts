import Table from 'cli-table3';
import type { readFindings, readNetworks } from '../shared/app/read-findings.ts';
import { planAlert } from '../shared/core/alerts/plan-alert.ts';
import { renderText, wrap } from '../shared/core/alerts/render-text.ts';
import type { DriftBatch } from '../shared/core/drift/transition.ts';
import { coloursOf, type Terminal } from './terminal.ts';

type Heads = Awaited<ReturnType<typeof readNetworks>>;
type Known = Awaited<ReturnType<typeof readFindings>>;

/** `2026-11-20 08:50 UTC`. */
const clock = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const BRUSH = { pass: 'green', fail: 'red', unknown: 'yellow', waived: 'cyan' } as const;

const paint = (terminal: Terminal, status: keyof typeof BRUSH): string =>
  coloursOf(terminal)[BRUSH[status]](status === 'fail' ? 'FAIL' : status);

export function renderNetworks(heads: Heads, terminal: Terminal): string {
  if (heads.length === 0) return 'no network is remembered\n';
  const table = new Table({
    head: ['network', 'verdict', 'pass', 'fail', 'unknown', 'waived', 'last scan'],
    style: { head: [], border: [], compact: true },
  });
  for (const { network, verdict, summary, lastScanAt } of heads)
    table.push([
      network,
      paint(terminal, verdict),
      summary.pass,
      summary.fail,
      summary.unknown,
      summary.waived,
      clock(lastScanAt),
    ]);
  return `${table.toString()}\n`;
}

/** Worst first. */
const URGENCY = ['fail', 'unknown', 'waived'] as const;

/** What does not pass, with everything that is known of it, and how much passes. */
export function renderFindings(known: Known, terminal: Terminal): string {
  const colours = coloursOf(terminal);
  const indent = (text: string, by: number) =>
    wrap(text, terminal.width - by).map((line) => `${' '.repeat(by)}${line}`);
  const told = URGENCY.flatMap((status) => known.findings.filter((finding) => finding.status === status));
  const lines = [
    `${colours.bold(known.network)}  ${paint(terminal, known.verdict)}, last scan ${clock(known.lastScanAt)}`,
    ...told.flatMap(({ requirement, subject, title, severity, status, since, incident, reasons, fixes }) => [
      '',
      `${paint(terminal, status)}  ${colours.bold(title)} ${colours.dim(`[${requirement}, ${severity}]`)}`,
      `  ${subject}, since ${clock(since)}`,
      ...(incident ? [`  incident ${incident.id}, open since ${clock(incident.openedAt)}`] : []),
      ...(incident?.openedBy ?? []).flatMap(({ actor, operation, at, tool, link }) => [
        `  ${actor}: ${operation}, ${clock(at)}, ${tool}`,
        ...(link === undefined ? [] : [`  ${link}`]),
      ]),
      ...reasons.flatMap((reason) => indent(`${reason.component}: ${reason.message} (${reason.code})`, 4)),
      ...fixes.flatMap((fix) => indent(`to do: ${fix.title}`, 4)),
    ]),
    '',
    `${known.findings.length} findings are remembered, ${known.findings.filter(({ status }) => status === 'pass').length} of them pass`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The alerts of the batches as they were sent. */
export function renderHistory(batches: readonly DriftBatch[]): string {
  const alerts = batches.flatMap((batch) => planAlert(batch) ?? []);
  return alerts.length === 0 ? 'nothing has changed\n' : alerts.map((alert) => renderText(alert)).join('\n---\n\n');
}
