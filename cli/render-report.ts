import Table from 'cli-table3';
import { wrap } from '../shared/core/alerts/render-text.ts';
import type { Finding, RequirementResult, RequirementVerdict, ScanReport } from '../shared/core/requirements/report.ts';
import { coloursOf, type Terminal } from './terminal.ts';

const WORDS: Readonly<Record<RequirementVerdict, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  unknown: 'unknown',
  waived: 'waived',
  'not-applicable': 'n/a',
};

function paint(terminal: Terminal, verdict: RequirementVerdict): string {
  const colours = coloursOf(terminal);
  const brush = {
    pass: colours.green,
    fail: colours.red,
    unknown: colours.yellow,
    waived: colours.cyan,
    'not-applicable': colours.dim,
  } as const;
  return brush[verdict](WORDS[verdict]);
}

const SEVERITY_FROM_WIDTH = 90;
const MIN_TITLE = 16;

/** As wide as the terminal at most; a narrow one does without the severity. */
function overview(report: ScanReport, terminal: Terminal): string {
  const rows = report.requirements.map((result) => [
    { text: result.id, shown: result.id },
    ...(terminal.width < SEVERITY_FROM_WIDTH ? [] : [{ text: result.severity, shown: result.severity }]),
    { text: WORDS[result.verdict], shown: paint(terminal, result.verdict) },
    { text: result.title, shown: result.title },
  ]);
  const head =
    terminal.width < SEVERITY_FROM_WIDTH
      ? ['requirement', 'verdict', 'what']
      : ['requirement', 'severity', 'verdict', 'what'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.text.length ?? 0)),
  );
  const [last = 0] = widths.slice(-1);
  const borders = head.length * 3 + 1;
  const left = terminal.width - borders - widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  const fitted = [...widths.slice(0, -1), Math.min(last, Math.max(left, MIN_TITLE))];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colWidths: fitted.map((width) => width + 2),
    wordWrap: true,
  });
  for (const row of rows) table.push(row.map((cell) => cell.shown));
  return table.toString();
}

/** Findings with the same reasons are told once, with all their subjects. */
function causesOf(
  result: RequirementResult,
): readonly { readonly finding: Finding; readonly subjects: readonly string[] }[] {
  const groups = new Map<string, { finding: Finding; subjects: string[] }>();
  for (const finding of result.findings) {
    if (finding.verdict === 'pass') continue;
    const key = `${finding.verdict}|${finding.reasons.map((reason) => `${reason.code} ${reason.component} ${reason.message}`).join('|')}`;
    const group = groups.get(key);
    if (group) group.subjects.push(finding.subject);
    else groups.set(key, { finding, subjects: [finding.subject] });
  }
  return [...groups.values()];
}

const MAX_REASONS = 6;

function details(result: RequirementResult, terminal: Terminal): string[] {
  const colours = coloursOf(terminal);
  const lines = [
    '',
    `${paint(terminal, result.verdict)}  ${colours.bold(result.title)} ${colours.dim(`[${result.id}, ${result.severity}]`)}`,
  ];
  const indent = (text: string, by: number) =>
    wrap(text, terminal.width - by).map((line) => `${' '.repeat(by)}${line}`);
  for (const { finding, subjects } of causesOf(result)) {
    lines.push(...indent(subjects.join(', '), 2));
    for (const reason of finding.reasons.slice(0, MAX_REASONS)) {
      const leg = reason.leg === 'return' ? ', on the way back' : '';
      lines.push(...indent(`${reason.component}: ${reason.message} (${reason.code}${leg})`, 4));
    }
    if (finding.reasons.length > MAX_REASONS)
      lines.push(`    and ${finding.reasons.length - MAX_REASONS} more reasons`);
    if (finding.witness) {
      const { src, dst, dstPort } = finding.witness;
      lines.push(...indent(`for example from ${src} to ${dst}${dstPort === undefined ? '' : ` port ${dstPort}`}`, 4));
    }
    for (const fix of finding.fixes) lines.push(...indent(`to do: ${fix.title}`, 4));
  }
  return lines;
}

/** The report as people read it: a table, then what is wrong with each requirement that does not pass, then what could not be seen. */
export function renderReport(report: ScanReport, terminal: Terminal): string {
  const colours = coloursOf(terminal);
  const { pass, fail, unknown, waived, notApplicable } = report.summary;
  const lines = [
    `${colours.bold(report.network)}  ${report.catalogue}, network of ${report.collectedAt ?? 'an unknown time'}`,
    overview(report, terminal),
    ...report.requirements
      .filter((result) => result.verdict === 'fail' || result.verdict === 'unknown' || result.verdict === 'waived')
      .flatMap((result) => details(result, terminal)),
    '',
    ...(report.gaps.length === 0
      ? []
      : [
          'could not be seen:',
          ...report.gaps.map(
            (gap) =>
              `  ${gap.operation}${gap.resourceId === undefined ? '' : ` ${gap.resourceId}`}: ${gap.code}${gap.message === undefined ? '' : ` (${gap.message})`}`,
          ),
          '',
        ]),
    ...report.waivers
      .filter((waiver) => waiver.state !== 'active')
      .map(
        (waiver) =>
          `waiver of ${waiver.requirement}${waiver.subject === undefined ? '' : ` for ${waiver.subject}`}: ${waiver.state}`,
      ),
    `${paint(terminal, report.verdict)}: ${pass} pass, ${fail} fail, ${unknown} unknown, ${waived} waived, ${notApplicable} not applicable`,
  ];
  return `${lines.join('\n')}\n`;
}
