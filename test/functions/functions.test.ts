import { gzipSync } from 'node:zlib';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent, SNSEvent, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { type DemoBundle, deleteNatGateway } from '../../cli/demo-network.ts';
import { createHandler as createAlert } from '../../functions/alert.ts';
import { createHandler as createApi } from '../../functions/api.ts';
import { createHandler as createOutlet } from '../../functions/outlet.ts';
import { createHandler as createScan } from '../../functions/scan.ts';
import { wireAlert } from '../../functions/wire/alert.ts';
import { sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { runScan } from '../../shared/app/run-scan.ts';
import type { Alert } from '../../shared/core/alerts/alert.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { ChangeEvent } from '../../shared/core/drift/change.ts';
import { readChange } from '../../shared/core/drift/read-change.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { Commit, Deliveries, ScanRequest, StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { lambdaContext } from '../support/lambda.ts';
import { lambdaImage } from '../support/lambda-image.ts';
import { memoryDeliveries } from '../support/memory-deliveries.ts';
import { memoryState } from '../support/memory-state.ts';

const AT = instant(Date.UTC(2026, 10, 20, 2));
const network = exampleNetwork();
const bundle = exampleJson('bundle.json') as Bundle;

const sqsEvent = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) as SQSEvent['Records'],
});

const baseline: DriftBatch = {
  network: 'demo',
  version: 1,
  at: AT,
  baseline: true,
  verdict: 'pass',
  summary: { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
  transitions: [],
};

describe('scan', () => {
  let store: StateStore;
  let collected: string[];

  beforeEach(() => {
    store = memoryState();
    collected = [];
  });

  const run = (event: SQSEvent, networks = [network], collect?: (id: string) => Promise<Bundle>) =>
    createScan(() => ({
      networks,
      ports: {
        store,
        clock: { now: () => AT },
        facts: {
          collect: async ({ id }) => {
            collected.push(id);
            return collect ? collect(id) : bundle;
          },
        },
      },
    }))(event, lambdaContext());

  const reconcile = JSON.stringify({ runnerwatch: 'reconcile' });
  const change = JSON.stringify((exampleJson('broken.events.json') as readonly unknown[])[0]);

  it('makes one scan of many messages about the same network', async () => {
    const result = await run(
      sqsEvent(change, change, reconcile, JSON.stringify({ runnerwatch: 'rescan', network: 'demo', requestId: 'r' })),
    );

    expect(result).toEqual({ batchItemFailures: [] });
    expect(collected).toEqual(['demo']);
    expect((await store.load('demo')).head?.version).toBe(1);
  });

  it('returns a poison message alone and does the rest', async () => {
    const result = await run(sqsEvent('{ not json', reconcile, '"text"', JSON.stringify({ some: 'thing' })));

    expect(result).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }, { itemIdentifier: 'm3' }],
    });
    expect(collected).toEqual(['demo']);
  });

  it('returns the messages of the network that failed, not those of others', async () => {
    const other = { ...network, id: 'other', region: 'eu-west-1' };
    const asked = [JSON.stringify({ runnerwatch: 'rescan', network: 'other', requestId: 'r' }), change];

    const result = await run(sqsEvent(...asked), [network, other], async (id) => {
      if (id === 'other') throw new WatcherError('aws-unreachable', 'no');
      return bundle;
    });

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect((await store.load('demo')).head?.version).toBe(1);
  });

  it('remembers who made a change although the scan fails', async () => {
    await run(sqsEvent(change), [network], async () => {
      throw new WatcherError('aws-unreachable', 'no');
    });

    expect((await store.load('demo')).changes.map((one) => one.operation)).toEqual(['DeleteNatGateway']);
  });

  it('scans nothing for changes elsewhere, reads, and failed or harmless calls', async () => {
    const event = JSON.parse(change) as { detail: Record<string, unknown>; region: string };
    const variants = [
      { ...event, detail: { ...event.detail, awsRegion: 'us-east-1' } },
      { ...event, detail: { ...event.detail, recipientAccountId: '999999999999' } },
      { ...event, detail: { ...event.detail, readOnly: true } },
      { ...event, detail: { ...event.detail, errorCode: 'Client.DryRunOperation' } },
      { ...event, detail: { ...event.detail, eventName: 'CreateSnapshot' } },
      { ...event, source: 'my.forgery' },
    ];

    expect(await run(sqsEvent(...variants.map((one) => JSON.stringify(one))))).toEqual({ batchItemFailures: [] });
    expect(collected).toEqual([]);
  });

  it('makes a scan anew that another one overtook', async () => {
    let rivals = 1;
    const result = await run(sqsEvent(reconcile), [network], async () => {
      const { head } = await store.load('demo');
      if (rivals-- > 0) await store.commit('demo', commitOn(head?.version ?? 0));
      return bundle;
    });

    expect(result).toEqual({ batchItemFailures: [] });
    expect(collected).toEqual(['demo', 'demo']);
    expect((await store.load('demo')).head?.version).toBe(2);
  });

  it('gives the message back when it is overtaken again and again, or when there is no time left', async () => {
    const overtaken = async () => {
      const { head } = await store.load('demo');
      await store.commit('demo', commitOn(head?.version ?? 0));
      return bundle;
    };
    expect(await run(sqsEvent(reconcile), [network], overtaken)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(collected).toHaveLength(3);

    let now = AT;
    const late = createScan(() => ({
      networks: [network],
      ports: {
        store,
        clock: { now: () => now },
        facts: {
          collect: async ({ id }) => {
            collected.push(id);
            now = instant(now + 40_000);
            return overtaken();
          },
        },
      },
    }));
    expect(await late(sqsEvent(reconcile), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(collected).toHaveLength(4);
  });

  const commitOn = (expectedVersion: number): Commit => ({
    expectedVersion,
    batch: { ...baseline, version: expectedVersion + 1 },
    findings: [],
    settledChanges: [],
  });
});

describe('scan, of many networks', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({ ...network, id: `n${index}` }));
  const change = JSON.stringify((exampleJson('broken.events.json') as readonly unknown[])[0]);

  const start = (
    collect: (id: string) => Promise<Bundle>,
    refused: (id: string) => boolean = () => false,
    clock = { now: () => AT },
  ) => {
    const store = memoryState();
    const queued: ScanRequest[] = [];
    const handler = createScan(() => ({
      networks: many,
      ports: {
        store,
        clock,
        facts: { collect: ({ id }) => collect(id) },
        queue: {
          enqueue: async (request) => {
            if (refused(request.network)) throw new Error('throttled');
            queued.push(request);
          },
        },
      },
    }));
    return { store, queued, run: (...bodies: readonly string[]) => handler(sqsEvent(...bodies), lambdaContext()) };
  };
  const versions = async (store: StateStore) => (await store.networks()).map(({ network: name }) => name).sort();

  it('gives each network of the schedule a message of its own, which is understood', async () => {
    const { store, queued, run } = start(async () => bundle);

    expect(await run(JSON.stringify({ runnerwatch: 'reconcile' }))).toEqual({ batchItemFailures: [] });
    expect(await versions(store)).toEqual([]);
    expect(queued.map((one) => one.network)).toEqual(many.map((one) => one.id));

    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageCommand).resolves({});
    for (const request of queued)
      await sqsQueue(new SQSClient({ region: 'eu-central-1' }), 'https://queue').enqueue(request);
    const bodies = sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input.MessageBody ?? '');
    sqs.restore();
    for (const body of bodies) expect(await run(body)).toEqual({ batchItemFailures: [] });
    expect(await versions(store)).toEqual(many.map((one) => one.id).sort());
    expect(queued).toHaveLength(many.length);
  });

  it('gives the schedule back when the queue does not take all', async () => {
    const { queued, run } = start(
      async () => bundle,
      (id) => id === 'n7',
    );

    expect(await run(JSON.stringify({ runnerwatch: 'reconcile' }))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(queued).toHaveLength(11);
  });

  it('begins no scan that it has no time for, and remembers the changes of those that it hands on', async () => {
    let now = AT;
    const { store, queued, run } = start(
      async () => {
        now = instant(now + 7_000);
        return bundle;
      },
      undefined,
      { now: () => now },
    );

    expect(await run(change)).toEqual({ batchItemFailures: [] });

    expect(await versions(store)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(queued.map((one) => one.network)).toEqual(['n5', 'n6', 'n7', 'n8', 'n9', 'n10', 'n11']);
    for (const { network: id } of queued)
      expect((await store.load(id)).changes.map((one) => one.operation)).toEqual(['DeleteNatGateway']);
    for (const request of queued.splice(0)) await run(JSON.stringify({ ...request, runnerwatch: 'rescan' }));
    expect(await versions(store)).toHaveLength(12);
  });

  it('does not let a slow network hold up the others', async () => {
    let free = (_: Bundle): void => {};
    const { store, run } = start((id) =>
      id === 'n0'
        ? new Promise((resolve) => {
            free = resolve;
          })
        : Promise.resolve(bundle),
    );

    const running = run(change);
    for (let turn = 0; turn < 1000 && (await versions(store)).length < 11; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await versions(store)).not.toContain('n0');
    expect(await versions(store)).toHaveLength(11);
    free(bundle);
    expect(await running).toEqual({ batchItemFailures: [] });
    expect(await versions(store)).toHaveLength(12);
  });
});

describe('scan, looking twice', () => {
  const healthy = exampleJson('bundle.json') as DemoBundle;
  const broken = deleteNatGateway(healthy, 'nat-0e5b072d9f61c83a4') as Bundle;

  it('takes a repair for true only when a second look shows it too', async () => {
    const store = memoryState();
    const answers: Bundle[] = [];
    let waits = 0;
    const scan = async (...views: readonly Bundle[]) => {
      answers.splice(0, answers.length, ...views);
      waits = 0;
      const { batch } = (
        await runScan(
          {
            store,
            clock: { now: () => AT },
            facts: { collect: async () => answers.shift() ?? Promise.reject(new Error('looked once too often')) },
            beforeSecondLook: async () => {
              waits += 1;
            },
          },
          network,
        )
      ).drift;
      return { kinds: [...new Set(batch.transitions.map((one) => one.kind))], waits };
    };

    expect(await scan(broken)).toEqual({ kinds: [], waits: 0 });
    // The first answer is an old view of the network.
    expect(await scan(bundle, broken)).toEqual({ kinds: [], waits: 1 });
    expect(await scan(bundle, bundle)).toEqual({ kinds: ['resolved'], waits: 1 });
    // Bad news is not held back.
    expect(await scan(broken)).toEqual({ kinds: ['opened'], waits: 0 });
  });

  it('remembers a change that came with one scan for the effect that the next one sees', async () => {
    const store = memoryState();
    const scan = (view: Bundle, changes: readonly ChangeEvent[] = []) =>
      runScan({ store, clock: { now: () => AT }, facts: { collect: async () => view } }, network, changes);
    const read = readChange((exampleJson('broken.events.json') as readonly unknown[])[0]);
    if (read.is !== 'change') throw new Error(read.is);
    await scan(bundle);
    await scan(bundle, [{ ...read.change, at: AT }]);

    const { drift } = await scan(broken);

    expect(drift.batch.transitions[0]?.attribution.map((one) => one.operation)).toEqual(['DeleteNatGateway']);
  });

  it('begins anew behind the history when the store cannot be read, and says so to people', async () => {
    const store = memoryState();
    const ports = { store, clock: { now: () => AT }, facts: { collect: async () => broken } };
    await runScan(ports, network);
    const line = 'item `NETWORK#demo HEAD` is damaged';
    const damaged: StateStore = {
      ...store,
      load: async (name) => ({
        ...(await store.load(name)),
        head: undefined,
        findings: [],
        damage: { items: [line], version: 1 },
      }),
    };

    const { drift, damage } = await runScan({ ...ports, store: damaged }, network);

    expect([drift.batch.baseline, drift.batch.version, drift.batch.transitions]).toEqual([true, 2, []]);
    expect(damage).toEqual([line]);
    expect(planAlert(drift.batch)?.headline).toContain('stored state not readable, scanned anew');
    expect((await store.history('demo', 10)).map((batch) => batch.damage)).toEqual([[line], undefined]);
  });
});

describe('scan of a network that moves', () => {
  const nat = { NatGatewayId: 'nat-new', VpcId: 'vpc-1', State: 'pending', NatGatewayAddresses: [] };
  const moving: Bundle = { ...bundle, NatGateways: [...(bundle['NatGateways'] as object[]), nat] };
  const sqs = mockClient(SQSClient);

  beforeEach(() => {
    sqs.reset();
  });

  const run = async (seen: Bundle, ...messages: readonly object[]) => {
    const handler = createScan(() => ({
      networks: [network],
      ports: {
        store: memoryState(),
        clock: { now: () => AT },
        facts: { collect: async () => seen },
        queue: sqsQueue(new SQSClient({ region: 'eu-central-1' }), 'https://sqs.example/queue'),
      },
    }));
    const result = await handler(sqsEvent(...messages.map((one) => JSON.stringify(one))), lambdaContext());
    const asked = sqs.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => ({
      delay: input.DelaySeconds,
      body: JSON.parse(input.MessageBody ?? '') as object,
    }));
    return { result, asked };
  };

  const confirmed = (confirmation: unknown) => ({
    runnerwatch: 'rescan',
    network: 'demo',
    requestId: 'r',
    confirmation,
  });

  it('asks for another look later, and says that it is one', async () => {
    sqs.on(SendMessageCommand).resolves({});

    const { asked } = await run(moving, { runnerwatch: 'reconcile' });

    expect(asked).toEqual([
      { delay: 60, body: { runnerwatch: 'rescan', network: 'demo', requestId: 'confirm-1', confirmation: 1 } },
    ]);
  });

  it('waits longer each time, and gives up after three', async () => {
    sqs.on(SendMessageCommand).resolves({});

    expect((await run(moving, confirmed(2))).asked).toMatchObject([{ delay: 600, body: { confirmation: 3 } }]);
    sqs.reset();
    expect((await run(moving, confirmed(3))).asked).toEqual([]);
    expect((await run(moving, confirmed('many'))).asked).toEqual([]);
    expect((await run(bundle, confirmed(0))).asked).toEqual([]);
  });

  it('begins anew with a change, whatever else asks', async () => {
    sqs.on(SendMessageCommand).resolves({});

    expect((await run(moving, confirmed(3), { runnerwatch: 'reconcile' })).asked).toMatchObject([{ delay: 60 }]);
  });

  it('keeps the scan when the queue refuses', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('no'));

    expect((await run(moving, { runnerwatch: 'reconcile' })).result).toEqual({ batchItemFailures: [] });
  });
});

describe('scan of several networks', () => {
  it('loads every state before the batch reads anything, and reads in one batch', async () => {
    const told: string[] = [];
    const store = memoryState();
    const collect = async ({ id }: { readonly id: string }): Promise<Bundle> => {
      told.push(`collect ${id}`);
      return bundle;
    };
    const handler = createScan(() => ({
      networks: [network, { ...network, id: 'other' }],
      ports: {
        store: {
          ...store,
          load: async (id) => {
            told.push(`load ${id}`);
            return store.load(id);
          },
        },
        clock: { now: () => AT },
        facts: {
          collect: async () => {
            throw new Error('not in the batch');
          },
          batch: () => {
            told.push('batch');
            return { collect };
          },
        },
      },
    }));

    await handler(sqsEvent(JSON.stringify({ runnerwatch: 'reconcile' })), lambdaContext());

    expect(told).toEqual(['load demo', 'load other', 'batch', 'collect demo', 'collect other']);
  });
});

describe('alert', () => {
  const sns = mockClient(SNSClient);

  const image = (body: unknown, type = 'drift') =>
    lambdaImage({ pk: 'NETWORK#demo', sk: 'DRIFT#1', layout: 1, type, body: gzipSync(JSON.stringify(body)) });
  const streamEvent = (...images: readonly ReturnType<typeof image>[]): DynamoDBStreamEvent => ({
    Records: images.map((NewImage, index) => ({
      eventName: 'INSERT',
      dynamodb: { SequenceNumber: `s${index}`, NewImage },
    })) as DynamoDBStreamEvent['Records'],
  });

  beforeEach(() => {
    sns.reset();
    deliveries = memoryDeliveries();
    process.env['STATE_TABLE'] = 'state';
    process.env['ALERT_TOPIC_ARN'] = 'arn:aws:sns:eu-central-1:123456789012:alerts';
    process.env['AWS_REGION'] = 'eu-central-1';
  });

  let deliveries: Deliveries;
  const run = (event: DynamoDBStreamEvent) =>
    createAlert(() => ({ ...wireAlert(), deliveries }))(event, lambdaContext());

  it('publishes text for people and the alert for functions, with attributes to filter on', async () => {
    sns.on(PublishCommand).resolves({});

    expect(await run(streamEvent(image(baseline)))).toEqual({ batchItemFailures: [] });

    const [call] = sns.commandCalls(PublishCommand);
    const input = call?.args[0].input;
    expect(input).toMatchObject({
      TopicArn: process.env['ALERT_TOPIC_ARN'],
      MessageStructure: 'json',
      Subject: 'runnerwatch: demo: first scan: 6 pass, 0 fail, 0 unknown',
    });
    const message = JSON.parse(input?.Message ?? '') as Record<string, string>;
    expect(message['email']).toContain('This network is watched from now on.');
    expect((JSON.parse(message['lambda'] ?? '') as Alert).dedupeKey).toBe('demo/1');
    expect(input?.MessageAttributes).toMatchObject({
      network: { StringValue: 'demo' },
      kind: { StringValue: 'baseline' },
    });
  });

  it('tells once what the stream delivers twice, and other news of the same version all the same', async () => {
    sns.on(PublishCommand).resolves({});
    await run(streamEvent(image(baseline)));
    await run(streamEvent(image(baseline)));
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);

    await run(streamEvent(image({ ...baseline, at: AT + 1 })));

    expect(sns.commandCalls(PublishCommand)).toHaveLength(2);
  });

  it('does not fail when it cannot mark what it told, and comes back when it cannot find out', async () => {
    sns.on(PublishCommand).resolves({});
    const { isTold } = deliveries;
    const failing = async (): Promise<never> => {
      throw new Error('throttled');
    };
    deliveries = { isTold, markTold: failing };
    expect(await run(streamEvent(image(baseline)))).toEqual({ batchItemFailures: [] });

    deliveries = { isTold: failing, markTold: failing };
    expect(await run(streamEvent(image(baseline)))).toEqual({ batchItemFailures: [{ itemIdentifier: 's0' }] });

    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it('gives back the record that SNS did not take, and tells nothing that comes after it before it', async () => {
    sns.on(PublishCommand).resolvesOnce({}).rejectsOnce(new Error('throttled')).resolves({});
    const versions = [1, 2, 3].map((version) => image({ ...baseline, version }));

    expect(await run(streamEvent(...versions))).toEqual({ batchItemFailures: [{ itemIdentifier: 's1' }] });
    expect(await run(streamEvent(...versions.slice(1)))).toEqual({ batchItemFailures: [] });

    const told = sns.commandCalls(PublishCommand).map((call) => {
      const { lambda } = JSON.parse(call.args[0].input.Message ?? '') as { lambda: string };
      return (JSON.parse(lambda) as Alert).dedupeKey;
    });
    expect(told).toEqual(['demo/1', 'demo/2', 'demo/2', 'demo/3']);
  });

  it('gives back a damaged item and leaves others alone', async () => {
    sns.on(PublishCommand).resolves({});
    const damaged = lambdaImage({
      pk: 'NETWORK#demo',
      sk: 'DRIFT#2',
      layout: 1,
      type: 'drift',
      body: new Uint8Array([1]),
    });

    expect(await run(streamEvent(damaged, image({}, 'head')))).toEqual({
      batchItemFailures: [{ itemIdentifier: 's0' }],
    });
    expect(sns.commandCalls(PublishCommand)).toHaveLength(0);
  });

  it('stays within what SNS takes, however much broke', async () => {
    sns.on(PublishCommand).resolves({});
    const transitions = Array.from({ length: 2000 }, (_, index) => ({
      kind: 'opened',
      requirement: `r${index}`,
      subject: 's',
      title: 't',
      severity: 'required',
      from: 'pass',
      to: 'fail',
      at: AT,
      incident: `i${index}`,
      openedAt: AT,
      reasons: [{ code: 'C', component: `c${index}`, message: 'm'.repeat(300) }],
      fixes: [],
      attribution: [],
    }));

    await run(streamEvent(image({ ...baseline, baseline: false, version: 2, transitions })));

    const message = sns.commandCalls(PublishCommand)[0]?.args[0].input.Message ?? '';
    expect(Buffer.byteLength(message)).toBeLessThan(256 * 1024);
    expect(message).toContain('more that did not fit');
  });
});

describe('outlet', () => {
  it('hands each alert of the topic on, and throws when one is not taken', async () => {
    const delivered: string[] = [];
    const handler = createOutlet(() => ({
      name: 'slack',
      deliver: async (alert) => {
        if (alert.network === 'broken') throw new WatcherError('delivery-failed', 'no');
        delivered.push(alert.dedupeKey);
      },
    }));
    const event = (name: string): SNSEvent => ({
      Records: [{ Sns: { Message: JSON.stringify({ network: name, dedupeKey: `${name}/1` }) } }] as SNSEvent['Records'],
    });

    await handler(event('demo'), lambdaContext());
    await expect(handler(event('broken'), lambdaContext())).rejects.toThrow('no');
    expect(delivered).toEqual(['demo/1']);
  });

  it('is made anew after a failure, so that a secret that was changed is read again', async () => {
    let made = 0;
    const handler = createOutlet(() => {
      made += 1;
      const old = made === 1;
      return {
        name: 'slack',
        deliver: async () => {
          if (old) throw new WatcherError('delivery-failed', 'no such webhook');
        },
      };
    });
    const event = { Records: [{ Sns: { Message: '{}' } }] } as unknown as SNSEvent;

    await expect(handler(event, lambdaContext())).rejects.toThrow('no such webhook');
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(made).toBe(2);
  });
});

describe('api', () => {
  const sqs = mockClient(SQSClient);
  let store: StateStore;

  beforeEach(() => {
    sqs.reset();
    store = memoryState();
  });

  const run = async (routeKey: string, id?: string) => {
    const handler = createApi(() => ({
      store,
      networks: [network],
      queue: sqsQueue(new SQSClient({ region: 'eu-central-1' }), 'https://queue'),
      newRequestId: () => 'request-1',
    }));
    const result = await handler(
      { routeKey, ...(id === undefined ? {} : { pathParameters: { id } }) } as unknown as APIGatewayProxyEventV2,
      lambdaContext(),
    );
    return { status: result.statusCode, body: JSON.parse(result.body ?? '') as unknown };
  };

  it('queues a scan and answers at once', async () => {
    sqs.on(SendMessageCommand).resolves({});

    expect(await run('POST /networks/{id}/scans', 'demo')).toEqual({
      status: 202,
      body: { id: 'request-1', network: 'demo' },
    });
    expect(JSON.parse(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '')).toEqual({
      runnerwatch: 'rescan',
      network: 'demo',
      requestId: 'request-1',
    });
  });

  it('knows only watched networks', async () => {
    expect(await run('POST /networks/{id}/scans', 'nobody')).toEqual({
      status: 404,
      body: { error: 'network `nobody` is not watched' },
    });
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(0);
  });

  it('tells findings and history of what was scanned', async () => {
    expect((await run('GET /networks/{id}/findings', 'demo')).status).toBe(404);
    await store.commit('demo', { expectedVersion: 0, batch: baseline, findings: [], settledChanges: [] });

    expect(await run('GET /networks')).toMatchObject({
      status: 200,
      body: { networks: [{ network: 'demo', version: 1, lastScanAt: '2026-11-20T02:00:00.000Z' }] },
    });
    expect(await run('GET /networks/{id}/findings', 'demo')).toMatchObject({
      status: 200,
      body: { network: 'demo', findings: [] },
    });
    expect(await run('GET /networks/{id}/history', 'demo')).toMatchObject({
      status: 200,
      body: { batches: [{ version: 1, baseline: true }] },
    });
  });

  it('tells the history of a network whose memory cannot be read, and why there are no findings', async () => {
    await store.commit('demo', { expectedVersion: 0, batch: baseline, findings: [], settledChanges: [] });
    const { load } = store;
    store = {
      ...store,
      load: async (name) => ({
        ...(await load(name)),
        head: undefined,
        damage: { items: ['item `NETWORK#demo HEAD` is damaged'], version: 1 },
      }),
    };

    expect(await run('GET /networks/{id}/history', 'demo')).toMatchObject({ status: 200, body: { network: 'demo' } });
    expect(await run('GET /networks/{id}/findings', 'demo')).toEqual({
      status: 404,
      body: {
        error:
          'what is remembered of network `demo` cannot be read, the next scan begins anew: item `NETWORK#demo HEAD` is damaged',
      },
    });
  });

  it('hides what went wrong inside', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('arn:aws:secret-detail'));

    expect(await run('POST /networks/{id}/scans', 'demo')).toEqual({ status: 500, body: { error: 'internal error' } });
    expect((await run('GET /nowhere')).status).toBe(404);
  });
});
