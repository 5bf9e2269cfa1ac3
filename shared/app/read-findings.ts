import { dated, datedCause } from '../core/alerts/dated.ts';
import { isoReminder } from '../core/alerts/reminder-document.ts';
import { toIso } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { DriftBatch, Remembered } from '../core/drift/transition.ts';
import type { NetworkHead, NetworkState, StateStore } from '../ports.ts';

const isoHead = (head: NetworkHead) => ({ ...head, lastScanAt: toIso(head.lastScanAt) });

const isoFinding = ({ incident, waiver, ...finding }: Remembered) => ({
  ...finding,
  since: toIso(finding.since),
  ...(incident
    ? {
        incident: {
          id: incident.id,
          openedAt: toIso(incident.openedAt),
          lastSeenAt: toIso(incident.lastSeenAt),
          ...(incident.openedBy ? { openedBy: incident.openedBy.map(datedCause) } : {}),
          ...(incident.reminded === undefined ? {} : { reminded: incident.reminded }),
          ...(incident.isWaived ? { isWaived: true } : {}),
          ...(incident.waivedUntil === undefined ? {} : { waivedUntil: toIso(incident.waivedUntil) }),
        },
      }
    : {}),
  ...(waiver
    ? {
        waiver: {
          endsAt: toIso(waiver.endsAt),
          since: toIso(waiver.since),
          ...(waiver.toldAt === undefined ? {} : { toldAt: toIso(waiver.toldAt) }),
        },
      }
    : {}),
});

export const isoBatch = ({ reminders, ...batch }: DriftBatch) => ({
  ...dated(batch),
  transitions: batch.transitions.map((transition) => ({
    ...dated(transition),
    openedAt: toIso(transition.openedAt),
    attribution: transition.attribution.map(datedCause),
  })),
  ...(reminders ? { reminders: reminders.map(isoReminder) } : {}),
});

export const readNetworks = async (store: StateStore) => (await store.networks()).map(isoHead);

/** Why there is nothing to tell of a network. */
const nothing = (network: string, { damage }: NetworkState): WatcherError =>
  new WatcherError(
    'not-found',
    damage
      ? `what is remembered of network \`${network}\` cannot be read, the next scan begins anew: ${damage.items.join('; ')}`
      : `network \`${network}\` was never scanned`,
  );

/** The head of a network with everything that is remembered of it. */
export async function readFindings(store: StateStore, network: string) {
  const state = await store.load(network);
  if (!state.head) throw nothing(network, state);
  return { ...isoHead(state.head), findings: state.findings.map(isoFinding) };
}

/** Newest first. It outlives what is remembered. */
export async function readHistory(store: StateStore, network: string, limit: number) {
  const batches = await store.history(network, limit);
  if (batches.length === 0) {
    const state = await store.load(network);
    if (!state.head) throw nothing(network, state);
  }
  return { network, batches: batches.map(isoBatch) };
}
