import type { Command } from 'commander';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { DEFAULT_CATALOGUE, findCatalogue } from '../../shared/core/requirements/catalogue.ts';
import { catalogueMarkdown } from '../../shared/core/requirements/catalogue-markdown.ts';
import { triggersOf } from '../../shared/core/requirements/triggers.ts';
import { type GlobalOptions, print } from '../output.ts';

interface RequirementsOptions extends GlobalOptions {
  readonly catalogue: string;
  readonly format: 'md' | 'json';
}

export function addRequirements(program: Command): void {
  program
    .command('requirements')
    .description('print the requirements of a catalogue with the sentences they come from')
    .option('--catalogue <id>', 'which catalogue', DEFAULT_CATALOGUE)
    .option('--format <format>', 'md or json', parseFormat, 'md')
    .action((_options, command: Command) => requirements(command.optsWithGlobals<RequirementsOptions>()));
}

function parseFormat(value: string): 'md' | 'json' {
  if (value === 'md' || value === 'json') return value;
  throw new WatcherError('bad-input', `--format: expected md or json, got \`${value}\``);
}

function requirements({ catalogue: id, format }: RequirementsOptions): void {
  const catalogue = findCatalogue(id);
  const rows = catalogue.requirements.map((one) => ({ ...one, triggers: triggersOf(one, catalogue) }));
  print(format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : catalogueMarkdown(catalogue));
}
