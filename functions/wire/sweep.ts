import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { SweepPorts } from '../../shared/app/sweep-alerts.ts';
import { wireAlert } from './alert.ts';
import { logger, need } from './environment.ts';

export function wireSweep(): SweepPorts {
  const { notifiers, deliveries, link } = wireAlert();
  const report = (line: string): void => logger.warn('state table', { line });
  const store = dynamoState({ client: new DynamoDBClient({}), table: need('STATE_TABLE'), report });
  return { store, notifiers, deliveries, link, clock: systemClock };
}
