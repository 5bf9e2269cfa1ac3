import { setTimeout as sleep } from 'node:timers/promises';
import { renderSlack } from '../core/alerts/render-slack.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Notifier } from '../ports.ts';

export interface SlackOptions {
  /** Incoming webhook; a secret, so it is in no message and no log. */
  readonly url: () => Promise<string>;
  /** How long to keep trying within one delivery, in milliseconds. */
  readonly budget: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

const FIRST_PAUSE = 1_000;
const REQUEST_TIMEOUT = 10_000;

type Attempt =
  | { readonly is: 'taken' }
  | { readonly is: 'later'; readonly pause: number | undefined; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

/** Seconds, or a date; undefined when Slack does not say. */
function retryAfter(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

async function post(url: string, body: string): Promise<Attempt> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT),
    });
  } catch (cause) {
    const { name, cause: reason } = cause as { readonly name?: string; readonly cause?: { readonly code?: string } };
    const code = reason?.code ?? name ?? 'unknown';
    return { is: 'later', pause: undefined, why: `no answer (${code})` };
  }
  await response.arrayBuffer();
  if (response.ok) return { is: 'taken' };
  const why = `HTTP ${response.status}`;
  return response.status === 429 || response.status >= 500
    ? { is: 'later', pause: retryAfter(response), why }
    : { is: 'refused', why };
}

/**
 * Posts to a Slack incoming webhook. Throttling, server errors and silence are tried again, as long as Slack asks for and the budget lasts; then it throws
 * `delivery-failed`, so that whoever called delivers again later: nothing is dropped here.
 */
export function slackNotifier({ url, budget, wait = sleep }: SlackOptions): Notifier {
  return {
    name: 'slack',
    deliver: async (alert) => {
      const target = await url();
      const body = JSON.stringify(renderSlack(alert));
      let left = budget;
      let pause = FIRST_PAUSE;
      for (;;) {
        const asked = Date.now();
        const attempt = await post(target, body);
        left -= Date.now() - asked;
        if (attempt.is === 'taken') return;
        if (attempt.is === 'refused')
          throw new WatcherError('delivery-failed', `Slack refused alert \`${alert.dedupeKey}\`: ${attempt.why}`);
        const next = attempt.pause ?? pause;
        if (next > left)
          throw new WatcherError(
            'delivery-failed',
            `Slack did not take alert \`${alert.dedupeKey}\` in time: ${attempt.why}`,
          );
        await wait(next);
        left -= next;
        pause *= 2;
      }
    },
  };
}
