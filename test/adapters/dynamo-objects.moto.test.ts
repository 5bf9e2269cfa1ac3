import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoObjects } from '../../shared/adapters/dynamo-objects.ts';
import type { ObjectIndex } from '../../shared/ports.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { createStateTable } from '../support/state-table.ts';

let moto: Moto;
let client: DynamoDBClient;
let index: ObjectIndex;

beforeAll(async () => {
  moto = await startMoto();
  client = new DynamoDBClient(emulatorConfig(moto.endpoint));
  await createStateTable(client, 'state');
  index = dynamoObjects(client, 'state');
}, 30_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
});

const objects = (count: number) => Array.from({ length: count }, () => `eni-0${randomBytes(8).toString('hex')}`);

describe('what networks depend on', () => {
  it('is remembered by network, the last look only', async () => {
    await index.remember('a', ['vpc-0a000001', 'sg-0a000001']);
    await index.remember('a', ['vpc-0a000001']);
    await index.remember('b', ['vpc-0b000001']);

    expect(await index.known(['a', 'b', 'never'])).toEqual(
      new Map([
        ['a', new Set(['vpc-0a000001'])],
        ['b', new Set(['vpc-0b000001'])],
      ]),
    );
  });

  it('is kept for twenty thousand objects, and not for more than an item holds', async () => {
    const many = objects(20_000);
    await index.remember('many', many);
    expect((await index.known(['many'])).get('many')).toEqual(new Set(many));

    await index.remember('many', objects(60_000));
    expect(await index.known(['many'])).toEqual(new Map());
  });

  it('is nothing after a look that did not see all', async () => {
    await index.remember('gaps', ['vpc-0a000001']);
    await index.remember('gaps', []);

    expect(await index.known(['gaps'])).toEqual(new Map());
  });
});
