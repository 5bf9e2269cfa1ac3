import type { ChangeEvent } from '../core/drift/change.ts';
import { confirmingScan } from '../core/facts/in-transition.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { NetworkState, ScanQueue } from '../ports.ts';
import { routeMessage } from './route-events.ts';
import { runScan, type ScanPorts, type ScanResult } from './run-scan.ts';

export interface BatchPorts extends ScanPorts {
  /** Takes the scans that confirm what was read while it moved; without it there are none. */
  readonly queue?: ScanQueue;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
}

/** What became of a batch, for the log and for the queue. */
export interface BatchOutcome {
  /** Messages to be delivered again, and after their retries to the dead-letter queue. */
  readonly failed: readonly string[];
  readonly events: readonly BatchEvent[];
}

export type BatchEvent =
  | { readonly kind: 'ignored'; readonly messageId: string; readonly why: string }
  | { readonly kind: 'poison'; readonly messageId: string; readonly why: string }
  | { readonly kind: 'scanned'; readonly network: string; readonly result: ScanResult }
  | { readonly kind: 'failed'; readonly network: string; readonly error: unknown }
  | { readonly kind: 'to-confirm'; readonly network: string; readonly delaySeconds: number }
  /** The scan itself is committed. */
  | { readonly kind: 'unconfirmed'; readonly network: string; readonly error: unknown };

/**
 * One scan for each network in the batch, however many messages ask for it. Messages of a network fail together; a message that nobody understands
 * fails alone. Changes are recorded before the scan, so a scan that fails does not forget who made them. The states are all loaded before the first network
 * is read, for the networks share what they read.
 */
export async function scanBatch(
  ports: BatchPorts,
  networks: readonly WatchedNetwork[],
  messages: readonly QueuedMessage[],
): Promise<BatchOutcome> {
  const events: BatchEvent[] = [];
  const failed = new Set<string>();
  const wanted = new Map<string, Wanted>();
  for (const { id, body } of messages) {
    const message = routeMessage(body, networks);
    if (message.is === 'poison') {
      failed.add(id);
      events.push({ kind: 'poison', messageId: id, why: message.why });
    } else if (message.is === 'ignored') {
      events.push({ kind: 'ignored', messageId: id, why: message.why });
    } else {
      for (const name of message.networks) {
        const entry = wanted.get(name) ?? { messages: [], changes: [], confirmations: Infinity };
        wanted.set(name, entry);
        entry.messages.push(id);
        if (message.change) entry.changes.push(message.change);
        entry.confirmations = Math.min(entry.confirmations, message.confirmations ?? 0);
      }
    }
  }
  const failedNow = (network: WatchedNetwork, entry: Wanted, error: unknown): void => {
    for (const id of entry.messages) failed.add(id);
    events.push({ kind: 'failed', network: network.id, error });
  };
  const loaded: { readonly network: WatchedNetwork; readonly entry: Wanted; readonly state: NetworkState }[] = [];
  for (const network of networks) {
    const entry = wanted.get(network.id);
    if (!entry) continue;
    try {
      if (entry.changes.length > 0) await ports.store.recordChanges(network.id, entry.changes);
      loaded.push({ network, entry, state: await ports.store.load(network.id) });
    } catch (error) {
      failedNow(network, entry, error);
    }
  }
  const facts = ports.facts.batch?.() ?? ports.facts;
  for (const { network, entry, state } of loaded) {
    try {
      const result = await runScan({ ...ports, facts }, network, [], state);
      events.push({ kind: 'scanned', network: network.id, result });
      events.push(...(await confirm(ports.queue, network.id, result, entry.confirmations)));
    } catch (error) {
      failedNow(network, entry, error);
    }
  }
  return { failed: [...failed], events };
}

interface Wanted {
  readonly messages: string[];
  readonly changes: ChangeEvent[];
  /** Of the message that asks for the most: a change begins anew. */
  confirmations: number;
}

/** Asks for another look at a network that was read while it moved. */
async function confirm(
  queue: ScanQueue | undefined,
  network: string,
  { moving, drift }: ScanResult,
  confirmations: number,
): Promise<readonly BatchEvent[]> {
  const next = queue && confirmingScan(moving, confirmations);
  if (!next) return [];
  try {
    await queue.enqueue({ network, requestId: `confirm-${drift.batch.version}`, ...next });
    return [{ kind: 'to-confirm', network, delaySeconds: next.delaySeconds }];
  } catch (error) {
    return [{ kind: 'unconfirmed', network, error }];
  }
}
