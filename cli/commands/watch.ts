import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { runScan } from '../../shared/app/run-scan.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { renderText } from '../../shared/core/alerts/render-text.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import type { StateStore } from '../../shared/ports.ts';
import { EXIT } from '../exit-codes.ts';
import { chooseNetworks } from '../networks.ts';
import { type GlobalOptions, note, print } from '../output.ts';
import { beforeSecondLook, embeddedState, liveFacts, systemClock } from '../wire.ts';

interface WatchOptions extends GlobalOptions {
  readonly config: string;
  readonly network?: string;
  readonly store: string;
  readonly every: number;
}

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('scan again and again from this machine and print what changes, until Ctrl-C')
    .requiredOption('--config <file>', 'watch file (runnerwatch.yaml)')
    .option('--network <id>', 'only this network of the watch file')
    .option('--store <directory>', 'where to remember', '.runnerwatch')
    .option('--every <seconds>', 'pause between scans', parseSeconds, 300)
    .action(async (_options, command: Command) => watch(command.optsWithGlobals<WatchOptions>()));
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 1) return seconds;
  throw new WatcherError('bad-input', `--every: expected a number of seconds, at least 1, got \`${value}\``);
}

async function watch(options: WatchOptions): Promise<void> {
  const networks = chooseNetworks(options.config, options.network);
  const store = embeddedState(options.store);
  // A commit is one synchronous transaction, so a signal always arrives before or after it: ending at once loses nothing.
  const end = (): never => {
    store.close();
    process.exit(EXIT.ok);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  note(options, `watching ${networks.map((network) => network.id).join(', ')} every ${options.every} s; Ctrl-C ends`);
  try {
    for (const network of networks) await scanAndTell(network, store);
    while (true) {
      await sleep(options.every * 1000);
      for (const network of networks) await scanAndTell(network, store).catch(skipRound(network));
    }
  } finally {
    store.close();
  }
}

async function scanAndTell(network: WatchedNetwork, store: StateStore): Promise<void> {
  const { drift, damage } = await runScan({ facts: liveFacts(), store, clock: systemClock, beforeSecondLook }, network);
  for (const line of damage) process.stderr.write(`runnerwatch: ${line}\n`);
  const alert = planAlert(drift.batch);
  if (alert) print(`${renderText(alert)}\n`);
}

/** What worked before may come back: a scan that fails is told, never taken for a quiet one, and the next round tries again. */
const skipRound =
  (network: WatchedNetwork) =>
  (error: unknown): void => {
    if (!(error instanceof WatcherError)) throw error;
    process.stderr.write(`runnerwatch: ${network.id} was not scanned: ${error.message}\n`);
  };
