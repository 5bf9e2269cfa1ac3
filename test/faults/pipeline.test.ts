import { describe, expect, it, jest } from '@jest/globals';
import { instant, toIso } from '../../shared/core/base/instant.ts';
import * as snapshots from '../../shared/core/facts/snapshot.ts';
import * as scans from '../../shared/core/requirements/scan.ts';
import { bundleOf, networkOf } from './account.ts';
import { type Judge, violations } from './invariants.ts';
import { World } from './world.ts';

/** How many runs, and with which seeds; both are told when a run fails. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 200);
const SEED = Number(process.env['FAULT_SEED'] ?? 1);

// Judging is pure and the same few networks occur in every run, so what was found out once is kept. Everything else is the real code.
const { parseBundle } = snapshots;
const { scanNetwork } = scans;
const snapshotOf = new WeakMap<object, ReturnType<typeof parseBundle>>();
const reports = new WeakMap<object, WeakMap<object, ReturnType<typeof scanNetwork>>>();

jest.unstable_mockModule('../../shared/core/facts/snapshot.ts', () => ({
  ...snapshots,
  parseBundle: (bundle: object) => {
    const known = snapshotOf.get(bundle) ?? parseBundle(bundle);
    snapshotOf.set(bundle, known);
    return known;
  },
}));
jest.unstable_mockModule('../../shared/core/requirements/scan.ts', () => ({
  ...scans,
  scanNetwork: (...[snapshot, network, at]: Parameters<typeof scanNetwork>) => {
    const ofNetwork = reports.get(snapshot) ?? new WeakMap<object, ReturnType<typeof scanNetwork>>();
    reports.set(snapshot, ofNetwork);
    const known = ofNetwork.get(network) ?? scanNetwork(snapshot, network, at);
    ofNetwork.set(network, known);
    return { ...known, evaluatedAt: toIso(at) };
  },
}));

const { scanBatch } = await import('../../shared/app/scan-batch.ts');
const { deliverAlerts, inOrder } = await import('../../shared/app/deliver-alerts.ts');
const judged = await import('../../shared/core/requirements/scan.ts');
const parsed = await import('../../shared/core/facts/snapshot.ts');

const judge: Judge = (network, wrong) =>
  judged.scanNetwork(
    parsed.parseBundle(bundleOf(wrong)),
    networkOf(network, wrong.includes('waiver')),
    instant(Date.UTC(2026, 10, 20)),
  );

const BLOCK = 50;

describe(`the pipeline under faults, ${RUNS} runs from seed ${SEED}`, () => {
  let kinds = new Set<string>();

  it.each(Array.from({ length: Math.ceil(RUNS / BLOCK) }, (_, index) => SEED + index * BLOCK))(
    'loses nothing and invents nothing, seeds from %d',
    async (first) => {
      for (let seed = first; seed < Math.min(first + BLOCK, SEED + RUNS); seed += 1) {
        const world = new World(seed, { scanBatch, deliverAlerts, inOrder });
        await world.run();
        const found = await violations(world, judge);
        if (found.length > 0)
          throw new Error(`seed ${seed} (FAULT_SEED=${seed} FAULT_RUNS=1):\n${found.slice(0, 8).join('\n')}`);
        kinds = new Set([
          ...kinds,
          ...world.commits.flatMap(({ batch }) => batch.transitions.map((one) => `${one.kind} to ${one.to}`)),
          ...world.commits.flatMap(({ batch }) => (batch.reminders ?? []).map((one) => one.kind)),
        ]);
      }
    },
    600_000,
  );

  it('has met every kind of news', () => {
    if (RUNS < 200) return;
    expect([...kinds].sort()).toEqual(
      expect.arrayContaining([
        'changed to fail',
        'changed to pass',
        'changed to waived',
        'escalated',
        'lost-sight to unknown',
        'opened to fail',
        'regained-sight to fail',
        'regained-sight to pass',
        'reminder',
        'resolved to pass',
      ]),
    );
  });
});
