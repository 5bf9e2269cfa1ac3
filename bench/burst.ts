import { type QueuedMessage, scanBatch } from '../shared/app/scan-batch.ts';
import { type Instant, instant } from '../shared/core/base/instant.ts';
import { reconcileMessage, scanMessage } from '../shared/core/drift/scan-message.ts';
import type { Bundle } from '../shared/core/facts/bundle.ts';
import type { WatchedNetwork } from '../shared/core/requirements/watch-file.ts';
import type { ObjectIndex, ScanRequest } from '../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../test/support/example.ts';
import { memoryPending } from '../test/support/memory-pending.ts';
import { memoryState } from '../test/support/memory-state.ts';

/** The queues and their event sources, as infra/queues.yml and serverless.yml set them; milliseconds. */
const SOURCES = {
  changes: { batchSize: 100, window: 5_000 },
  scans: { batchSize: 20, window: 1_000 },
} as const;
const CONCURRENCY = 2;
const VISIBILITY = 740_000;
const MOST_RECEIVES = 5;

type Source = keyof typeof SOURCES;

/** A network of a few subnets takes AWS about so long; milliseconds. */
const COLLECTION = 3_000;

const START = Date.UTC(2026, 10, 20);

export interface Burst {
  readonly networks: number;
  readonly events: number;
  /** Over which the events come, evenly; milliseconds. */
  readonly lasts: number;
  /** Every so manieth message is delivered twice, as a standard queue may. */
  readonly doubled: number;
}

export interface BurstOutcome {
  /** Times that a network was read. */
  readonly scans: number;
  readonly deadLetters: number;
  /** Bytes of heap beyond what was in use before. */
  readonly peakHeap: number;
}

/** Time that passes only when nobody has anything left to do. */
class VirtualTime {
  #now = START;
  #timers: { readonly at: number; readonly wake: () => void }[] = [];

  now = (): Instant => instant(this.#now);

  sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.#timers.push({ at: this.#now + milliseconds, wake }));

  async run(until: () => boolean): Promise<void> {
    for (;;) {
      // Everything in process settles within microtasks.
      await new Promise((resolve) => setImmediate(resolve));
      if (until()) return;
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers.shift();
      if (!next) throw new Error('nobody waits for anything, and it is not over');
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}

interface InQueue extends QueuedMessage {
  readonly source: Source;
  visibleAt: number;
  receives: number;
}

/** The example network so many times, each with ids of its own. */
function manyNetworks(count: number): readonly { readonly network: WatchedNetwork; readonly bundle: Bundle }[] {
  const texts = [JSON.stringify(exampleNetwork()), JSON.stringify(exampleJson('bundle.json'))] as const;
  return Array.from({ length: count }, (_, at) => {
    const own = (text: string): string =>
      text.replace(/-0([0-9a-f]{14})[0-9a-f]{2}"/g, (_all, digits: string) => {
        return `-0${digits}${at.toString(16).padStart(2, '0')}"`;
      });
    const [network, bundle] = texts.map((text) => JSON.parse(own(text)) as unknown);
    return { network: { ...(network as WatchedNetwork), id: `n${at}` }, bundle: bundle as Bundle };
  });
}

/** Plays a burst of change events through the queue and the use case of functions/scan, in virtual time and with the store in memory. */
export async function burst({ networks: count, events, lasts, doubled }: Burst): Promise<BurstOutcome> {
  const { gc } = globalThis as { gc?: () => void };
  const time = new VirtualTime();
  const networks = manyNetworks(count);
  const bundles = new Map(networks.map(({ network, bundle }) => [network.id, bundle]));
  const watched = networks.map(({ network }) => network);
  let scans = 0;
  let ids = 0;
  let deadLetters = 0;
  let queue: InQueue[] = [];
  const send = (source: Source, body: object, delay: number): void => {
    ids += 1;
    queue.push({ id: `m${ids}`, source, body: JSON.stringify(body), visibleAt: time.now() + delay, receives: 0 });
  };
  const known = new Map<string, ReadonlySet<string>>();
  const index: ObjectIndex = {
    remember: async (network, objects) => void known.set(network, new Set(objects)),
    known: async () => known,
  };
  const ports = {
    store: memoryState(),
    pending: memoryPending(),
    index,
    clock: time,
    queue: {
      enqueue: async (request: ScanRequest) => send('scans', scanMessage(request), (request.delaySeconds ?? 0) * 1000),
    },
    facts: {
      collect: async ({ id }: WatchedNetwork) => {
        scans += 1;
        await time.sleep(COLLECTION);
        return bundles.get(id) as Bundle;
      },
    },
  };

  /** One of the pollers of the event source: as soon as a batch is full, or its window is over. */
  async function poller(source: Source): Promise<void> {
    const { batchSize, window } = SOURCES[source];
    let since: number | undefined;
    for (;;) {
      const visible = queue.filter((one) => one.source === source && one.visibleAt <= time.now());
      since = visible.length === 0 ? undefined : (since ?? time.now());
      if (since === undefined || (visible.length < batchSize && time.now() - since < window)) {
        await time.sleep(500);
        continue;
      }
      since = undefined;
      const taken = visible.slice(0, batchSize);
      for (const message of taken) {
        message.visibleAt = time.now() + VISIBILITY;
        message.receives += 1;
      }
      const { failed } = await scanBatch(ports, watched, taken);
      const dead = taken.filter(({ id, receives }) => failed.includes(id) && receives >= MOST_RECEIVES);
      deadLetters += dead.length;
      const gone = new Set(taken.filter((one) => !failed.includes(one.id) || dead.includes(one)));
      queue = queue.filter((one) => !gone.has(one));
    }
  }

  // A baseline of all, so that it is known what each depends on.
  for (const { id } of watched) send('scans', reconcileMessage(id), 0);
  for (const source of ['changes', 'scans'] as const) for (let n = 0; n < CONCURRENCY; n += 1) void poller(source);
  await time.run(() => queue.length === 0 && known.size === count);
  scans = 0;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  let peakHeap = 0;

  let sent = 0;
  void (async () => {
    for (; sent < events; sent += 1) {
      const { bundle } = networks[(sent * 7) % count] ?? networks[0] ?? { bundle: {} as Bundle };
      const change = changeOf(bundle, sent, time.now());
      send('changes', change, 0);
      if (sent % doubled === 0) send('changes', change, 0);
      if (sent % 20 === 0) await time.sleep((lasts / events) * 20);
    }
  })();
  await time.run(() => {
    peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed - before);
    return sent === events && queue.length === 0;
  });
  return { scans, deadLetters, peakHeap };
}

const [SAMPLE] = exampleJson('broken.events.json') as readonly { readonly detail: object }[];

/** Somebody edits a security group of the network, as large as CloudTrail writes it. */
function changeOf(bundle: Bundle, at: number, now: number): object {
  const groups = bundle['SecurityGroups'] as readonly { readonly GroupId: string }[];
  return {
    ...SAMPLE,
    resources: [],
    detail: {
      ...SAMPLE?.detail,
      eventID: `event-${at}`,
      eventTime: new Date(now).toISOString(),
      eventName: 'AuthorizeSecurityGroupIngress',
      requestParameters: { groupId: groups[at % groups.length]?.GroupId },
      responseElements: null,
    },
  };
}
