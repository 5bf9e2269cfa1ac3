import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { reconcileMessage, rescanMessage } from '../core/drift/scan-message.ts';
import type { ScanQueue } from '../ports.ts';

export const sqsQueue = (client: SQSClient, queueUrl: string): ScanQueue => ({
  enqueue: async ({ network, requestId, isReconcile, confirmation, gathered, delaySeconds }) => {
    const message = isReconcile ? reconcileMessage(network) : rescanMessage(network, requestId, confirmation, gathered);
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      }),
    );
  },
});
