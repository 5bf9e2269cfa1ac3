import { type Instant, instant } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { objectsSeen } from '../core/drift/concern.ts';
import { type Drift, diff } from '../core/drift/diff.ts';
import { withReminders } from '../core/drift/remind.ts';
import { CLOSING } from '../core/drift/transitions.ts';
import { type ObjectInTransition, objectsInTransition } from '../core/facts/in-transition.ts';
import { parseBundle } from '../core/facts/snapshot.ts';
import type { ScanReport } from '../core/requirements/report.ts';
import { scanNetwork } from '../core/requirements/scan.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { Clock, CloudFacts, NetworkState, StateStore } from '../ports.ts';

export interface ScanPorts {
  readonly facts: CloudFacts;
  readonly store: StateStore;
  readonly clock: Clock;
  /**
   * Waits until a second look is worth while. Absent where one look tells all: a saved bundle is always the same. EC2's answers are eventually
   * consistent, so what one of them shows as mended may be an old view.
   */
  readonly beforeSecondLook?: () => Promise<void>;
}

export interface ScanResult {
  readonly report: ScanReport;
  readonly drift: Drift;
  /** What could not be read of the store, one line each; the drift is then a new baseline, if it was the state. */
  readonly damage: readonly string[];
  /** Ids of the AWS objects that were seen. */
  readonly objects: readonly string[];
  /** What AWS was still busy with: the verdict is worth a second look. */
  readonly moving: readonly ObjectInTransition[];
}

/** How long a scan may read from AWS before the rest becomes gaps, in milliseconds. */
export const COLLECTION_TIME = 60_000;

/** The same for the look that confirms a repair. */
const SECOND_LOOK_TIME = 15_000;

/** A scan that another one overtook is made anew, from what is stored now; so often all in all. */
const ATTEMPTS = 3;

/**
 * Reads a network, judges it and commits what changed. State is loaded before the network is read, so the version check covers the reading: an older
 * view never overwrites a newer one. A scan that another one overtook is thrown away and made anew, unless it is later than `lastStart` then; throws
 * `stale-state` when that happens again and again, and has then written nothing. `changes` are those that came with the request; they are recorded first, as
 * their effect may show only in a later scan. `first` is for the first look of the first attempt: a state that was loaded after everything was recorded, with
 * facts that networks of a batch share; shared reads must not be older than the state of any of them.
 */
export async function runScan(
  ports: ScanPorts,
  network: WatchedNetwork,
  changes: readonly ChangeEvent[] = [],
  lastStart: Instant = instant(Number.POSITIVE_INFINITY),
  first?: FirstLook,
): Promise<ScanResult> {
  if (changes.length > 0) await ports.store.recordChanges(network.id, changes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await scanOnce(ports, network, attempt === 1 ? first : undefined);
    } catch (error) {
      const isOvertaken = error instanceof WatcherError && error.fault === 'stale-state';
      if (!isOvertaken || attempt === ATTEMPTS || ports.clock.now() > lastStart) throw error;
    }
  }
}

export interface FirstLook {
  readonly state: NetworkState;
  readonly facts: CloudFacts;
}

async function scanOnce(ports: ScanPorts, network: WatchedNetwork, first: FirstLook | undefined): Promise<ScanResult> {
  const { store, beforeSecondLook } = ports;
  const before = first?.state ?? (await store.load(network.id));
  const expectedVersion = before.head?.version ?? before.damage?.version ?? 0;
  const damage = before.damage?.items ?? [];
  const look = async (facts: CloudFacts, time: number): Promise<ScanResult> => {
    const bundle = await facts.collect(network, instant(ports.clock.now() + time));
    const now = ports.clock.now();
    const snapshot = parseBundle(bundle);
    const report = scanNetwork(snapshot, network, now);
    const changed = diff(before.findings, report, before.changes, now, expectedVersion + 1, before.head === undefined);
    const drift = withReminders(changed, network.waivers);
    return {
      report,
      damage,
      objects: objectsSeen(snapshot),
      moving: objectsInTransition(snapshot),
      drift: damage.length > 0 ? { ...drift, batch: { ...drift.batch, damage } } : drift,
    };
  };
  let seen = await look(first?.facts ?? ports.facts, COLLECTION_TIME);
  if (beforeSecondLook && seen.drift.batch.transitions.some(({ kind }) => CLOSING.has(kind))) {
    await beforeSecondLook();
    seen = await look(ports.facts, SECOND_LOOK_TIME);
  }
  const { batch, findings, settledChanges } = seen.drift;
  await store.commit(network.id, { expectedVersion, batch, findings, settledChanges });
  return seen;
}
