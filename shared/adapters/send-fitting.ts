import { type Alert, toldIn } from '../core/alerts/alert.ts';
import { shorten } from '../core/alerts/shorten.ts';
import { WatcherError } from '../core/base/watcher-error.ts';

/**
 * Sends an alert cut to `limit` bytes, and cut further as long as the service says that it is too large. Throws `delivery-failed` when there is nothing
 * left to leave out: an alert is shortened, never dropped.
 */
export async function sendFitting(
  outlet: string,
  alert: Alert,
  render: (alert: Alert) => string,
  limit: number,
  send: (body: string) => Promise<'taken' | 'too-large'>,
): Promise<void> {
  for (let size = limit; ; ) {
    const fitting = shorten(alert, (candidate) => Buffer.byteLength(render(candidate)) <= size);
    const body = render(fitting);
    if ((await send(body)) === 'taken') return;
    if (toldIn(fitting).length === 0)
      throw new WatcherError(
        'delivery-failed',
        `outlet \`${outlet}\` refused alert \`${alert.dedupeKey}\`: too large, with nothing left to leave out`,
      );
    size = Math.floor(Math.min(size, Buffer.byteLength(body)) / 2);
  }
}

/** For a call of the AWS SDK: a refusal whose message says that the size is the reason is no failure yet. */
export async function unlessTooLarge(call: Promise<unknown>): Promise<'taken' | 'too-large'> {
  try {
    await call;
    return 'taken';
  } catch (error) {
    const { name, message } = error as { readonly name?: string; readonly message?: string };
    if (/^(?:InvalidParameter|Validation)/.test(name ?? '') && /too (?:long|large)|over the limit/i.test(message ?? ''))
      return 'too-large';
    throw error;
  }
}
