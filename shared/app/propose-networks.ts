import { instant } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import { placesOf, subnetsToAskFor } from '../core/discover/places.ts';
import { type Proposal, proposeFor, withUniqueIds } from '../core/discover/propose.ts';
import type { Runner } from '../core/discover/runners.ts';
import { type Unread, unreadOf } from '../core/discover/unread.ts';
import { parseBundle } from '../core/facts/snapshot.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { Clock, CloudFacts, RunnerFinder } from '../ports.ts';
import { COLLECTION_TIME } from './run-scan.ts';

export interface ProposePorts {
  readonly facts: CloudFacts;
  readonly finder: RunnerFinder;
  readonly clock: Clock;
}

export interface ProposedVpc {
  /** Never empty. */
  readonly proposals: readonly Proposal[];
  /** ISO 8601. */
  readonly collectedAt: string | undefined;
}

/** Watch-file entries for one VPC. Throws as `CloudFacts.collect` does, and `bad-input` when no subnet of the VPC is known. */
export async function proposeVpc(
  { facts, finder, clock }: ProposePorts,
  network: WatchedNetwork,
): Promise<ProposedVpc> {
  const deadline = instant(clock.now() + COLLECTION_TIME);
  const [bundle, traces] = await Promise.all([
    facts.collect(network, deadline),
    finder.runners(network.region, deadline),
  ]);
  const snapshot = parseBundle(bundle);
  return {
    proposals: proposeFor(snapshot, network.region, network.vpcId, traces),
    collectedAt: snapshot.collectedAt,
  };
}

export interface Discovery {
  readonly region: string;
  /** ISO 8601. */
  readonly collectedAt: string | undefined;
  readonly proposals: readonly Proposal[];
  /** Runners of which nothing tells the VPC. */
  readonly withoutVpc: readonly Runner[];
  /** VPCs that could not be read: one sentence each. */
  readonly troubles: readonly string[];
  readonly unread: readonly Unread[];
}

/**
 * Watch-file entries for every runner of the Region. `networkOf` makes the network to read for a VPC. Throws `aws-unreachable` when no call at all got
 * through.
 */
export async function discoverRunners(
  { facts, finder, clock }: ProposePorts,
  region: string,
  networkOf: (vpcId: string) => WatchedNetwork,
): Promise<Discovery> {
  const deadline = () => instant(clock.now() + COLLECTION_TIME);
  const traces = await finder.runners(region, deadline());
  const seen = await finder.places(region, subnetsToAskFor(traces), deadline());
  const errors = [...traces.errors, ...seen.errors];
  if (traces.answered + seen.answered === 0)
    throw new WatcherError(
      'aws-unreachable',
      `AWS in region \`${region}\` could not be read at all (${errors[0]?.Code ?? 'no answer'}: ${errors[0]?.Message ?? ''})`,
    );
  const { hintsByVpc, withoutVpc } = placesOf(traces, seen);
  const proposals: Proposal[] = [];
  const troubles: string[] = [];
  let collectedAt: string | undefined;
  for (const [vpcId, hints] of hintsByVpc) {
    try {
      const snapshot = parseBundle(await facts.collect(networkOf(vpcId), deadline()));
      collectedAt ??= snapshot.collectedAt;
      proposals.push(...proposeFor(snapshot, region, vpcId, traces, hints));
    } catch (error) {
      if (!(error instanceof WatcherError)) throw error;
      troubles.push(`${vpcId}: ${error.message}`);
    }
  }
  return {
    region,
    collectedAt,
    proposals: withUniqueIds(proposals),
    withoutVpc,
    troubles,
    unread: mergeUnread(proposals, unreadOf([], errors)),
  };
}

/** Everything that was refused, each once. */
function mergeUnread(proposals: readonly Proposal[], unread: readonly Unread[]): readonly Unread[] {
  const all = [...unread, ...proposals.flatMap((proposal) => proposal.unread)];
  return [...new Map(all.map((one) => [`${one.operation} ${one.resourceId ?? ''} ${one.code}`, one])).values()];
}
