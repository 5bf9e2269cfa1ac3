import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { REPLAY_WINDOW, signedHeaders, webhookNotifier } from '../../shared/adapters/webhook-notifier.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { brokenAlert } from '../support/sample-alerts.ts';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;

describe('a signed webhook', () => {
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver();
  });

  afterEach(() => receiver.stop());

  const deliver = (signingSecret: string, now: () => number = Date.now): Promise<void> =>
    webhookNotifier({
      name: 'ops',
      secret: async () => JSON.stringify({ url: receiver.url, signingSecret }),
      http: httpSender({ budget: 60_000, allowHosts: ['127.0.0.1'], wait: async () => {} }),
      now,
    }).deliver(brokenAlert());

  const verify = (secret: string, body?: string): unknown => {
    const request = receiver.heard.at(-1);
    return new Webhook(secret).verify(body ?? request?.body ?? '', request?.headers as Record<string, string>);
  };

  it('is what the library of Standard Webhooks verifies', async () => {
    await deliver(secretOf(1));

    expect(verify(secretOf(1))).toMatchObject({
      type: 'alert.broken',
      timestamp: '2026-11-20T02:01:30.000Z',
      data: { format: 1, dedupeKey: 'prod-eu/2', network: 'prod-eu', kind: 'broken', leftOut: 0 },
    });
  });

  it('does not verify with another key, or when the body was touched', async () => {
    await deliver(secretOf(1));

    expect(() => verify(secretOf(2))).toThrow();
    expect(() => verify(secretOf(1), receiver.heard[0]?.body.replace('broken', 'mended'))).toThrow();
  });

  it('verifies with either key while they are exchanged', async () => {
    await deliver(`${secretOf(1)} ${secretOf(2)}`);

    expect(verify(secretOf(1))).toEqual(verify(secretOf(2)));
  });

  it('is refused as replayed after five minutes', async () => {
    await deliver(secretOf(1), () => Date.now() - (REPLAY_WINDOW + 10) * 1000);

    expect(() => verify(secretOf(1))).toThrow(/old/);
  });

  it('is signed anew, with the same id, when it is tried again', async () => {
    receiver.answers.push({ status: 500 });
    let now = Date.now() - 60_000;

    await deliver(secretOf(1), () => {
      now += 30_000;
      return now;
    });

    const [first, second] = receiver.heard.map(({ headers }) => headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(second?.['webhook-timestamp']).not.toBe(first?.['webhook-timestamp']);
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
    verify(secretOf(1));
  });

  it('has the signature of the worked example in the documentation', () => {
    const headers = signedHeaders([Buffer.alloc(32, 7)], 'msg_example', 1_764_000_000, '{"type":"alert.broken"}');

    expect(headers['webhook-signature']).toBe('v1,zc6daY6oan1bbbSPSPRTimj51y+CXQ6zz1enlZJl5eA=');
  });

  it.each(['whsec_c2hvcnQ=', 'hunter2', 'whsec_', `${secretOf(1)} hunter2`])(
    'is not sent with a key like %s, which is not told',
    async (signingSecret) => {
      await expect(deliver(signingSecret)).rejects.toMatchObject({
        fault: 'bad-input',
        message:
          'the secret of outlet `ops` does not hold what it should: `signingSecret`: expected whsec_ and 24 to 64 bytes in base64',
      });
      expect(receiver.requests()).toBe(0);
    },
  );
});
