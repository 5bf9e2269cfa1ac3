import * as z from 'zod';
import { renderPagerDuty } from '../core/alerts/render-pagerduty.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Notifier } from '../ports.ts';
import type { HttpSender } from './http-sender.ts';
import { partsIn } from './outlet-secret.ts';

export interface PagerDutyOptions {
  readonly name: string;
  /** Holds the integration key, plain or as `{"routingKey": "…", "url": "…"}`; the URL is for accounts outside of the United States. */
  readonly secret: () => Promise<string>;
  readonly http: HttpSender;
}

/** Events API v2, overview, read 2026-11-26. Events are at most 512 KB; `renderPagerDuty` stays far below. */
const ENDPOINT = 'https://events.pagerduty.com/v2/enqueue';

const parts = z.preprocess(
  (value) => (typeof value === 'string' ? { routingKey: value } : value),
  z.object({
    routingKey: z.string().regex(/^[A-Za-z0-9]{32}$/, 'expected the 32 characters of an integration key'),
    url: z.string().default(ENDPOINT),
  }),
);

/** Sends an event for each incident to PagerDuty, one after the other. A copy of an alert repeats events that change nothing. */
export const pagerDutyNotifier = ({ name, secret, http }: PagerDutyOptions): Notifier => ({
  name,
  deliver: async (alert) => {
    const { routingKey, url } = partsIn(name, await secret(), parts);
    const delivery = http(name, alert);
    for (const event of renderPagerDuty(alert)) {
      const outcome = await delivery.post({
        url,
        body: JSON.stringify({ routing_key: routingKey, ...event }),
        headers: () => ({
          'idempotency-key': encodeURIComponent(`${alert.dedupeKey} ${event.event_action} ${event.dedup_key}`),
        }),
      });
      if (outcome === 'too-large')
        throw new WatcherError(
          'delivery-failed',
          `outlet \`${name}\` refused alert \`${alert.dedupeKey}\`: event \`${event.dedup_key}\` is too large`,
        );
    }
  },
});
