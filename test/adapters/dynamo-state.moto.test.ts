import { gzipSync } from 'node:zlib';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { driftBatchOfImage } from '../../shared/adapters/dynamo-items.ts';
import { dynamoState, itemReader } from '../../shared/adapters/dynamo-state.ts';
import { commitOf, greatDrift, noise, remembered, stateStoreContract } from '../contracts/state-store.contract.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { createStateTable } from '../support/state-table.ts';

let moto: Moto;
let client: DynamoDBClient;
let tables = 0;

/** `DYNAMODB_ENDPOINT` runs the same contract against another DynamoDB. */
beforeAll(async () => {
  const other = process.env['DYNAMODB_ENDPOINT'];
  moto = other === undefined ? await startMoto() : { endpoint: other, stop: async () => {} };
  client = new DynamoDBClient(emulatorConfig(moto.endpoint));
}, 30_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
});

async function newTable(): Promise<string> {
  tables += 1;
  const table = `state-${process.pid}-${tables}`;
  await createStateTable(client, table);
  return table;
}

stateStoreContract('DynamoDB', async () => ({
  store: dynamoState({ client, table: await newTable() }),
  close: async () => {},
}));

type Attributes = NonNullable<PutItemCommandInput['Item']>;

const everyItem = async (table: string): Promise<readonly Attributes[]> => {
  const items: Attributes[] = [];
  let start: Attributes | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};

const keysIn = async (table: string): Promise<readonly string[]> =>
  (await everyItem(table)).map((item) => `${item['pk']?.S} ${item['sk']?.S}`).sort();

/** A client whose call number `at` fails: before it was sent, or after it has been carried out and the answer is lost. */
function failingClient(at: number, when: 'before' | 'after'): { readonly client: DynamoDBClient; calls(): number } {
  const failing = new DynamoDBClient(emulatorConfig(moto.endpoint));
  let calls = 0;
  failing.middlewareStack.add(
    (next) => async (args) => {
      calls += 1;
      if (calls === at && when === 'before') throw new Error('crash');
      const answer = await next(args);
      if (calls === at) throw new Error('crash');
      return answer;
    },
    { step: 'initialize' },
  );
  return { client: failing, calls: () => calls };
}

/** A client that waits before its first call with such a parameter until it is let through. */
function gatedClient(parameter: 'KeyConditionExpression' | 'TransactItems') {
  const gated = new DynamoDBClient(emulatorConfig(moto.endpoint));
  let open = (): void => {};
  let arrive = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  gated.middlewareStack.add(
    (next) => async (args) => {
      if (parameter in args.input) {
        arrive();
        await opened;
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return { client: gated, reached, open };
}

/** A state, a drift and a list of settled changes that are each too large for one item. */
const LARGE = (() => {
  const { transitions } = greatDrift(40);
  const findings = Array.from({ length: 1000 }, (_, index) => remembered(index, noise(index, 150)));
  return { transitions, findings, changes: greatDrift(1).changes };
})();

describe('a commit that is too large for one item', () => {
  it('keeps every item below what DynamoDB takes', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });

    await store.commit('prod', commitOf('prod', 0, LARGE.findings, LARGE.transitions));

    const sizes = (await everyItem(table)).map((item) => item['body']?.B?.length ?? 0);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(350_000);
  });

  it.each(['before', 'after'] as const)(
    'is there whole or not at all when it crashes %s any of its calls, and can be tried again',
    async (when) => {
      const changes = LARGE.changes.slice(0, 30);
      const settled = changes.map((one) => one.eventId);
      const findings = LARGE.findings.slice(0, 600);
      const total = { calls: 0 };
      for (let at = 1; total.calls === 0; at += 1) {
        const table = await newTable();
        const store = dynamoState({ client, table });
        await store.recordChanges('prod', changes);
        await store.commit('prod', commitOf('prod', 0, findings.slice(0, 590)));
        const before = await store.load('prod');
        const { client: failing, calls } = failingClient(at, when);
        const reports: string[] = [];
        const crash = await dynamoState({ client: failing, table, report: (line) => reports.push(line) })
          .commit('prod', commitOf('prod', 1, findings, LARGE.transitions, settled))
          .then(() => undefined)
          .catch((error: unknown) => error);
        failing.destroy();

        const after = await store.load('prod');
        const history = await store.history('prod', 10);
        if (after.head?.version === 1) {
          expect(crash).toBeDefined();
          expect(after).toEqual(before);
          expect(history).toHaveLength(1);
          await store.commit('prod', commitOf('prod', 1, findings, LARGE.transitions, settled));
        } else {
          expect(after).toMatchObject({ head: { version: 2 }, changes: [] });
          expect(after.findings).toEqual(findings);
          expect(history[0]?.transitions).toEqual(LARGE.transitions);
        }
        await store.load('prod');
        await store.commit('prod', commitOf('prod', 2, LARGE.findings.slice(0, 3)));
        // Nothing is left behind but the history.
        expect((await keysIn(table)).filter((key) => /STATE#| CHANGE#/.test(key))).toEqual([]);
        if (calls() < at) total.calls = calls();
      }
      expect(total.calls).toBeGreaterThanOrEqual(5);
    },
    240_000,
  );

  it('is won by one of several at the same time', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });
    await store.commit('prod', commitOf('prod', 0, []));

    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((index) =>
        dynamoState({ client, table }).commit(
          'prod',
          commitOf('prod', 1, [remembered(index), ...LARGE.findings], LARGE.transitions.slice(index)),
        ),
      ),
    );

    expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const winner = outcomes.findIndex((one) => one.status === 'fulfilled') + 1;
    expect((await store.load('prod')).findings[0]?.requirement).toBe(`requirement-${winner}`);
    expect((await store.history('prod', 1))[0]?.transitions).toHaveLength(LARGE.transitions.length - winner);
  }, 60_000);

  it('keeps its parts although the one before it tidies up late', async () => {
    const table = await newTable();
    const first = gatedClient('KeyConditionExpression');
    const second = gatedClient('TransactItems');

    const earlier = dynamoState({ client: first.client, table }).commit('prod', commitOf('prod', 0, []));
    await first.reached;
    const later = dynamoState({ client: second.client, table }).commit('prod', commitOf('prod', 1, LARGE.findings));
    await second.reached;
    first.open();
    await earlier;
    second.open();
    await later;

    expect((await dynamoState({ client, table }).load('prod')).findings).toEqual(LARGE.findings);
    for (const one of [first, second]) one.client.destroy();
  });

  it('becomes one alert all the same', async () => {
    const table = await newTable();
    await dynamoState({ client, table }).commit('prod', commitOf('prod', 0, [], LARGE.transitions));
    const drift = (await everyItem(table)).filter((item) => item['type']?.S === 'drift');

    const batches = await Promise.all(drift.map((image) => driftBatchOfImage(image, itemReader({ client, table }))));

    expect(batches.map((batch) => batch?.transitions)).toEqual([LARGE.transitions]);
  });
});

describe('what cannot be read', () => {
  const damages: Readonly<Record<string, (table: string, items: readonly Attributes[]) => Promise<string>>> = {
    'a damaged head': async (table, items) => {
      await put(table, withBody(headOf(items), new Uint8Array([1, 2, 3])));
      return 'item `NETWORK#prod HEAD` is damaged';
    },
    'a head of a newer layout': async (table, items) => {
      await put(table, { ...headOf(items), layout: { N: '99' } });
      return 'item `NETWORK#prod HEAD` has layout 99, this version reads 1';
    },
    'a head whose version is no number': async (table, items) => {
      await put(table, { ...headOf(items), version: { S: 'two' } });
      return 'item `NETWORK#prod HEAD` is damaged';
    },
    'a head that is missing': async (table) => {
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { pk: { S: 'NETWORK#prod' }, sk: { S: 'HEAD' } } }),
      );
      return 'item `NETWORK#prod HEAD` is missing, although there is history';
    },
    'findings that are none': async (table, items) => {
      await put(table, withBody(headOf(items), gzipSync('[{"requirement":"r"}]')));
      return 'item `NETWORK#prod HEAD` is damaged';
    },
    'a part that is missing': async (table, items) => {
      const part = items.find((item) => item['sk']?.S?.startsWith('STATE#'));
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { pk: part?.['pk'] as never, sk: part?.['sk'] as never } }),
      );
      return 'item `NETWORK#prod HEAD` is damaged';
    },
  };
  const headOf = (items: readonly Attributes[]): Attributes => {
    const head = items.find((item) => item['sk']?.S === 'HEAD');
    if (!head) throw new Error('no head');
    return head;
  };
  const withBody = ({ parts: _parts, partPrefix: _prefix, ...head }: Attributes, body: Uint8Array): Attributes => ({
    ...head,
    body: { B: body },
  });
  const put = (table: string, Item: Attributes) => client.send(new PutItemCommand({ TableName: table, Item }));

  it.each(Object.keys(damages))(
    '%s is told by its key, and the network begins anew behind its history',
    async (name) => {
      const table = await newTable();
      const store = dynamoState({ client, table });
      await store.commit('prod', commitOf('prod', 0, LARGE.findings));
      await store.commit('prod', commitOf('prod', 1, LARGE.findings, LARGE.transitions.slice(0, 1)));
      await store.recordChanges('prod', LARGE.changes.slice(0, 1));

      const line = await damages[name]?.(table, await everyItem(table));

      const damaged = await store.load('prod');
      expect(damaged).toMatchObject({ head: undefined, findings: [], damage: { items: [line], version: 2 } });
      expect(damaged.changes).toHaveLength(1);
      await store.commit('prod', commitOf('prod', 2, [remembered(1)], LARGE.transitions.slice(0, 1)));
      expect(await store.load('prod')).toMatchObject({ head: { version: 3 }, findings: [remembered(1)] });
      expect((await store.load('prod')).damage).toBeUndefined();
      expect((await store.history('prod', 10)).map((batch) => batch.version)).toEqual([3, 2, 1]);
    },
  );

  it('a damaged change is told by its key and goes with the next commit; what is remembered stays', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });
    await store.commit('prod', commitOf('prod', 0, [remembered(1)]));
    await store.recordChanges('prod', LARGE.changes.slice(0, 1));
    await put(table, {
      pk: { S: 'NETWORK#prod' },
      sk: { S: 'CHANGE#bad' },
      layout: { N: '1' },
      body: { B: gzipSync('{}') },
    });

    const state = await store.load('prod');

    expect(state).toMatchObject({
      head: { version: 1 },
      findings: [remembered(1)],
      changes: LARGE.changes.slice(0, 1),
      damage: { items: ['item `NETWORK#prod CHANGE#bad` is damaged'] },
    });
    await store.commit('prod', commitOf('prod', 1, [remembered(1)]));
    expect((await store.load('prod')).damage).toBeUndefined();
  });

  it('damaged history is reported and hides nothing else', async () => {
    const table = await newTable();
    const reports: string[] = [];
    const store = dynamoState({ client, table, report: (line) => reports.push(line) });
    await store.commit('prod', commitOf('prod', 0, []));
    await store.commit('prod', commitOf('prod', 1, [], LARGE.transitions.slice(0, 1)));
    const items = await everyItem(table);
    await put(table, {
      ...(items.find((item) => item['sk']?.S === 'DRIFT#000000000001') as Attributes),
      body: { B: new Uint8Array([1]) },
    });
    await put(table, { pk: { S: 'NETWORKS' }, sk: { S: 'odd' }, layout: { N: '1' } });

    expect((await store.history('prod', 10)).map((batch) => batch.version)).toEqual([2]);
    expect((await store.networks()).map((head) => head.network)).toEqual(['prod']);
    expect(reports).toEqual(['item `NETWORK#prod DRIFT#000000000001` is damaged', 'item `NETWORKS odd` is damaged']);
  });
});
