import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { type DemoBundle, deleteNatGateway } from '../../cli/demo-network.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { HEARTBEAT_LIST, heartbeatEvent } from '../support/heartbeat-event.ts';
import { lambdaContext } from '../support/lambda.ts';
import { memoryState } from '../support/memory-state.ts';

// Metrics then go to the console that a test can listen to; it is read when the module is loaded.
process.env['POWERTOOLS_DEV'] = 'true';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'runnerwatch-test';
const { createHandler } = await import('../../functions/scan.ts');
const { logger } = await import('../../functions/wire/environment.ts');
const { CallTally } = await import('../../functions/wire/metrics.ts');

const [change] = exampleJson('broken.events.json') as readonly { readonly detail: { readonly eventTime: string } }[];
const AT = instant(Date.parse(change?.detail.eventTime ?? '') + 90_000);

let store: StateStore;
let calls: InstanceType<typeof CallTally>;
let written: Record<string, unknown>[];

const whole = exampleJson('bundle.json') as DemoBundle;
const broken = deleteNatGateway(whole, whole.NatGateways[0]?.NatGatewayId ?? '');

beforeEach(() => {
  store = memoryState();
  calls = new CallTally();
  written = [];
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => {
    written.push(JSON.parse(String(line)) as Record<string, unknown>);
  });
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(logger, level).mockImplementation((...[message, more]: readonly unknown[]) => {
      written.push({ ...(more as object), message });
    });
});

afterEach(() => {
  jest.restoreAllMocks();
});

const run = (bundle: Bundle | DemoBundle, bodies: readonly unknown[], receiveCount = 1) =>
  createHandler(() => ({
    networks: [exampleNetwork()],
    calls,
    ports: {
      store,
      clock: { now: () => AT },
      heartbeatListId: HEARTBEAT_LIST,
      facts: {
        collect: async () => {
          if ('unreachable' in bundle) throw new Error('AWS is not there');
          for (const error of [undefined, 'RequestLimitExceeded'])
            calls.note({
              operation: 'DescribeVpcs',
              pages: error ? 0 : 3,
              objects: 1,
              retries: 1,
              milliseconds: 5,
              ...(error ? { error } : {}),
            });
          return bundle as Bundle;
        },
      },
    },
  }))(
    {
      Records: bodies.map((body, at) => ({
        messageId: `m${at}`,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        attributes: { ApproximateReceiveCount: String(receiveCount) },
      })),
    } as unknown as SQSEvent,
    lambdaContext(),
  );

const reconcile = { runnerwatch: 'reconcile' };
const metric = (name: string) => written.filter((line) => '_aws' in line && name in line).map((line) => line[name]);
const dimensionsOf = (name: string) =>
  written
    .filter((line) => '_aws' in line && name in line)
    .map(
      (line) =>
        (line['_aws'] as { CloudWatchMetrics: [{ Namespace: string; Dimensions: string[][] }] }).CloudWatchMetrics[0],
    )
    .map(({ Namespace, Dimensions }) => [Namespace, ...Dimensions.map((names) => names.join())]);
const logged = (message: string) => written.filter((line) => line['message'] === message);

describe('what a scan is measured by', () => {
  it('has the network, the time from the change, and what was found', async () => {
    await run(whole, [reconcile]);
    written = [];
    await run(broken, [change]);

    const [line] = written.filter((one) => 'ScanTime' in one);
    expect(line).toMatchObject({ network: 'demo', EventLag: 90_000, EventsMissed: 0, Unknown: 0 });
    expect(Number(line?.['Fail'])).toBeGreaterThan(5);
    expect(Number(line?.['Transitions'])).toBeGreaterThan(5);
  });

  it('counts a change that only the schedule found as a missed event, and a quiet schedule as none', async () => {
    await run(whole, [reconcile]);
    await run(whole, [reconcile]);
    expect(metric('EventsMissed')).toEqual([0, 0]);

    await run(broken, [reconcile]);

    expect(metric('EventsMissed')).toEqual([0, 0, 1]);
    expect(logged('the schedule found what no event had told')).toHaveLength(1);
  });

  it('does not take a lost permission, and its return, for missed events', async () => {
    const refused = { Operation: 'DescribeRouteTables', Code: 'UnauthorizedOperation' };
    const { RouteTables: _hidden, ...rest } = whole as Bundle;
    await run(whole, [reconcile]);
    await run({ ...rest, Errors: [refused] }, [reconcile]);
    await run(whole, [reconcile]);

    expect(metric('Transitions').map((count) => Number(count) > 0)).toEqual([false, true, true]);
    expect(metric('EventsMissed')).toEqual([0, 0, 0]);
  });

  it('is there for each network, and over all, which the alarms look at', async () => {
    await run(whole, [reconcile]);
    await run({ unreachable: true }, [reconcile]);

    for (const name of ['ScanTime', 'Gaps', 'EventsMissed', 'ScanFailed'])
      expect([name, dimensionsOf(name)]).toEqual([name, [['runnerwatch-test', 'service,network', 'service']]]);
    expect(metric('ScanFailed')).toEqual([1]);
    expect(written.filter((line) => 'ScanTime' in line)).toMatchObject([{ service: 'runnerwatch', network: 'demo' }]);
  });

  it('counts the calls of each batch, with those that failed and those that were tried again', async () => {
    await run(whole, [reconcile]);
    await run(whole, [reconcile]);
    await run(whole, [heartbeatEvent()]);

    const counts = written.filter((line) => 'CallsMade' in line);
    expect(counts).toHaveLength(2);
    for (const line of counts) expect(line).toMatchObject({ CallsMade: 4, CallsRetried: 2, CallsFailed: 1 });
    expect(dimensionsOf('CallsMade')[0]).toEqual(['runnerwatch-test', 'service']);
  });

  it('has the way of a heartbeat in it, and no scan for one', async () => {
    await run(whole, [heartbeatEvent({ eventTime: new Date(AT - 42_000).toISOString() })]);

    expect(metric('HeartbeatLag')).toEqual([42_000]);
    expect(dimensionsOf('HeartbeatLag')).toEqual([['runnerwatch-test', 'service']]);
    expect(metric('ScanTime')).toEqual([]);
  });

  it('names what a scan could not read', async () => {
    const refused = { Code: 'UnauthorizedOperation', Message: 'no' };
    const Errors = ['DescribeSubnets', 'DescribeRouteTables'].map((Operation) => ({ Operation, ...refused }));
    await run({ ...whole, Errors } as Bundle, [reconcile]);
    await run(whole, [reconcile]);

    expect(logged('network not read whole')).toEqual([
      {
        message: 'network not read whole',
        network: 'demo',
        version: 1,
        gaps: ['DescribeRouteTables UnauthorizedOperation', 'DescribeSubnets UnauthorizedOperation'],
      },
    ]);
    expect(metric('Gaps')).toEqual([expect.any(Number), 0]);
    expect(Number(metric('Gaps')[0])).toBeGreaterThanOrEqual(2);
  });

  it('counts an operation that nobody classified, and scans for it', async () => {
    await run(whole, [{ ...change, detail: { ...change?.detail, eventName: 'InventTeleporter' } }]);

    expect(metric('UnclassifiedOperation')).toEqual([1]);
    expect(logged('operation not classified')).toMatchObject([{ source: 'aws.ec2', operation: 'InventTeleporter' }]);
    expect((await store.load('demo')).head?.version).toBe(1);
  });

  it('tells once of a message that it does not understand, and counts every delivery', async () => {
    await run(whole, ['{ not json']);
    await run(whole, ['{ not json'], 2);

    expect(logged('message not understood')).toHaveLength(1);
    expect(metric('MessageNotUnderstood')).toEqual([1, 1]);
  });
});
