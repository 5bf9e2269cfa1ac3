import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { type DemoBundle, deleteNatGateway } from '../../cli/demo-network.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { lambdaContext } from '../support/lambda.ts';
import { memoryState } from '../support/memory-state.ts';

// Metrics then go to the console that a test can listen to; it is read when the module is loaded.
process.env['POWERTOOLS_DEV'] = 'true';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
const { createHandler } = await import('../../functions/scan.ts');
const { logger } = await import('../../functions/wire/environment.ts');

const [change] = exampleJson('broken.events.json') as readonly { readonly detail: { readonly eventTime: string } }[];
const AT = instant(Date.parse(change?.detail.eventTime ?? '') + 90_000);

let store: StateStore;
let written: Record<string, unknown>[];

const whole = exampleJson('bundle.json') as DemoBundle;
const broken = deleteNatGateway(whole, whole.NatGateways[0]?.NatGatewayId ?? '');

beforeEach(() => {
  store = memoryState();
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

const run = (bundle: DemoBundle, bodies: readonly unknown[], receiveCount = 1) =>
  createHandler(() => ({
    networks: [exampleNetwork()],
    ports: {
      store,
      clock: { now: () => AT },
      facts: { collect: async () => bundle as Bundle },
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
