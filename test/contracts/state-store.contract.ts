import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../shared/core/base/instant.ts';
import type { ChangeEvent } from '../../shared/core/drift/change.ts';
import { MOST_CAUSES } from '../../shared/core/drift/diff.ts';
import type { Reminder } from '../../shared/core/drift/reminder.ts';
import type { DriftBatch, Remembered, Transition } from '../../shared/core/drift/transition.ts';
import type { Commit, StateStore } from '../../shared/ports.ts';

const AT = instant(Date.UTC(2026, 10, 20, 8));

const summary = { pass: 1, fail: 1, unknown: 0, notApplicable: 0, waived: 0 };

export const remembered = (index: number, padding = ''): Remembered => ({
  requirement: `requirement-${index}`,
  subject: `environment@subnet-${index}`,
  title: 'Ä title: "quoted" & <odd>',
  severity: 'required',
  status: 'fail',
  lastKnown: 'fail',
  since: AT,
  cause: `BAD_STATE_ROUTE rtb-${index} forward`,
  reasons: [
    { code: 'BAD_STATE_ROUTE', component: `rtb-${index}`, leg: 'forward', message: `route table is broken ${padding}` },
  ],
  fixes: [],
  incident: { id: `n/${index}/1`, openedAt: AT, lastSeenAt: AT },
});

const transition = (index: number, more: Partial<Transition> = {}): Transition => ({
  kind: 'opened',
  requirement: `requirement-${index}`,
  subject: `environment@subnet-${index}`,
  title: 'title',
  severity: 'required',
  from: 'pass',
  to: 'fail',
  at: AT,
  incident: `n/${index}/2`,
  openedAt: AT,
  reasons: [],
  fixes: [],
  attribution: [],
  ...more,
});

/** One of each kind. */
const REMINDERS: readonly Reminder[] = [
  {
    kind: 'escalated',
    requirement: 'requirement-1',
    subject: 'environment@subnet-1',
    title: 'title',
    severity: 'required',
    at: AT,
    incident: 'n/1/1',
    openedAt: AT,
    unseenSince: AT,
    reasons: [{ code: 'BAD_STATE_ROUTE', component: 'rtb-1', message: 'route table is broken' }],
    fixes: [{ title: 'mend it' }],
    attribution: [
      {
        eventId: 'e1',
        operation: 'DeleteRoute',
        at: AT,
        actor: 'm.keller@example.com',
        tool: 'console',
        objects: ['rtb-1'],
        confidence: 'likely',
      },
    ],
  },
  {
    kind: 'waiver-ends',
    requirement: 'requirement-2',
    subject: 'subnet-2',
    title: 'title',
    severity: 'recommended',
    at: AT,
    reasons: [],
    fixes: [],
    attribution: [],
    waiver: { owner: 'platform', reason: 'resize planned', endsAt: AT },
  },
];

/** Text that no compression makes small; the same for the same seed. */
export function noise(seed: number, words: number): string {
  let state = (seed * 7919 + 17) % 2147483647;
  const next = (): string => {
    state = (state * 48271) % 2147483647;
    return state.toString(36);
  };
  return Array.from({ length: words }, next).join('');
}

/** 50 subjects of each of the 66 requirements break at once, and each of 300 changes may have done it. */
export function greatDrift(words: number): {
  readonly transitions: readonly Transition[];
  readonly changes: readonly ChangeEvent[];
} {
  const changes = Array.from({ length: 300 }, (_, index) => change(`event-${index}-${noise(index, 6)}`, index / 100));
  const transitions = Array.from({ length: 66 * 50 }, (_, index) =>
    transition(index, {
      reasons: [{ code: 'BAD_STATE_ROUTE', component: `rtb-${index}`, leg: 'forward', message: noise(index, words) }],
      attribution: changes
        .slice(index % 290, (index % 290) + MOST_CAUSES)
        .map(({ source: _source, account: _account, region: _region, ...cause }) => ({
          ...cause,
          confidence: 'likely',
        })),
      moreCauses: 290,
    }),
  );
  return { transitions, changes };
}

const batch = (network: string, version: number, transitions: readonly Transition[] = []): DriftBatch => ({
  network,
  version,
  at: instant(AT + version * 60_000),
  baseline: version === 1,
  verdict: 'fail',
  summary,
  transitions,
});

export const commitOf = (
  network: string,
  expectedVersion: number,
  findings: readonly Remembered[],
  transitions: readonly Transition[] = [],
  settledChanges: readonly string[] = [],
): Commit => ({
  expectedVersion,
  batch: batch(network, expectedVersion + 1, transitions),
  findings,
  settledChanges,
});

const change = (eventId: string, minute: number): ChangeEvent => ({
  eventId,
  source: 'aws.ec2',
  operation: 'DeleteNatGateway',
  at: instant(AT + minute * 60_000),
  account: '123456789012',
  region: 'eu-central-1',
  actor: 'm.keller@example.com',
  tool: 'console',
  objects: ['nat-0a1b2c3d'],
  stackRole: 'arn:aws:iam::123456789012:role/stacks',
  stackCall: { effect: 'runs', stack: 'runner-prod', role: 'arn:aws:iam::123456789012:role/stacks' },
});

export interface OpenStore {
  readonly store: StateStore;
  close(): Promise<void>;
}

/** What every `StateStore` must do; each adapter runs it. */
export function stateStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} as a state store`, () => {
    let opened: OpenStore;
    let store: StateStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(() => opened.close());

    it('knows nothing of a network that was never scanned', async () => {
      expect(await store.load('prod')).toEqual({ head: undefined, findings: [], changes: [] });
      expect(await store.networks()).toEqual([]);
      expect(await store.history('prod', 10)).toEqual([]);
    });

    it('gives back what was committed', async () => {
      const findings = [remembered(1), remembered(2)];

      await store.commit('prod', commitOf('prod', 0, findings));

      expect(await store.load('prod')).toEqual({
        head: { network: 'prod', version: 1, verdict: 'fail', summary, lastScanAt: AT + 60_000 },
        findings,
        changes: [],
      });
    });

    it('refuses a stale version and then writes nothing', async () => {
      await store.commit('prod', commitOf('prod', 0, [remembered(1)]));
      const before = await store.load('prod');

      await expect(store.commit('prod', commitOf('prod', 0, [remembered(2)], [transition(2)]))).rejects.toMatchObject({
        fault: 'stale-state',
      });
      await expect(store.commit('prod', commitOf('prod', 5, [remembered(2)], [transition(2)]))).rejects.toMatchObject({
        fault: 'stale-state',
      });

      expect(await store.load('prod')).toEqual(before);
      expect(await store.history('prod', 10)).toHaveLength(1);
    });

    it('lets one of two racing commits win', async () => {
      await store.commit('prod', commitOf('prod', 0, []));

      const outcomes = await Promise.allSettled(
        [1, 2, 3].map((index) => store.commit('prod', commitOf('prod', 1, [remembered(index)], [transition(index)]))),
      );

      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      const state = await store.load('prod');
      const [newest] = await store.history('prod', 1);
      expect(state.head?.version).toBe(2);
      expect(newest?.transitions[0]?.requirement).toBe(state.findings[0]?.requirement);
    });

    it('keeps a change once, oldest first, until a commit settles it', async () => {
      await store.recordChanges('prod', [change('b', 2)]);
      await store.recordChanges('prod', [change('a', 1), change('b', 2), change('a', 1)]);
      expect((await store.load('prod')).changes.map((one) => one.eventId)).toEqual(['a', 'b']);

      await store.recordChanges('prod', [change('late', 3)]);
      await store.commit('prod', commitOf('prod', 0, [], [], ['a', 'b']));

      expect((await store.load('prod')).changes).toEqual([change('late', 3)]);
    });

    it('does not take a settled change for a new one when it is delivered again', async () => {
      await store.recordChanges('prod', [change('a', 1), change('b', 2)]);
      await store.commit('prod', commitOf('prod', 0, [], [], ['a']));

      await store.recordChanges('prod', [change('a', 1), change('b', 2), change('c', 3)]);
      expect((await store.load('prod')).changes.map((one) => one.eventId)).toEqual(['b', 'c']);

      await store.commit('prod', commitOf('prod', 1, [], [], ['b']));
      await store.recordChanges('prod', [change('a', 1)]);
      expect((await store.load('prod')).changes.map((one) => one.eventId)).toEqual(['c']);
    });

    it('settles nothing when the commit is refused', async () => {
      await store.recordChanges('prod', [change('a', 1)]);
      await store.commit('prod', commitOf('prod', 0, []));

      await expect(store.commit('prod', commitOf('prod', 0, [], [], ['a']))).rejects.toMatchObject({
        fault: 'stale-state',
      });

      expect((await store.load('prod')).changes).toHaveLength(1);
    });

    it('keeps the changes of one network from another', async () => {
      await store.recordChanges('prod', [change('a', 1)]);
      await store.commit('staging', commitOf('staging', 0, [], [], ['a']));

      expect((await store.load('prod')).changes).toHaveLength(1);
    });

    it('tells the history newest first, only of scans with news', async () => {
      await store.commit('prod', commitOf('prod', 0, []));
      await store.commit('prod', commitOf('prod', 1, []));
      for (let version = 2; version < 13; version += 1)
        await store.commit('prod', commitOf('prod', version, [], [transition(version)]));
      await store.commit('other', commitOf('other', 0, []));

      expect((await store.history('prod', 100)).map((one) => one.version)).toEqual([
        13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1,
      ]);
      expect((await store.history('prod', 2)).map((one) => one.version)).toEqual([13, 12]);
    });

    it('keeps what people were reminded of, and tells it in the history although nothing has changed', async () => {
      const { incident, ...rest } = remembered(1);
      const findings: readonly Remembered[] = [
        { ...rest, incident: { ...incident, reminded: 2, waivedUntil: AT } as NonNullable<Remembered['incident']> },
        { ...remembered(2), waiver: { endsAt: AT, since: AT, toldAt: AT } },
        {
          ...remembered(3),
          status: 'waived',
          lastKnown: 'waived',
          incident: { id: 'n/3/1', openedAt: AT, lastSeenAt: AT, isWaived: true },
          waiver: { endsAt: AT, since: AT },
        },
      ];
      const commit = commitOf('prod', 1, findings);
      await store.commit('prod', commitOf('prod', 0, []));

      await store.commit('prod', { ...commit, batch: { ...commit.batch, reminders: REMINDERS } });

      expect((await store.load('prod')).findings).toEqual(findings);
      expect(await store.history('prod', 1)).toMatchObject([{ version: 2, transitions: [], reminders: REMINDERS }]);
    });

    it('lists networks by name', async () => {
      for (const name of ['prod-eu', 'a', 'prod']) await store.commit(name, commitOf(name, 0, []));

      expect((await store.networks()).map((head) => head.network)).toEqual(['a', 'prod', 'prod-eu']);
    });

    it('commits a thousand long findings whole', async () => {
      const findings = Array.from({ length: 1000 }, (_, index) => remembered(index, `${Math.sin(index)} `.repeat(60)));

      await store.commit('prod', commitOf('prod', 0, findings));
      expect((await store.load('prod')).findings).toEqual(findings);

      await store.commit('prod', commitOf('prod', 1, findings.slice(0, 3)));
      expect((await store.load('prod')).findings).toEqual(findings.slice(0, 3));
    });

    it('commits a drift of any size whole, with who may have caused it', async () => {
      const { transitions, changes } = greatDrift(40);
      const findings = Array.from({ length: 1000 }, (_, index) => remembered(index, noise(index, 150)));
      await store.recordChanges('prod', changes);
      await store.commit('prod', commitOf('prod', 0, []));

      const settled = changes.map((one) => one.eventId);
      await store.commit('prod', commitOf('prod', 1, findings, transitions, settled));

      const state = await store.load('prod');
      expect(state.head?.version).toBe(2);
      expect(state.changes).toEqual([]);
      expect(state.findings).toEqual(findings);
      const [newest] = await store.history('prod', 1);
      expect(newest?.transitions).toEqual(transitions);
    });
  });
}
