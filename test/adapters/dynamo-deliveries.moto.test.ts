import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dynamoDeliveries } from '../../shared/adapters/dynamo-deliveries.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { createStateTable } from '../support/state-table.ts';

let moto: Moto;
let client: DynamoDBClient;

beforeAll(async () => {
  moto = await startMoto();
  client = new DynamoDBClient(emulatorConfig(moto.endpoint));
  await createStateTable(client, 'state');
}, 30_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
});

it('an alert is told when it is marked, and its mark expires', async () => {
  const now = instant(Date.UTC(2026, 10, 26));
  const deliveries = dynamoDeliveries(client, 'state', { now: () => now });
  expect(await deliveries.isTold('demo/1')).toBe(false);

  await deliveries.markTold('demo/1');
  await deliveries.markTold('demo/1');

  expect([await deliveries.isTold('demo/1'), await deliveries.isTold('demo/2')]).toEqual([true, false]);
  const { Items: items } = await client.send(new ScanCommand({ TableName: 'state' }));
  expect(items).toEqual([
    {
      pk: { S: 'DELIVERED' },
      sk: { S: 'demo/1' },
      type: { S: 'delivered' },
      expiresAt: { N: String(Date.UTC(2026, 11, 26) / 1000) },
    },
  ]);
});
