import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PendingScans } from '../ports.ts';

const PARTITION = 'PENDING';

/** Long after the claim is void; seconds. */
const KEPT = 60 * 60;

/** One small item for each network in the table of the state, while a scan of it is on its way. */
export function dynamoPending(client: DynamoDBClient, table: string): PendingScans {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    claim: async (network, now, notBefore, dueAt) => {
      try {
        await documents.send(
          new PutCommand({
            TableName: table,
            Item: { pk: PARTITION, sk: network, type: 'pending', dueAt, expiresAt: Math.floor(dueAt / 1000) + KEPT },
            ConditionExpression: 'attribute_not_exists(pk) OR dueAt <= :now OR dueAt < :notBefore',
            ExpressionAttributeValues: { ':now': now, ':notBefore': notBefore },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    release: async (network, dueAt) => {
      try {
        await documents.send(
          new DeleteCommand({
            TableName: table,
            Key: { pk: PARTITION, sk: network },
            ConditionExpression: 'attribute_not_exists(pk) OR dueAt <= :dueAt',
            ExpressionAttributeValues: { ':dueAt': dueAt },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
