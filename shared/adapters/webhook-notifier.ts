import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import { renderJson } from '../core/alerts/render-json.ts';
import type { Notifier } from '../ports.ts';
import type { HttpSender } from './http-sender.ts';
import { partsIn } from './outlet-secret.ts';

export interface WebhookOptions {
  readonly name: string;
  /** Holds `{"url": "https://…", "signingSecret": "whsec_…"}`; several signing secrets, separated by spaces, while receivers change over. */
  readonly secret: () => Promise<string>;
  readonly http: HttpSender;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** How old a request may be before a receiver should refuse it as replayed; receivers learn it from the documentation. Seconds. */
export const REPLAY_WINDOW = 300;

/** Our own choice: what receivers take is not known, and many stop at a megabyte. */
const MAX_BYTES = 256_000;

/** Standard Webhooks ask for 24 to 64 bytes (specification 1.0.0, read 2026-11-26). */
const KEY_BYTES = { least: 24, most: 64 };

function keyOf(text: string): Buffer | undefined {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text.slice('whsec_'.length), 'base64');
  return key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most ? key : undefined;
}

const parts = z.object({
  url: z.string(),
  signingSecret: z
    .string()
    .transform((text) => text.split(' ').map(keyOf))
    .refine((keys) => keys.every((key) => key !== undefined), 'expected whsec_ and 24 to 64 bytes in base64')
    .transform((keys) => keys.flatMap((key) => key ?? [])),
});

/** Stable for one alert. The specification allows no full stop in it, which separates what is signed. */
const messageId = (dedupeKey: string): string =>
  `msg_${createHash('sha256').update(dedupeKey).digest('base64url').slice(0, 32)}`;

/** The headers of Standard Webhooks: an HMAC-SHA256 over id, time and body, for every key. */
export function signedHeaders(
  keys: readonly Buffer[],
  id: string,
  timestamp: number,
  body: string,
): Readonly<Record<string, string>> {
  const signature = (key: Buffer): string =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': keys.map(signature).join(' '),
  };
}

/** Posts an alert as JSON, signed as Standard Webhooks say, so that receivers can verify it with a library of theirs. */
export const webhookNotifier = ({ name, secret, http, now = Date.now }: WebhookOptions): Notifier => ({
  name,
  deliver: async (alert) => {
    const { url, signingSecret } = partsIn(name, await secret(), parts);
    const id = messageId(alert.dedupeKey);
    await http(name, alert).postFitting(
      (candidate) => {
        const data = renderJson(candidate);
        return JSON.stringify({ type: `alert.${data.kind}`, timestamp: data.at, data });
      },
      MAX_BYTES,
      // The time is that of the attempt, so it is signed anew for each.
      { url, headers: (body) => signedHeaders(signingSecret, id, Math.floor(now() / 1000), body) },
    );
  },
});
