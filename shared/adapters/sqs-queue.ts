import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { rescanMessage } from '../core/drift/scan-message.ts';
import type { ScanQueue } from '../ports.ts';

export const sqsQueue = (client: SQSClient, queueUrl: string): ScanQueue => ({
  enqueue: async ({ network, requestId, confirmation, delaySeconds }) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(rescanMessage(network, requestId, confirmation)),
        ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      }),
    );
  },
});
