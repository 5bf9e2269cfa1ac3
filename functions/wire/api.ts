import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import type { ScanQueue, StateStore } from '../../shared/ports.ts';
import { logger, need } from './environment.ts';
import { watchedNetworks } from './networks.ts';

export interface ApiWiring {
  readonly store: StateStore;
  readonly queue: ScanQueue;
  readonly networks: readonly WatchedNetwork[];
  readonly newRequestId: () => string;
}

export const wireApi = (): ApiWiring => ({
  store: dynamoState({
    client: new DynamoDBClient({}),
    table: need('STATE_TABLE'),
    report: (line) => logger.warn('state table', { line }),
  }),
  queue: sqsQueue(new SQSClient({}), need('SCAN_QUEUE_URL')),
  networks: watchedNetworks(),
  newRequestId: randomUUID,
});
