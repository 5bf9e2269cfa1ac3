import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { OUTLET_KINDS, type OutletKind, type OutletKindName } from '../../shared/adapters/notifiers.ts';
import type { Notifier } from '../../shared/ports.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { alertOf, brokenAlert, hugeAlert, hugeReminder, reminder, transition } from '../support/sample-alerts.ts';

/** What differs between outlets that speak HTTP. */
export interface HttpOutlet {
  readonly kind: OutletKindName;
  /** The text of the secret for a service at this URL. */
  readonly secret: (url: string) => string;
  /** The text in it that nobody may see. */
  readonly hidden: string;
  /** What the service answers to what it takes. */
  readonly answer: string;
  /** Answers that say 200 and mean a failure. */
  readonly failures?: readonly { readonly body: string; readonly means: 'refused' | 'later' | 'too-large' }[];
  /** Bytes of one message that the service takes. */
  readonly limit: number;
  /** What a receiver can tell copies of one alert by. */
  readonly dedupeKey: (heard: Receiver['heard'][number]) => string;
  /** How a message says how many things are not in it. */
  readonly leftOut: RegExp;
  /** Whether a message holds several things, some of which can go when the service says that it is too large. */
  readonly cutsFurther?: false;
}

const BUDGET = 60_000;

/** The promises of `Notifier`, for every outlet that posts over HTTP, against a real server. */
export function notifierContract(outlet: HttpOutlet): void {
  describe(`the ${outlet.kind} notifier`, () => {
    let receiver: Receiver;
    let pauses: number[];

    beforeEach(async () => {
      receiver = await startReceiver({ body: outlet.answer });
      pauses = [];
    });

    afterEach(() => receiver.stop());

    const notifier = ({ budget = BUDGET, url = receiver.url, allowHosts = ['127.0.0.1'] } = {}): Notifier => {
      const kind: OutletKind = OUTLET_KINDS[outlet.kind];
      return kind.make({
        name: 'ops',
        secret: async () => outlet.secret(url),
        http: httpSender({
          budget,
          allowHosts,
          random: () => 1,
          wait: async (milliseconds) => pauses.push(milliseconds),
        }),
        eventBus: () => {
          throw new Error('this kind has no bus');
        },
      });
    };

    const failureOf = async (
      delivery: Promise<void>,
    ): Promise<{ readonly fault: string; readonly message: string }> => {
      const error = await delivery.then(
        () => undefined,
        (reason: unknown) => reason as { readonly fault: string; readonly message: string },
      );
      if (!error) throw new Error('it was taken');
      expect(error.message).not.toContain(outlet.hidden);
      expect(error.message).not.toContain('secret/');
      expect(error.message).not.toContain('\n');
      return error;
    };

    it('hands an alert over once', async () => {
      await notifier().deliver(brokenAlert());

      expect(receiver.taken).toHaveLength(1);
      expect(receiver.heard[0]?.headers['content-type']).toBe('application/json');
      expect(pauses).toEqual([]);
    });

    it('waits as long as a 429 asks for, in seconds and as a date', async () => {
      receiver.answers.push(
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 429, headers: { 'retry-after': new Date(Date.now() + 20_000).toUTCString() } },
      );

      await notifier().deliver(brokenAlert());

      expect(receiver.taken).toHaveLength(1);
      expect(pauses[0]).toBe(7000);
      expect(pauses[1]).toBeGreaterThan(17_000);
      expect(pauses[1]).toBeLessThanOrEqual(20_000);
    });

    it('tries again after server errors, more slowly each time', async () => {
      receiver.answers.push({ status: 500 }, { status: 502 }, { status: 408 });

      await notifier().deliver(brokenAlert());

      expect(pauses).toEqual([1000, 2000, 4000]);
      expect(receiver.taken).toHaveLength(1);
    });

    it('throws when errors go on for longer than the budget, so that nothing is dropped', async () => {
      receiver.always = { status: 503 };

      const error = await failureOf(notifier({ budget: 10_000 }).deliver(brokenAlert()));

      expect(error.fault).toBe('delivery-failed');
      expect(error.message).toBe('outlet `ops` did not take alert `prod-eu/2` in time: HTTP 503');
      expect(receiver.requests()).toBe(4);
    });

    it('throws at once when it is told to wait for longer than the budget', async () => {
      receiver.answers.push({ status: 429, headers: { 'retry-after': '3600' } });

      expect((await failureOf(notifier().deliver(brokenAlert()))).fault).toBe('delivery-failed');
      expect(pauses).toEqual([]);
    });

    it('gives up on a service that does not answer within the budget', async () => {
      receiver.always = 'hang';
      const started = performance.now();

      const error = await failureOf(notifier({ budget: 300 }).deliver(brokenAlert()));

      expect(error.message).toBe('outlet `ops` did not take alert `prod-eu/2` in time: no answer in time');
      expect(performance.now() - started).toBeLessThan(2000);
    });

    it('tries again when the connection is closed', async () => {
      receiver.answers.push('close', 'close');

      await notifier().deliver(brokenAlert());

      expect(receiver.requests()).toBe(3);
      expect(receiver.taken).toHaveLength(1);
    });

    it('tells of a service that is not there', async () => {
      const { url } = receiver;
      await receiver.stop();

      const error = await failureOf(notifier({ url, budget: 5_000 }).deliver(brokenAlert()));

      expect(error.message).toBe('outlet `ops` did not take alert `prod-eu/2` in time: no answer (ECONNREFUSED)');
      receiver = await startReceiver();
    });

    it('sends nothing to a service whose certificate it cannot verify', async () => {
      const impostor = await startReceiver({ tls: true });

      const error = await failureOf(notifier({ url: impostor.url }).deliver(brokenAlert()));

      expect(error.message).toMatch(/refused alert `prod-eu\/2`: TLS failed \((DEPTH_ZERO_)?SELF_SIGNED_CERT\)$/);
      expect(impostor.requests()).toBe(0);
      expect(pauses).toEqual([]);
      await impostor.stop();
    });

    it.each([400, 401, 403, 404, 410])('does not repeat what is refused with %d', async (status) => {
      receiver.answers.push({ status });

      const error = await failureOf(notifier().deliver(brokenAlert()));

      expect(error).toMatchObject({
        fault: 'delivery-failed',
        message: `outlet \`ops\` refused alert \`prod-eu/2\`: HTTP ${status}`,
      });
      expect(receiver.requests()).toBe(1);
    });

    it('follows no redirect', async () => {
      const elsewhere = await startReceiver();
      receiver.answers.push({ status: 307, headers: { location: elsewhere.url } });

      const error = await failureOf(notifier().deliver(brokenAlert()));

      expect(error.message).toMatch(/HTTP 307, and redirects are not followed$/);
      expect(elsewhere.requests()).toBe(0);
      await elsewhere.stop();
    });

    it('does not call an address of the private network that nobody allowed', async () => {
      const tls = await startReceiver({ tls: true });

      const error = await failureOf(notifier({ url: tls.url, allowHosts: [] }).deliver(brokenAlert()));

      expect(error).toMatchObject({
        fault: 'bad-input',
        message:
          'the URL of outlet `ops` leads to an address that is not on the Internet; name the host `127.0.0.1` in `allowHosts` if that is meant',
      });
      await tls.stop();
    });

    it.each([
      ['what is broken', hugeAlert],
      ['what is still broken', hugeReminder],
    ])('shortens %s when it is far too large and says how many things are missing', async (_, huge) => {
      await notifier().deliver(huge());

      expect(receiver.taken.length).toBeGreaterThan(0);
      for (const { body } of receiver.heard) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(outlet.limit);
      const counts = receiver.heard.flatMap(({ body }) => outlet.leftOut.exec(body)?.[1] ?? []);
      expect(counts.length).toBe(1);
      expect(Number(counts[0])).toBeGreaterThan(1000);
    });

    it.each([
      ['what is broken', hugeAlert],
      ['what is still broken', hugeReminder],
    ])('cuts %s further when the service takes less than is documented', async (_, huge) => {
      receiver.answers.push({ status: 413 }, { status: 413 });
      const delivery = notifier().deliver(huge());

      if (outlet.cutsFurther === false) {
        expect((await failureOf(delivery)).message).toMatch(/refused alert `prod-eu\/2`: event .* is too large$/);
        return;
      }
      await delivery;
      const sizes = receiver.heard.map(({ body }) => Buffer.byteLength(body));
      expect(sizes).toHaveLength(3);
      expect(sizes[1]).toBeLessThanOrEqual((sizes[0] ?? 0) / 2);
      expect(sizes[2]).toBeLessThanOrEqual((sizes[1] ?? 0) / 2);
      expect(receiver.taken).toHaveLength(1);
    });

    it('throws when even the headline is too large', async () => {
      receiver.always = { status: 413 };

      const error = await failureOf(notifier().deliver(brokenAlert()));

      expect(error.fault).toBe('delivery-failed');
      expect(error.message).toMatch(/too large/);
    });

    it('says the same by the same key when it is given an alert twice', async () => {
      await notifier().deliver(brokenAlert());
      await notifier().deliver(brokenAlert());
      await notifier().deliver(
        alertOf([transition('opened', 'another', 'environment@subnet-a', { incident: 'prod-eu/another/s/3' })], {
          version: 3,
        }),
      );

      const keys = receiver.heard.map(outlet.dedupeKey);
      expect(receiver.heard[0]?.body).toBe(receiver.heard[1]?.body);
      expect(keys[0]).toBeTruthy();
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
    });

    it('tells a reminder of an incident by another key for repeats than the alert that opened it', async () => {
      const incident = 'prod-eu/r/2';
      await notifier().deliver(alertOf([transition('opened', 'r', 's', { incident })]));
      await notifier().deliver(alertOf([], { version: 9, reminders: [reminder('r', 's', { incident })] }));

      expect(new Set(receiver.heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    });

    for (const { body, means } of outlet.failures ?? [])
      it(`does not take \`${body}\` for success`, async () => {
        receiver.answers.push({ status: 200, body });

        if (means === 'refused') {
          expect((await failureOf(notifier().deliver(brokenAlert()))).message).toContain('refused alert');
          expect(receiver.requests()).toBe(1);
        } else {
          await notifier().deliver(brokenAlert());
          expect(receiver.requests()).toBe(2);
          expect(pauses).toEqual(means === 'later' ? [1000] : []);
        }
      });
  });
}

/** What differs between outlets that are AWS services. */
export interface AwsOutlet {
  readonly name: string;
  readonly notifier: () => Notifier;
  /** Makes the service take everything, or fail its next calls with these errors and then take everything. */
  readonly answer: (...failures: readonly Error[]) => void;
  /** Bodies handed over, oldest first, whether they were taken or not. */
  readonly sent: () => readonly string[];
  readonly limit: number;
  readonly leftOut: RegExp;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The promises of `Notifier` for outlets that the AWS SDK speaks to; pauses, budgets and TLS are the SDK's. */
export function awsNotifierContract(outlet: AwsOutlet): void {
  describe(`the ${outlet.name} notifier`, () => {
    it('hands an alert over once, with its dedupe key in it', async () => {
      outlet.answer();

      await outlet.notifier().deliver(brokenAlert());

      expect(outlet.sent()).toHaveLength(1);
      expect(outlet.sent()[0]).toContain('prod-eu/2');
    });

    it('throws what the service refuses, so that nothing is dropped', async () => {
      outlet.answer(named('AccessDeniedException', 'not authorized'));

      await expect(outlet.notifier().deliver(brokenAlert())).rejects.toThrow('not authorized');
      expect(outlet.sent()).toHaveLength(1);
    });

    it.each([
      ['what is broken', hugeAlert],
      ['what is still broken', hugeReminder],
    ])('shortens %s when it is far too large and says how many things are missing', async (_, huge) => {
      outlet.answer();

      await outlet.notifier().deliver(huge());

      expect(outlet.sent()).toHaveLength(1);
      expect(Buffer.byteLength(outlet.sent()[0] ?? '')).toBeLessThanOrEqual(outlet.limit);
      expect(Number(outlet.leftOut.exec(outlet.sent()[0] ?? '')?.[1])).toBeGreaterThan(1000);
    });

    it('cuts further when the service takes less than is documented', async () => {
      outlet.answer(
        named('InvalidParameterException', 'Invalid parameter: Message too long'),
        named('ValidationException', 'Total size of the entries in the request is over the limit.'),
      );

      await outlet.notifier().deliver(hugeAlert());

      const sizes = outlet.sent().map((body) => Buffer.byteLength(body));
      expect(sizes).toHaveLength(3);
      expect(sizes[2]).toBeLessThanOrEqual((sizes[0] ?? 0) / 4);
    });

    it('throws when even the headline is too large', async () => {
      const failure = named('ValidationException', 'over the limit');
      outlet.answer(failure, failure, failure);

      await expect(outlet.notifier().deliver(brokenAlert())).rejects.toMatchObject({ fault: 'delivery-failed' });
    });

    it('says the same when it is given an alert twice', async () => {
      outlet.answer();

      await outlet.notifier().deliver(brokenAlert());
      await outlet.notifier().deliver(brokenAlert());

      expect(outlet.sent()[1]).toBe(outlet.sent()[0]);
    });
  });
}
