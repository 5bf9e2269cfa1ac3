import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { deliverAlerts } from '../shared/app/deliver-alerts.ts';
import { type AlertWiring, wireAlert } from './wire/alert.ts';
import { logger } from './wire/environment.ts';

/** Committed drift from the table's stream: each batch becomes at most one alert; a batch that could not be delivered comes back. */
export const createHandler = (wiring: () => AlertWiring) => {
  let wired: AlertWiring | undefined;
  const deliver = async (record: DynamoDBRecord): Promise<void> => {
    wired ??= wiring();
    const image = record.dynamodb?.NewImage;
    const batch = record.eventName === 'INSERT' && image ? await wired.batchOf(image) : undefined;
    if (!batch) return;
    const told = await deliverAlerts(wired.notifiers, batch, wired.link);
    logger.info(told ? 'alert delivered' : 'nothing to tell', { network: batch.network, version: batch.version });
  };
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, Context>().handler((event, context) =>
    processPartialResponse(event, deliver, new BatchProcessor(EventType.DynamoDBStreams), {
      context,
      throwOnFullBatchFailure: false,
    }),
  );
};

export const handler = createHandler(wireAlert);
