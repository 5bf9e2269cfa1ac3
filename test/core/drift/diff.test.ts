import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, instant } from '../../../shared/core/base/instant.ts';
import type { ChangeEvent } from '../../../shared/core/drift/change.ts';
import { diff } from '../../../shared/core/drift/diff.ts';
import type { Remembered, Transition } from '../../../shared/core/drift/transition.ts';
import type { Finding, ScanReport } from '../../../shared/core/requirements/report.ts';

const T0 = Date.UTC(2026, 10, 20, 2);
const at = (minute: number): Instant => instant(T0 + minute * 60_000);

type Mark = 'pass' | 'fail' | 'fail-otherwise' | 'unknown' | 'waived';

const finding = (subject: string, mark: Mark): Finding => ({
  subject,
  verdict: mark === 'fail-otherwise' ? 'fail' : mark,
  reasons:
    mark === 'pass'
      ? []
      : [
          {
            code: mark === 'unknown' ? 'X_FACT_UNREADABLE' : 'BAD_STATE_ROUTE',
            component: mark === 'fail-otherwise' ? 'rtb-2' : 'rtb-1',
            leg: 'forward',
            message: 'route table `rtb-1` sends it to `nat-0a1b2c3d`',
          },
        ],
  fixes: [],
});

/** A report with one requirement; `marks` by subject. */
function report(marks: Readonly<Record<string, Mark>>, gaps: ScanReport['gaps'] = []): ScanReport {
  const findings = Object.entries(marks).map(([subject, mark]) => finding(subject, mark));
  const verdicts = findings.map((one) => one.verdict);
  const verdict = verdicts.includes('fail') ? 'fail' : verdicts.includes('unknown') ? 'unknown' : 'pass';
  return {
    schemaVersion: 1,
    network: 'prod',
    catalogue: 'c',
    collectedAt: null,
    evaluatedAt: '',
    verdict,
    summary: { pass: 0, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
    requirements: [{ id: 'egress', severity: 'required', verdict, title: 'Egress', source: [], findings }],
    gaps,
    waivers: [],
  };
}

/** Runs scans one after the other, a minute apart, and tells what each announced. */
function play(steps: readonly (Readonly<Record<string, Mark>> | ScanReport)[]): readonly (readonly Transition[])[] {
  let remembered: readonly Remembered[] = [];
  return steps.map((step, index) => {
    const drift = diff(
      remembered,
      'schemaVersion' in step ? (step as ScanReport) : report(step),
      [],
      at(index),
      index + 1,
    );
    remembered = drift.findings;
    return drift.batch.transitions;
  });
}

const kinds = (all: readonly (readonly Transition[])[]): readonly string[][] =>
  all.map((one) => one.map((transition) => transition.kind));

describe('diff', () => {
  it('announces nothing at the baseline, whatever fails', () => {
    expect(kinds(play([{ a: 'fail', b: 'unknown', c: 'pass' }]))).toEqual([[]]);
  });

  it('opens, tells a new cause, and resolves with the time it was open', () => {
    const [, opened, changed, resolved] = play([{ a: 'pass' }, { a: 'fail' }, { a: 'fail-otherwise' }, { a: 'pass' }]);

    expect(opened?.map((one) => [one.kind, one.from, one.to])).toEqual([['opened', 'pass', 'fail']]);
    expect(changed?.map((one) => [one.kind, one.incident])).toEqual([['changed', opened?.[0]?.incident]]);
    expect(resolved?.map((one) => [one.kind, one.incident, one.openedAt, one.at])).toEqual([
      ['resolved', opened?.[0]?.incident, at(1), at(3)],
    ]);
  });

  it('says nothing while nothing changes', () => {
    expect(kinds(play([{ a: 'fail' }, { a: 'fail' }, { a: 'fail' }]))).toEqual([[], [], []]);
  });

  it('keeps fail, unknown, fail one incident', () => {
    const [, opened, lost, again, resolved] = play([
      { a: 'pass' },
      { a: 'fail' },
      { a: 'unknown' },
      { a: 'fail' },
      { a: 'pass' },
    ]);

    expect([lost?.[0]?.kind, again?.[0]?.kind, resolved?.[0]?.kind]).toEqual([
      'lost-sight',
      'regained-sight',
      'resolved',
    ]);
    expect(new Set([opened, lost, again, resolved].map((one) => one?.[0]?.incident)).size).toBe(1);
    expect(resolved?.[0]?.openedAt).toBe(at(1));
  });

  it('never resolves by losing sight', () => {
    const gaps = [{ operation: 'DescribeRouteTables', code: 'UnauthorizedOperation' }];
    const hidden: ScanReport = { ...report({}, gaps), requirements: report({ other: 'unknown' }).requirements };

    const steps = play([{ a: 'pass' }, { a: 'fail' }, hidden, { a: 'fail' }]);

    expect(kinds(steps)[2]).toContain('lost-sight');
    expect(kinds(steps).flat()).not.toContain('resolved');
    expect(kinds(steps).flat()).not.toContain('gone');
  });

  it('resolves a baseline failure with its time', () => {
    const [, resolved] = play([{ a: 'fail' }, { a: 'pass' }]);

    expect(resolved?.map((one) => [one.kind, one.openedAt])).toEqual([['resolved', at(0)]]);
  });

  it('tells a failing subject that is gone, and not a passing one', () => {
    expect(kinds(play([{ a: 'pass', b: 'pass' }, { a: 'fail', b: 'pass' }, {}]))).toEqual([[], ['opened'], ['gone']]);
  });

  it('keeps one incident through a waiver, tells its beginning, and opens it again at its end', () => {
    const [, opened, waived, ended, resolved] = play([
      { a: 'pass' },
      { a: 'fail' },
      { a: 'waived' },
      { a: 'fail' },
      { a: 'pass' },
    ]);

    expect([opened, waived, ended, resolved].map((one) => one?.map(({ kind, from, to }) => [kind, from, to]))).toEqual([
      [['opened', 'pass', 'fail']],
      [['changed', 'fail', 'waived']],
      [['opened', 'waived', 'fail']],
      [['resolved', 'fail', 'pass']],
    ]);
    expect(new Set([opened, waived, ended, resolved].map((one) => one?.[0]?.incident)).size).toBe(1);
    expect(ended?.[0]?.openedAt).toBe(at(1));
    expect(waived?.[0]?.fixes).toEqual([]);
  });

  it('neither opens nor mends what was waived from the start, until the waiver ends', () => {
    expect(kinds(play([{ a: 'waived' }, { a: 'pass' }, { a: 'waived' }, {}]))).toEqual([[], [], [], []]);
    expect(kinds(play([{ a: 'waived' }, { a: 'fail' }, { a: 'waived' }, { a: 'pass' }]))).toEqual([
      [],
      ['opened'],
      ['changed'],
      ['resolved'],
    ]);
  });

  it('tells what is wrong now when a failing subject can be seen again', () => {
    const [, , again] = play([{ a: 'fail' }, { a: 'unknown' }, { a: 'fail' }]);

    expect(again?.map(({ kind, to, reasons }) => [kind, to, reasons[0]?.code])).toEqual([
      ['regained-sight', 'fail', 'BAD_STATE_ROUTE'],
    ]);
  });

  it('counts what fails, also out of sight, and not what is waived', () => {
    const first = diff([], report({ a: 'fail', b: 'fail', c: 'waived', d: 'pass' }), [], at(0), 1);
    const second = diff(first.findings, report({ a: 'unknown', b: 'pass', c: 'waived', d: 'pass' }), [], at(1), 2);
    const third = diff(second.findings, report({ a: 'pass', b: 'pass', c: 'waived', d: 'pass' }), [], at(2), 3);

    expect([first, second, third].map((one) => one.batch.failing)).toEqual([
      [{ requirement: 'egress', title: 'Egress', subjects: 2 }],
      [{ requirement: 'egress', title: 'Egress', subjects: 1 }],
      [],
    ]);
  });

  it('never announces informational requirements', () => {
    const informational = (mark: Mark): ScanReport => ({
      ...report({ a: mark }),
      requirements: report({ a: mark }).requirements.map((one) => ({ ...one, severity: 'informational' as const })),
    });

    expect(kinds(play([informational('pass'), informational('fail')]))).toEqual([[], []]);
  });
});

describe('a subject that is no longer judged', () => {
  const subnet = 'environment@subnet-0a1b2c3d';
  const without = (gap: ScanReport['gaps'][number], marks: Readonly<Record<string, Mark>>): readonly string[] => {
    const first = diff([], report({ ...marks, [subnet]: 'fail' }), [], at(0), 1);
    return diff(first.findings, report(marks, [gap]), [], at(1), 2).batch.transitions.map(
      (one) => `${one.kind} ${one.subject}`,
    );
  };
  const refused = { code: 'UnauthorizedOperation' };

  it('is only out of sight when the call that lists it was refused, although another subject still fails', () => {
    expect(without({ operation: 'DescribeSubnets', ...refused }, { other: 'fail' })).toEqual([`lost-sight ${subnet}`]);
    expect(
      without({ operation: 'DescribeSubnets', resourceId: 'subnet-0a1b2c3d', ...refused }, { other: 'fail' }),
    ).toEqual([`lost-sight ${subnet}`]);
  });

  it('is only out of sight when anything is missing and nothing of the requirement is judged', () => {
    expect(without({ operation: 'DescribeVpcEndpoints', ...refused }, {})).toEqual([`lost-sight ${subnet}`]);
  });

  it('is only out of sight while the requirement is unknown elsewhere', () => {
    const first = diff([], report({ a: 'fail', b: 'pass' }), [], at(0), 1);

    expect(
      diff(first.findings, report({ b: 'unknown' }), [], at(1), 2).batch.transitions.map((one) => one.kind),
    ).toEqual(['lost-sight', 'lost-sight']);
  });

  it('is gone when what could not be seen is something else', () => {
    expect(without({ operation: 'DescribeTransitGateways', ...refused }, { other: 'pass' })).toEqual([
      `gone ${subnet}`,
    ]);
    expect(
      without({ operation: 'DescribeSubnets', resourceId: 'subnet-0f0f0f0f', ...refused }, { other: 'pass' }),
    ).toEqual([`gone ${subnet}`]);
  });
});

const marks = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom<Mark>('pass', 'fail', 'fail-otherwise', 'unknown', 'waived'),
  { noNullPrototype: true },
);

const GAPS: ScanReport['gaps'] = [{ operation: 'DescribeRouteTables', code: 'UnauthorizedOperation' }];

/** Any scan: what is judged, and whether something could not be seen. */
const scans = fc
  .tuple(marks, fc.boolean())
  .map(([step, hasGaps]) => ({ step, scan: report(step, hasGaps ? GAPS : []), hasGaps }));

const isFailing = (mark: Mark | undefined): boolean => mark === 'fail' || mark === 'fail-otherwise';

/** One subject, every memory that it can have, and every answer of the next scan. `!` marks the end of an incident. */
const STATE_MACHINE = `
  before                           absent  pass              fail              waived            unknown
  absent                           -       -                 opened            -                 lost-sight
  pass                             -       -                 opened            -                 lost-sight
  fail                             gone!   resolved!         -                 changed           lost-sight
  waived                           -       -                 opened            -                 lost-sight
  fail waived                      gone!   resolved!         opened            -                 lost-sight
  unknown                          -       regained-sight    opened            regained-sight    -
  pass unknown                     -       regained-sight    opened            regained-sight    -
  fail unknown                     gone!   resolved!         regained-sight    changed           -
  waived unknown                   -       regained-sight    opened            regained-sight    -
  fail waived unknown              gone!   resolved!         opened            regained-sight    -
  fail unknown waived              gone!   resolved!         opened            -                 lost-sight
  fail unknown fail                gone!   resolved!         -                 changed           lost-sight
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s{2,}/));

describe('the state machine', () => {
  const [header = [], ...rows] = STATE_MACHINE;
  const cases = rows.flatMap(([before = '', ...cells]) =>
    cells.map((cell, column) => [before, header[column + 1] ?? '', cell] as const),
  );

  it('is asked of every pair', () => {
    const marks = ['absent', 'pass', 'fail', 'waived', 'unknown'];
    expect(marks.flatMap((from) => marks.map((to) => `${from} ${to}`)).sort()).toEqual(
      cases.flatMap(([before, now]) => (marks.includes(before) ? [`${before} ${now}`] : [])).sort(),
    );
  });

  it.each(cases)('%s, then %s: %s', (before, now, cell) => {
    const step = (mark: string): Readonly<Record<string, Mark>> => (mark === 'absent' ? {} : { a: mark as Mark });
    const history = before.split(' ');
    const told = play([...history, now].map(step));
    const last = told.at(-1) ?? [];
    const was = play(history.map(step));
    const isOpen = before.split(' ').includes('fail');

    expect(last.map((one) => one.kind).join()).toBe(cell === '-' ? '' : cell.replace('!', ''));
    const after = play([...history, now, 'fail', 'pass'].map(step));
    const closing = after.flat().filter((one) => one.kind === 'resolved' || one.kind === 'gone');
    // What is open stays the same incident until it is closed, and what comes after it is another.
    expect(new Set(closing.map((one) => one.incident)).size).toBe(isOpen && cell.endsWith('!') ? 2 : 1);
    expect(was.flat().some((one) => one.kind === 'resolved' || one.kind === 'gone')).toBe(false);
  });
});

describe('a requirement that fails in several subjects', () => {
  it('is mended when no failing subject is left, and not before', () => {
    const [, both, one, last] = play([
      { a: 'pass', b: 'pass' },
      { a: 'fail', b: 'fail' },
      { a: 'pass', b: 'fail' },
      { a: 'pass', b: 'pass' },
    ]);

    expect(both?.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['opened', 'a'],
      ['opened', 'b'],
    ]);
    expect(one?.map(({ kind, subject, from, to }) => [kind, subject, from, to])).toEqual([
      ['changed', 'a', 'fail', 'pass'],
    ]);
    expect(last?.map(({ kind, subject }) => [kind, subject])).toEqual([['resolved', 'b']]);
    expect(new Set([...(both ?? []), ...(one ?? []), ...(last ?? [])].map((each) => each.incident)).size).toBe(1);
  });

  it('is mended once when all are mended together, or the last one is gone', () => {
    expect(
      kinds(
        play([
          { a: 'fail', b: 'fail' },
          { a: 'pass', b: 'pass' },
        ]),
      ),
    ).toEqual([[], ['resolved', 'resolved']]);
    expect(
      kinds(play([{ a: 'fail', b: 'fail', c: 'pass' }, { a: 'pass', c: 'pass', b: 'fail' }, { c: 'pass' }])),
    ).toEqual([[], ['changed'], ['gone']]);
    expect(kinds(play([{ a: 'fail', b: 'fail' }, { b: 'fail' }]))).toEqual([[], ['changed']]);
  });

  it('is not mended while one that failed is out of sight', () => {
    expect(
      kinds(
        play([
          { a: 'fail', b: 'fail' },
          { a: 'pass', b: 'unknown' },
          { a: 'pass', b: 'pass' },
        ]),
      ),
    ).toEqual([[], ['changed', 'lost-sight'], ['resolved']]);
  });

  it('is mended when only waived subjects are left, which then wait for nothing', () => {
    const steps = play([
      { a: 'fail', b: 'fail' },
      { a: 'fail', b: 'waived' },
      { a: 'pass', b: 'waived' },
      { a: 'pass', b: 'pass' },
    ]);

    expect(kinds(steps)).toEqual([[], ['changed'], ['resolved'], []]);
  });

  it('opens another incident when it breaks after it was mended', () => {
    const [, first, , second] = play([{ a: 'pass' }, { a: 'fail' }, { a: 'pass' }, { a: 'fail' }]);

    expect(second?.[0]?.kind).toBe('opened');
    expect(second?.[0]?.incident).not.toBe(first?.[0]?.incident);
  });

  it('remembers when the incident began and when it was last seen', () => {
    let remembered: readonly Remembered[] = [];
    const seen = [
      { a: 'fail' as Mark },
      { a: 'unknown' as Mark },
      { a: 'fail' as Mark, b: 'fail' as Mark },
      { a: 'unknown' as Mark, b: 'unknown' as Mark },
    ].map((step, index) => {
      remembered = diff(remembered, report(step), [], at(index), index + 1).findings;
      return remembered.map(({ incident }) => [incident?.openedAt, incident?.lastSeenAt]);
    });

    expect(seen).toEqual([
      [[at(0), at(0)]],
      [[at(0), at(0)]],
      [
        [at(0), at(2)],
        [at(0), at(2)],
      ],
      [
        [at(0), at(2)],
        [at(0), at(2)],
      ],
    ]);
  });
});

describe('diff, whatever happens', () => {
  it('closes an incident once, when nothing fails any more, and opens none while one is open', () => {
    fc.assert(
      fc.property(fc.array(scans, { minLength: 1, maxLength: 10 }), (steps) => {
        let open: string | undefined;
        const everOpened = new Set<string>();
        let remembered: readonly Remembered[] = [];
        steps.forEach(({ scan }, index) => {
          const drift = diff(remembered, scan, [], at(index), index + 1);
          const { transitions } = drift.batch;
          const held = new Set(drift.findings.flatMap(({ incident }) => incident?.id ?? []));
          expect(held.size).toBeLessThanOrEqual(1);
          const [now] = held;
          for (const { kind, incident, from, to } of transitions) {
            if (kind === 'opened') expect(incident).toBe(now);
            if (kind === 'changed') expect(incident).toBe(open);
            if (kind === 'resolved' || kind === 'gone') expect(incident).toBe(open);
            if (from === 'fail' || to === 'fail') expect([open, now]).toContain(incident);
          }
          const isClosed = transitions.some(({ kind }) => kind === 'resolved' || kind === 'gone');
          expect(isClosed).toBe(open !== undefined && now !== open);
          if (isClosed) expect(drift.findings.some((one) => one.lastKnown === 'fail')).toBe(false);
          if (now !== undefined && now !== open) {
            expect(everOpened.has(now)).toBe(false);
            expect(index === 0 || transitions.some(({ kind }) => kind === 'opened')).toBe(true);
            everOpened.add(now);
          }
          open = now;
          remembered = drift.findings;
          for (const one of remembered) if (one.lastKnown === 'fail') expect(one.incident?.id).toBe(now);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never closes an incident of what is unknown, or is missing while something cannot be seen', () => {
    fc.assert(
      fc.property(scans, scans, scans, (first, second, third) => {
        const one = diff([], first.scan, [], at(0), 1);
        const two = diff(one.findings, second.scan, [], at(1), 2);
        const three = diff(two.findings, third.scan, [], at(2), 3);
        for (const { kind, subject } of three.batch.transitions) {
          if (kind !== 'resolved' && kind !== 'gone') continue;
          expect(third.step[subject]).not.toBe('unknown');
          if (third.hasGaps) expect(third.step[subject]).toBe('pass');
        }
        for (const subject of Object.keys(first.step))
          if (isFailing(first.step[subject]) && second.hasGaps && second.step[subject] === undefined)
            expect(two.findings.find((finding) => finding.subject === subject)).toMatchObject({
              status: 'unknown',
              lastKnown: 'fail',
              incident: { id: one.findings.find((finding) => finding.subject === subject)?.incident?.id },
            });
      }),
      { numRuns: 500 },
    );
  });

  it('finds no news in the same report, and does not mind its order', () => {
    fc.assert(
      fc.property(scans, scans, ({ scan }, later) => {
        const first = diff([], scan, [], at(0), 1);
        expect(diff(first.findings, scan, [], at(1), 2).batch.transitions).toEqual([]);
        const turned = {
          ...later.scan,
          requirements: later.scan.requirements.map((one) => ({ ...one, findings: [...one.findings].reverse() })),
        };
        expect(diff([...first.findings].reverse(), turned, [], at(1), 2)).toEqual(
          diff(first.findings, later.scan, [], at(1), 2),
        );
      }),
    );
  });
});

describe('attribution', () => {
  const change = (eventId: string, objects: readonly string[]): ChangeEvent => ({
    eventId,
    source: 'aws.ec2',
    operation: 'DeleteNatGateway',
    at: at(0),
    account: '1',
    region: 'r',
    actor: 'm.keller@example.com',
    tool: 'console',
    objects,
  });
  const driftWith = (changes: readonly ChangeEvent[], minute = 1) => {
    const before = diff([], report({ a: 'pass' }), [], at(0), 1);
    return diff(before.findings, report({ a: 'fail' }), changes, at(minute), 2);
  };
  const attributionWith = (changes: readonly ChangeEvent[]) =>
    driftWith(changes).batch.transitions[0]?.attribution.map((one) => [one.eventId, one.confidence]);

  it('is certain of the one change that names an object of the reason', () => {
    expect(attributionWith([change('e1', ['nat-0a1b2c3d']), change('e2', ['sg-00000001'])])).toEqual([
      ['e1', 'certain'],
    ]);
  });

  it('is less sure of several', () => {
    expect(attributionWith([change('e1', ['nat-0a1b2c3d']), change('e2', ['rtb-1', 'nat-0a1b2c3d'])])).toEqual([
      ['e1', 'likely'],
      ['e2', 'likely'],
    ]);
  });

  it('calls it likely when the change is about the same kind of object, and leaves others out', () => {
    expect(attributionWith([change('e1', ['sg-00000001']), change('e2', ['rtb-0f0f0f0f'])])).toEqual([
      ['e2', 'likely'],
    ]);
  });

  it('only calls it possible when nothing matches', () => {
    expect(attributionWith([change('e1', ['sg-00000001'])])).toEqual([['e1', 'possible']]);
    expect(attributionWith([])).toEqual([]);
  });

  it('keeps a change a while for an effect that shows late, and tells it once', () => {
    const changes = [change('e1', ['nat-0a1b2c3d']), change('e2', ['sg-00000001'])];

    expect(driftWith(changes).settledChanges).toEqual(['e1']);
    expect(driftWith(changes, 15).settledChanges).toEqual(['e1', 'e2']);
    expect(diff([], report({ a: 'pass' }), changes, at(0), 1).settledChanges).toEqual(['e1', 'e2']);
  });

  it('tells the newest of very many, and how many more there are', () => {
    const changes = Array.from({ length: 300 }, (_, index) => ({
      ...change(`e${String(index).padStart(3, '0')}`, ['nat-0a1b2c3d']),
      at: at(index / 600),
    }));

    const [transition] = driftWith(changes).batch.transitions;

    expect(transition?.attribution.map((one) => one.eventId)).toEqual(changes.slice(-10).map((one) => one.eventId));
    expect(transition?.moreCauses).toBe(290);
    expect(driftWith(changes).settledChanges).toHaveLength(300);
  });

  it('is remembered with the incident as long as it is open', () => {
    const opened = driftWith([change('e1', ['nat-0a1b2c3d']), change('e2', ['sg-00000001'])]);
    const later = diff(opened.findings, report({ a: 'unknown' }), [change('e3', ['nat-0a1b2c3d'])], at(2), 3);
    const baseline = diff([], report({ a: 'fail' }), [change('e1', ['nat-0a1b2c3d'])], at(0), 1);

    for (const drift of [opened, later])
      expect(drift.findings[0]?.incident?.openedBy?.map((one) => [one.eventId, one.confidence])).toEqual([
        ['e1', 'certain'],
      ]);
    expect(baseline.findings[0]?.incident?.openedBy).toBeUndefined();
  });

  it('blames no change for a waiver, and keeps the change for what it does', () => {
    const before = diff([], report({ a: 'fail' }), [], at(0), 1);
    const changes = [change('e1', ['nat-0a1b2c3d'])];
    const waived = diff(before.findings, report({ a: 'waived' }), changes, at(1), 2);
    const ended = diff(waived.findings, report({ a: 'fail' }), changes, at(2), 3);

    expect([waived, ended].map((one) => one.batch.transitions[0]?.attribution)).toEqual([[], []]);
    expect([waived, ended].map((one) => one.settledChanges)).toEqual([[], []]);
  });

  it('names who mended it by what was wrong before', () => {
    const before = diff([], report({ a: 'fail' }), [], at(0), 1);
    const { transitions } = diff(before.findings, report({ a: 'pass' }), [change('e1', ['rtb-1'])], at(1), 2).batch;

    expect(transitions[0]?.attribution.map((one) => [one.eventId, one.confidence])).toEqual([['e1', 'certain']]);
  });
});
