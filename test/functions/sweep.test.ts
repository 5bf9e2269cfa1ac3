import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ScheduledEvent } from 'aws-lambda';
import { createHandler } from '../../functions/sweep.ts';
import { deliverAlerts } from '../../shared/app/deliver-alerts.ts';
import { sweepAlerts } from '../../shared/app/sweep-alerts.ts';
import { type Instant, instant } from '../../shared/core/base/instant.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { Deliveries, Notifier, StateStore } from '../../shared/ports.ts';
import { lambdaContext } from '../support/lambda.ts';
import { memoryDeliveries } from '../support/memory-deliveries.ts';
import { memoryState } from '../support/memory-state.ts';

const HOUR = 60 * 60 * 1000;
const NOW = instant(Date.UTC(2026, 10, 26, 12));

const batch = (network: string, version: number, at: Instant): DriftBatch => ({
  network,
  version,
  at,
  baseline: true,
  verdict: 'pass',
  summary: { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
  transitions: [],
});

const ago = (hours: number): Instant => instant(NOW - hours * HOUR);

let store: StateStore;
let deliveries: Deliveries;
let told: string[];
let refused: string | undefined;

const notifier: Notifier = {
  name: 'test',
  deliver: async ({ dedupeKey }) => {
    if (dedupeKey === refused) throw new Error('not taken');
    told.push(dedupeKey);
  },
};

const ports = () => ({ store, deliveries, notifiers: [notifier], link: undefined, clock: { now: () => NOW } });

const commit = (one: DriftBatch) =>
  store.commit(one.network, { expectedVersion: one.version - 1, batch: one, findings: [], settledChanges: [] });

beforeEach(async () => {
  store = memoryState();
  deliveries = memoryDeliveries();
  told = [];
  refused = undefined;
  for (const one of [batch('a', 1, ago(72)), batch('a', 2, ago(10)), batch('a', 3, ago(5)), batch('a', 4, ago(0.5))])
    await commit(one);
  await commit(batch('b', 1, ago(3)));
});

describe('the sweep', () => {
  it('tells what was committed and never told, oldest first, neither what is new nor what is old', async () => {
    expect(await sweepAlerts(ports())).toHaveLength(3);

    expect(told).toEqual(['a/2', 'a/3', 'b/1']);
  });

  it('tells nothing twice, and nothing that the stream has told', async () => {
    await deliverAlerts([notifier], batch('a', 2, ago(10)), undefined, deliveries);
    told = [];

    await sweepAlerts(ports());
    await sweepAlerts(ports());

    expect(told).toEqual(['a/3', 'b/1']);
  });

  it('keeps the order of a network whose alert is not taken, and goes on with the others', async () => {
    refused = 'a/2';

    await expect(createHandler(ports)({} as ScheduledEvent, lambdaContext())).rejects.toThrow(/1 networks/);
    expect(told).toEqual(['b/1']);

    refused = undefined;
    await createHandler(ports)({} as ScheduledEvent, lambdaContext());
    expect(told).toEqual(['b/1', 'a/2', 'a/3']);
  });
});
