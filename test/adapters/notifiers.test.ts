import { describe, expect, it } from '@jest/globals';
import { OUTLET_KINDS } from '../../shared/adapters/notifiers.ts';
import { type HttpOutlet, notifierContract } from '../contracts/notifier.contract.ts';

const KEY = 'R0123456789abcdefghijklmnopqrstu';
const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const OUTLETS: readonly HttpOutlet[] = [
  {
    kind: 'slack',
    secret: (url) => url,
    hidden: 'T000',
    answer: 'ok',
    failures: [
      { body: '{"ok":false,"error":"invalid_webhook"}', means: 'refused' },
      { body: '{"ok":false,"error":"ratelimited"}', means: 'later' },
      { body: '{"ok":false,"error":"msg_too_long"}', means: 'too-large' },
    ],
    limit: 200_000,
    dedupeKey: ({ headers }) => String(headers['idempotency-key']),
    leftOut: /and (\d+) more"/,
  },
  {
    kind: 'teams',
    secret: (url) => JSON.stringify({ url }),
    hidden: 'T000',
    answer: '',
    failures: [
      {
        body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
        means: 'later',
      },
      {
        body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 403 with ContextId x',
        means: 'refused',
      },
      {
        body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x',
        means: 'too-large',
      },
    ],
    limit: 28 * 1024,
    dedupeKey: ({ headers }) => String(headers['idempotency-key']),
    leftOut: /and (\d+) more that did not fit/,
  },
  {
    kind: 'webhook',
    secret: (url) => JSON.stringify({ url, signingSecret: SIGNING }),
    hidden: SIGNING.slice(6),
    answer: '',
    limit: 256_000,
    dedupeKey: ({ headers, body }) =>
      `${String(headers['webhook-id'])} ${(JSON.parse(body) as { data: { dedupeKey: string } }).data.dedupeKey}`,
    leftOut: /"leftOut":(\d+)/,
  },
  {
    kind: 'pagerduty',
    secret: (url) => JSON.stringify({ url, routingKey: KEY }),
    hidden: KEY,
    answer: '{"status":"success","message":"Event processed","dedup_key":"x"}',
    limit: 512 * 1024,
    dedupeKey: ({ body }) => (JSON.parse(body) as { dedup_key: string }).dedup_key,
    leftOut: /and (\d+) more that did not fit/,
    // An event holds one incident, so there is nothing to leave out.
    cutsFurther: false,
  },
];

for (const outlet of OUTLETS) notifierContract(outlet);

describe('the table of outlets', () => {
  it('has no kind that speaks HTTP without keeping the contract', () => {
    const speaking = Object.entries(OUTLET_KINDS).flatMap(([name, { needs }]) => (needs === 'secretArn' ? [name] : []));

    expect(OUTLETS.map(({ kind }) => kind).sort()).toEqual(speaking.sort());
  });
});
