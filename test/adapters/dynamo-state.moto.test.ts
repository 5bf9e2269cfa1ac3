import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { commitOf, remembered, stateStoreContract } from '../contracts/state-store.contract.ts';
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

describe('the DynamoDB store', () => {
  it('names the item that is damaged', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });
    await store.commit('prod', commitOf('prod', 0, [remembered(1)]));
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: 'NETWORK#prod' },
          sk: { S: 'STATE#000' },
          layout: { N: '1' },
          version: { N: '1' },
          body: { B: new Uint8Array([1, 2, 3]) },
        },
      }),
    );

    await expect(store.load('prod')).rejects.toThrow('`NETWORK#prod STATE#000` is damaged');
  });

  it('names the item that a newer version wrote', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });
    await store.commit('prod', commitOf('prod', 0, []));
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: 'NETWORK#prod' }, sk: { S: 'HEAD' } } }),
    );
    await client.send(new PutItemCommand({ TableName: table, Item: { ...Item, layout: { N: '99' } } }));

    await expect(store.load('prod')).rejects.toThrow(/NETWORK#prod HEAD.*layout 99/);
  });

  it('splits a state that is too large for one item', async () => {
    const table = await newTable();
    const store = dynamoState({ client, table });
    let seed = 1;
    const noise = () => {
      seed = (seed * 48271) % 2147483647;
      return seed.toString(36);
    };
    const findings = Array.from({ length: 1000 }, (_, index) =>
      remembered(index, Array.from({ length: 150 }, noise).join('')),
    );

    await store.commit('prod', commitOf('prod', 0, findings));

    expect((await store.load('prod')).findings).toEqual(findings);
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: 'NETWORK#prod' }, sk: { S: 'STATE#001' } } }),
    );
    expect(Item?.['version']?.N).toBe('1');
  });
});
