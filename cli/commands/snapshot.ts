import type { Command } from 'commander';
import { COLLECTION_TIME } from '../../shared/app/run-scan.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { EXIT } from '../exit-codes.ts';
import { bareNetwork, chooseNetwork } from '../networks.ts';
import { type GlobalOptions, note, print, progress } from '../output.ts';
import { renderCalls } from '../render-calls.ts';
import { type CallMade, liveFacts, systemClock, withNamesResolved, writeWhole } from '../wire.ts';

interface SnapshotOptions extends GlobalOptions {
  readonly config?: string;
  readonly network?: string;
  readonly region?: string;
  readonly vpc?: string;
  readonly output: string;
  readonly resolveNames?: boolean;
  readonly explain?: boolean;
}

export function addSnapshot(program: Command): void {
  program
    .command('snapshot')
    .description('save what a live scan would read, as a bundle')
    .option('--config <file>', 'watch file (runnerwatch.yaml)')
    .option('--network <id>', 'which network of the watch file')
    .option('--region <region>', 'instead of a watch file, together with --vpc')
    .option('--vpc <id>', 'instead of a watch file, together with --region')
    .option('--resolve-names', 'save too what the resolver of this machine answers for the needed hosts')
    .option('--explain', 'tell on standard error which calls were made, and what each gave')
    .requiredOption('--output <file>', 'where to save; - writes to standard output')
    .action(async (_options, command: Command) => snapshot(command.optsWithGlobals<SnapshotOptions>()));
}

async function snapshot(options: SnapshotOptions): Promise<void> {
  const network =
    options.config !== undefined
      ? chooseNetwork(options.config, options.network)
      : options.region !== undefined && options.vpc !== undefined
        ? bareNetwork(options.region, options.vpc)
        : undefined;
  if (!network) throw new WatcherError('bad-input', 'snapshot needs --config, or --region and --vpc');
  const bar = progress(options, 'reading');
  const calls: CallMade[] = [];
  const facts = liveFacts((operation, call) => {
    bar.step(operation);
    calls.push(call);
  });
  const bundle = await (options.resolveNames ? withNamesResolved(facts) : facts)
    .collect(network, instant(systemClock.now() + COLLECTION_TIME))
    .finally(() => bar.end());
  const text = `${JSON.stringify(bundle, null, 1)}\n`;
  if (options.output === '-') print(text);
  else writeWhole(options.output, text);
  if (options.explain) process.stderr.write(renderCalls(calls));
  const errors = bundle.Errors?.length ?? 0;
  note(
    options,
    `${options.output}: ${Object.keys(bundle).length} keys${errors > 0 ? `, ${errors} calls refused or failed` : ''}`,
  );
  process.exitCode = errors > 0 ? EXIT.unknown : EXIT.ok;
}
