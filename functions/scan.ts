import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type BatchEvent, scanBatch } from '../shared/app/scan-batch.ts';
import { logger, thrown } from './wire/environment.ts';
import { measure } from './wire/metrics.ts';
import { type ScanWiring, wireScan } from './wire/scan.ts';

/** Scan requests from the queue: one scan for each network of the batch; messages that fail come back. */
export const createHandler = (wiring: () => ScanWiring) => {
  let wired: ScanWiring | undefined;
  return middy<SQSEvent, SQSBatchResponse, Error, Context>().handler(async (event) => {
    wired ??= wiring();
    const messages = event.Records.map((record) => ({ id: record.messageId, body: record.body }));
    const { failed, events } = await scanBatch(wired.ports, wired.networks, messages);
    const again = new Set(event.Records.filter(isRedelivered).map((record) => record.messageId));
    for (const one of events) {
      log(one, again);
      measure(one);
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

const isRedelivered = ({ attributes }: SQSRecord): boolean => Number(attributes?.ApproximateReceiveCount ?? 1) > 1;

/** What is not understood is told once, not at every delivery on its way to the dead-letter queue. */
function log(event: BatchEvent, redelivered: ReadonlySet<string>): void {
  switch (event.kind) {
    case 'scanned': {
      const { report, drift } = event.result;
      logger.info('network scanned', {
        network: event.network,
        version: drift.batch.version,
        verdict: report.verdict,
        summary: report.summary,
        transitions: drift.batch.transitions.length,
        gaps: report.gaps.length,
        took: event.took,
        lag: event.lag,
      });
      if (event.missedEvents) logger.warn('the schedule found what no event had told', { network: event.network });
      for (const line of event.result.damage)
        logger.error('stored state not readable', { network: event.network, line });
      return;
    }
    case 'heartbeat':
      logger.info('heartbeat received', { lag: event.lag });
      return;
    case 'handed-on':
      logger.info('network gets a message of its own', { network: event.network });
      return;
    case 'spared':
      logger.info('network not concerned', { network: event.network });
      return;
    case 'index-failed':
      logger.warn('what networks depend on cannot be read', {
        error: thrown(event.error),
      });
      return;
    case 'failed':
      logger.error('scan failed', {
        network: event.network,
        error: thrown(event.error),
      });
      return;
    case 'unclassified':
      logger.warn('operation not classified', { source: event.source, operation: event.operation });
      return;
    case 'to-confirm':
      logger.info('network still moves, to be scanned again', { network: event.network, delay: event.delaySeconds });
      return;
    case 'unconfirmed':
      logger.warn('network still moves, and could not be queued again', {
        network: event.network,
        error: thrown(event.error),
      });
      return;
    case 'poison': {
      const { messageId, why } = event;
      if (redelivered.has(messageId)) logger.debug('message not understood again', { messageId, why });
      else logger.error('message not understood', { messageId, why });
      return;
    }
    case 'ignored':
      logger.debug('message ignored', { messageId: event.messageId, why: event.why });
  }
}

export const handler = createHandler(wireScan);
