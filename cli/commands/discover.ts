import type { Command } from 'commander';
import { type Discovery, discoverRunners } from '../../shared/app/propose-networks.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { discoveryJson, discoveryText } from '../../shared/core/discover/discovery-text.ts';
import { unreadText } from '../../shared/core/discover/unread.ts';
import { watchFileText } from '../../shared/core/discover/watch-yaml.ts';
import { EXIT } from '../exit-codes.ts';
import { bareNetwork } from '../networks.ts';
import { type GlobalOptions, note, print, progress } from '../output.ts';
import { liveFacts, liveRunners, systemClock } from '../wire.ts';
import { regionOf } from './init.ts';

const FORMATS = ['text', 'json', 'yaml'] as const;

type Format = (typeof FORMATS)[number];

interface DiscoverOptions extends GlobalOptions {
  readonly region?: string;
  readonly format: Format;
}

export function addDiscover(program: Command): void {
  program
    .command('discover')
    .description('find the runners of an account and Region, and propose watch-file entries for them')
    .option('--region <region>', 'default: that of the environment or the AWS profile')
    .option('--format <format>', 'text, json, or yaml: a watch file', parseFormat, 'text')
    .action(async (_options, command: Command) => discover(command.optsWithGlobals<DiscoverOptions>()));
}

function parseFormat(value: string): Format {
  const format = FORMATS.find((one) => one === value);
  if (format) return format;
  throw new WatcherError('bad-input', `--format: expected text, json or yaml, got \`${value}\``);
}

async function discover(options: DiscoverOptions): Promise<void> {
  const region = await regionOf(options.region);
  // A Region that is none is told before anything is read.
  bareNetwork(region, 'vpc-0');
  const bar = progress(options, 'looking');
  const step = (operation: string): void => bar.step(operation);
  const found = await discoverRunners(
    { facts: liveFacts(step), finder: liveRunners(step), clock: systemClock },
    region,
    (vpcId) => bareNetwork(region, vpcId),
  ).finally(() => bar.end());
  print(PRINTERS[options.format](found));
  for (const one of found.unread) note(options, `not read: ${unreadText(one)}`);
  for (const trouble of found.troubles) note(options, trouble);
  process.exitCode = found.unread.length + found.troubles.length > 0 ? EXIT.unknown : EXIT.ok;
}

const PRINTERS: Readonly<Record<Format, (found: Discovery) => string>> = {
  text: discoveryText,
  json: (found) => `${JSON.stringify(discoveryJson(found), null, 2)}\n`,
  // A watch file without networks is none: what there is to say is then said in comments.
  yaml: (found) =>
    found.proposals.length === 0
      ? discoveryText(found).trimEnd().replace(/^/gm, '# ').replace(/ +$/gm, '').concat('\n')
      : watchFileText(found.proposals, {
          command: 'runnerwatch discover',
          collectedAt: found.collectedAt,
          region: found.region,
          notes: [
            ...found.withoutVpc.map((runner) => `Left out, because nothing tells its VPC: ${runner.name}`),
            ...found.troubles.map((trouble) => `Left out: ${trouble}`),
          ],
        }),
};
