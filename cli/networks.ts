import { WatcherError } from '../shared/core/base/watcher-error.ts';
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
export function bareNetwork(region: string, vpcId: string): WatchedNetwork {
  const parsed = watchFileSchema.safeParse({
    version: 1,
    networks: [{ id: 'snapshot', region, vpcId, deploymentOption: 'private-nat', environmentSubnetIds: ['subnet-0'] }],
  });
  const [network] = parsed.data?.networks ?? [];
  if (network) return network;
  const issue = parsed.error?.issues[0];
  const option = issue?.path.at(-1) === 'vpcId' ? '--vpc' : '--region';
  throw new WatcherError('bad-input', `${option}: ${issue?.message ?? 'not valid'}`);
}
