import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Alert } from '../core/alerts/alert.ts';
import { renderJson } from '../core/alerts/render-json.ts';
import { shorten } from '../core/alerts/shorten.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Notifier } from '../ports.ts';

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
export const eventBridgeNotifier = ({ name, client, eventBusArn }: EventBridgeOptions): Notifier => ({
  name,
  deliver: async (alert) => {
    const fitting = shorten(alert, (candidate) => Buffer.byteLength(detailOf(candidate)) <= MAX_BYTES);
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: eventBusArn,
            Source: SOURCE,
            DetailType: DETAIL_TYPE,
            Detail: detailOf(fitting),
            Time: new Date(alert.batch.at),
          },
        ],
      }),
    );
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (failed !== undefined || FailedEntryCount !== 0)
      throw new WatcherError(
        'delivery-failed',
        `outlet \`${name}\` refused alert \`${alert.dedupeKey}\`: ${failed?.ErrorCode ?? 'an entry failed'}`,
      );
  },
});
