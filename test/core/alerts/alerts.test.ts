import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../../shared/core/alerts/alert.ts';
import { planAlert } from '../../../shared/core/alerts/plan-alert.ts';
import { renderSlack } from '../../../shared/core/alerts/render-slack.ts';
import { renderText } from '../../../shared/core/alerts/render-text.ts';
import { shorten } from '../../../shared/core/alerts/shorten.ts';
import { duration } from '../../../shared/core/alerts/words.ts';
import { instant } from '../../../shared/core/base/instant.ts';
import type { DriftBatch, Transition, TransitionKind } from '../../../shared/core/drift/transition.ts';
import { expectGolden } from '../../support/golden.ts';
import { REMINDERS, reminder } from '../../support/sample-alerts.ts';

const AT = instant(Date.UTC(2026, 10, 20, 2, 1, 30));

function transition(
  kind: TransitionKind,
  requirement: string,
  subject: string,
  more: Partial<Transition> = {},
): Transition {
  return {
    kind,
    requirement,
    subject,
    title: `Title of ${requirement}`,
    severity: 'required',
    from: 'pass',
    to: 'fail',
    at: AT,
    incident: `prod/${requirement}/${subject}/2`,
    openedAt: kind === 'resolved' ? instant(AT - 3 * 3600_000 - 12 * 60_000) : AT,
    reasons: [
      {
        code: 'BAD_STATE_ROUTE',
        component: 'rtb-0da05c72e4b61d8f9',
        leg: 'forward',
        message:
          'route table `rtb-0da05c72e4b61d8f9` sends the destination to `nat-0e5b072d9f61c83a4`, and that route is a blackhole',
      },
    ],
    fixes: kind === 'opened' ? [{ title: 'replace the blackhole route' }] : [],
    attribution: [
      {
        actor: 'm.keller@example.com',
        operation: 'DeleteNatGateway',
        at: instant(AT - 78_000),
        tool: 'console',
        sourceIp: '62.96.12.77',
        objects: ['nat-0e5b072d9f61c83a4'],
        eventId: '279c6da0-a37c-451e-827f-95d846473d17',
        region: 'eu-central-1',
        confidence: 'certain',
      },
    ],
    ...more,
  };
}

const batch = (transitions: readonly Transition[], more: Partial<DriftBatch> = {}): DriftBatch => ({
  network: 'prod-eu',
  version: 2,
  at: AT,
  baseline: false,
  verdict: 'fail',
  summary: { pass: 2, fail: 4, unknown: 0, notApplicable: 0, waived: 0 },
  transitions,
  ...more,
});

function alertOf(one: DriftBatch, link?: string): Alert {
  const alert = planAlert(one, link);
  if (!alert) throw new Error('no alert');
  return alert;
}

const CASES: Readonly<Record<string, DriftBatch>> = {
  baseline: batch([], { baseline: true, version: 1 }),
  'baseline-after-damage': batch([], {
    baseline: true,
    version: 7,
    damage: ['item `NETWORK#prod-eu HEAD` has layout 99, this version reads 1'],
  }),
  broken: batch([
    transition('opened', 'egress-management-plane-443', 'environment@subnet-a'),
    transition('opened', 'egress-management-plane-443', 'runner-task@subnet-a'),
    transition('opened', 'egress-gateway-8443', 'environment@subnet-a'),
  ]),
  'broken-without-event': batch([
    transition('opened', 'egress-gateway-8443', 'environment@subnet-a', { attribution: [] }),
  ]),
  changed: batch([transition('changed', 'egress-gateway-8443', 'environment@subnet-a', { from: 'fail' })]),
  mended: batch([transition('resolved', 'egress-gateway-8443', 'environment@subnet-a', { from: 'fail', to: 'pass' })], {
    summary: { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 },
    verdict: 'pass',
  }),
  mixed: batch([
    transition('resolved', 'egress-gateway-8443', 'environment@subnet-a'),
    transition('opened', 'ingress-environment-ssh-29222', 'environment@subnet-b', {
      reasons: [
        {
          code: 'ENI_SG_RULES_MISMATCH',
          component: 'sg-0cf5a0c7390b62d4e',
          leg: 'forward',
          message: 'security group `sg-0cf5a0c7390b62d4e` has no inbound rule for tcp 29222 from 172.20.0.0/16',
        },
      ],
    }),
  ]),
  blind: batch(
    [
      transition('lost-sight', 'egress-gateway-8443', 'environment@subnet-a', {
        to: 'unknown',
        fixes: [],
        attribution: [],
        reasons: [
          {
            code: 'X_FACT_UNREADABLE',
            component: 'subnet-a',
            leg: 'forward',
            message: 'the route table of `subnet-a` cannot be seen (DescribeRouteTables: You are not authorized)',
          },
        ],
      }),
    ],
    { verdict: 'unknown' },
  ),
  'partly-mended': batch([
    transition('changed', 'egress-gateway-8443', 'environment@subnet-a', {
      from: 'fail',
      to: 'pass',
      openedAt: instant(AT - 90_061_000),
    }),
  ]),
  waived: batch([
    transition('changed', 'egress-gateway-8443', 'environment@subnet-a', {
      from: 'fail',
      to: 'waived',
      attribution: [],
      openedAt: instant(AT - 90_061_000),
    }),
  ]),
  'no-longer-waived': batch([
    transition('opened', 'egress-gateway-8443', 'environment@subnet-a', {
      from: 'waived',
      attribution: [],
      openedAt: instant(AT - 90_061_000),
    }),
  ]),
  gone: batch([
    transition('gone', 'egress-gateway-8443', 'environment@subnet-a', {
      to: 'absent',
      openedAt: instant(AT - 90_061_000),
    }),
  ]),
  ...Object.fromEntries(Object.entries(REMINDERS).map(([name, reminders]) => [name, batch([], { reminders })])),
  'broken-beside-reminder': batch([transition('opened', 'egress-scm-443', 'environment@subnet-a')], {
    reminders: REMINDERS['reminder'] ?? [],
  }),
};

describe('alerts that people read', () => {
  it.each(Object.keys(CASES))('%s, by e-mail', (name) => {
    const text = renderText(alertOf(CASES[name] as DriftBatch, 'https://runnerwatch.example.com/prod-eu'));

    expectGolden(`alerts/${name}.txt`, text);
    for (const line of text.split('\n'))
      if (line.includes(' ') && !/^\s*\S+$/.test(line)) expect(line.length).toBeLessThanOrEqual(76);
  });

  it.each(Object.keys(CASES))('%s, in Slack', (name) => {
    expectGolden(
      `alerts/${name}.slack.json`,
      `${JSON.stringify(renderSlack(alertOf(CASES[name] as DriftBatch, 'https://runnerwatch.example.com/prod-eu')), null, 2)}\n`,
    );
  });

  it('are not sent when nothing changed', () => {
    expect(planAlert(batch([]))).toBeUndefined();
  });

  it('give no all-clear while the requirement fails elsewhere, or is only waived', () => {
    expect(['partly-mended', 'waived'].map((name) => alertOf(CASES[name] as DriftBatch).kind)).toEqual([
      'progress',
      'waived',
    ]);
    for (const name of ['partly-mended', 'waived']) {
      const { headline, kind } = alertOf(CASES[name] as DriftBatch);
      expect(`${kind} ${headline}`).not.toMatch(/mended|requirements? broken,/);
      expect(headline).toContain('4 still fail');
    }
    const mixed = batch([
      transition('changed', 'r1', 'a', { from: 'fail', to: 'pass' }),
      transition('resolved', 'r2', 'a', { from: 'fail', to: 'pass' }),
    ]);
    expect(alertOf(mixed).headline).toBe('prod-eu: 1 requirement mended, 4 still fail');
  });

  it('are called by what has changed, and are as severe as the worst that they remind of', () => {
    const recommended = transition('resolved', 'r', 's', { from: 'fail', to: 'pass', severity: 'recommended' });
    const both = alertOf(batch([recommended], { reminders: [reminder('r2', 's')] }));

    expect([both.kind, both.headline, both.severity]).toEqual([
      'mended',
      'prod-eu: 1 requirement mended, 4 still fail',
      'required',
    ]);
    expect(renderText(both).indexOf('MENDED')).toBeLessThan(renderText(both).indexOf('STILL BROKEN'));
  });

  it.each([
    ['reminder', 'prod-eu: 2 requirements unresolved after a day', 'required'],
    ['reminder-unseen', 'prod-eu: 1 requirement unresolved after a day', 'required'],
    ['escalated', 'prod-eu: 1 requirement unresolved after 3 days, 1 after a day', 'required'],
    ['waiver-ends', 'prod-eu: waivers end from 2026-11-20: 3 requirements', 'required'],
  ])('%s has the headline %s', (name, headline, severity) => {
    const alert = alertOf(CASES[name] as DriftBatch);

    expect([alert.kind, alert.headline, alert.severity]).toEqual([name.replace('-unseen', ''), headline, severity]);
  });

  it('have headlines that fit into a subject, however long the name of the network', () => {
    for (const reminders of Object.values(REMINDERS)) {
      const { headline } = alertOf(batch([], { network: 'n'.repeat(63), reminders }));
      expect(headline.length).toBeLessThanOrEqual(100);
      expect(headline).toMatch(/unresolved after|waivers end from 2026-11-20/);
    }
  });

  it('say that there were more changes than are told', () => {
    const text = renderText(alertOf(batch([transition('opened', 'r', 's', { moreCauses: 290 })])));

    expect(text).toContain('and 290 more changes');
  });

  it('have a key that is the same for the same commit only', () => {
    expect(alertOf(CASES['broken'] as DriftBatch).dedupeKey).toBe('prod-eu/2');
  });
});

describe('Slack messages', () => {
  it('stay within the limits of Block Kit, however much broke', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 4000 }), (count, length) => {
        const many = Array.from({ length: count }, (_, index) =>
          transition('opened', `requirement-${index}`, `s-${index}`, {
            reasons: [{ code: 'C', component: `c-${index}`, message: 'x'.repeat(length) }],
          }),
        );
        const { blocks } = renderSlack(alertOf(batch(many)));
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks)
          expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
      }),
      { numRuns: 30 },
    );
  });

  it('cannot be given markup by what AWS objects are called', () => {
    const { blocks } = renderSlack(
      alertOf(batch([transition('opened', 'r', 's', { title: '<!channel> & <https://evil.example|click>' })])),
    );

    expect(JSON.stringify(blocks)).toContain('&lt;!channel&gt; &amp;');
    expect(JSON.stringify(blocks)).not.toContain('<!channel>');
  });
});

describe('shorten', () => {
  it('cuts until it fits and says how much', () => {
    const many = Array.from({ length: 1000 }, (_, index) => transition('opened', `requirement-${index}`, 's'));
    const alert = shorten(alertOf(batch(many)), (candidate) => JSON.stringify(candidate).length < 50_000);

    expect(JSON.stringify(alert).length).toBeLessThan(50_000);
    expect((alert.leftOut ?? 0) + alert.transitions.length).toBe(1000);
    expect(renderText(alert)).toContain(`and ${alert.leftOut} more`);
  });

  it('cuts reminders before transitions, and counts both', () => {
    const reminders = Array.from({ length: 1000 }, (_, index) => reminder(`requirement-${index}`, 's'));
    const whole = alertOf(batch([transition('opened', 'r', 's'), transition('opened', 'r', 't')], { reminders }));
    const alert = shorten(whole, (candidate) => JSON.stringify(candidate).length < 50_000);
    const least = shorten(whole, (candidate) => (candidate.batch.reminders?.length ?? 0) === 0);

    expect(alert.transitions).toHaveLength(2);
    expect(alert.batch.reminders?.length).toBeGreaterThan(10);
    expect((alert.leftOut ?? 0) + (alert.batch.reminders?.length ?? 0)).toBe(1000);
    expect(renderText(alert)).toContain(`and ${alert.leftOut} more`);
    expect([least.transitions.length, least.leftOut]).toEqual([1, 1001]);
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [41_000, '41 s'],
    [90_000, '1 min 30 s'],
    [11_520_000, '3 h 12 min'],
    [187_200_000, '2 d 4 h'],
    [86_400_000, '1 d'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
