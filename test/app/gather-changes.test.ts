import { describe, expect, it } from '@jest/globals';
import { type BatchEvent, type BatchPorts, scanBatch } from '../../shared/app/scan-batch.ts';
import { type Instant, instant } from '../../shared/core/base/instant.ts';
import { rescanMessage } from '../../shared/core/drift/scan-message.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { ScanRequest } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { memoryPending } from '../support/memory-pending.ts';
import { memoryState } from '../support/memory-state.ts';

const START = Date.UTC(2026, 10, 20, 2);
const network = exampleNetwork();
const [sample] = exampleJson('broken.events.json') as readonly [{ readonly detail: object }];

const second = (count: number): Instant => instant(START + count * 1000);

/** A change made then. */
const change = (at: number) => ({
  ...sample,
  detail: { ...sample.detail, eventID: `at-${at}`, eventTime: new Date(second(at)).toISOString() },
});

function pipeline(more: Partial<BatchPorts> = {}) {
  const asked: ScanRequest[] = [];
  const store = memoryState();
  let scans = 0;
  let now = second(0);
  const ports: BatchPorts = {
    store,
    pending: memoryPending(),
    queue: { enqueue: async (request) => void asked.push(request) },
    clock: { now: () => now },
    facts: {
      collect: async () => {
        scans += 1;
        return exampleJson('bundle.json') as Bundle;
      },
    },
    ...more,
  };
  return {
    asked,
    store,
    scans: () => scans,
    /** What became of messages that arrive then. */
    handle: async (at: number, ...bodies: readonly object[]) => {
      now = second(at);
      const messages = bodies.map((body, index) => ({ id: `${at}-${index}`, body: JSON.stringify(body) }));
      const { failed, events } = await scanBatch(ports, [network], messages);
      return { failed, kinds: events.map(({ kind }) => kind), events };
    },
  };
}

/** The message that a request became. */
const sent = ({ network: id, requestId, gathered }: ScanRequest) => rescanMessage(id, requestId, undefined, gathered);

const lagOf = (events: readonly BatchEvent[]): number | undefined =>
  events.flatMap((event) => (event.kind === 'scanned' ? [event.lag ?? -1] : []))[0];

describe('changes of a network', () => {
  it('are kept at once and scanned for half a minute later, once', async () => {
    const { asked, store, scans, handle } = pipeline();

    expect((await handle(3, change(0))).kinds).toEqual(['handed-on']);
    expect((await handle(8, change(5), change(6))).kinds).toEqual(['gathered']);

    expect(asked).toEqual([
      {
        network: network.id,
        requestId: 'changed',
        delaySeconds: 30,
        gathered: { since: second(0), dueAt: second(33) },
      },
    ]);
    expect(scans()).toBe(0);
    expect((await store.load(network.id)).changes.map(({ eventId }) => eventId)).toEqual(['at-0', 'at-5', 'at-6']);
  });

  it('are seen by the scan that they asked for, which tells how late it is', async () => {
    const { asked, scans, handle } = pipeline();
    await handle(3, change(0), change(1));

    const { events } = await handle(33, sent(asked[0] as ScanRequest));

    expect(scans()).toBe(1);
    expect(lagOf(events)).toBe(33_000);
  });

  it('ask for another scan when that one may come too early to show them, or has begun', async () => {
    const { asked, handle } = pipeline();
    await handle(0, change(0));

    expect((await handle(22, change(21))).kinds).toEqual(['handed-on']);
    const [first] = asked;
    expect((await handle(31, sent(first as ScanRequest))).kinds).toContain('scanned');
    // The second scan is still on its way.
    expect((await handle(33, change(32))).kinds).toEqual(['gathered']);
    expect((await handle(53, sent(asked[1] as ScanRequest))).kinds).toContain('scanned');
    expect((await handle(54, change(53))).kinds).toEqual(['handed-on']);
    expect(asked).toHaveLength(3);
  });

  it('that come with a request are scanned for at once, and again when they can be seen', async () => {
    const { asked, scans, handle } = pipeline();

    const { kinds } = await handle(1, change(0), rescanMessage(network.id, 'by-hand'));

    expect([...kinds].sort()).toEqual(['handed-on', 'scanned']);
    expect(scans()).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('come back when their scan cannot be asked for, and then ask again', async () => {
    let isDown = true;
    const asked: ScanRequest[] = [];
    const { handle } = pipeline({
      queue: {
        enqueue: async (request) => {
          if (isDown) throw new Error('no queue');
          asked.push(request);
        },
      },
    });

    expect((await handle(1, change(0))).failed).toEqual(['1-0']);
    isDown = false;
    expect((await handle(2, change(0))).kinds).toEqual(['handed-on']);
    expect(asked).toHaveLength(1);
  });

  it('come back when nobody can tell whether a scan is on its way', async () => {
    const { scans, handle } = pipeline({
      pending: {
        claim: async () => {
          throw new Error('throttled');
        },
        release: async () => {},
      },
    });

    expect((await handle(1, change(0))).failed).toEqual(['1-0']);
    expect(scans()).toBe(0);
  });

  it('are scanned for at once where nothing remembers what waits', async () => {
    const scanned: string[] = [];
    const { events } = await scanBatch(
      {
        store: memoryState(),
        clock: { now: () => second(1) },
        queue: { enqueue: async () => {} },
        facts: {
          collect: async ({ id }) => {
            scanned.push(id);
            return exampleJson('bundle.json') as Bundle;
          },
        },
      },
      [network],
      [{ id: 'm', body: JSON.stringify(change(0)) }],
    );

    expect(events.map(({ kind }) => kind)).toEqual(['scanned']);
    expect(scanned).toEqual([network.id]);
  });
});
