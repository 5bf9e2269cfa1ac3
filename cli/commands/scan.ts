import type { Command } from 'commander';
import { isoBatch } from '../../shared/app/read-findings.ts';
import { COLLECTION_TIME, runScan } from '../../shared/app/run-scan.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { renderText } from '../../shared/core/alerts/render-text.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { ChangeEvent } from '../../shared/core/drift/change.ts';
import { readChange } from '../../shared/core/drift/read-change.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import type { CloudFacts } from '../../shared/ports.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { bareNetwork, chooseNetwork, chooseNetworks, networkSeenIn } from '../networks.ts';
import { type GlobalOptions, note, print, progress, stdoutTerminal } from '../output.ts';
import { renderReport } from '../render-report.ts';
import {
  beforeSecondLook,
  embeddedState,
  liveFacts,
  readBundle,
  readJson,
  savedFacts,
  systemClock,
  withNamesResolved,
} from '../wire.ts';

interface ScanOptions extends GlobalOptions {
  readonly bundle?: string;
  readonly config?: string;
  readonly region?: string;
  readonly vpc?: string;
  readonly network?: string;
  readonly format: 'text' | 'json';
  readonly store?: string;
  readonly event?: readonly string[];
  readonly resolveNames?: boolean;
}

interface Scanned {
  readonly report: ScanReport;
  readonly batch: DriftBatch | undefined;
}

export function addScan(program: Command): void {
  program
    .command('scan')
    .description('judge networks against their requirements, live or from a saved bundle')
    .option('--config <file>', 'watch file (runnerwatch.yaml)')
    .option('--region <region>', 'a bare look without a watch file, live, together with --vpc')
    .option('--vpc <id>', 'a bare look without a watch file, live, together with --region')
    .option('--bundle <file>', 'saved describe bundle; without it the networks are read from AWS')
    .option('--network <id>', 'only this network of the watch file')
    .option('--format <format>', 'text or json', parseFormat, 'text')
    .option(
      '--resolve-names',
      'ask the resolver of this machine where the needed hosts are, instead of leaving that open',
    )
    .option('--store <directory>', 'remember the result there and tell what changed since the last scan')
    .option('--event <file...>', 'EventBridge events of the changes since the last scan, to tell who made them')
    .action(async (_options, command: Command) => scan(command.optsWithGlobals<ScanOptions>()));
}

export function parseFormat(value: string): 'text' | 'json' {
  if (value === 'text' || value === 'json') return value;
  throw new WatcherError('bad-input', `--format: expected text or json, got \`${value}\``);
}

async function scan(options: ScanOptions): Promise<void> {
  if (options.event && options.store === undefined)
    throw new WatcherError('bad-input', '--event needs --store: without a store nothing is compared');
  const changes = (options.event ?? []).flatMap((path) => readChanges(path));
  const bar = progress(options, 'reading');
  const scanned: Scanned[] = [];
  try {
    const { networks, facts: read } = await subjectsOf(options, (operation) => bar.step(operation));
    const facts = options.resolveNames ? withNamesResolved(read) : read;
    for (const network of networks) scanned.push(await scanOne(options, network, facts, changes));
  } finally {
    bar.end();
  }
  if (options.format === 'json') {
    const reports = scanned.map(withDrift);
    print(`${JSON.stringify(reports.length > 1 ? reports : reports[0], null, 2)}\n`);
  } else {
    for (const { report, batch } of scanned) {
      print(renderReport(report, stdoutTerminal()));
      const alert = batch && planAlert(batch);
      if (alert) print(`\n${renderText(alert)}`);
    }
  }
  for (const { report } of scanned)
    if (report.gaps.length > 0)
      note(
        options,
        `${report.network}: ${report.gaps.length} calls were refused or failed; what depends on them is unknown`,
      );
  process.exitCode = exitCodeOf(scanned.map(({ report }) => report.verdict));
}

interface Subjects {
  readonly networks: readonly WatchedNetwork[];
  readonly facts: CloudFacts;
}

/** What to judge and where its facts come from: a watch file with AWS or with a bundle, or a bare VPC. */
async function subjectsOf(options: ScanOptions, onCall: (operation: string) => void): Promise<Subjects> {
  const { config, bundle, network, region, vpc } = options;
  if (config !== undefined) {
    if (region !== undefined || vpc !== undefined)
      throw new WatcherError('bad-input', '--region and --vpc are for a scan without --config');
    return bundle === undefined
      ? { networks: chooseNetworks(config, network), facts: inOneBatch(options, liveFacts(onCall)) }
      : { networks: [chooseNetwork(config, network)], facts: savedFacts(readBundle(bundle)) };
  }
  if (bundle !== undefined) throw new WatcherError('bad-input', '--bundle needs --config');
  if (region === undefined || vpc === undefined)
    throw new WatcherError('bad-input', 'scan needs --config, or --region and --vpc');
  const seen = await liveFacts(onCall).collect(bareNetwork(region, vpc), instant(systemClock.now() + COLLECTION_TIME));
  return { networks: [networkSeenIn(seen, region, vpc)], facts: savedFacts(seen) };
}

/** With a store each network's state is loaded just before it is read, so nothing that was read earlier may be used. */
const inOneBatch = ({ store }: ScanOptions, facts: CloudFacts): CloudFacts =>
  store === undefined ? (facts.batch?.() ?? facts) : facts;

async function scanOne(
  options: ScanOptions,
  network: WatchedNetwork,
  facts: CloudFacts,
  changes: readonly ChangeEvent[],
): Promise<Scanned> {
  if (options.store === undefined) {
    const bundle = await facts.collect(network, instant(systemClock.now() + COLLECTION_TIME));
    return { report: scanNetwork(parseBundle(bundle), network, systemClock.now()), batch: undefined };
  }
  const store = embeddedState(options.store);
  try {
    const ports = { facts, store, clock: systemClock, ...(options.bundle === undefined ? { beforeSecondLook } : {}) };
    const { report, drift, damage } = await runScan(ports, network, changes);
    for (const line of damage) note(options, `${options.store}: ${line}`);
    return { report, batch: drift.batch };
  } finally {
    store.close();
  }
}

/** formats.md section 4, "Drift": the report with what changed. */
function withDrift({ report, batch }: Scanned): object {
  if (!batch) return report;
  const { baseline, transitions, reminders } = isoBatch(batch);
  return { ...report, baseline, transitions, ...(reminders ? { reminders } : {}) };
}

/** One event or a list of them. An event that is no change is worth an error here: somebody handed it over as one. */
function readChanges(path: string): readonly ChangeEvent[] {
  const content = readJson(path);
  return (Array.isArray(content) ? (content as unknown[]) : [content]).map((event) => {
    const read = readChange(event);
    if (read.is !== 'change') throw new WatcherError('bad-input', `${path}: not a change of the network: ${read.is}`);
    return read.change;
  });
}
