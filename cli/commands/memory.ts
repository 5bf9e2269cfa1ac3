import type { Command } from 'commander';
import { readFindings, readHistory, readNetworks } from '../../shared/app/read-findings.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { StateStore } from '../../shared/ports.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { type GlobalOptions, note, print, stdoutTerminal } from '../output.ts';
import { renderFindings, renderHistory, renderNetworks } from '../render-memory.ts';
import { existingState } from '../wire.ts';
import { parseFormat } from './scan.ts';

interface MemoryOptions extends GlobalOptions {
  readonly store: string;
  readonly network?: string;
  readonly format: 'text' | 'json';
  readonly limit: number;
}

/** Commands that only read what `scan --store` and `watch` remember. */
export function addMemory(program: Command): void {
  const add = (name: string, description: string, act: (store: StateStore, options: MemoryOptions) => Promise<void>) =>
    program
      .command(name)
      .description(description)
      .option('--store <directory>', 'where it is remembered', '.runnerwatch')
      .option('--format <format>', 'text or json', parseFormat, 'text')
      .action(async (_options, command: Command) => {
        const options = command.optsWithGlobals<MemoryOptions>();
        const store = existingState(options.store, (line) => note(options, `${options.store}: ${line}`));
        try {
          await act(store, options);
        } finally {
          store.close();
        }
      });
  add('networks', 'list the networks that a store remembers, with their last verdict', networks);
  add('findings', 'show what is remembered of a network: what fails, since when, what to do', findings).option(
    '--network <id>',
    'which; not needed when the store has only one',
  );
  add('history', 'show what changed in a network, newest first', history)
    .option('--network <id>', 'which; not needed when the store has only one')
    .option('--limit <number>', 'how many scans with news', parseLimit, 20);
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new WatcherError('bad-input', `--limit: expected a whole number, at least 1, got \`${value}\``);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The named one, or the only one. */
async function chosen(store: StateStore, { store: directory, network }: MemoryOptions): Promise<string> {
  const names = (await store.networks()).map((head) => head.network);
  const known =
    names.length === 0 ? 'none is remembered' : `there are ${names.map((name) => `\`${name}\``).join(', ')}`;
  if (network !== undefined) {
    if (names.includes(network)) return network;
    throw new WatcherError('not-found', `--network: \`${directory}\` knows no \`${network}\`; ${known}`);
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new WatcherError('bad-input', `--network: say which; ${known}`);
}

async function networks(store: StateStore, { format }: MemoryOptions): Promise<void> {
  const heads = await readNetworks(store);
  print(format === 'json' ? json({ networks: heads }) : renderNetworks(heads, stdoutTerminal()));
  process.exitCode = exitCodeOf(heads.map(({ verdict }) => verdict));
}

async function findings(store: StateStore, options: MemoryOptions): Promise<void> {
  const known = await readFindings(store, await chosen(store, options));
  print(options.format === 'json' ? json(known) : renderFindings(known, stdoutTerminal()));
  process.exitCode = exitCodeOf([known.verdict]);
}

async function history(store: StateStore, options: MemoryOptions): Promise<void> {
  const network = await chosen(store, options);
  print(
    options.format === 'json'
      ? json(await readHistory(store, network, options.limit))
      : renderHistory(await store.history(network, options.limit)),
  );
  process.exitCode = EXIT.ok;
}
