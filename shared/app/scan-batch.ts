import { type Instant, instant } from '../core/base/instant.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { concernedBy } from '../core/drift/concern.ts';
import type { Gathered } from '../core/drift/scan-message.ts';
import { isUnannounced } from '../core/drift/unannounced.ts';
import { confirmingScan } from '../core/facts/in-transition.ts';
import { effectOf } from '../core/facts/operations.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { NetworkState, ObjectIndex, PendingScans, ScanQueue } from '../ports.ts';
import { type GatherPorts, gatherChanges, together } from './gather-changes.ts';
import { routeMessage } from './route-events.ts';
import { type FirstLook, runScan, type ScanPorts, type ScanResult } from './run-scan.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
}

export interface BatchPorts extends ScanPorts {
  /** Takes what is not scanned here, and the scans that confirm what was read while it moved. Without it everything is scanned here, once. */
  readonly queue?: ScanQueue;
  /** With it, and a queue, changes of a network gather until one scan sees them all. Without it they are scanned for at once. */
  readonly pending?: PendingScans;
  /** Without it a change is about every network of its account and Region. */
  readonly index?: ObjectIndex;
  /** The prefix list of the watcher's own heartbeat. Without it there is none. */
  readonly heartbeatListId?: string;
}

/** What became of a batch, for the log and for the queue. */
export interface BatchOutcome {
  /** Messages to be delivered again, and after their retries to the dead-letter queue. */
  readonly failed: readonly string[];
  readonly events: readonly BatchEvent[];
}

export type BatchEvent =
  | { readonly kind: 'ignored'; readonly messageId: string; readonly why: string }
  /** Asks for no scan, and is kept for the attribution of other changes. */
  | { readonly kind: 'context'; readonly messageId: string }
  | { readonly kind: 'poison'; readonly messageId: string; readonly why: string }
  /** The watcher's own change has come back as an event. Milliseconds since it was made. */
  | { readonly kind: 'heartbeat'; readonly lag: number }
  /** A call that nobody classified yet; it counts as one that may change everything. */
  | { readonly kind: 'unclassified'; readonly source: string; readonly operation: string }
  | {
      readonly kind: 'scanned';
      readonly network: string;
      readonly result: ScanResult;
      /** Milliseconds. */
      readonly took: number;
      /** From the oldest change that asked for the scan to its end, in milliseconds; undefined when none did. */
      readonly lag?: number;
      /** Only the schedule asked for it, and it found a change of the network that no event had told of. */
      readonly missedEvents: boolean;
    }
  /** Changes named only objects that other networks depend on. */
  | { readonly kind: 'spared'; readonly network: string }
  /** It could not be found out, or kept, what a network depends on; all of them are scanned then. */
  | { readonly kind: 'index-failed'; readonly error: unknown }
  /** The network gets a message of its own. */
  | { readonly kind: 'handed-on'; readonly network: string }
  /** A scan that earlier changes have asked for will see these changes too. */
  | { readonly kind: 'gathered'; readonly network: string }
  | { readonly kind: 'failed'; readonly network: string; readonly error: unknown }
  | { readonly kind: 'to-confirm'; readonly network: string; readonly version: number; readonly delaySeconds: number }
  /** The scan itself is committed. */
  | { readonly kind: 'unconfirmed'; readonly network: string; readonly version: number; readonly error: unknown };

/** Networks that are scanned at the same time: they wait for AWS most of the time. */
const SCANS_AT_ONCE = 5;

/** Calls of the store and the queue at the same time. */
const CALLS_AT_ONCE = 20;

/** A scan is begun, or made anew because it was overtaken, only so long after the batch began: the function's time has to do for it; milliseconds. */
const STARTING_TIME = 30_000;

/** Changes of one network to be remembered. */
interface Told {
  readonly network: WatchedNetwork;
  readonly messages: readonly string[];
  readonly changes: readonly ChangeEvent[];
}

interface Wanted extends Told {
  /** Whether a message is about this network because of itself, and not only because it is about all. */
  readonly isNamed: boolean;
  readonly isScheduled: boolean;
  /** Nothing but change events asks for it. */
  readonly isByChange: boolean;
  /** Changes that are recorded and that a message stands for. */
  readonly gathered: Gathered | undefined;
  /** Scans made so far to confirm another, of the message that asks for the most: a change begins anew. */
  readonly confirmations: number;
}

/**
 * One scan for each network in the batch, however many messages ask for it. Messages of a network fail together; a message that nobody understands
 * fails alone. Changes are recorded before anything is scanned, so a scan that fails does not forget who made them. The states are all loaded before the
 * first network is read, for the networks share what they read.
 *
 * One slow network must not hold up others: networks are scanned side by side, and a request for all of them becomes a message for each, as do those
 * that have not begun when there is no time left for them.
 */
export async function scanBatch(
  ports: BatchPorts,
  networks: readonly WatchedNetwork[],
  messages: readonly QueuedMessage[],
): Promise<BatchOutcome> {
  const lastStart = instant(ports.clock.now() + STARTING_TIME);
  const { wanted, context, events, poisoned } = sortMessages(ports, networks, messages);
  const { concerned, spared } = await concernedOf(ports.index, wanted);
  events.push(...spared);
  const failed = new Set(poisoned);
  const attempt = async (one: Told, act: () => Promise<readonly BatchEvent[]>): Promise<boolean> => {
    try {
      events.push(...(await act()));
      return true;
    } catch (error) {
      for (const id of one.messages) failed.add(id);
      events.push({ kind: 'failed', network: one.network.id, error });
      return false;
    }
  };
  await sideBySide(context, CALLS_AT_ONCE, (one) => attempt(one, () => record(ports, one)));
  const ready: Wanted[] = [];
  await sideBySide(concerned, CALLS_AT_ONCE, async (one) => {
    if (await attempt(one, () => begin(ports, one))) ready.push(one);
  });
  const { queue, pending, clock } = ports;
  const gathering = queue && pending ? ready.filter((one) => one.changes.length > 0) : [];
  if (queue && pending)
    await sideBySide(gathering, CALLS_AT_ONCE, (one) => attempt(one, () => gather({ queue, pending, clock }, one)));
  const elsewhere = ready.filter((one) => queue && !one.isNamed);
  await sideBySide(elsewhere, CALLS_AT_ONCE, (one) => attempt(one, () => handOn(queue, one)));
  const loaded: Loaded[] = [];
  await sideBySide(
    ready.filter((one) => !elsewhere.includes(one) && !(one.isByChange && gathering.includes(one))),
    CALLS_AT_ONCE,
    (one) => attempt(one, () => load(ports, one, loaded)),
  );
  const facts = ports.facts.batch?.() ?? ports.facts;
  await sideBySide(loaded, SCANS_AT_ONCE, ({ one, state }) => {
    const isLate = queue !== undefined && ports.clock.now() > lastStart;
    return attempt(one, () => (isLate ? handOn(queue, one) : scanned(ports, one, lastStart, { state, facts })));
  });
  return { failed: [...failed], events };
}

/** Each as soon as one of those before it is done, `atOnce` at a time. `act` does not reject. */
async function sideBySide<T>(items: readonly T[], atOnce: number, act: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function sortMessages(
  { clock, heartbeatListId }: BatchPorts,
  networks: readonly WatchedNetwork[],
  messages: readonly QueuedMessage[],
) {
  const events: BatchEvent[] = [];
  const poisoned: string[] = [];
  const wanted = new Map<string, Wanted>();
  const context = new Map<string, Told>();
  for (const { id, body } of messages) {
    const message = routeMessage(body, networks, heartbeatListId);
    if (message.is === 'poison') {
      poisoned.push(id);
      events.push({ kind: 'poison', messageId: id, why: message.why });
    } else if (message.is === 'heartbeat') {
      events.push({ kind: 'heartbeat', lag: clock.now() - message.sentAt });
    } else if (message.is === 'ignored') {
      events.push({ kind: 'ignored', messageId: id, why: message.why });
    } else if (message.is === 'context') {
      events.push({ kind: 'context', messageId: id });
      for (const network of networks.filter((candidate) => message.networks.includes(candidate.id))) {
        const before = context.get(network.id);
        context.set(network.id, {
          network,
          messages: [...(before?.messages ?? []), id],
          changes: [...(before?.changes ?? []), message.change],
        });
      }
    } else {
      const { change } = message;
      const isNamed = change !== undefined || message.networks.length === 1;
      if (change && effectOf(change.source, change.operation) === 'unclassified')
        events.push({ kind: 'unclassified', source: change.source, operation: change.operation });
      for (const network of networks.filter((candidate) => message.networks.includes(candidate.id))) {
        const before = wanted.get(network.id);
        wanted.set(network.id, {
          network,
          messages: [...(before?.messages ?? []), id],
          changes: [...(before?.changes ?? []), ...(change ? [change] : [])],
          isNamed: isNamed || before?.isNamed === true,
          isScheduled: message.why === 'schedule' && before?.isScheduled !== false,
          isByChange: message.why === 'change' && before?.isByChange !== false,
          gathered: together(before?.gathered, message.gathered),
          confirmations: Math.min(before?.confirmations ?? Number.POSITIVE_INFINITY, message.confirmations ?? 0),
        });
      }
    }
  }
  return { events, poisoned, wanted: [...wanted.values()], context: [...context.values()] };
}

/** Leaves out networks that no change of the batch can concern. When in doubt all stay. */
async function concernedOf(index: ObjectIndex | undefined, wanted: readonly Wanted[]) {
  const asked = wanted.filter((one) => one.isByChange);
  const spared: BatchEvent[] = [];
  if (!index || asked.length < 2) return { concerned: wanted, spared };
  try {
    const known = await index.known(asked.map((one) => one.network.id));
    const networks = asked.map((one) => ({ one, known: known.get(one.network.id) }));
    const all = new Set(asked.flatMap((one) => one.changes));
    const whom = new Map(
      [...all].map((change) => [change, new Set(concernedBy(change.objects, networks).map(({ one }) => one))]),
    );
    const concerned = wanted.flatMap((one): readonly Wanted[] => {
      if (!one.isByChange) return [one];
      const changes = one.changes.filter((change) => whom.get(change)?.has(one));
      if (changes.length > 0) return [{ ...one, changes }];
      spared.push({ kind: 'spared', network: one.network.id });
      return [];
    });
    return { concerned, spared };
  } catch (error) {
    return { concerned: wanted, spared: [{ kind: 'index-failed', error } satisfies BatchEvent] };
  }
}

async function record({ store }: BatchPorts, { network, changes }: Told): Promise<readonly BatchEvent[]> {
  if (changes.length > 0) await store.recordChanges(network.id, changes);
  return [];
}

/** Changes are kept before anything else; those that come from now on need another scan than the one that begins here. */
async function begin(ports: BatchPorts, one: Wanted): Promise<readonly BatchEvent[]> {
  await record(ports, one);
  if (one.gathered) await ports.pending?.release(one.network.id, one.gathered.dueAt);
  return [];
}

async function handOn(queue: ScanQueue | undefined, { network, isNamed }: Wanted): Promise<readonly BatchEvent[]> {
  await queue?.enqueue({ network: network.id, requestId: 'handed-on', ...(isNamed ? {} : { isReconcile: true }) });
  return [{ kind: 'handed-on', network: network.id }];
}

/** Changes wait for a scan that begins when they can be seen. */
async function gather(ports: GatherPorts, { network, changes }: Wanted): Promise<readonly BatchEvent[]> {
  const isFirst = await gatherChanges(ports, network.id, changes);
  return [{ kind: isFirst ? 'handed-on' : 'gathered', network: network.id }];
}

interface Loaded {
  readonly one: Wanted;
  readonly state: NetworkState;
}

async function load({ store }: BatchPorts, one: Wanted, loaded: Loaded[]): Promise<readonly BatchEvent[]> {
  loaded.push({ one, state: await store.load(one.network.id) });
  return [];
}

async function scanned(
  ports: BatchPorts,
  one: Wanted,
  lastStart: Instant,
  first: FirstLook,
): Promise<readonly BatchEvent[]> {
  const start = ports.clock.now();
  const result = await runScan(ports, one.network, [], lastStart, first);
  const end = ports.clock.now();
  const oldest = Math.min(one.gathered?.since ?? Number.POSITIVE_INFINITY, ...one.changes.map((change) => change.at));
  const { baseline, transitions } = result.drift.batch;
  const event: BatchEvent = {
    kind: 'scanned',
    network: one.network.id,
    result,
    took: end - start,
    ...(Number.isFinite(oldest) ? { lag: end - oldest } : {}),
    missedEvents: one.isScheduled && !baseline && transitions.some(isUnannounced),
  };
  return [
    event,
    ...(await remembered(ports, one.network, result)),
    ...(await confirm(ports, one.network.id, result, one.confirmations)),
  ];
}

/** What a look with gaps did not see may matter too: then nothing is remembered. A committed scan does not fail for the index. */
async function remembered(
  { index }: BatchPorts,
  network: WatchedNetwork,
  result: ScanResult,
): Promise<readonly BatchEvent[]> {
  try {
    await index?.remember(network.id, result.report.gaps.length > 0 ? [] : result.objects);
    return [];
  } catch (error) {
    return [{ kind: 'index-failed', error }];
  }
}

/** Asks for another look at a network that was read while it moved. The heartbeat's own list is no reason. */
async function confirm(
  { queue, heartbeatListId }: BatchPorts,
  network: string,
  { moving, drift }: ScanResult,
  confirmations: number,
): Promise<readonly BatchEvent[]> {
  const next =
    queue &&
    confirmingScan(
      moving.filter(({ id }) => id !== heartbeatListId),
      confirmations,
    );
  if (!next) return [];
  const { version } = drift.batch;
  try {
    await queue.enqueue({ network, requestId: `confirm-${version}`, ...next });
    return [{ kind: 'to-confirm', network, version, delaySeconds: next.delaySeconds }];
  } catch (error) {
    return [{ kind: 'unconfirmed', network, version, error }];
  }
}
