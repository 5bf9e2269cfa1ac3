import { WatcherError } from '../core/base/watcher-error.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { ScanQueue } from '../ports.ts';

/** Puts one scan on the queue. Throws `not-found` for a network that nobody watches. */
export async function requestRescan(
  queue: ScanQueue,
  networks: readonly WatchedNetwork[],
  network: string,
  requestId: string,
): Promise<void> {
  if (!networks.some((candidate) => candidate.id === network))
    throw new WatcherError('not-found', `network \`${network}\` is not watched`);
  await queue.enqueue({ network, requestId });
}
