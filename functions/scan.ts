import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type BatchEvent, scanBatch } from '../shared/app/scan-batch.ts';
import { logger } from './wire/environment.ts';
import { type ScanWiring, wireScan } from './wire/scan.ts';

/** Scan requests from the queue: one scan for each network of the batch; messages that fail come back. */
export const createHandler = (wiring: () => ScanWiring) => {
  let wired: ScanWiring | undefined;
  return middy<SQSEvent, SQSBatchResponse, Error, Context>().handler(async (event) => {
    wired ??= wiring();
    const messages = event.Records.map((record) => ({ id: record.messageId, body: record.body }));
    const { failed, events } = await scanBatch(wired.ports, wired.networks, messages);
    for (const one of events) log(one);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

function log(event: BatchEvent): void {
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
      });
      return;
    }
    case 'failed':
      logger.error('scan failed', {
        network: event.network,
        error: event.error instanceof Error ? event.error : String(event.error),
      });
      return;
    case 'to-confirm':
      logger.info('network still moves, to be scanned again', { network: event.network, delay: event.delaySeconds });
      return;
    case 'unconfirmed':
      logger.warn('network still moves, and could not be queued again', {
        network: event.network,
        error: event.error instanceof Error ? event.error : String(event.error),
      });
      return;
    case 'poison':
      logger.error('message not understood', { messageId: event.messageId, why: event.why });
      return;
    case 'ignored':
      logger.debug('message ignored', { messageId: event.messageId, why: event.why });
  }
}

export const handler = createHandler(wireScan);
