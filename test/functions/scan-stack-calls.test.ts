import { describe, expect, it } from '@jest/globals';
import { scanBatch } from '../../shared/app/scan-batch.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { memoryState } from '../support/memory-state.ts';

const MINUTE = 60_000;
const ROLE = 'arn:aws:iam::111122223333:role/stacks';
const [deleted] = exampleJson('broken.events.json') as readonly {
  readonly detail: Record<string, unknown> & { readonly eventTime: string };
}[];
if (!deleted) throw new Error('the example has an event');
const DELETED_AT = Date.parse(deleted.detail.eventTime);

/** The deletion of the example, made by CloudFormation with a role of the stack. */
const byStack = {
  ...deleted,
  detail: {
    ...deleted.detail,
    userAgent: 'cloudformation.amazonaws.com',
    sessionCredentialFromConsole: undefined,
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/stacks/AWSCloudFormation',
      sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE, userName: 'stacks' } },
      invokedBy: 'cloudformation.amazonaws.com',
    },
  },
};

const updated = {
  ...deleted,
  source: 'aws.cloudformation',
  detail: {
    ...deleted.detail,
    eventSource: 'cloudformation.amazonaws.com',
    eventName: 'UpdateStack',
    eventID: 'b1c5c0a4-5a0e-4e0d-9d57-0a1f6c2f9b11',
    eventTime: new Date(DELETED_AT - MINUTE).toISOString(),
    requestParameters: { stackName: 'runner-prod', roleARN: ROLE },
    responseElements: null,
    userIdentity: { type: 'IAMUser', userName: 'm.keller@example.com' },
  },
};
const WHO = 'm.keller@example.com by CloudFormation (stack runner-prod, role stacks)';

const healthy = exampleJson('bundle.json') as Bundle;
const broken = {
  ...healthy,
  NatGateways: (healthy['NatGateways'] as readonly object[]).map((one) => ({ ...one, State: 'deleted' })),
} as Bundle;

function pipeline(store: StateStore = memoryState()) {
  let bundle = healthy;
  let now = DELETED_AT - 10 * MINUTE;
  let scans = 0;
  const run = async (bodies: readonly unknown[], at: number) => {
    now = at;
    return scanBatch(
      {
        store,
        clock: { now: () => instant(now) },
        facts: {
          collect: async () => {
            scans += 1;
            return bundle;
          },
        },
      },
      [exampleNetwork()],
      bodies.map((body, index) => ({ id: `m${index}`, body: JSON.stringify(body) })),
    );
  };
  const actors = async (): Promise<readonly string[]> => {
    const [batch] = await store.history('demo', 1);
    return [...new Set(batch?.transitions.flatMap(({ attribution }) => attribution.map(({ actor }) => actor)))];
  };
  return { run, actors, scans: () => scans, breakIt: () => (bundle = broken), store };
}

const reconcile = { runnerwatch: 'reconcile' };

describe('a call to CloudFormation', () => {
  it('asks for no scan, is kept, and later names who is behind a change', async () => {
    const { run, actors, scans, breakIt, store } = pipeline();
    await run([reconcile], DELETED_AT - 5 * MINUTE);

    const { failed, events } = await run([updated], DELETED_AT - MINUTE / 2);
    expect([failed, events.map(({ kind }) => kind), scans()]).toEqual([[], ['context'], 1]);
    await run([reconcile], DELETED_AT - MINUTE / 4);

    breakIt();
    await run([byStack], DELETED_AT + MINUTE);
    expect(await actors()).toEqual([WHO]);
    expect((await store.load('demo')).changes.map(({ operation }) => operation)).toEqual(['UpdateStack']);
  });

  it.each([
    ['before', [updated, byStack]],
    ['after', [byStack, updated]],
  ])('is known when it comes %s the change, in the same batch', async (_when, bodies) => {
    const { run, actors, breakIt } = pipeline();
    await run([reconcile], DELETED_AT - 5 * MINUTE);
    breakIt();

    await run(bodies, DELETED_AT + MINUTE);

    expect(await actors()).toEqual([WHO]);
  });

  it('is never a cause by itself', async () => {
    const { run, actors, breakIt } = pipeline();
    await run([reconcile], DELETED_AT - 5 * MINUTE);
    breakIt();

    await run([updated, reconcile], DELETED_AT + MINUTE);

    expect(await actors()).toEqual([]);
  });

  it('outlives a first scan, and is forgotten when no run can be so long', async () => {
    const { run, store } = pipeline();
    await run([updated, reconcile], DELETED_AT);
    const kept = async () => (await store.load('demo')).changes.length;

    expect(await kept()).toBe(1);
    await run([reconcile], DELETED_AT + 3 * 60 * MINUTE);
    expect(await kept()).toBe(1);
    await run([reconcile], DELETED_AT + 4 * 60 * MINUTE);
    expect(await kept()).toBe(0);
  });

  it('comes back when it cannot be kept', async () => {
    const { run } = pipeline({
      ...memoryState(),
      recordChanges: async () => {
        throw new Error('the table is throttled');
      },
    });

    const { failed } = await run([updated], DELETED_AT);

    expect(failed).toEqual(['m0']);
  });
});
