import type { ChangeEvent } from '../core/drift/change.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import { routeMessage } from './route-events.ts';
import { runScan, type ScanPorts, type ScanResult } from './run-scan.ts';

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
  | { readonly kind: 'failed'; readonly network: string; readonly error: unknown };

/**
 * One scan for each network in the batch, however many messages ask for it. Messages of a network fail together; a message that nobody understands
 * fails alone. Changes are recorded before the scan, so a scan that fails does not forget who made them.
 */
export async function scanBatch(
  ports: ScanPorts,
  networks: readonly WatchedNetwork[],
  messages: readonly QueuedMessage[],
): Promise<BatchOutcome> {
  const events: BatchEvent[] = [];
  const failed = new Set<string>();
  const wanted = new Map<string, { readonly messages: string[]; readonly changes: ChangeEvent[] }>();
  for (const { id, body } of messages) {
    const message = routeMessage(body, networks);
    if (message.is === 'poison') {
      failed.add(id);
      events.push({ kind: 'poison', messageId: id, why: message.why });
    } else if (message.is === 'ignored') {
      events.push({ kind: 'ignored', messageId: id, why: message.why });
    } else {
      for (const name of message.networks) {
        const entry = wanted.get(name) ?? { messages: [], changes: [] };
        wanted.set(name, entry);
        entry.messages.push(id);
        if (message.change) entry.changes.push(message.change);
      }
    }
  }
  for (const network of networks) {
    const entry = wanted.get(network.id);
    if (!entry) continue;
    try {
      if (entry.changes.length > 0) await ports.store.recordChanges(network.id, entry.changes);
      events.push({ kind: 'scanned', network: network.id, result: await runScan(ports, network) });
    } catch (error) {
      for (const id of entry.messages) failed.add(id);
      events.push({ kind: 'failed', network: network.id, error });
    }
  }
  return { failed: [...failed], events };
}
