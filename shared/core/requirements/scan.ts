import type { Instant } from '../base/instant.ts';
import { WatcherError } from '../base/watcher-error.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { ScanReport } from './report.ts';
import type { WatchedNetwork } from './watch-file.ts';

/** Judges one network against its catalogue. Pure: equal arguments, equal report. */
export function scanNetwork(_snapshot: Snapshot, _network: WatchedNetwork, _evaluatedAt: Instant): ScanReport {
  throw new WatcherError('bad-input', 'not written yet');
}
