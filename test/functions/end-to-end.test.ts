import { gzipSync } from 'node:zlib';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBStreamEvent, SNSEvent, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { type DemoBundle, deleteNatGateway, rebuildNatGateway } from '../../cli/demo-network.ts';
import { createHandler as createAlert } from '../../functions/alert.ts';
import { createHandler as createOutlet } from '../../functions/outlet.ts';
import { createHandler as createScan } from '../../functions/scan.ts';
import { driftBatchOfImage } from '../../shared/adapters/dynamo-items.ts';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { readJson } from '../../shared/adapters/json-file.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { snsNotifier } from '../../shared/adapters/sns-notifier.ts';
import { readWatchFile } from '../../shared/adapters/yaml-watch-file.ts';
import { type Instant, instant } from '../../shared/core/base/instant.ts';
import { toStored } from '../../shared/core/drift/stored-batch.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import { storyFile } from '../support/corpus.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { lambdaContext } from '../support/lambda.ts';
import { lambdaImage } from '../support/lambda-image.ts';
import { memoryDeliveries } from '../support/memory-deliveries.ts';
import { memoryState } from '../support/memory-state.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const LOST = 'nat-0e5b072d9f61c83a4';
const FRESH = 'nat-0a07b1d84a1c73e60';

describe('from a change event to the words that people read', () => {
  const sns = mockClient(SNSClient);
  let receiver: Receiver;

  beforeEach(async () => {
    sns.reset();
    sns.on(PublishCommand).resolves({});
    receiver = await startReceiver();
  });

  afterEach(() => receiver.stop());

  /** Every function in its place, with AWS between them played by this test. */
  function pipeline(watched = exampleNetwork(), healthy = exampleJson('bundle.json') as DemoBundle) {
    const store = memoryState();
    let network: DemoBundle = healthy;
    let now: Instant = instant(Date.UTC(2026, 10, 20, 1, 55));
    const scan = createScan(() => ({
      networks: [watched],
      ports: { store, clock: { now: () => now }, facts: { collect: async () => network as Bundle } },
    }));
    const alert = createAlert(() => ({
      notifiers: [snsNotifier(new SNSClient({ region: 'eu-central-1' }), 'arn:aws:sns:eu-central-1:1:alerts')],
      link: undefined,
      deliveries: memoryDeliveries(),
      batchOf: (image) => driftBatchOfImage(image, async () => []),
    }));
    const slack = createOutlet(() =>
      slackNotifier({
        name: 'slack',
        secret: async () => receiver.url,
        http: httpSender({ budget: 10_000, allowHosts: ['127.0.0.1'], wait: async () => {} }),
      }),
    );
    let announced = 0;
    return {
      healthy,
      store,
      change: (next: DemoBundle, at: Instant) => {
        network = next;
        now = at;
      },
      /** Queue → scan → stream → alert → topic → Slack. */
      deliver: async (bodies: readonly unknown[]) => {
        const event = {
          Records: bodies.map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) })),
        } as unknown as SQSEvent;
        expect(await scan(event, lambdaContext())).toEqual({ batchItemFailures: [] });
        const history = await store.history(watched.id, 100);
        const fresh = history.slice(0, history.length - announced).reverse();
        announced = history.length;
        if (fresh.length === 0) return [];
        const images = fresh.map((batch) =>
          lambdaImage({ type: 'drift', layout: 1, body: gzipSync(JSON.stringify(toStored(batch))) }),
        );
        const stream = {
          Records: images.map((NewImage, index) => ({
            eventName: 'INSERT',
            dynamodb: { SequenceNumber: `${index}`, NewImage },
          })),
        } as unknown as DynamoDBStreamEvent;
        const before = sns.commandCalls(PublishCommand).length;
        expect(await alert(stream, lambdaContext())).toEqual({ batchItemFailures: [] });
        const published = sns
          .commandCalls(PublishCommand)
          .slice(before)
          .map((call) => JSON.parse(call.args[0].input.Message ?? '') as { email: string; lambda: string });
        for (const { lambda } of published)
          await slack({ Records: [{ Sns: { Message: lambda } }] } as unknown as SNSEvent, lambdaContext());
        return published.map(({ email }) => email);
      },
    };
  }

  it('tells what broke, where, who did it, and later who mended it and how long it took', async () => {
    const { healthy, change, deliver } = pipeline();
    const [baseline] = await deliver([{ runnerwatch: 'reconcile' }]);
    expect(baseline).toContain('demo: first scan: 44 pass, 0 fail, 0 unknown');

    change(deleteNatGateway(healthy, LOST), instant(Date.UTC(2026, 10, 20, 2, 1, 30)));
    const [broken] = await deliver(exampleJson('broken.events.json') as readonly unknown[]);

    expect(broken).toContain('demo: 11 requirements broken');
    expect(broken).toContain('Management plane over HTTPS [egress-management-plane-443]');
    expect(broken).toContain(LOST);
    expect(broken).toContain('m.keller@example.com: DeleteNatGateway');
    expect(broken).toContain('environment@subnet-0c39e50b7d4fa6182');

    change(rebuildNatGateway(deleteNatGateway(healthy, LOST), LOST, FRESH), instant(Date.UTC(2026, 10, 20, 2, 34, 10)));
    const [mended] = await deliver(exampleJson('repaired.events.json') as readonly unknown[]);

    expect(mended).toContain('demo: 11 requirements mended, none fails');
    expect(mended).toContain('s.oyelaran@example.com: ReplaceRoute');
    expect(mended).toContain('broken for 32 min 40 s');

    const texts = receiver.taken.map((message) => (message as { text: string }).text);
    expect(texts).toEqual([
      'demo: first scan: 44 pass, 0 fail, 0 unknown',
      'demo: 11 requirements broken',
      'demo: 11 requirements mended, none fails',
    ]);
    expect(JSON.stringify(receiver.taken[1])).toContain('m.keller@example.com');
  });

  it('reminds of what stays broken after a day, escalates after three, and tells no more', async () => {
    const { healthy, change, deliver } = pipeline();
    const broken = deleteNatGateway(healthy, LOST);
    const BROKEN = Date.UTC(2026, 10, 20, 2, 1, 30);
    const HOUR = 60 * 60_000;
    const at = (hours: number) => {
      change(broken, instant(BROKEN + hours * HOUR));
      return deliver([{ runnerwatch: 'reconcile' }]);
    };
    await deliver([{ runnerwatch: 'reconcile' }]);
    change(broken, instant(BROKEN));
    await deliver(exampleJson('broken.events.json') as readonly unknown[]);

    expect(await at(23.75)).toEqual([]);
    const [reminder] = await at(24);
    const again = [...(await at(24.25)), ...(await at(48))];
    const [escalation] = await at(72);
    const end = [...(await at(72.25)), ...(await at(300))];

    expect(reminder).toMatch(/^demo: \d+ requirements unresolved after a day$/m);
    expect(reminder).toMatch(
      /STILL BROKEN AFTER A DAY \(required\)[\s\S]*Opened by +m\.keller@example\.com: DeleteNatGateway/,
    );
    expect(reminder).toMatch(/To do +[\s\S]*Since +2026-11-20 02:01 UTC, for 1 d$/m);
    expect(escalation).toContain('STILL BROKEN AFTER 3 DAYS (required)');
    expect([...again, ...end]).toEqual([]);
    expect(receiver.taken.map((body) => (body as { text: string }).text)).toEqual([
      expect.stringContaining('first scan'),
      expect.stringContaining('broken'),
      expect.stringContaining('unresolved after a day'),
      expect.stringContaining('unresolved after 3 days'),
    ]);
  });

  it('tells that a waiver ends, and later that what it waived is broken', async () => {
    const waivers = [
      { requirement: 'egress-gateway-8443', reason: 'rebuilt next week', owner: 'platform', expires: '2026-12-01' },
    ];
    const { healthy, change, deliver } = pipeline({ ...exampleNetwork(), waivers });
    const broken = deleteNatGateway(healthy, LOST);
    const on = (day: number) => {
      change(broken, instant(Date.UTC(2026, 10, day)));
      return deliver([{ runnerwatch: 'reconcile' }]);
    };
    await deliver([{ runnerwatch: 'reconcile' }]);
    const waived = (told: readonly string[]) => told.filter((one) => one.includes('WAIVE'));

    expect(waived(await on(21))).toEqual([]);
    const [ending] = waived(await on(25));
    expect(ending).toMatch(
      /WAIVER ENDS SOON \(required\)[\s\S]*egress-gateway-8443[\s\S]*Waived by +platform: rebuilt next week[\s\S]*Ends +2026-12-01, at the end of the day \(UTC\), in 7 d/,
    );
    expect(waived(await on(31))).toEqual([]);
    expect(waived(await on(32))).toEqual([expect.stringContaining('BROKEN, AND NO LONGER WAIVED (required)')]);
  });

  it('tells nothing when a change broke nothing', async () => {
    const { deliver } = pipeline();
    await deliver([{ runnerwatch: 'reconcile' }]);

    expect(await deliver(exampleJson('broken.events.json') as readonly unknown[])).toEqual([]);
    expect(receiver.taken).toHaveLength(1);
  });

  it.each(['seq-nat-deleted-rebuilt', 'seq-env-egress-trimmed'])('tells exactly what changed: %s', async (story) => {
    const [watched] = readWatchFile(storyFile(story, 'runnerwatch.yaml')).networks;
    if (!watched) throw new Error('the story watches no network');
    const { steps } = readJson(storyFile(story, 'transitions.json')) as {
      readonly steps: readonly { readonly change: string; readonly opened: string[]; readonly resolved: string[] }[];
    };
    const bundleOf = (step: number) => readJson(storyFile(story, `bundle-${step}.json`)) as DemoBundle;
    const { store, change, deliver } = pipeline(watched, bundleOf(0));
    expect(await deliver([{ runnerwatch: 'reconcile' }])).toHaveLength(1);

    for (const [index, step] of steps.entries()) {
      change(bundleOf(index + 1), instant(Date.UTC(2026, 10, 20, 3 + index)));
      const content = readJson(storyFile(story, step.change));
      const alerts = await deliver(Array.isArray(content) ? (content as unknown[]) : [content]);

      expect(alerts).toHaveLength(1);
      const [batch] = await store.history(watched.id, 1);
      const told = (kind: string) =>
        [...new Set(batch?.transitions.filter((one) => one.kind === kind).map((one) => one.requirement))].sort();
      expect({ opened: told('opened'), resolved: told('resolved') }).toEqual({
        opened: step.opened,
        resolved: step.resolved,
      });
      expect(batch?.transitions.every(({ kind }) => kind === 'opened' || kind === 'resolved')).toBe(true);
      expect(batch?.transitions.every(({ attribution }) => attribution.length > 0)).toBe(true);
    }
    // What was repaired leaves nothing open.
    expect((await store.load(watched.id)).findings.some((one) => one.incident)).toBe(false);
  });
});
