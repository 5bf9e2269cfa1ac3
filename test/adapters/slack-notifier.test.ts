import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { type Receiver, startReceiver } from '../support/slack-receiver.ts';

const alert = planAlert({
  network: 'prod',
  version: 1,
  at: instant(0),
  baseline: true,
  verdict: 'pass',
  summary: { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
  transitions: [],
});
if (!alert) throw new Error('a baseline is an alert');

let receiver: Receiver;
let pauses: number[];

beforeEach(async () => {
  receiver = await startReceiver();
  pauses = [];
});

afterEach(() => receiver.stop());

const notifier = (budget = 60_000) =>
  slackNotifier({ url: async () => receiver.url, budget, wait: async (milliseconds) => pauses.push(milliseconds) });

describe('the Slack notifier', () => {
  it('posts blocks with a text for notifications', async () => {
    await notifier().deliver(alert);

    expect(receiver.taken).toEqual([
      { text: 'prod: first scan: 6 pass, 0 fail, 0 unknown', blocks: expect.any(Array) },
    ]);
  });

  it('waits as long as Slack asks for', async () => {
    receiver.answers.push(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, headers: { 'retry-after': '3' } },
    );

    await notifier().deliver(alert);

    expect(pauses).toEqual([7000, 3000]);
    expect(receiver.taken).toHaveLength(1);
  });

  it('tries again after server errors, more slowly each time', async () => {
    receiver.answers.push({ status: 500 }, { status: 502 }, { status: 503 });

    await notifier().deliver(alert);

    expect(pauses).toEqual([1000, 2000, 4000]);
    expect(receiver.taken).toHaveLength(1);
  });

  it('throws when the budget is used up, so that nothing is dropped', async () => {
    receiver.answers.push(...Array.from({ length: 20 }, () => ({ status: 503 })));

    await expect(notifier(10_000).deliver(alert)).rejects.toMatchObject({ fault: 'delivery-failed' });
    expect(receiver.requests()).toBe(4);
  });

  it('throws at once when the pause that Slack asks for is longer than the budget', async () => {
    receiver.answers.push({ status: 429, headers: { 'retry-after': '3600' } });

    await expect(notifier().deliver(alert)).rejects.toMatchObject({ fault: 'delivery-failed' });
    expect(pauses).toEqual([]);
  });

  it('does not repeat what Slack refuses', async () => {
    receiver.answers.push({ status: 404 });

    await expect(notifier().deliver(alert)).rejects.toThrow(/refused alert `prod\/1`: HTTP 404/);
    expect(receiver.requests()).toBe(1);
  });

  it('treats silence as a reason to try again, and never names the webhook', async () => {
    const { url } = receiver;
    await receiver.stop();

    const failure = slackNotifier({ url: async () => url, budget: 5_000, wait: async () => {} }).deliver(alert);

    await expect(failure).rejects.toThrow(/did not take alert `prod\/1` in time: no answer \(ECONNREFUSED\)/);
    await expect(failure).rejects.not.toThrow(/secret|127\.0\.0\.1/);
    receiver = await startReceiver();
  });
});
