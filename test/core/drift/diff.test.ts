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

  it('opens again when a waiver has ended', () => {
    expect(kinds(play([{ a: 'waived' }, { a: 'fail' }, { a: 'waived' }, { a: 'pass' }]))).toEqual([
      [],
      ['opened'],
      ['changed'],
      ['resolved'],
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

const marks = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom<Mark>('pass', 'fail', 'fail-otherwise', 'unknown', 'waived'),
  { noNullPrototype: true },
);

describe('diff, whatever happens', () => {
  it('closes every opened incident exactly once, and only what was opened or found at the baseline', () => {
    fc.assert(
      fc.property(fc.array(marks, { minLength: 1, maxLength: 8 }), (steps) => {
        const open = new Set<string>();
        const closed = new Set<string>();
        let remembered: readonly Remembered[] = [];
        steps.forEach((step, index) => {
          const drift = diff(remembered, report(step), [], at(index), index + 1);
          if (index === 0) for (const one of drift.findings) if (one.incident) open.add(one.incident.id);
          for (const transition of drift.batch.transitions) {
            if (transition.kind === 'opened') {
              expect(open.has(transition.incident)).toBe(false);
              open.add(transition.incident);
            }
            if (transition.kind === 'resolved' || transition.kind === 'gone') {
              expect(closed.has(transition.incident)).toBe(false);
              closed.add(transition.incident);
            }
          }
          remembered = drift.findings;
        });
        const failing = remembered.filter((one) => one.status === 'fail');
        for (const one of failing) expect(one.incident && !closed.has(one.incident.id)).toBe(true);
      }),
    );
  });

  it('finds no news in the same report, and does not mind its order', () => {
    fc.assert(
      fc.property(marks, (step) => {
        const first = diff([], report(step), [], at(0), 1);
        expect(diff(first.findings, report(step), [], at(1), 2).batch.transitions).toEqual([]);
        const turned = Object.fromEntries(Object.entries(step).reverse());
        expect(diff([], report(turned), [], at(0), 1).findings).toEqual(first.findings);
      }),
    );
  });
});

describe('attribution', () => {
  const change = (eventId: string, objects: readonly string[]): ChangeEvent => ({
    eventId,
    operation: 'DeleteNatGateway',
    at: at(0),
    account: '1',
    region: 'r',
    actor: 'm.keller@example.com',
    tool: 'console',
    objects,
  });
  const attributionWith = (changes: readonly ChangeEvent[]) => {
    const before = diff([], report({ a: 'pass' }), [], at(0), 1);
    return diff(before.findings, report({ a: 'fail' }), changes, at(1), 2).batch.transitions[0]?.attribution.map(
      (one) => [one.eventId, one.confidence],
    );
  };

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

  it('only calls it possible when nothing matches', () => {
    expect(attributionWith([change('e1', ['sg-00000001'])])).toEqual([['e1', 'possible']]);
    expect(attributionWith([])).toEqual([]);
  });
});
