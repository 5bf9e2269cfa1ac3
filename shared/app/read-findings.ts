import { type Instant, toIso } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { DriftBatch, Remembered } from '../core/drift/transition.ts';
import type { NetworkHead, StateStore } from '../ports.ts';

const isoHead = (head: NetworkHead) => ({ ...head, lastScanAt: toIso(head.lastScanAt) });

const isoFinding = ({ incident, ...finding }: Remembered) => ({
  ...finding,
  since: toIso(finding.since),
  ...(incident
    ? {
        incident: {
          id: incident.id,
          openedAt: toIso(incident.openedAt),
          lastSeenAt: toIso(incident.lastSeenAt),
        },
      }
    : {}),
});

const isoAt = <T extends { readonly at: Instant }>(item: T) => ({ ...item, at: toIso(item.at) });

export const isoBatch = (batch: DriftBatch) => ({
  ...isoAt(batch),
  transitions: batch.transitions.map((transition) => ({
    ...isoAt(transition),
    openedAt: toIso(transition.openedAt),
    attribution: transition.attribution.map(isoAt),
  })),
});

export const readNetworks = async (store: StateStore) => (await store.networks()).map(isoHead);

async function headOf(store: StateStore, network: string) {
  const state = await store.load(network);
  if (!state.head) throw new WatcherError('not-found', `network \`${network}\` was never scanned`);
  return { state, head: isoHead(state.head) };
}

/** The head of a network with everything that is remembered of it. */
export async function readFindings(store: StateStore, network: string) {
  const { state, head } = await headOf(store, network);
  return { ...head, findings: state.findings.map(isoFinding) };
}

/** Newest first. */
export async function readHistory(store: StateStore, network: string, limit: number) {
  const { head } = await headOf(store, network);
  return { network: head.network, batches: (await store.history(network, limit)).map(isoBatch) };
}
