import { instant } from '../core/base/instant.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { type Drift, diff } from '../core/drift/diff.ts';
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
}

export interface ScanResult {
  readonly report: ScanReport;
  readonly drift: Drift;
  /** What AWS was still busy with: the verdict is worth a second look. */
  readonly moving: readonly ObjectInTransition[];
}

/** How long a scan may read from AWS before the rest becomes gaps, in milliseconds. */
export const COLLECTION_TIME = 60_000;

/**
 * Reads a network, judges it and commits what changed. State is loaded before the network is read, so the version check covers the reading: an older
 * view never overwrites a newer one. Throws `stale-state` when another scan was faster; nothing is then written and the scan is to be tried again.
 * `changes` are those that came with the request, on top of what the store has recorded. `loaded` is the state when it was loaded before: reads that a
 * batch shares must not be older than the state of any of its networks.
 */
export async function runScan(
  ports: ScanPorts,
  network: WatchedNetwork,
  changes: readonly ChangeEvent[] = [],
  loaded?: NetworkState,
): Promise<ScanResult> {
  const before = loaded ?? (await ports.store.load(network.id));
  const bundle = await ports.facts.collect(network, instant(ports.clock.now() + COLLECTION_TIME));
  const now = ports.clock.now();
  const snapshot = parseBundle(bundle);
  const report = scanNetwork(snapshot, network, now);
  const known = new Map([...before.changes, ...changes].map((change) => [change.eventId, change]));
  const expectedVersion = before.head?.version ?? 0;
  const drift = diff(before.findings, report, [...known.values()], now, expectedVersion + 1);
  await ports.store.commit(network.id, {
    expectedVersion,
    batch: drift.batch,
    findings: drift.findings,
    settledChanges: drift.settledChanges,
  });
  return { report, drift, moving: objectsInTransition(snapshot) };
}
