import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { scanMessage } from '../core/drift/scan-message.ts';
import type { ScanQueue } from '../ports.ts';

export const sqsQueue = (client: SQSClient, queueUrl: string): ScanQueue => ({
  enqueue: async (request) => {
    const { delaySeconds } = request;
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(scanMessage(request)),
        ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      }),
    );
  },
});
