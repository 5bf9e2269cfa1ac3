import { renderSlack } from '../core/alerts/render-slack.ts';
import type { Notifier } from '../ports.ts';
import type { Answer, HttpSender } from './http-sender.ts';
import { urlIn } from './outlet-secret.ts';

export interface SlackOptions {
  readonly name: string;
  /** Holds the URL of an incoming webhook. */
  readonly secret: () => Promise<string>;
  readonly http: HttpSender;
}

/** Slack sets no limit for a whole message, only for its blocks, which `renderSlack` keeps. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

const FAILED = /"ok"\s*:\s*false/;
const ERROR = /"error"\s*:\s*"([a-z_]+)"/;

/** Webhooks of workflows answer 200 with `{"ok":false,"error":"…"}` (@slack/webhook, WebhookTriggerResult, read 2026-11-26). */
function readAnswer(answer: Answer): Answer {
  if (answer.status !== 200 || !FAILED.test(answer.body)) return answer;
  const error = ERROR.exec(answer.body)?.[1] ?? 'not_ok';
  return { status: /rate_?limited/.test(error) ? 429 : 400, body: error };
}

/** Posts to a Slack incoming webhook. */
export const slackNotifier = ({ name, secret, http }: SlackOptions): Notifier => ({
  name,
  deliver: async (alert) => {
    const url = urlIn(name, await secret());
    await http(name, alert).postFitting((candidate) => JSON.stringify(renderSlack(candidate)), NO_LIMIT, {
      url,
      read: readAnswer,
    });
  },
});
