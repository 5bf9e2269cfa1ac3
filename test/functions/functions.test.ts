import { gzipSync } from 'node:zlib';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent, SNSEvent, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler as createAlert } from '../../functions/alert.ts';
import { createHandler as createApi } from '../../functions/api.ts';
import { createHandler as createScan } from '../../functions/scan.ts';
import { createHandler as createSlack } from '../../functions/slack.ts';
import { wireAlert } from '../../functions/wire/alert.ts';
import { secretUrl } from '../../shared/adapters/secret-url.ts';
import { sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import type { Alert } from '../../shared/core/alerts/alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { lambdaContext } from '../support/lambda.ts';
import { lambdaImage } from '../support/lambda-image.ts';
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

  it('gives a message back when another scan was faster', async () => {
    const result = await run(sqsEvent(reconcile), [network], async () => {
      await store.commit('demo', { expectedVersion: 0, batch: baseline, findings: [], settledChanges: [] });
      return bundle;
    });

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect((await store.load('demo')).head?.version).toBe(1);
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
    process.env['ALERT_TOPIC_ARN'] = 'arn:aws:sns:eu-central-1:123456789012:alerts';
    process.env['AWS_REGION'] = 'eu-central-1';
  });

  const run = (event: DynamoDBStreamEvent) => createAlert(wireAlert)(event, lambdaContext());

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

  it('gives back the record that SNS did not take, and only that', async () => {
    sns.on(PublishCommand).rejectsOnce(new Error('throttled')).resolves({});

    expect(await run(streamEvent(image(baseline), image({ ...baseline, version: 2 })))).toEqual({
      batchItemFailures: [{ itemIdentifier: 's0' }],
    });
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

describe('slack', () => {
  it('hands each alert of the topic on, and throws when one is not taken', async () => {
    const delivered: string[] = [];
    const handler = createSlack(() => ({
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
});

describe('the webhook secret', () => {
  const secrets = mockClient(SecretsManagerClient);

  beforeEach(() => {
    secrets.reset();
  });

  it('is read once, plain or in JSON', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"url":"https://hooks.example.com/x"}' });
    const url = secretUrl(new SecretsManagerClient({ region: 'eu-central-1' }), 'arn');

    expect([await url(), await url()]).toEqual(['https://hooks.example.com/x', 'https://hooks.example.com/x']);
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(1);
  });

  it('is read again after a failure', async () => {
    secrets
      .on(GetSecretValueCommand)
      .rejectsOnce(new Error('throttled'))
      .resolves({ SecretString: 'https://hooks.example.com/x' });
    const url = secretUrl(new SecretsManagerClient({ region: 'eu-central-1' }), 'arn');

    await expect(url()).rejects.toThrow('throttled');
    expect(await url()).toBe('https://hooks.example.com/x');
  });

  it('is not told when it is no URL', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: 'hunter2' });

    const failure = secretUrl(new SecretsManagerClient({ region: 'eu-central-1' }), 'arn')();

    await expect(failure).rejects.toThrow('secret `arn` does not hold a URL');
    await expect(failure).rejects.not.toThrow(/hunter2/);
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

  it('hides what went wrong inside', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('arn:aws:secret-detail'));

    expect(await run('POST /networks/{id}/scans', 'demo')).toEqual({ status: 500, body: { error: 'internal error' } });
    expect((await run('GET /nowhere')).status).toBe(404);
  });
});
