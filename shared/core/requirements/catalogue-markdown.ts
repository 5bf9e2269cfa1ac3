import { DEFAULT_CATALOGUE } from './catalogue.ts';
import type { SourceQuote } from './report.ts';
import type { Catalogue, Condition, Requirement } from './requirement.ts';

/** The catalogue for people; the files that `documentOf` names are this text. */
export function catalogueMarkdown(catalogue: Catalogue): string {
  const lines = [`# ${catalogue.title}`, '', ...provenance(catalogue), ''];
  for (const requirement of catalogue.requirements) {
    lines.push(`## \`${requirement.id}\``, '', `${requirement.title}. ${terms(requirement)}.`, '');
    for (const source of requirement.source) lines.push(`- ${place(source)}: "${source.quote}"`);
    lines.push('');
  }
  return lines.join('\n');
}

/** The default catalogue's has the plain name. */
export const documentOf = ({ id }: Catalogue): string =>
  id === DEFAULT_CATALOGUE ? 'docs/requirements.md' : `docs/requirements-${id}.md`;

function provenance({ id, documents }: Catalogue): readonly string[] {
  const [first, another] = documents;
  return first && !another
    ? [`Catalogue \`${id}\`, from ${first.url} (copy of ${first.asOf}).`]
    : [
        `Catalogue \`${id}\`, from these copies:`,
        '',
        ...documents.map((document) => `- \`${document.id}\`: ${document.url} (${document.asOf})`),
      ];
}

function terms({ severity, severityWhen = [], treatedAs, onlyIf, applies }: Requirement): string {
  const said = [
    `**${severity}**`,
    ...severityWhen.map((one) => `${one.severity} when ${condition(one.when)}`),
    ...(treatedAs ? [`treated as ${treatedAs.severity} (${treatedAs.ambiguity})`] : []),
    ...(onlyIf ? [`only if ${condition(onlyIf)}`] : []),
  ];
  return `${said.join(', ')}; options: ${applies.join(', ')}`;
}

const condition = ({ input, is }: Condition): string =>
  is === undefined ? `\`${input}\` is given` : `\`${input}\` is \`${is}\``;

const place = ({ document, copy, line }: SourceQuote): string =>
  copy === undefined ? `line ${line ?? '?'}` : `\`${copy}\`, ${document}`;
