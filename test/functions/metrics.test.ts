import { readFileSync } from 'node:fs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { METRICS } from '../../functions/wire/metric-table.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import { lambdaContext } from '../support/lambda.ts';
import { memoryDeliveries } from '../support/memory-deliveries.ts';
import { memoryState } from '../support/memory-state.ts';

// Logs and metrics then go to the console that a test can listen to; it is read when the modules are loaded.
process.env['POWERTOOLS_DEV'] = 'true';
process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'runnerwatch-test';
const { createHandler: createAlert } = await import('../../functions/alert.ts');
const { createHandler: createSweep } = await import('../../functions/sweep.ts');
const { wireAlert } = await import('../../functions/wire/alert.ts');
const { measured } = await import('../../functions/wire/metrics.ts');

const NOW = instant(Date.UTC(2026, 10, 26, 12));
const batch: DriftBatch = {
  network: 'demo',
  version: 7,
  at: instant(NOW - 3 * 60 * 60 * 1000),
  baseline: true,
  verdict: 'pass',
  summary: { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
  transitions: [],
};

let written: Record<string, unknown>[];
let refuses: boolean;

beforeEach(() => {
  written = [];
  refuses = false;
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, method).mockImplementation((line: unknown) => {
      written.push(JSON.parse(String(line)) as Record<string, unknown>);
    });
});

afterEach(() => {
  jest.restoreAllMocks();
});

const notifiers = [
  measured({
    name: 'topic',
    deliver: async () => {
      if (refuses) throw new WatcherError('delivery-failed', 'no');
    },
  }),
];

const alert = () =>
  createAlert(() => ({ notifiers, link: undefined, batchOf: async () => batch, deliveries: memoryDeliveries() }))(
    {
      Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: 's1', NewImage: {} } }],
    } as unknown as DynamoDBStreamEvent,
    lambdaContext(),
  );

const lines = (name: string) => written.filter((line) => '_aws' in line && name in line);

describe('alerts', () => {
  it('are counted by their kind when they are told, and when they are not', async () => {
    await alert();
    refuses = true;
    await alert();

    expect(lines('AlertsTold')).toMatchObject([{ AlertsTold: 1, kind: 'baseline', service: 'runnerwatch' }]);
    expect(lines('AlertsFailed')).toMatchObject([{ AlertsFailed: 1, kind: 'baseline' }]);
  });

  it('are counted in a deployment', async () => {
    process.env['STATE_TABLE'] = 'state';
    process.env['ALERT_TOPIC_ARN'] = 'arn:aws:sns:eu-central-1:123456789012:alerts';
    process.env['AWS_REGION'] = 'eu-central-1';
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).resolves({});

    const [topic] = wireAlert().notifiers;
    const planned = planAlert(batch);
    if (!topic || !planned) throw new Error('nothing to tell, or nobody');
    await topic.deliver(planned);
    sns.restore();

    expect(lines('AlertsTold')).toHaveLength(1);
  });

  it('of the sweep are counted, and what it could not tell is named', async () => {
    const store = memoryState();
    await store.commit('demo', {
      expectedVersion: 0,
      batch: { ...batch, version: 1 },
      findings: [],
      settledChanges: [],
    });
    const sweep = createSweep(() => ({
      store,
      notifiers,
      link: undefined,
      deliveries: memoryDeliveries(),
      clock: { now: () => NOW },
    }));
    await sweep({} as ScheduledEvent, lambdaContext());
    expect(lines('AlertsSwept')).toMatchObject([{ AlertsSwept: 1 }]);

    refuses = true;
    const again = createSweep(() => ({
      store,
      notifiers,
      link: undefined,
      deliveries: memoryDeliveries(),
      clock: { now: () => NOW },
    }));
    await expect(again({} as ScheduledEvent, lambdaContext())).rejects.toThrow();
    expect(lines('AlertsSwept')).toHaveLength(1);
    expect(written.find(({ message }) => message === 'alert not told by the sweep')).toMatchObject({ network: 'demo' });
  });
});

describe('log lines', () => {
  it('have the request, the network and the version of the scan', async () => {
    await alert();
    refuses = true;
    await alert();

    const about = { network: 'demo', version: 7, function_request_id: 'request' };
    expect(written.filter((line) => 'message' in line)).toMatchObject([
      { message: 'alert: told', ...about },
      { message: 'alert not delivered', sequence: 's1', ...about },
    ]);
  });
});

describe('docs/architecture.md', () => {
  it('has every metric with its unit, its dimensions and what it is for', () => {
    const document = readFileSync('docs/architecture.md', 'utf8');
    const rows = Object.entries<{ readonly unit: string; readonly by?: string; readonly what: string }>(METRICS).map(
      ([name, { unit, by, what }]) => `| \`${name}\` | ${unit === 'Count' ? 'count' : 'ms'} | ${by ?? ''} | ${what} |`,
    );

    expect(document.split('\n').filter((line) => /^\| `(?!\w+Alarm`)[A-Z]\w+` \|/.test(line))).toEqual(rows);
  });
});
