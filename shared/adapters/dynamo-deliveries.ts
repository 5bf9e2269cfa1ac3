import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, Deliveries } from '../ports.ts';

/** Longer than a stream keeps records (a day) and a dead-letter queue messages (two weeks). */
const KEPT_DAYS = 30;

const PARTITION = 'DELIVERED';

/** One small item for each alert, in the table of the state, until it expires. */
export function dynamoDeliveries(client: DynamoDBClient, table: string, clock: Clock): Deliveries {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    isTold: async (key) => {
      const { Items: items = [] } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk = :sk',
          ExpressionAttributeValues: { ':pk': PARTITION, ':sk': key },
          ConsistentRead: true,
        }),
      );
      return items.length > 0;
    },
    markTold: async (key) => {
      const expiresAt = Math.floor(clock.now() / 1000) + KEPT_DAYS * 24 * 60 * 60;
      await documents.send(
        new PutCommand({ TableName: table, Item: { pk: PARTITION, sk: key, type: 'delivered', expiresAt } }),
      );
    },
  };
}
