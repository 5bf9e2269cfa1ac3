import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { dynamoPending } from '../../shared/adapters/dynamo-pending.ts';
import { pendingScansContract } from '../contracts/pending-scans.contract.ts';
import { memoryPending } from '../support/memory-pending.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { createStateTable } from '../support/state-table.ts';

let moto: Moto;
let client: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  moto = await startMoto();
  client = new DynamoDBClient(emulatorConfig(moto.endpoint));
}, 30_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
});

pendingScansContract('DynamoDB', async () => {
  tables += 1;
  await createStateTable(client, `state-${tables}`);
  return dynamoPending(client, `state-${tables}`);
});

pendingScansContract('the memory of the tests', async () => memoryPending());
