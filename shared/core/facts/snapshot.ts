import { WatcherError } from '../base/watcher-error.ts';

export interface Snapshot {
  readonly placeholder: true;
}

/**
 * Parses a describe bundle. Throws `WatcherError` `bad-input` naming the path (`Subnets[3].SubnetId`) when the shape is not that of formats.md;
 * what is merely missing or refused becomes a gap.
 */
export function parseBundle(_bundle: unknown): Snapshot {
  throw new WatcherError('bad-input', 'not written yet');
}
