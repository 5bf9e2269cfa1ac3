import { beforeEach, describe, expect, it } from '@jest/globals';
import { type BatchEvent, scanBatch } from '../../shared/app/scan-batch.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { ObjectIndex } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { memoryState } from '../support/memory-state.ts';

const AT = instant(Date.UTC(2026, 10, 20, 3));
const own = exampleNetwork();
/** Another network of the same account and Region, with objects of its own. */
const other = { ...own, id: 'other' };
const bundle = exampleJson('bundle.json') as Bundle;
const otherBundle = JSON.parse(
  JSON.stringify(bundle).replace(/-0([0-9a-f]{16})"/g, (_all, digits: string) => `-1${digits}"`),
) as Bundle;
const [deleted] = exampleJson('broken.events.json') as readonly { readonly detail: Record<string, unknown> }[];

let memory: Map<string, ReadonlySet<string>>;
let index: ObjectIndex;
let scanned: string[];

beforeEach(() => {
  memory = new Map();
  scanned = [];
  index = {
    remember: async (network, ids) => {
      if (ids.length === 0) memory.delete(network);
      else memory.set(network, new Set(ids));
    },
    known: async (networks) => new Map([...memory].filter(([id]) => networks.includes(id))),
  };
});

const store = memoryState();

const run = async (bodies: readonly unknown[], with_: ObjectIndex = index, errors: Bundle['Errors'] = undefined) => {
  const { failed, events } = await scanBatch(
    {
      store,
      index: with_,
      clock: { now: () => AT },
      facts: {
        collect: async ({ id }) => {
          scanned.push(id);
          return { ...(id === 'other' ? otherBundle : bundle), ...(errors ? { Errors: errors } : {}) };
        },
      },
    },
    [own, other],
    bodies.map((body, at) => ({ id: `m${at}`, body: JSON.stringify(body) })),
  );
  expect(failed).toEqual([]);
  return events;
};

const kinds = (events: readonly BatchEvent[]) => events.map((event) => event.kind).sort();
const reconcile = { runnerwatch: 'reconcile' };
const withObject = (id: string) => ({
  ...deleted,
  resources: [],
  detail: { ...deleted?.detail, requestParameters: { NatGatewayId: id }, responseElements: null },
});

describe('a change in an account with several networks', () => {
  it('leads to a scan of all while nothing is known of them', async () => {
    await run([deleted]);

    expect(scanned.sort()).toEqual(['demo', 'other']);
  });

  it('leads to a scan of those that depend on its objects', async () => {
    await run([reconcile]);
    scanned = [];

    const events = await run([deleted]);

    expect(scanned).toEqual(['demo']);
    expect(kinds(events)).toEqual(['scanned', 'spared']);
    expect((await store.load('other')).changes).toEqual([]);
  });

  it('leads to a scan of all when it names something new', async () => {
    await run([reconcile]);
    scanned = [];

    await run([withObject('nat-0feedfeedfeedfeed')]);

    expect(scanned.sort()).toEqual(['demo', 'other']);
  });

  it('spares nobody whose last look had gaps', async () => {
    await run([reconcile], index, [{ Operation: 'DescribeImages', Code: 'UnauthorizedOperation' }]);
    scanned = [];

    await run([deleted]);

    expect(scanned.sort()).toEqual(['demo', 'other']);
  });

  it('spares nobody whom the schedule asks for as well', async () => {
    await run([reconcile]);
    scanned = [];

    await run([deleted, reconcile]);

    expect(scanned.sort()).toEqual(['demo', 'other']);
  });

  it('is not lost, and fails no scan, when the index does', async () => {
    const broken: ObjectIndex = {
      remember: async () => {
        throw new Error('the table is throttled');
      },
      known: async () => {
        throw new Error('the table is throttled');
      },
    };

    const events = await run([deleted], broken);

    expect(scanned.sort()).toEqual(['demo', 'other']);
    expect(kinds(events)).toEqual(['index-failed', 'index-failed', 'index-failed', 'scanned', 'scanned']);
  });
});
