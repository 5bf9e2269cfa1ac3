import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type BatchEvent, scanBatch } from '../shared/app/scan-batch.ts';
import { logger, thrown } from './wire/environment.ts';
import { lambda } from './wire/lambda.ts';
import { measure } from './wire/metrics.ts';
import { type ScanWiring, wireScan } from './wire/scan.ts';

/** Scan requests from the queue: one scan for each network of the batch; messages that fail come back. */
export const createHandler = (wiring: () => ScanWiring) => {
  let wired: ScanWiring | undefined;
  return lambda<SQSEvent, SQSBatchResponse>().handler(async (event) => {
    wired ??= wiring();
    const messages = event.Records.map((record) => ({ id: record.messageId, body: record.body }));
    const { failed, events } = await scanBatch(wired.ports, wired.networks, messages);
    const again = new Set(event.Records.filter(isRedelivered).map((record) => record.messageId));
    for (const one of events) {
      log(one, again);
      measure(one);
    }
    wired.calls?.write();
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

const isRedelivered = ({ attributes }: SQSRecord): boolean => Number(attributes?.ApproximateReceiveCount ?? 1) > 1;

/** Each call and code once, e.g. `DescribeSubnets UnauthorizedOperation`. */
const gapsOf = (gaps: readonly { readonly operation: string; readonly code: string }[]): readonly string[] => [
  ...new Set(gaps.map(({ operation, code }) => `${operation} ${code}`)),
];

/** What is not understood is told once, not at every delivery on its way to the dead-letter queue. */
function log(event: BatchEvent, redelivered: ReadonlySet<string>): void {
  switch (event.kind) {
    case 'scanned': {
      const { report, drift, damage } = event.result;
      const about = { network: event.network, version: drift.batch.version };
      logger.info('network scanned', {
        ...about,
        verdict: report.verdict,
        summary: report.summary,
        transitions: drift.batch.transitions.length,
        gaps: report.gaps.length,
        took: event.took,
        lag: event.lag,
      });
      if (report.gaps.length > 0) logger.warn('network not read whole', { ...about, gaps: gapsOf(report.gaps) });
      if (event.missedEvents) logger.warn('the schedule found what no event had told', about);
      for (const line of damage) logger.error('stored state not readable', { ...about, line });
      return;
    }
    case 'heartbeat':
      logger.info('heartbeat received', { lag: event.lag });
      return;
    case 'handed-on':
      logger.info('network gets a message of its own', { network: event.network });
      return;
    case 'gathered':
      logger.debug('changes wait for a scan that is on its way', { network: event.network });
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
      logger.info('network still moves, to be scanned again', {
        network: event.network,
        version: event.version,
        delay: event.delaySeconds,
      });
      return;
    case 'unconfirmed':
      logger.warn('network still moves, and could not be queued again', {
        network: event.network,
        version: event.version,
        error: thrown(event.error),
      });
      return;
    case 'poison': {
      const { messageId, why } = event;
      if (redelivered.has(messageId)) logger.debug('message not understood again', { messageId, why });
      else logger.error('message not understood', { messageId, why });
      return;
    }
    case 'context':
      logger.debug('message kept for attribution', { messageId: event.messageId });
      return;
    case 'ignored':
      logger.debug('message ignored', { messageId: event.messageId, why: event.why });
  }
}

export const handler = createHandler(wireScan);
