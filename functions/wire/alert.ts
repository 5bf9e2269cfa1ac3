import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { dynamoDeliveries } from '../../shared/adapters/dynamo-deliveries.ts';
import { driftBatchOfImage } from '../../shared/adapters/dynamo-items.ts';
import { itemReader } from '../../shared/adapters/dynamo-state.ts';
import { snsNotifier } from '../../shared/adapters/sns-notifier.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { Deliveries, Notifier } from '../../shared/ports.ts';
import { need, optional } from './environment.ts';
import { measured } from './metrics.ts';

export interface AlertWiring {
  readonly notifiers: readonly Notifier[];
  /** Page of the deployment, put into alerts. */
  readonly link: string | undefined;
  /** Undefined for items of another type. */
  readonly batchOf: (image: unknown) => Promise<DriftBatch | undefined>;
  readonly deliveries: Deliveries;
}

export function wireAlert(): AlertWiring {
  const client = new DynamoDBClient({});
  const table = need('STATE_TABLE');
  const read = itemReader({ client, table });
  return {
    notifiers: [measured(snsNotifier(new SNSClient({}), need('ALERT_TOPIC_ARN')))],
    link: optional('PAGE_URL'),
    batchOf: (image) => driftBatchOfImage(image, read),
    deliveries: dynamoDeliveries(client, table, systemClock),
  };
}
