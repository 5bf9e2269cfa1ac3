import { EC2Client, ModifyManagedPrefixListCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ScheduledEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from '../../functions/heartbeat.ts';
import { prefixListHeartbeat } from '../../shared/adapters/prefix-list-heartbeat.ts';
import { type BatchEvent, scanBatch } from '../../shared/app/scan-batch.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { ScanRequest, StateStore } from '../../shared/ports.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';
import { HEARTBEAT_LIST, heartbeatEvent } from '../support/heartbeat-event.ts';
import { lambdaContext } from '../support/lambda.ts';
import { memoryState } from '../support/memory-state.ts';

const SENT = Date.parse('2026-11-26T08:15:01Z');
const bundle = exampleJson('bundle.json') as Bundle;
const [deleted] = exampleJson('broken.events.json') as readonly { readonly account: string; readonly region: string }[];

/** As it comes from the account that is watched. */
const beat = (more: Readonly<Record<string, unknown>> = {}) =>
  heartbeatEvent({ recipientAccountId: deleted?.account, awsRegion: deleted?.region, ...more });

let store: StateStore;
let scanned: string[];
let queued: ScanRequest[];

beforeEach(() => {
  store = memoryState();
  scanned = [];
  queued = [];
});

const run = async (bodies: readonly unknown[], seen: Bundle = bundle): Promise<readonly BatchEvent[]> => {
  const { failed, events } = await scanBatch(
    {
      store,
      heartbeatListId: HEARTBEAT_LIST,
      clock: { now: () => instant(SENT + 70_000) },
      facts: {
        collect: async ({ id }) => {
          scanned.push(id);
          return seen;
        },
      },
      queue: {
        enqueue: async (request) => {
          queued.push(request);
        },
      },
    },
    [exampleNetwork()],
    bodies.map((body, at) => ({ id: `m${at}`, body: JSON.stringify(body) })),
  );
  expect(failed).toEqual([]);
  return events;
};

describe('scan, of a heartbeat', () => {
  it('scans nothing, remembers nothing, and tells how long it took', async () => {
    expect(await run([beat()])).toEqual([{ kind: 'heartbeat', lag: 70_000 }]);

    expect(scanned).toEqual([]);
    expect((await store.load('demo')).changes).toEqual([]);
  });

  it('scans for a change that came with it', async () => {
    const events = await run([beat(), deleted, beat()]);

    expect(events.map(({ kind }) => kind).sort()).toEqual(['heartbeat', 'heartbeat', 'scanned']);
    expect(scanned).toEqual(['demo']);
  });

  it('scans as for any change when somebody does something else to the list', async () => {
    const events = await run([beat({ eventName: 'DeleteManagedPrefixList' })]);

    expect(events.map(({ kind }) => kind)).toEqual(['scanned']);
  });

  it('does not take a network for moving because its list is being renamed', async () => {
    const list = (PrefixListId: string) => ({
      PrefixListId,
      PrefixListName: 'a list',
      State: 'modify-in-progress',
      Version: 1,
    });
    const reconcile = { runnerwatch: 'reconcile', network: 'demo' };

    await run([reconcile], { ...bundle, ManagedPrefixLists: [list(HEARTBEAT_LIST)] });
    expect(queued).toEqual([]);
    await run([reconcile], { ...bundle, ManagedPrefixLists: [list('pl-0feedfeedfeedfeed')] });
    expect(queued).toHaveLength(1);
  });
});

describe('heartbeat', () => {
  const ec2 = mockClient(EC2Client);
  const handler = createHandler(() => ({
    heartbeat: prefixListHeartbeat(new EC2Client({ region: 'eu-central-1' }), HEARTBEAT_LIST),
    clock: { now: () => instant(SENT) },
  }));

  beforeEach(() => {
    ec2.reset();
  });

  it("gives the watcher's own list a new name, and changes nothing in it", async () => {
    ec2.on(ModifyManagedPrefixListCommand).resolves({});

    await handler({} as ScheduledEvent, lambdaContext());

    expect(ec2.commandCalls(ModifyManagedPrefixListCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { PrefixListId: HEARTBEAT_LIST, PrefixListName: 'runnerwatch-heartbeat-2026-11-26T08-15-01-000Z' },
    ]);
  });

  it('fails when AWS refuses, so that it is tried again', async () => {
    ec2.on(ModifyManagedPrefixListCommand).rejects(new Error('the list is being modified'));

    await expect(handler({} as ScheduledEvent, lambdaContext())).rejects.toThrow('being modified');
  });
});
