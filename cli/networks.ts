import { WatcherError } from '../shared/core/base/watcher-error.ts';
import type { Bundle } from '../shared/core/facts/bundle.ts';
import { parseBundle } from '../shared/core/facts/snapshot.ts';
import { type WatchedNetwork, watchFileSchema } from '../shared/core/requirements/watch-file.ts';
import { readWatchFile } from './wire.ts';

/** The networks of the watch file, or the one that was named. */
export function chooseNetworks(path: string, wanted: string | undefined): readonly WatchedNetwork[] {
  const { networks } = readWatchFile(path);
  if (wanted === undefined) return networks;
  const network = networks.find((candidate) => candidate.id === wanted);
  if (!network)
    throw new WatcherError(
      'bad-input',
      `${path}: there is no network \`${wanted}\`; there ${networks.length === 1 ? 'is' : 'are'} ${networks.map((one) => `\`${one.id}\``).join(', ')}`,
    );
  return [network];
}

/** A bundle is of one network. */
export function chooseNetwork(path: string, wanted: string | undefined): WatchedNetwork {
  const networks = chooseNetworks(path, wanted);
  const [network] = networks;
  if (!network || networks.length > 1)
    throw new WatcherError(
      'bad-input',
      `${path}: a bundle is of one network; name it with --network (${networks.map((one) => `\`${one.id}\``).join(', ')})`,
    );
  return network;
}

/** What to read when there is no watch file. Nothing of it is judged. */
export const bareNetwork = (region: string, vpcId: string, vpcOption = '--vpc'): WatchedNetwork =>
  undeclared(region, vpcId, ['subnet-0'], vpcOption);

/** Without a watch file every subnet of the VPC counts as one of environments; what else it would declare stays unknown. */
export function networkSeenIn(bundle: Bundle, region: string, vpcId: string): WatchedNetwork {
  const subnets = [...parseBundle(bundle).facts.subnet.items.values()].filter((subnet) => subnet.vpcId === vpcId);
  if (subnets.length === 0)
    throw new WatcherError(
      'bad-input',
      `--vpc: no subnet of \`${vpcId}\` ${bundle['Subnets'] === undefined ? 'can be seen with these credentials (DescribeSubnets)' : 'exists'}, so there is nothing to judge`,
    );
  return undeclared(region, vpcId, subnets.map((subnet) => subnet.id).sort());
}

function undeclared(
  region: string,
  vpcId: string,
  environmentSubnetIds: readonly string[],
  vpcOption = '--vpc',
): WatchedNetwork {
  const parsed = watchFileSchema.safeParse({
    version: 1,
    networks: [{ id: vpcId, region, vpcId, deploymentOption: 'private-nat', environmentSubnetIds }],
  });
  const [network] = parsed.data?.networks ?? [];
  if (network) return { ...network, undeclared: true };
  const issue = parsed.error?.issues[0];
  const option = issue?.path.at(-1) === 'vpcId' ? vpcOption : '--region';
  throw new WatcherError('bad-input', `${option}: ${issue?.message ?? 'not valid'}`);
}
