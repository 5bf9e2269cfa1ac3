import type { Alert } from './core/alerts/alert.ts';
import type { Instant } from './core/base/instant.ts';
import type { PlaceTraces, RunnerTraces } from './core/discover/traces.ts';
import type { ChangeEvent } from './core/drift/change.ts';
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
  /** Undefined when the network was never scanned; its version is then 0. */
  readonly head: NetworkHead | undefined;
  readonly findings: readonly Remembered[];
  /** Changes recorded and not yet dropped by `commit`, oldest first. */
  readonly changes: readonly ChangeEvent[];
}

export interface Commit {
  /** What `load` gave (0 for none). */
  readonly expectedVersion: number;
  /** Becomes the head; its version is `expectedVersion + 1`. */
  readonly batch: DriftBatch;
  /** The whole of what is remembered from now on. */
  readonly findings: readonly Remembered[];
  /** Ids of change events that this scan has taken into account; they are dropped with the commit. */
  readonly settledChanges: readonly string[];
}

/** The memory of the watcher. `commit` is all or nothing. */
export interface StateStore {
  /** One consistent view: head, findings and changes belong to the same version. */
  load(network: string): Promise<NetworkState>;
  /** Throws `WatcherError` `stale-state` when the stored version is not `expectedVersion`; nothing is then written. */
  commit(network: string, commit: Commit): Promise<void>;
  /** Keeps a change for attribution; the same `eventId` twice is kept once. */
  recordChanges(network: string, changes: readonly ChangeEvent[]): Promise<void>;
  /** Every network ever committed, sorted by name. */
  networks(): Promise<readonly NetworkHead[]>;
  /** Batches that have transitions or are a baseline, newest first, at most `limit`. */
  history(network: string, limit: number): Promise<readonly DriftBatch[]>;
}

/** Hands an alert to people. At least once: a throw means that the caller tries again with the same `dedupeKey`. */
export interface Notifier {
  readonly name: string;
  deliver(alert: Alert): Promise<void>;
}

/** A scan that somebody asked for by hand, or that confirms another. */
export interface ScanRequest {
  readonly network: string;
  readonly requestId: string;
  /** How many scans, this one included, have been made to confirm the first. */
  readonly confirmation?: number;
  /** At most 900 (SQS). */
  readonly delaySeconds?: number;
}

export interface ScanQueue {
  enqueue(request: ScanRequest): Promise<void>;
}
