import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { ChangeEvent } from '../../shared/core/drift/change.ts';
import { hasNews } from '../../shared/core/drift/has-news.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { NetworkState, StateStore } from '../../shared/ports.ts';

interface Stored {
  readonly state: NetworkState;
  readonly batches: readonly DriftBatch[];
  readonly settled: ReadonlySet<string>;
}

const NEVER: Stored = { state: { head: undefined, findings: [], changes: [] }, batches: [], settled: new Set() };

/** The port, by hand and in memory. */
export function memoryState(): StateStore {
  const all = new Map<string, Stored>();
  const of = (network: string): Stored => all.get(network) ?? NEVER;
  return {
    load: async (network) => of(network).state,
    commit: async (network, { expectedVersion, batch, findings, settledChanges }) => {
      const { state, batches, settled: before } = of(network);
      if ((state.head?.version ?? 0) !== expectedVersion)
        throw new WatcherError('stale-state', `network \`${network}\` is not at version ${expectedVersion}`);
      const settled = new Set([...before, ...settledChanges]);
      all.set(network, {
        state: {
          head: {
            network,
            version: expectedVersion + 1,
            verdict: batch.verdict,
            summary: batch.summary,
            lastScanAt: batch.at,
          },
          findings,
          changes: state.changes.filter((change) => !settled.has(change.eventId)),
        },
        settled,
        batches: hasNews(batch) ? [...batches, batch] : batches,
      });
    },
    recordChanges: async (network, changes) => {
      const { state, batches, settled } = of(network);
      const fresh = changes.filter((change) => !settled.has(change.eventId));
      const known = new Map<string, ChangeEvent>(
        [...state.changes, ...fresh].map((change) => [change.eventId, change]),
      );
      all.set(network, {
        batches,
        settled,
        state: {
          ...state,
          changes: [...known.values()].sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1)),
        },
      });
    },
    networks: async () =>
      [...all.values()].flatMap(({ state }) => state.head ?? []).sort((a, b) => (a.network < b.network ? -1 : 1)),
    history: async (network, limit) => [...of(network).batches].reverse().slice(0, limit),
  };
}
