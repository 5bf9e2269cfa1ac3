import { gunzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ObjectIndex } from '../ports.ts';
import { PART_BYTES, pack } from './dynamo-items.ts';

const SORT_KEY = 'SEEN';

const IDS = z.array(z.string());

const partition = (network: string): string => `OBJECTS#${network}`;

/** One item for each network in the table of the state, in a partition of its own: losing it costs scans and nothing else. */
export function dynamoObjects(client: DynamoDBClient, table: string): ObjectIndex {
  const documents = DynamoDBDocumentClient.from(client);
  const read = async (network: string): Promise<readonly [string, ReadonlySet<string>][]> => {
    const { Items: items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk = :sk',
        ExpressionAttributeValues: { ':pk': partition(network), ':sk': SORT_KEY },
      }),
    );
    const body: unknown = items[0]?.['body'];
    if (!(body instanceof Uint8Array) || body.length === 0) return [];
    const parsed = IDS.safeParse(JSON.parse(gunzipSync(body).toString('utf8')));
    return parsed.success && parsed.data.length > 0 ? [[network, new Set(parsed.data)]] : [];
  };
  return {
    remember: async (network, ids) => {
      const body = pack(ids);
      // What does not fit an item is not remembered, and the network is scanned for every change.
      const kept = body.length <= PART_BYTES ? body : new Uint8Array();
      await documents.send(
        new PutCommand({
          TableName: table,
          Item: { pk: partition(network), sk: SORT_KEY, type: 'objects', body: kept },
        }),
      );
    },
    known: async (networks) => new Map((await Promise.all(networks.map(read))).flat()),
  };
}
