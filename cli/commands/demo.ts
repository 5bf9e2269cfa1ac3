import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { runScan } from '../../shared/app/run-scan.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { renderSlack } from '../../shared/core/alerts/render-slack.ts';
import { renderText } from '../../shared/core/alerts/render-text.ts';
import { type Instant, instant, toIso } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { ChangeEvent } from '../../shared/core/drift/change.ts';
import { readChange } from '../../shared/core/drift/read-change.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { type DemoBundle, deleteNatGateway, rebuildNatGateway } from '../demo-network.ts';
import { EXIT } from '../exit-codes.ts';
import { chooseNetwork } from '../networks.ts';
import { type GlobalOptions, print, stdoutTerminal } from '../output.ts';
import { servePage } from '../page-server.ts';
import { renderReport } from '../render-report.ts';
import { slackAsText } from '../slack-as-text.ts';
import { coloursOf } from '../terminal.ts';
import { type EmbeddedState, embeddedState, readJson, savedFacts } from '../wire.ts';

interface DemoOptions extends GlobalOptions {
  readonly once?: boolean;
  readonly port: number;
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('break and mend a sample network before your eyes, without AWS, and show it on a page')
    .option('--once', 'end after the last step instead of keeping the page up')
    .option('--port <port>', 'port of the page on 127.0.0.1', parsePort, 4180)
    .action(async (_options, command: Command) => demo(command.optsWithGlobals<DemoOptions>()));
}

function parsePort(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new WatcherError('bad-input', `--port: expected 0-65535, got \`${value}\``);
}

const example = (name: string): string => fileURLToPath(new URL(`../examples/private-nat/${name}`, import.meta.url));

/** The story takes place in one night; the clock is part of the script, everything else is the real pipeline. */
const SCRIPT = {
  baseline: instant(Date.UTC(2026, 10, 20, 1, 55)),
  broken: instant(Date.UTC(2026, 10, 20, 2, 1, 30)),
  repaired: instant(Date.UTC(2026, 10, 20, 2, 34, 10)),
} as const;

const PAUSE_ON_TERMINAL = 1_200;

async function demo(options: DemoOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'runnerwatch-demo-'));
  const store = embeddedState(directory);
  process.once('exit', () => {
    store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT.ok));
  // The page comes first, so a port that is taken is told before the show and not after it; its server keeps the process alive.
  const page = options.once ? undefined : await servePage(store, options.port);
  try {
    await play(store);
  } catch (error) {
    await page?.close();
    throw error;
  }
  if (page) print(`\nthe page is on ${page.url} until Ctrl-C\n`);
}

async function play(store: EmbeddedState): Promise<void> {
  const network = chooseNetwork(example('runnerwatch.yaml'), undefined);
  const healthy = readJson(example('bundle.json')) as DemoBundle;
  const brokenEvents = changesIn('broken.events.json');
  const repairedEvents = changesIn('repaired.events.json');
  const lost = objectOf(brokenEvents, 'nat-');
  const fresh = objectOf(repairedEvents, 'nat-');
  const colours = coloursOf(stdoutTerminal());
  const pause = () => (process.stdout.isTTY ? sleep(PAUSE_ON_TERMINAL) : undefined);
  const step = (at: Instant, text: string) =>
    print(`\n${colours.bold(`== ${toIso(at).slice(0, 16).replace('T', ' ')}  ${text}`)}\n\n`);
  const scan = async (
    bundle: DemoBundle,
    at: Instant,
    changes: readonly ChangeEvent[],
  ): Promise<{ report: ScanReport; batch: DriftBatch }> => {
    await store.recordChanges(network.id, changes);
    const facts = savedFacts({ ...bundle, Meta: { ...bundle.Meta, CollectedAt: toIso(at) } });
    const { report, drift } = await runScan({ store, facts, clock: { now: () => at } }, network);
    return { report, batch: drift.batch };
  };

  step(SCRIPT.baseline, 'first scan of the sample network: the baseline');
  const baseline = await scan(healthy, SCRIPT.baseline, []);
  print(renderReport(baseline.report, stdoutTerminal()));
  await pause();

  step(SCRIPT.broken, `somebody has deleted NAT gateway ${lost}: the change event leads to a scan`);
  const broken = await scan(deleteNatGateway(healthy, lost), SCRIPT.broken, brokenEvents);
  print(renderReport(broken.report, stdoutTerminal()));
  await pause();
  showAlert(broken.batch, colours.dim);
  await pause();

  step(SCRIPT.repaired, `NAT gateway ${fresh} has been built and the route points to it`);
  const repaired = await scan(
    rebuildNatGateway(deleteNatGateway(healthy, lost), lost, fresh),
    SCRIPT.repaired,
    repairedEvents,
  );
  const { pass, fail, unknown } = repaired.report.summary;
  print(`${network.id}: ${pass} pass, ${fail} fail, ${unknown} unknown\n`);
  await pause();
  showAlert(repaired.batch, colours.dim);
}

function showAlert(batch: DriftBatch, dim: (text: string) => string): void {
  const alert = planAlert(batch);
  if (!alert) throw new Error('the demo expects an alert here');
  print(`\n${dim('--- in Slack ---')}\n${slackAsText(renderSlack(alert))}`);
  print(`\n${dim('--- by e-mail ---')}\nSubject: runnerwatch: ${alert.headline}\n\n${renderText(alert)}`);
}

function changesIn(name: string): readonly ChangeEvent[] {
  return (readJson(example(name)) as readonly unknown[]).map((event) => {
    const read = readChange(event);
    if (read.is !== 'change') throw new Error(`${name}: ${read.is}`);
    return read.change;
  });
}

function objectOf(changes: readonly ChangeEvent[], prefix: string): string {
  const id = changes.flatMap((change) => change.objects).find((object) => object.startsWith(prefix));
  if (id === undefined) throw new Error(`no ${prefix} in the events of the demo`);
  return id;
}
