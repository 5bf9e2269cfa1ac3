import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Alert } from '../core/alerts/alert.ts';
import { renderJson } from '../core/alerts/render-json.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Notifier } from '../ports.ts';
import { sendFitting, unlessTooLarge } from './send-fitting.ts';

export interface EventBridgeOptions {
  readonly name: string;
  readonly client: EventBridgeClient;
  readonly eventBusArn: string;
}

/** An entry is less than 256 KB, counted as detail, source, detail type and 14 bytes for the time (EventBridge, calculating entry size, read 2026-11-26). */
const MAX_BYTES = 256 * 1024 - 256;

const SOURCE = 'runnerwatch';
const DETAIL_TYPE = 'runnerwatch alert';

const detailOf = (alert: Alert): string => JSON.stringify(renderJson(alert));

/** Puts an alert as one custom event onto a bus. An entry that fails comes back in an answer that looks like success. */
export const eventBridgeNotifier = ({ name, client, eventBusArn }: EventBridgeOptions): Notifier => {
  const put = async (alert: Alert, Detail: string): Promise<void> => {
    const Time = new Date(alert.batch.at);
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [{ EventBusName: eventBusArn, Source: SOURCE, DetailType: DETAIL_TYPE, Detail, Time }],
      }),
    );
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (failed !== undefined || FailedEntryCount !== 0)
      throw new WatcherError(
        'delivery-failed',
        `outlet \`${name}\` refused alert \`${alert.dedupeKey}\`: ${failed?.ErrorCode ?? 'an entry failed'}`,
      );
  };
  return {
    name,
    deliver: (alert) => sendFitting(name, alert, detailOf, MAX_BYTES, (detail) => unlessTooLarge(put(alert, detail))),
  };
};
