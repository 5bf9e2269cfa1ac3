import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { brokenAlert } from '../support/sample-alerts.ts';

describe('the HTTP sender', () => {
  let receiver: Receiver;
  let pauses: number[];

  beforeEach(async () => {
    receiver = await startReceiver();
    pauses = [];
  });

  afterEach(() => receiver.stop());

  const delivery = (budget: number, random = 1) =>
    httpSender({
      budget,
      allowHosts: ['127.0.0.1'],
      random: () => random,
      wait: async (milliseconds) => pauses.push(milliseconds),
    })('ops', brokenAlert());

  const post = (to: ReturnType<typeof delivery>) => to.post({ url: receiver.url, body: '{}' });

  it('spreads its attempts over the second half of each pause', async () => {
    receiver.answers.push({ status: 500 }, { status: 500 }, { status: 500 });

    await post(delivery(60_000, 0));

    expect(pauses).toEqual([500, 1000, 2000]);
  });

  it('never tries again sooner than it is asked to, whatever the spread', async () => {
    receiver.answers.push({ status: 503, headers: { 'retry-after': '9' } });

    await post(delivery(60_000, 0));

    expect(pauses).toEqual([9000]);
  });

  it.each(['0', '-5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'pauses as ever when it is asked for %j',
    async (asked) => {
      receiver.answers.push({ status: 429, headers: { 'retry-after': asked } });

      await post(delivery(60_000));

      expect(pauses).toEqual([1000]);
    },
  );

  it('takes the time of a slow answer from the budget', async () => {
    receiver.always = { status: 503, after: 300 };

    await expect(post(delivery(1200))).rejects.toMatchObject({ fault: 'delivery-failed' });
    expect(receiver.requests()).toBe(1);
  });

  it('has one budget for all requests of a delivery', async () => {
    const several = delivery(2500);
    receiver.answers.push({ status: 503 });
    await post(several);
    receiver.answers.push({ status: 503 });
    await post(several);
    receiver.answers.push({ status: 503 });

    await expect(post(several)).rejects.toThrow(/in time: HTTP 503$/);
    expect(pauses).toEqual([1000, 1000]);
  });

  it('reads no more of an answer than it needs', async () => {
    receiver.answers.push({ status: 404, body: 'x'.repeat(5_000_000) });

    await expect(post(delivery(5000))).rejects.toThrow(/HTTP 404$/);
  });

  it('passes on the one word in which a service says why, and nothing longer', async () => {
    receiver.answers.push({ status: 403, body: 'action_prohibited\n' }, { status: 403, body: 'no such token: abc' });

    await expect(post(delivery(5000))).rejects.toThrow(/HTTP 403 \(action_prohibited\)$/);
    await expect(post(delivery(5000))).rejects.toThrow(/HTTP 403$/);
  });
});
