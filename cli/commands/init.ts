import type { Command } from 'commander';
import { proposeVpc } from '../../shared/app/propose-networks.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { guessesOf } from '../../shared/core/discover/entry.ts';
import { withUniqueIds } from '../../shared/core/discover/propose.ts';
import { unreadText } from '../../shared/core/discover/unread.ts';
import { watchFileText } from '../../shared/core/discover/watch-yaml.ts';
import { several } from '../../shared/core/discover/words.ts';
import { networkId } from '../../shared/core/requirements/watch-file.ts';
import { EXIT } from '../exit-codes.ts';
import { bareNetwork } from '../networks.ts';
import { type GlobalOptions, note, print, progress } from '../output.ts';
import { defaultRegion, liveFacts, liveRunners, refuseExisting, systemClock, writeNew } from '../wire.ts';

interface InitOptions extends GlobalOptions {
  readonly vpcId: string;
  readonly region?: string;
  readonly id?: string;
  readonly output?: string;
}

export function addInit(program: Command): void {
  program
    .command('init')
    .description('make a watch file for a VPC from what AWS shows of it and of the runner in it')
    .requiredOption('--vpc-id <id>', 'the VPC of the runner')
    .option('--region <region>', 'default: that of the environment or the AWS profile')
    .option('--id <name>', 'name of the network in the watch file')
    .option('--output <file>', 'where to write; it must not exist yet. Default: standard output')
    .action(async (_options, command: Command) => init(command.optsWithGlobals<InitOptions>()));
}

/** `--region`, or what the environment says. Throws `bad-input` when nobody names one. */
export async function regionOf(option: string | undefined): Promise<string> {
  const region = option ?? (await defaultRegion());
  if (region === undefined)
    throw new WatcherError(
      'bad-input',
      'no Region: give --region, or set AWS_REGION or the Region of your AWS profile',
    );
  return region;
}

async function init(options: InitOptions): Promise<void> {
  const { vpcId, id, output } = options;
  if (id !== undefined && !networkId.safeParse(id).success)
    throw new WatcherError('bad-input', `--id: expected 1 to 63 of a-z, 0-9 and -, got \`${id}\``);
  if (output !== undefined && output !== '-') refuseExisting(output);
  const region = await regionOf(options.region);
  const network = bareNetwork(region, vpcId, '--vpc-id');
  const bar = progress(options, 'reading');
  const step = (operation: string): void => bar.step(operation);
  const { proposals, collectedAt } = await proposeVpc(
    { facts: liveFacts(step), finder: liveRunners(step), clock: systemClock },
    network,
  ).finally(() => bar.end());
  const named = id === undefined ? proposals : withUniqueIds(proposals.map((proposal) => ({ ...proposal, id })));
  const text = watchFileText(named, { command: 'runnerwatch init', collectedAt, region });
  if (output === undefined || output === '-') print(text);
  else writeNew(output, text);

  const unread = proposals[0]?.unread ?? [];
  const guesses = proposals.flatMap(guessesOf).length;
  const runners = proposals.filter((proposal) => proposal.evidence.length > 0).length;
  note(
    options,
    `${output ?? vpcId}: ${runners === 0 ? 'no runner found in the VPC' : several(runners, 'runner')}, ${several(guesses, 'guess', 'guesses')} to check, ${unread.length === 0 ? 'everything was read' : `${several(unread.length, 'call')} refused or failed`}`,
  );
  for (const one of unread) note(options, `not read: ${unreadText(one)}`);
  process.exitCode = unread.length > 0 ? EXIT.unknown : EXIT.ok;
}
