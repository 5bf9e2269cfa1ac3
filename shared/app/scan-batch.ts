import { type Instant, instant } from '../core/base/instant.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { ScanQueue } from '../ports.ts';
import { routeMessage } from './route-events.ts';
import { runScan, type ScanPorts, type ScanResult } from './run-scan.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
}

export interface BatchPorts extends ScanPorts {
  /** Takes what is not scanned here. Without it everything is. */
  readonly queue?: ScanQueue;
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
  /** The network gets a message of its own. */
  | { readonly kind: 'handed-on'; readonly network: string }
  | { readonly kind: 'failed'; readonly network: string; readonly error: unknown };

/** Networks that are scanned at the same time: they wait for AWS most of the time. */
const AT_ONCE = 5;

/** A scan that was overtaken is made anew only so long after the batch began: the function's time has to do for it; milliseconds. */
const RETRY_TIME = 30_000;

interface Wanted {
  readonly network: WatchedNetwork;
  readonly messages: readonly string[];
  readonly changes: readonly ChangeEvent[];
  /** Whether a message is about this network because of itself, and not only because it is about all. */
  readonly isNamed: boolean;
}

/**
 * One scan for each network in the batch, however many messages ask for it. Messages of a network fail together; a message that nobody understands
 * fails alone. Changes are recorded before anything is scanned, so a scan that fails does not forget who made them.
 *
 * One slow network must not hold up others: networks are scanned side by side, a request for all of them becomes a message for each, and so do those
 * that are too many for one batch.
 */
export async function scanBatch(
  ports: BatchPorts,
  networks: readonly WatchedNetwork[],
  messages: readonly QueuedMessage[],
): Promise<BatchOutcome> {
  const lastStart = instant(ports.clock.now() + RETRY_TIME);
  const { wanted, events, poisoned } = sortMessages(networks, messages);
  const failed = new Set(poisoned);
  const attempt = async (one: Wanted, act: () => Promise<BatchEvent | undefined>): Promise<boolean> => {
    try {
      const event = await act();
      if (event) events.push(event);
      return true;
    } catch (error) {
      for (const id of one.messages) failed.add(id);
      events.push({ kind: 'failed', network: one.network.id, error });
      return false;
    }
  };
  const ready: Wanted[] = [];
  for (const one of wanted) if (await attempt(one, () => record(ports, one))) ready.push(one);
  const { here, elsewhere } = divide(ready, ports.queue !== undefined);
  for (const one of elsewhere) await attempt(one, () => handOn(ports, one));
  for (let at = 0; at < here.length; at += AT_ONCE)
    await Promise.all(
      here.slice(at, at + AT_ONCE).map((one) => attempt(one, () => scanned(ports, one.network, lastStart))),
    );
  return { failed: [...failed], events };
}

function sortMessages(networks: readonly WatchedNetwork[], messages: readonly QueuedMessage[]) {
  const events: BatchEvent[] = [];
  const poisoned: string[] = [];
  const wanted = new Map<string, Wanted>();
  for (const { id, body } of messages) {
    const message = routeMessage(body, networks);
    if (message.is === 'poison') {
      poisoned.push(id);
      events.push({ kind: 'poison', messageId: id, why: message.why });
    } else if (message.is === 'ignored') {
      events.push({ kind: 'ignored', messageId: id, why: message.why });
    } else {
      const { change } = message;
      const isNamed = change !== undefined || message.networks.length === 1;
      for (const network of networks.filter((candidate) => message.networks.includes(candidate.id))) {
        const before = wanted.get(network.id);
        wanted.set(network.id, {
          network,
          messages: [...(before?.messages ?? []), id],
          changes: [...(before?.changes ?? []), ...(change ? [change] : [])],
          isNamed: isNamed || before?.isNamed === true,
        });
      }
    }
  }
  return { events, poisoned, wanted: [...wanted.values()] };
}

function divide(ready: readonly Wanted[], canHandOn: boolean) {
  if (!canHandOn) return { here: ready, elsewhere: [] };
  const here = ready.filter((one) => one.isNamed).slice(0, AT_ONCE);
  return { here, elsewhere: ready.filter((one) => !here.includes(one)) };
}

async function record({ store }: BatchPorts, { network, changes }: Wanted): Promise<undefined> {
  if (changes.length > 0) await store.recordChanges(network.id, changes);
}

async function handOn({ queue }: BatchPorts, { network, isNamed }: Wanted): Promise<BatchEvent> {
  await queue?.enqueue({ network: network.id, requestId: 'handed-on', ...(isNamed ? {} : { isReconcile: true }) });
  return { kind: 'handed-on', network: network.id };
}

const scanned = async (ports: BatchPorts, network: WatchedNetwork, lastStart: Instant): Promise<BatchEvent> => ({
  kind: 'scanned',
  network: network.id,
  result: await runScan(ports, network, [], lastStart),
});
