import type { Clock, Deliveries, Notifier, StateStore } from '../ports.ts';
import { deliverAlerts } from './deliver-alerts.ts';

export interface SweepPorts {
  readonly store: StateStore;
  readonly notifiers: readonly Notifier[];
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly link: string | undefined;
}

export type Swept =
  | { readonly kind: 'told'; readonly network: string; readonly version: number }
  | { readonly kind: 'failed'; readonly network: string; readonly error: unknown };

const HOUR = 60 * 60 * 1000;

/** Younger drift is still the stream's business; older drift has lost its news value, and its mark may have expired. Milliseconds. */
const YOUNGEST = HOUR;
const OLDEST = 48 * HOUR;

/** More batches with news in two days than any network has had; newest first. */
const LOOKED_AT = 500;

/** Tells what was committed and never told, oldest first for each network. A network whose alerts are not taken does not stop the others. */
export async function sweepAlerts({
  store,
  notifiers,
  deliveries,
  clock,
  link,
}: SweepPorts): Promise<readonly Swept[]> {
  const now = clock.now();
  const swept: Swept[] = [];
  for (const { network } of await store.networks()) {
    try {
      const batches = await store.history(network, LOOKED_AT);
      const due = batches.filter(({ at }) => now - at >= YOUNGEST && now - at <= OLDEST);
      for (const batch of [...due].sort((a, b) => a.version - b.version)) {
        const telling = await deliverAlerts(notifiers, batch, link, deliveries);
        if (telling !== 'told before' && telling !== 'nothing to tell')
          swept.push({ kind: 'told', network, version: batch.version });
      }
    } catch (error) {
      swept.push({ kind: 'failed', network, error });
    }
  }
  return swept;
}
