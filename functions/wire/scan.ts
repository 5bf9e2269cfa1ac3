import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { BatchPorts } from '../../shared/app/scan-batch.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { need } from './environment.ts';
import { watchedNetworks } from './networks.ts';

export interface ScanWiring {
  readonly ports: BatchPorts;
  readonly networks: readonly WatchedNetwork[];
}

export const wireScan = (): ScanWiring => ({
  ports: {
    store: dynamoState({ client: new DynamoDBClient({}), table: need('STATE_TABLE') }),
    facts: awsFacts({ clock: systemClock }),
    clock: systemClock,
    queue: sqsQueue(new SQSClient({}), need('SCAN_QUEUE_URL')),
  },
  networks: watchedNetworks(),
});
