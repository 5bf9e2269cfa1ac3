import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { deliverAlerts, inOrder } from '../shared/app/deliver-alerts.ts';
import { type AlertWiring, wireAlert } from './wire/alert.ts';
import { logger, thrown } from './wire/environment.ts';
import { lambda } from './wire/lambda.ts';

/**
 * Committed drift from the table's stream: each batch becomes at most one alert. A batch that could not be delivered comes back with all that follow it:
 * Lambda begins again at the first failure of a shard, and what has been told before would be told again.
 */
export const createHandler = (wiring: () => AlertWiring) => {
  let wired: AlertWiring | undefined;
  /** Of the record in hand, as soon as it is known. */
  let about: { readonly network: string; readonly version: number } | undefined;
  const deliver = async (record: DynamoDBRecord): Promise<void> => {
    about = undefined;
    wired ??= wiring();
    const image = record.dynamodb?.NewImage;
    const batch = record.eventName === 'INSERT' && image ? await wired.batchOf(image) : undefined;
    if (!batch) return;
    about = { network: batch.network, version: batch.version };
    const { notifiers, link, deliveries } = wired;
    const telling = await deliverAlerts(notifiers, batch, link, deliveries);
    if (typeof telling === 'string') logger.info(`alert: ${telling}`, about);
    else {
      const { error } = telling;
      logger.warn('alert told, but not marked as told', {
        ...about,
        error: thrown(error),
      });
    }
  };
  return lambda<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
    const failure = await inOrder(Records, deliver);
    if (!failure) return { batchItemFailures: [] };
    const { error, item } = failure;
    const sequence = item.dynamodb?.SequenceNumber;
    logger.error('alert not delivered', { ...about, sequence, error: thrown(error) });
    // Without a number to begin at, all of it has to come back.
    if (sequence === undefined) throw error;
    return { batchItemFailures: [{ itemIdentifier: sequence }] };
  });
};

export const handler = createHandler(wireAlert);
