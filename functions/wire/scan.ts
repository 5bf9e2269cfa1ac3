import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { dynamoObjects } from '../../shared/adapters/dynamo-objects.ts';
import { dynamoPending } from '../../shared/adapters/dynamo-pending.ts';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { BatchPorts } from '../../shared/app/scan-batch.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { logger, need } from './environment.ts';
import { CallTally } from './metrics.ts';
import { watchedNetworks } from './networks.ts';

export interface ScanWiring {
  readonly ports: BatchPorts;
  readonly networks: readonly WatchedNetwork[];
  /** Of the calls that the ports make. */
  readonly calls?: CallTally;
}

/** EC2 answers from what was true a few seconds ago; milliseconds. */
const SECOND_LOOK = 5_000;

export function wireScan(): ScanWiring {
  const client = new DynamoDBClient({});
  const table = need('STATE_TABLE');
  const calls = new CallTally();
  return {
    ports: {
      store: dynamoState({
        client,
        table,
        report: (line) => logger.warn('state table', { line }),
      }),
      index: dynamoObjects(client, table),
      pending: dynamoPending(client, table),
      queue: sqsQueue(new SQSClient({}), need('SCAN_QUEUE_URL')),
      beforeSecondLook: () => sleep(SECOND_LOOK),
      facts: awsFacts({ clock: systemClock, onCall: (call) => calls.note(call) }),
      clock: systemClock,
      heartbeatListId: need('HEARTBEAT_LIST_ID'),
    },
    networks: watchedNetworks(),
    calls,
  };
}
