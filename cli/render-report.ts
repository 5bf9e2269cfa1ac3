import Table from 'cli-table3';
import { wrap } from '../shared/core/alerts/render-text.ts';
import type { Reason } from '../shared/core/reach/answer.ts';
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

interface Column {
  readonly head: string;
  readonly text: (result: RequirementResult) => string;
  readonly shown?: (result: RequirementResult, terminal: Terminal) => string;
}

const ID: Column = { head: 'requirement', text: (result) => result.id };
const SEVERITY: Column = { head: 'severity', text: (result) => result.severity };
const VERDICT: Column = {
  head: 'verdict',
  text: (result) => WORDS[result.verdict],
  shown: (result, terminal) => paint(terminal, result.verdict),
};
const TITLE: Column = { head: 'what', text: (result) => result.title };

/** Worst first, in the order of the words above; within a verdict by id. */
const URGENCY: readonly RequirementVerdict[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'];

/** Informational sentences ask for nothing, and what does not apply needs no row: 66 rows hide the one that matters. */
const isTold = (result: RequirementResult): boolean =>
  result.severity !== 'informational' && result.verdict !== 'not-applicable';

/** As wide as the terminal at most; a narrow one does without the severity, a very narrow one without the titles too. */
function overview(told: readonly RequirementResult[], terminal: Terminal): string {
  const widthOf = ({ head, text }: Column): number =>
    Math.max(head.length, ...told.map((result) => text(result).length));
  const spare = (columns: readonly Column[]): number =>
    terminal.width - 1 - columns.reduce((sum, column) => sum + widthOf(column) + 3, 0);
  const facts = terminal.width < SEVERITY_FROM_WIDTH ? [ID, VERDICT] : [ID, SEVERITY, VERDICT];
  const left = spare(facts) - 3;
  const columns = left < MIN_TITLE ? facts : [...facts, TITLE];
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
    colWidths: columns.map((column) => (column === TITLE ? Math.min(widthOf(TITLE), left) : widthOf(column)) + 2),
    wordWrap: true,
  });
  const rows = URGENCY.flatMap((verdict) => told.filter((result) => result.verdict === verdict));
  for (const result of rows)
    table.push(columns.map(({ text, shown }) => (shown ? shown(result, terminal) : text(result))));
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

/** What is not visible on both legs is told once. */
const distinct = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.filter(
    ({ code, message }, index) =>
      reasons.findIndex((other) => other.code === code && other.message === message) === index,
  );

/** One requirement as people read it: the verdict, then each cause with its subjects and what to do. */
export function renderRequirement(result: RequirementResult, terminal: Terminal): readonly string[] {
  const colours = coloursOf(terminal);
  const lines = [
    `${paint(terminal, result.verdict)}  ${colours.bold(result.title)} ${colours.dim(`[${result.id}, ${result.severity}]`)}`,
  ];
  const indent = (text: string, by: number) =>
    wrap(text, terminal.width - by).map((line) => `${' '.repeat(by)}${line}`);
  for (const { finding, subjects } of causesOf(result)) {
    lines.push(...indent(subjects.join(', '), 2));
    const reasons = distinct(finding.reasons);
    for (const reason of reasons.slice(0, MAX_REASONS)) {
      const leg = reason.leg === 'return' ? ', on the way back' : '';
      const name = reason.message.includes(reason.component) ? '' : `${reason.component}: `;
      lines.push(...indent(`${name}${reason.message} (${reason.code}${leg})`, 4));
    }
    if (reasons.length > MAX_REASONS) lines.push(`    and ${reasons.length - MAX_REASONS} more reasons`);
    if (finding.witness) {
      const { src, dst, dstPort } = finding.witness;
      lines.push(...indent(`for example from ${src} to ${dst}${dstPort === undefined ? '' : ` port ${dstPort}`}`, 4));
    }
    for (const fix of finding.fixes) {
      lines.push(...indent(`to do: ${fix.title}`, 4));
      // One line, however long: it is to be copied.
      if (fix.command !== undefined) lines.push(`      ${fix.command}`);
    }
  }
  return lines;
}

/** What verdicts rest on beside what AWS shows: answers of resolvers with their time, a person's word, how hosts behave. */
function takenForGranted(report: ScanReport, terminal: Terminal): readonly string[] {
  const texts = new Set(
    report.requirements.flatMap(({ findings }) => findings.flatMap((one) => one.assumptions ?? [])),
  );
  if (texts.size === 0) return [];
  const lines = [...texts].sort().flatMap((text) => {
    const [first = '', ...rest] = wrap(text, terminal.width - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return ['taken for granted:', ...lines, ''];
}

/** The report as people read it: a table, then what is wrong with each requirement that does not pass, then what could not be seen. */
export function renderReport(report: ScanReport, terminal: Terminal): string {
  const colours = coloursOf(terminal);
  const { pass, fail, unknown, waived, notApplicable } = report.summary;
  const told = report.requirements.filter(isTold);
  const lines = [
    `${colours.bold(report.network)}  ${report.catalogue}, network of ${report.collectedAt ?? 'an unknown time'}`,
    ...(told.length === 0 ? [] : [overview(told, terminal)]),
    ...(told.length === report.requirements.length
      ? []
      : wrap(
          `${report.requirements.length - told.length} rows left out: not applicable here, or informational (--format json has them)`,
          terminal.width,
        ).map(colours.dim)),
    ...told
      .filter((result) => result.verdict !== 'pass')
      .flatMap((result) => ['', ...renderRequirement(result, terminal)]),
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
    ...takenForGranted(report, terminal),
    ...report.waivers
      .filter((waiver) => waiver.state !== 'active')
      .map(
        (waiver) =>
          `waiver of ${waiver.requirement}${waiver.subject === undefined ? '' : ` for ${waiver.subject}`}: ${waiver.state}`,
      ),
    ...(report.remarks ?? []).flatMap((remark) => wrap(remark, terminal.width)),
    ...(report.broadWaivers ?? []).flatMap(({ requirement, subject, neededFor }) =>
      wrap(
        `waiver of ${requirement}${subject === undefined ? '' : ` for ${subject}`}: broader than needed, it would hide new failures too; only ${neededFor.join(', ')} ${neededFor.length === 1 ? 'fails' : 'fail'} (name it as \`subject\`)`,
        terminal.width,
      ),
    ),
    ...wrap(
      `${WORDS[report.verdict]}: ${pass} pass, ${fail} fail, ${unknown} unknown, ${waived} waived, ${notApplicable} not applicable`,
      terminal.width,
    ).map((line) => line.replace(`${WORDS[report.verdict]}:`, `${paint(terminal, report.verdict)}:`)),
  ];
  return `${lines.join('\n')}\n`;
}
