import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instant } from '../../../shared/core/base/instant.ts';
import type { ChangeEvent } from '../../../shared/core/drift/change.ts';
import { diff } from '../../../shared/core/drift/diff.ts';
import { withReminders } from '../../../shared/core/drift/remind.ts';
import type { Reminder } from '../../../shared/core/drift/reminder.ts';
import { toStored } from '../../../shared/core/drift/stored-batch.ts';
import { batchOf, rememberedOf } from '../../../shared/core/drift/stored-shape.ts';
import type { DriftBatch, Remembered } from '../../../shared/core/drift/transition.ts';
import type { Finding, ScanReport, Severity } from '../../../shared/core/requirements/report.ts';
import type { Waiver } from '../../../shared/core/requirements/watch-file.ts';

const T0 = Date.UTC(2026, 10, 2);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Mark = 'pass' | 'fail' | 'unknown' | 'waived';

interface Scan {
  /** Hours since the first scan. */
  readonly hour: number;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly severity?: Severity;
  readonly waivers?: readonly Waiver[];
  readonly changes?: readonly ChangeEvent[];
}

const finding = (subject: string, verdict: Mark): Finding => ({
  subject,
  verdict,
  reasons: verdict === 'pass' ? [] : [{ code: 'BAD_STATE_ROUTE', component: 'rtb-1', message: `it is ${verdict}` }],
  fixes: verdict === 'fail' ? [{ title: 'mend the route' }] : [],
});

const report = ({ marks, severity = 'required' }: Scan): ScanReport => ({
  schemaVersion: 1,
  network: 'prod',
  catalogue: 'c',
  collectedAt: null,
  evaluatedAt: '',
  verdict: 'fail',
  summary: { pass: 0, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
  requirements: [
    {
      id: 'egress',
      severity,
      verdict: 'fail',
      title: 'Egress',
      source: [],
      findings: Object.entries(marks).map(([subject, mark]) => finding(subject, mark)),
    },
  ],
  gaps: [],
  waivers: [],
});

/** Scans one after the other; what is remembered goes through the check of the stores each time. */
function play(scans: readonly Scan[]): readonly DriftBatch[] {
  let remembered: readonly Remembered[] = [];
  return scans.map((scan, index) => {
    const at = instant(T0 + Math.round(scan.hour * HOUR));
    const drift = withReminders(diff(remembered, report(scan), scan.changes ?? [], at, index + 1), scan.waivers ?? []);
    remembered = rememberedOf(JSON.parse(JSON.stringify(drift.findings)));
    return drift.batch;
  });
}

const kinds = (scans: readonly Scan[]): readonly string[] =>
  play(scans).map(({ reminders = [] }) => reminders.map(({ kind }) => kind).join());

const failing = (hour: number): Scan => ({ hour, marks: { a: 'fail' } });
const MINUTES = 1 / 60;

/** Hours at which a requirement that fails from the first scan on is looked at, and what is told then. */
const CLOCK: readonly (readonly [string, readonly (readonly [number, string])[]])[] = [
  [
    'nothing before a day',
    [
      [0, ''],
      [12, ''],
      [24 - MINUTES, ''],
    ],
  ],
  [
    'a day, to the minute',
    [
      [0, ''],
      [24, 'reminder'],
    ],
  ],
  [
    'once, however often it is looked at',
    [
      [0, ''],
      [24, 'reminder'],
      [24.25, ''],
      [48, ''],
      [72 - MINUTES, ''],
    ],
  ],
  [
    'escalated after three days, once and then never again',
    [
      [0, ''],
      [24.2, 'reminder'],
      [72, 'escalated'],
      [73, ''],
      [500, ''],
    ],
  ],
  [
    'only the escalation after an outage',
    [
      [0, ''],
      [90, 'escalated'],
      [91, ''],
      [400, ''],
    ],
  ],
  [
    'the reminder after a short outage, and the escalation at its own time',
    [
      [0, ''],
      [71, 'reminder'],
      [72, 'escalated'],
    ],
  ],
];

describe('what is required and stays broken', () => {
  it.each(CLOCK)('%s', (_, looks) => {
    expect(kinds(looks.map(([hour]) => failing(hour)))).toEqual(looks.map(([, told]) => told));
  });

  it('is told from when it broke, not from the first scan', () => {
    expect(
      kinds([{ hour: 0, marks: { a: 'pass' } }, failing(10), failing(24), failing(34 - MINUTES), failing(34)]),
    ).toEqual(['', '', '', '', 'reminder']);
  });

  it('is told with its incident, who may have opened it, what is wrong and what to do, for each place', () => {
    const change: ChangeEvent = {
      eventId: 'e1',
      source: 'aws.ec2',
      operation: 'DeleteRoute',
      at: instant(T0 + HOUR),
      account: '1',
      region: 'eu-central-1',
      actor: 'm.keller@example.com',
      tool: 'console',
      objects: ['rtb-1'],
    };
    const [, opened, told] = play([
      { hour: 0, marks: { a: 'pass', b: 'pass', c: 'pass' } },
      { hour: 1, marks: { a: 'fail', b: 'fail', c: 'pass' }, changes: [change] },
      { hour: 25, marks: { a: 'fail', b: 'fail', c: 'pass' } },
    ]);

    expect(told?.transitions).toEqual([]);
    expect(told?.reminders).toMatchObject(
      ['a', 'b'].map((subject) => ({
        kind: 'reminder',
        requirement: 'egress',
        subject,
        at: T0 + 25 * HOUR,
        incident: opened?.transitions[0]?.incident,
        openedAt: T0 + HOUR,
        reasons: [{ component: 'rtb-1' }],
        fixes: [{ title: 'mend the route' }],
        attribution: [{ actor: 'm.keller@example.com', operation: 'DeleteRoute' }],
      })),
    );
  });

  it('is told although it cannot be seen now, and that it cannot', () => {
    const batches = play([
      failing(0),
      { hour: 20, marks: { a: 'unknown' } },
      { hour: 24, marks: { a: 'unknown' } },
      failing(30),
      failing(72),
    ]);

    expect(batches.map(({ reminders = [] }) => reminders.map(({ kind }) => kind))).toEqual([
      [],
      [],
      ['reminder'],
      [],
      ['escalated'],
    ]);
    expect(batches[2]?.reminders?.[0]).toMatchObject({ unseenSince: T0 + 20 * HOUR });
    expect(batches[4]?.reminders?.[0]).not.toHaveProperty('unseenSince');
  });

  it.each(['recommended', 'optional'] as const)('is not told when it is only %s', (severity) => {
    expect(kinds([0, 24, 72].map((hour) => ({ ...failing(hour), severity })))).toEqual(['', '', '']);
  });

  it('is not told once it is mended, and begins anew when it breaks again', () => {
    expect(
      kinds([failing(0), { hour: 23, marks: { a: 'pass' } }, failing(24), failing(47), failing(48), failing(96)]),
    ).toEqual(['', '', '', '', 'reminder', 'escalated']);
  });

  it('is not told of what never was seen to fail', () => {
    expect(kinds([0, 24, 72].map((hour) => ({ hour, marks: { a: 'unknown' } })))).toEqual(['', '', '']);
  });

  it('leaves out places that are waived, and waits while all are', () => {
    const [, partly] = play([
      { hour: 0, marks: { a: 'fail', b: 'fail' } },
      { hour: 24, marks: { a: 'fail', b: 'waived' } },
    ]);
    expect(partly?.reminders?.map(({ subject }) => subject)).toEqual(['a']);

    const waived = (hour: number): Scan => ({ hour, marks: { a: 'waived' } });
    expect(kinds([failing(0), waived(1), waived(24), waived(72), failing(100), failing(124), failing(172)])).toEqual([
      '',
      '',
      '',
      '',
      '',
      'reminder',
      'escalated',
    ]);
  });

  it('counts from when a waiver was seen to end, although nobody looked for days', () => {
    expect(kinds([failing(0), { hour: 1, marks: { a: 'waived' } }, failing(200), failing(224)])).toEqual([
      '',
      '',
      '',
      'reminder',
    ]);
  });
});

const waiver = (expires: string, more: Partial<Waiver> = {}): Waiver => ({
  requirement: 'egress',
  reason: 'resize planned',
  owner: 'platform',
  expires,
  ...more,
});

/** Days since the first scan (2026-11-02 00:00 UTC). */
const waivedAt = (day: number, ...expires: readonly string[]): Scan => ({
  hour: day * 24,
  marks: { a: 'waived' },
  waivers: expires.map((one) => waiver(one)),
});

/** A waiver until the 20th counts until the end of that day, which is 19 days after the first scan; a week before is day 12. */
describe('a waiver that is in use', () => {
  const looks = (...days: readonly number[]) => days.map((day) => waivedAt(day, '2026-11-20'));

  it('is told a week before its end, to the minute, and once', () => {
    expect(kinds(looks(0, 12 - 1 / 1440, 12, 13, 18.5))).toEqual(['', '', 'waiver-ends', '', '']);
  });

  it('is told with its owner, reason and end, and what it waives', () => {
    const told = play(looks(0, 12.5))[1]?.reminders;

    expect(told).toMatchObject([
      {
        kind: 'waiver-ends',
        requirement: 'egress',
        subject: 'a',
        reasons: [{ component: 'rtb-1' }],
        attribution: [],
        waiver: { owner: 'platform', reason: 'resize planned', endsAt: Date.UTC(2026, 10, 21) },
      },
    ]);
  });

  it('is told late when nobody looked in time', () => {
    expect(kinds(looks(0, 18.9))).toEqual(['', 'waiver-ends']);
  });

  it('is not told at once when it is made for less than a week, but on its last day', () => {
    expect(kinds([{ hour: 0, marks: { a: 'fail' } }, ...looks(14, 15, 18 - 1 / 1440, 18, 18.5)])).toEqual([
      '',
      '',
      '',
      '',
      'waiver-ends',
      '',
    ]);
  });

  it('is not told at all when it is made on its last day', () => {
    expect(kinds([{ hour: 0, marks: { a: 'pass' } }, ...looks(18.1, 18.5, 18.9)])).toEqual(['', '', '', '']);
  });

  it('is not told at the first scan', () => {
    expect(kinds(looks(15, 16, 18))).toEqual(['', '', 'waiver-ends']);
  });

  it('is told again before its new end when it is prolonged', () => {
    expect(
      kinds([
        ...looks(0, 12),
        waivedAt(13, '2026-12-20'),
        waivedAt(42 - 1 / 1440, '2026-12-20'),
        waivedAt(42, '2026-12-20'),
        waivedAt(48, '2026-12-20'),
      ]),
    ).toEqual(['', 'waiver-ends', '', '', 'waiver-ends', '']);
    // For less than a week: on the last day.
    expect(
      kinds([...looks(0, 12), waivedAt(13, '2026-11-21'), waivedAt(18.9, '2026-11-21'), waivedAt(19, '2026-11-21')]),
    ).toEqual(['', 'waiver-ends', '', '', 'waiver-ends']);
  });

  it('is told by the last of those that cover it', () => {
    expect(kinds([0, 12, 13, 42].map((day) => waivedAt(day, '2026-11-20', '2026-12-20', '2026-11-25')))).toEqual([
      '',
      '',
      '',
      'waiver-ends',
    ]);
  });

  it('is not told twice when the failure comes and goes', () => {
    const [before, during] = [waivedAt(0, '2026-11-20'), waivedAt(12, '2026-11-20')];
    expect(
      kinds([
        before,
        during,
        { ...during, hour: 12.5 * 24, marks: { a: 'pass' } },
        { ...during, hour: 13 * 24, marks: { a: 'unknown' } },
        ...looks(14, 18),
      ]),
    ).toEqual(['', 'waiver-ends', '', '', '', '']);
  });

  it('is told in a network that was remembered before ends of waivers were', () => {
    const [first] = looks(0);
    const old = diff([], report(first as Scan), [], instant(T0), 1).findings;
    const later = withReminders(diff(old, report(first as Scan), [], instant(T0 + 13 * DAY), 2), first?.waivers ?? []);

    expect(later.batch.reminders?.map(({ kind }) => kind)).toEqual(['waiver-ends']);
  });

  it('is not told of when nothing that it covers fails', () => {
    expect(
      kinds([0, 12, 18].map((day) => ({ hour: day * 24, marks: { a: 'pass' }, waivers: [waiver('2026-11-20')] }))),
    ).toEqual(['', '', '']);
  });

  it('is told of the subject that it names, and of a subnet in every role', () => {
    const scans = [0, 12].map(
      (day): Scan => ({
        hour: day * 24,
        marks: { 'environment@subnet-1': 'waived', 'runner-task@subnet-1': 'waived', 'environment@subnet-2': 'fail' },
        severity: 'optional',
        waivers: [waiver('2026-11-20', { subject: 'subnet-1' }), waiver('2026-11-20', { requirement: 'other' })],
      }),
    );
    expect(play(scans)[1]?.reminders?.map(({ subject }) => subject)).toEqual([
      'environment@subnet-1',
      'runner-task@subnet-1',
    ]);
  });
});

describe('what comes back from a store', () => {
  const [, batch] = play([failing(0), failing(24)]);

  it('is the batch with its reminders', () => {
    expect(batchOf(JSON.parse(JSON.stringify(toStored(batch as DriftBatch))))).toEqual(batch);
  });

  it('is refused when the reminders, or the memory of them, are not what this version writes', () => {
    const [one] = batch?.reminders ?? [];
    const stored = (reminder: object) => ({ ...toStored(batch as DriftBatch), reminders: [reminder] });
    expect(() => batchOf(stored({ ...one, kind: 'hint' }))).toThrow();
    expect(() => batchOf(stored({ ...one, kind: 'waiver-ends' }))).toThrow();
    const { findings } = diff([], report(failing(0)), [], instant(T0), 1);
    expect(rememberedOf(findings)).toEqual(findings);
    expect(() =>
      rememberedOf(findings.map((old) => ({ ...old, incident: { ...old.incident, reminded: 3 } }))),
    ).toThrow();
    expect(() => rememberedOf(findings.map((old) => ({ ...old, waiver: { endsAt: 'soon', since: 0 } })))).toThrow();
  });
});

describe('any sequence of scans', () => {
  const mark = fc.constantFrom<Mark>('pass', 'fail', 'unknown', 'waived');
  const scans = fc.array(
    fc.record({
      pause: fc.constantFrom(0.25, 3, 12, 23.9, 24, 40, 72, 200),
      marks: fc.dictionary(fc.constantFrom('a', 'b'), mark, { noNullPrototype: true }),
      severity: fc.constantFrom<Severity>('required', 'required', 'optional'),
      expires: fc.constantFrom('2026-11-10', '2026-11-20', '2027-11-20'),
    }),
    { maxLength: 30 },
  );
  const told = ({ kind, subject, requirement, ...one }: Reminder): string =>
    'incident' in one ? `${kind} ${one.incident} ${subject}` : `${kind} ${requirement} ${subject} ${one.waiver.endsAt}`;

  it('reminds of nothing twice, of nothing out of turn, and of nothing that has ended or is waived', () => {
    fc.assert(
      fc.property(scans, (steps) => {
        let hour = 0;
        const all = steps.map(({ pause, marks, severity, expires }): Scan => {
          hour += pause;
          return { hour, marks, severity, waivers: [waiver(expires)] };
        });
        const over = new Set<string>();
        const escalated = new Set<string>();
        const seen = new Map<string, string>();
        let end: string | undefined;
        play(all).forEach(({ transitions, reminders = [], baseline, at }, index) => {
          const scan = all[index] as Scan;
          for (const one of transitions) if (one.kind === 'resolved' || one.kind === 'gone') over.add(one.incident);
          const expires = scan.waivers?.[0]?.expires;
          // Another end is another thing to tell.
          if (expires !== end) for (const key of [...seen.keys()]) if (key.startsWith('waiver-ends')) seen.delete(key);
          end = expires;
          // What comes back after it was gone is another subject.
          for (const key of [...seen.keys()])
            if (key.startsWith('waiver-ends') && scan.marks[key.split(' ')[2] ?? ''] === undefined) seen.delete(key);
          if (baseline) expect(reminders).toEqual([]);
          for (const one of reminders) {
            expect(seen.has(told(one))).toBe(false);
            seen.set(told(one), one.kind);
            if (one.kind === 'waiver-ends') {
              expect(scan.marks[one.subject]).toBe('waived');
              expect(one.waiver.endsAt - at).toBeLessThanOrEqual(7 * DAY);
              expect(one.waiver.endsAt).toBeGreaterThan(at);
              continue;
            }
            expect(over.has(one.incident)).toBe(false);
            expect(one.severity).toBe('required');
            expect(['fail', 'unknown', undefined]).toContain(scan.marks[one.subject]);
            expect(at - one.openedAt).toBeGreaterThanOrEqual((one.kind === 'reminder' ? 24 : 72) * HOUR);
            if (one.kind === 'escalated') escalated.add(one.incident);
            else expect(escalated.has(one.incident)).toBe(false);
          }
          expect(
            new Set(reminders.filter((one) => one.kind !== 'waiver-ends').map((one) => one.kind)).size,
          ).toBeLessThan(2);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('forgets nothing: what fails for three days while somebody looks every hour is told at both levels', () => {
    const flapping = Array.from(
      { length: 80 },
      (_, hour): Scan => ({
        hour,
        marks: { a: hour % 3 === 1 ? 'unknown' : 'fail' },
      }),
    );
    expect(kinds(flapping).filter((one) => one !== '')).toEqual(['reminder', 'escalated']);
  });
});
