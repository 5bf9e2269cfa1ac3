import type { Catalogue } from './requirement.ts';

/** The catalogue for people; `docs/requirements.md` is this text. */
export function catalogueMarkdown(catalogue: Catalogue): string {
  const lines = [
    `# ${catalogue.title}`,
    '',
    `Catalogue \`${catalogue.id}\`, from ${catalogue.document} (copy of ${catalogue.retrieved}).`,
    '',
  ];
  for (const requirement of catalogue.requirements) {
    lines.push(
      `## \`${requirement.id}\``,
      '',
      `${requirement.title}. **${requirement.severity}**; options: ${requirement.applies.join(', ')}.`,
      '',
    );
    for (const { line, quote } of requirement.source) lines.push(`- line ${line ?? '?'}: "${quote}"`);
    lines.push('');
  }
  return lines.join('\n');
}
