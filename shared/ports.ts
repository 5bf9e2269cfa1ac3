import type { Alert } from './core/alerts/alert.ts';
import type { Instant } from './core/base/instant.ts';
import type { PlaceTraces, RunnerTraces } from './core/discover/traces.ts';
import type { ChangeEvent } from './core/drift/change.ts';
import type { Gathered } from './core/drift/scan-message.ts';
import type { DriftBatch, NetworkSummary, Remembered } from './core/drift/transition.ts';
import type { Bundle } from './core/facts/bundle.ts';
import type { Verdict } from './core/reach/answer.ts';
import type { WatchedNetwork } from './core/requirements/watch-file.ts';

export interface Clock {
  now(): Instant;
}

/** Reads a network as AWS describes it. A refused or failed call is an entry of `Errors` in the bundle, never a throw and never an empty list. */
export interface CloudFacts {
  /**
   * Calls that have not answered by `deadline` become gaps.
   * Throws `WatcherError` `aws-unreachable` only when no call at all got through (no credentials, endpoint unreachable, unknown region).
   */
  collect(network: WatchedNetwork, deadline: Instant): Promise<Bundle>;
  /**
   * The same for several networks: what two of them need alike is read once. Nothing that was read before this call is ever served, so the states of all
   * networks of the batch have to be loaded before it.
   */
  batch?(): CloudFacts;
}

/** Looks for runners in one account and Region. A refused or failed call is an entry of `errors`, never a throw and never an empty list. */
export interface RunnerFinder {
  /** ECS services and CloudFormation stacks, every page. Calls that have not answered by `deadline` become errors. */
  runners(region: string, deadline: Instant): Promise<RunnerTraces>;
  /** EC2 objects with a runner's tags, and the VPCs of these subnets. */
  places(region: string, subnetIds: readonly string[], deadline: Instant): Promise<PlaceTraces>;
}

export interface NetworkHead {
  readonly network: string;
  /** Number of commits so far; 0 means never scanned. */
  readonly version: number;
  readonly verdict: Verdict;
  readonly summary: NetworkSummary;
  readonly lastScanAt: Instant;
}

export interface NetworkState {
  /** Undefined when there is nothing to compare with: the network was never scanned, or what is stored cannot be read. */
  readonly head: NetworkHead | undefined;
  readonly findings: readonly Remembered[];
  /** Changes recorded and not yet settled by a `commit`, oldest first. */
  readonly changes: readonly ChangeEvent[];
  /** What cannot be read (damaged, or of another layout), by key and with the reason. Absent when all can. */
  readonly damage?: Damage;
}

export interface Damage {
  /** One line each. */
  readonly items: readonly string[];
  /** What a commit has to expect where there is no head to tell: the history goes on behind it. */
  readonly version: number;
}

export interface Commit {
  /** Version of the head that `load` gave, else what its damage says, else 0. */
  readonly expectedVersion: number;
  /** Becomes the head; its version is `expectedVersion + 1`. */
  readonly batch: DriftBatch;
  /** The whole of what is remembered from now on. */
  readonly findings: readonly Remembered[];
  /** Ids of change events that this scan has taken into account; they are settled with the commit, and stay so when they are recorded again. */
  readonly settledChanges: readonly string[];
}

/** The memory of the watcher. `commit` is all or nothing, of whatever size. */
export interface StateStore {
  /** One consistent view: head, findings and changes belong to the same version. What cannot be read is in `damage`, never a throw. */
  load(network: string): Promise<NetworkState>;
  /** Throws `WatcherError` `stale-state` when the stored version is not `expectedVersion`; nothing is then written. */
  commit(network: string, commit: Commit): Promise<void>;
  /** Keeps a change for attribution; the same `eventId` twice is kept once, and one that is settled is not kept again. */
  recordChanges(network: string, changes: readonly ChangeEvent[]): Promise<void>;
  /** Every network ever committed, sorted by name. */
  networks(): Promise<readonly NetworkHead[]>;
  /** Batches that have news (`hasNews`), newest first, at most `limit`; what cannot be read is left out and reported by the adapter. */
  history(network: string, limit: number): Promise<readonly DriftBatch[]>;
}

/** Hands an alert to people. At least once: a throw means that the caller tries again with the same `dedupeKey`. */
export interface Notifier {
  readonly name: string;
  deliver(alert: Alert): Promise<void>;
}

/** A scan of one network. */
export interface ScanRequest {
  readonly network: string;
  readonly requestId: string;
  /** Asked for by the schedule, not by somebody or something that has changed. */
  readonly isReconcile?: boolean;
  /** How many scans, this one included, have been made to confirm the first. */
  readonly confirmation?: number;
  /** At most 900 (SQS). */
  readonly delaySeconds?: number;
  /** Of a scan that changes ask for. */
  readonly gathered?: Gathered;
}

export interface ScanQueue {
  enqueue(request: ScanRequest): Promise<void>;
}

/** Scans that changes have asked for and that have not begun: what changes meanwhile needs no other. */
export interface PendingScans {
  /**
   * Whether the caller has to ask for a scan, which is to begin at `dueAt`. False when one is claimed already, has not begun at `now` and begins at `notBefore`
   * or later. What nobody has begun is void after its time.
   */
  claim(network: string, now: Instant, notBefore: Instant, dueAt: Instant): Promise<boolean>;
  /** The scan claimed for then begins, or could not be asked for: what changes from now on needs another. A later claim stays. */
  release(network: string, dueAt: Instant): Promise<void>;
}

/** Which AWS objects each network was last seen to depend on. A hint that saves scans; no verdict depends on it. */
export interface ObjectIndex {
  /** None means that nothing is known of it from now on. */
  remember(network: string, ids: readonly string[]): Promise<void>;
  /** Networks of which nothing is remembered, or more than can be kept, are not in the answer. */
  known(networks: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

/** A change that the watcher makes itself, to an object of its own that nothing uses, and that has to come back as an event. */
export interface Heartbeat {
  /** `name` is the object's new name. */
  beat(name: string): Promise<void>;
}

/** Which alerts have been told, by dedupe key. */
export interface Deliveries {
  isTold(key: string): Promise<boolean>;
  markTold(key: string): Promise<void>;
}
