import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../../shared/core/alerts/alert.ts';
import { renderJson } from '../../../shared/core/alerts/render-json.ts';
import { MAX_INCIDENTS, type PagerDutyEvent, renderPagerDuty } from '../../../shared/core/alerts/render-pagerduty.ts';
import { renderTeams } from '../../../shared/core/alerts/render-teams.ts';
import { shorten } from '../../../shared/core/alerts/shorten.ts';
import { cut } from '../../../shared/core/alerts/words.ts';
import { instant } from '../../../shared/core/base/instant.ts';
import type { Transition } from '../../../shared/core/drift/transition.ts';
import { expectGolden } from '../../support/golden.ts';
import {
  AT,
  alertOf,
  hugeAlert,
  REMINDERS,
  reminder,
  transition,
  waiverReminder,
} from '../../support/sample-alerts.ts';

const NAT: Partial<Transition> = {
  title: 'Management plane over HTTPS',
  reasons: [
    {
      code: 'BAD_STATE_ROUTE',
      component: 'rtb-0da05c72e4b61d8f9',
      leg: 'forward',
      message:
        'route table `rtb-0da05c72e4b61d8f9` sends the destination to `nat-0e5b072d9f61c83a4`, and that route is a blackhole',
    },
  ],
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
};
const REPAIR: Partial<Transition> = {
  ...NAT,
  attribution: (NAT.attribution ?? []).map((one) => ({
    ...one,
    operation: 'ReplaceRoute',
    tool: 'terraform',
    objects: ['rtb-0da05c72e4b61d8f9'],
    eventId: '5f0b9a52-5d6e-4c0b-9d7d-6e2f0c1a7b3e',
  })),
};
const FIX = [{ title: 'replace the blackhole route' }];
const PLANE = 'egress-management-plane-443';
const NONE_FAILS = { pass: 6, fail: 0, unknown: 0, notApplicable: 0, waived: 0 };

const CASES: Record<string, Alert> = {
  baseline: alertOf([], { baseline: true, version: 1 }),
  broken: alertOf([
    transition('opened', PLANE, 'environment@subnet-a', { ...NAT, fixes: FIX }),
    transition('opened', PLANE, 'runner-task@subnet-a', { ...NAT, fixes: FIX }),
  ]),
  changed: alertOf([transition('changed', PLANE, 'environment@subnet-a', { ...NAT, fixes: FIX })]),
  mended: alertOf(
    [
      transition('resolved', PLANE, 'environment@subnet-a', REPAIR),
      transition('resolved', PLANE, 'runner-task@subnet-a', REPAIR),
    ],
    { summary: NONE_FAILS, verdict: 'pass' },
  ),
  mixed: alertOf([
    transition('resolved', PLANE, 'environment@subnet-a', REPAIR),
    transition('opened', 'ingress-environment-ssh-29222', 'environment@subnet-b', {
      title: 'SSH into environments',
      severity: 'recommended',
    }),
  ]),
  blind: alertOf(
    [
      transition('lost-sight', PLANE, 'environment@subnet-a', {
        ...NAT,
        from: 'pass',
        to: 'unknown',
        attribution: [],
        reasons: [
          {
            code: 'X_FACT_UNREADABLE',
            component: 'subnet-a',
            message: 'the route table of `subnet-a` cannot be seen (DescribeRouteTables: You are not authorized)',
          },
        ],
      }),
    ],
    { verdict: 'unknown', summary: { ...NONE_FAILS, pass: 5, unknown: 1 } },
  ),
};

CASES['baseline-after-damage'] = alertOf([], {
  baseline: true,
  version: 9,
  damage: ['STATE of `prod-eu`: not what this version writes'],
});
CASES['partly-mended'] = alertOf([transition('changed', PLANE, 'environment@subnet-a', { ...REPAIR, to: 'pass' })]);
CASES['waived'] = alertOf([
  transition('changed', PLANE, 'environment@subnet-a', { ...NAT, attribution: [], to: 'waived' }),
]);

for (const [name, reminders] of Object.entries(REMINDERS)) CASES[name] = alertOf([], { reminders });
CASES['broken-beside-reminder'] = alertOf([transition('opened', 'egress-scm-443', 'environment@subnet-a', NAT)], {
  reminders: REMINDERS['reminder'] ?? [],
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const textIn = (value: unknown, type: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((one) => textIn(one, type));
  if (value === null || typeof value !== 'object') return [];
  const record = value as Record<string, unknown>;
  return [
    ...(record['type'] === type ? [String(record['text'])] : []),
    ...Object.values(record).flatMap((one) => textIn(one, type)),
  ];
};

describe('alerts that people and programs read', () => {
  it.each(Object.keys(CASES))('%s, in Teams', (name) => {
    expectGolden(`alerts/${name}.teams.json`, json(renderTeams(CASES[name] as Alert)));
  });

  it.each(Object.keys(CASES))('%s, in PagerDuty', (name) => {
    expectGolden(`alerts/${name}.pagerduty.json`, json(renderPagerDuty(CASES[name] as Alert)));
  });

  it.each(['broken', 'escalated', 'reminder-unseen', 'waiver-ends'])('%s, as a document', (name) => {
    expectGolden(`alerts/${name}.document.json`, json(renderJson(CASES[name] as Alert)));
  });
});

describe('cards of Teams', () => {
  it('cannot be given markup by what AWS objects are called', () => {
    const evil = '[click](https://evil.example) **now**';
    const card = renderTeams(
      alertOf([
        transition('opened', 'r', evil, {
          title: evil,
          reasons: [{ code: 'C', component: 'c', message: evil }],
          fixes: [{ title: evil, command: evil }],
        }),
      ]),
    );

    expect(textIn(card, 'TextRun').filter((text) => text.includes('evil.example')).length).toBeGreaterThan(2);
    expect(textIn(card, 'TextBlock').filter((text) => text.includes('evil'))).toEqual([]);
  });

  it('tell how many titles and lines are not shown', () => {
    const card = renderTeams(
      alertOf(Array.from({ length: 40 }, (_, index) => transition('opened', `requirement-${index}`, 's'))),
    );

    expect(textIn(card, 'TextRun')).toContain('and 25 more');
  });

  it('fit when only a part of the alert does', () => {
    const fitting = shorten(hugeAlert(), (candidate) => JSON.stringify(renderTeams(candidate)).length <= 20_000);

    expect(fitting.transitions.length).toBeGreaterThan(5);
    expect(textIn(renderTeams(fitting), 'TextBlock')).toContain(
      `and ${3000 - fitting.transitions.length} more that did not fit into this message`,
    );
  });
});

const keys = (events: readonly PagerDutyEvent[], action: PagerDutyEvent['event_action']): readonly string[] =>
  events.filter((one) => one.event_action === action).map((one) => one.dedup_key);

describe('events of PagerDuty', () => {
  const opened = (count: number, version = 2) =>
    Array.from({ length: count }, (_, index) =>
      transition('opened', `requirement-${index}`, 's', {
        incident: `prod-eu/requirement-${index}/s/${version}`,
        openedAt: instant(AT + version),
      }),
    );
  const closing = (transitions: readonly Transition[]): readonly Transition[] =>
    transitions.map((one) => ({ ...one, kind: 'resolved', from: 'fail', to: 'pass', at: instant(AT + 9_000_000) }));

  it('resolve what they triggered, by the same key, whatever the order of the alert', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 350 }), fc.integer({ min: 0, max: 350 }), (first, second) => {
        const paged = [first, second].flatMap((count, index) =>
          count === 0 ? [] : keys(renderPagerDuty(alertOf(opened(count, index + 2))), 'trigger'),
        );
        const repaired = alertOf(closing([...opened(second, 3), ...opened(first, 2)]).toReversed(), {
          summary: NONE_FAILS,
        });

        expect(new Set(keys(renderPagerDuty(repaired), 'resolve'))).toEqual(new Set([...paged, 'prod-eu/more']));
      }),
      { numRuns: 30 },
    );
  });

  it('are one page for all that is beyond a hundred, or was cut before', () => {
    const events = renderPagerDuty({ ...alertOf(opened(250)), leftOut: 50 });
    const last = events.at(-1);

    expect(events).toHaveLength(MAX_INCIDENTS + 1);
    expect(last).toMatchObject({
      event_action: 'trigger',
      dedup_key: 'prod-eu/more',
      payload: { severity: 'critical' },
    });
    expect(JSON.stringify(last)).toContain('and 200 more that did not fit');
  });

  it('keep that page open as long as anything fails or cannot be seen', () => {
    const some = closing(opened(1));
    for (const summary of [
      { ...NONE_FAILS, fail: 1 },
      { ...NONE_FAILS, unknown: 1 },
    ])
      expect(keys(renderPagerDuty(alertOf(some, { summary })), 'resolve')).not.toContain('prod-eu/more');
  });

  it('page nobody for what is waived, and leave its incident open', () => {
    expect(renderPagerDuty(alertOf([transition('changed', 'r', 's', { to: 'waived' })]))).toEqual([]);
  });

  it('never resolve an incident because it can no longer be seen, and are one page for the whole network', () => {
    const lost = ['a', 'b', 'c', 'd', 'e'].map((id) =>
      transition('lost-sight', id, 's', {
        from: 'fail',
        to: 'unknown',
        severity: id === 'e' ? 'required' : 'optional',
      }),
    );
    const events = renderPagerDuty(alertOf(lost));

    expect(keys(events, 'resolve')).toEqual([]);
    expect(events).toMatchObject([
      {
        dedup_key: 'prod-eu/sight',
        payload: {
          severity: 'error',
          summary: 'prod-eu: can no longer be seen: Title of a, Title of b, Title of c and 2 more',
        },
      },
    ]);
  });

  it('close that page when nothing is unknown any more, and not before', () => {
    const found = [transition('regained-sight', 'r', 's', { from: 'unknown', to: 'pass' })];
    const resolved = (unknown: number) =>
      keys(renderPagerDuty(alertOf(found, { summary: { ...NONE_FAILS, fail: 1, unknown } })), 'resolve');

    expect(resolved(0)).toEqual(['prod-eu/sight']);
    expect(resolved(1)).toEqual([]);
    expect(keys(renderPagerDuty({ ...alertOf(found, { summary: NONE_FAILS }), leftOut: 1 }), 'resolve')).toEqual([]);
  });

  it('are one for all subjects of an incident', () => {
    const shared = { incident: 'prod-eu/r/2' };
    const subjects = ['a', 'b', 'c', 'd', 'e'];
    const open = renderPagerDuty(alertOf(subjects.map((one) => transition('opened', 'r', one, shared))));
    const end = renderPagerDuty(alertOf(subjects.map((one) => transition('resolved', 'r', one, shared))));

    expect(keys(open, 'trigger')).toEqual(['prod-eu/r/2']);
    expect(open).toMatchObject([
      {
        payload: {
          summary: 'prod-eu: Title of r: broken for a, b, c and 2 more',
          custom_details: { Where: 'a, b, c, d, e' },
        },
      },
    ]);
    expect(keys(end, 'resolve')).toEqual(['prod-eu/r/2']);
  });

  it('tell every cause of an incident, up to five', () => {
    const [event] = renderPagerDuty(
      alertOf(
        Array.from({ length: 7 }, (_, index) =>
          transition('opened', 'r', `s-${index}`, {
            incident: 'prod-eu/r/2',
            reasons: [{ code: 'C', component: `rtb-${index}`, message: `cause ${index}` }],
          }),
        ),
      ),
    );

    expect(event?.event_action === 'trigger' && event.payload.custom_details).toMatchObject({
      What: 'cause 0',
      'What (5)': 'cause 4',
      'Where (5)': 's-4',
      More: 'and 2 more',
    });
  });

  it.each(['pass', 'absent'] as const)('send nothing for a part of an incident that is %s now', (to) => {
    expect(renderPagerDuty(alertOf([transition('changed', 'r', 's', { from: 'fail', to })]))).toEqual([]);
  });

  it('remind by the key of the incident that is open, and resolve it by the same', () => {
    const shared = { incident: 'prod-eu/r/2' };
    const open = renderPagerDuty(alertOf([transition('opened', 'r', 'a', shared)]));
    const told = renderPagerDuty(alertOf([], { reminders: ['a', 'b'].map((one) => reminder('r', one, shared)) }));
    const end = renderPagerDuty(alertOf([transition('resolved', 'r', 'a', shared)]));

    expect(keys(told, 'trigger')).toEqual(keys(open, 'trigger'));
    expect(keys(end, 'resolve')).toEqual(keys(told, 'trigger'));
    expect(told).toMatchObject([
      { payload: { severity: 'critical', summary: 'prod-eu: Title of r: still broken after 1 d: a, b' } },
    ]);
  });

  it('are one for an incident that breaks in another place in the scan that reminds of it', () => {
    const shared = { incident: 'prod-eu/r/2' };
    const events = renderPagerDuty(
      alertOf([transition('opened', 'r', 'b', shared)], { reminders: [reminder('r', 'a', shared)] }),
    );

    expect(events).toMatchObject([{ event_action: 'trigger', dedup_key: 'prod-eu/r/2' }]);
    expect(JSON.stringify(events)).toContain('Title of r: broken for b, a');
  });

  it('page nobody for a waiver that ends', () => {
    expect(renderPagerDuty(alertOf([], { reminders: [waiverReminder('r', 's')] }))).toEqual([]);
    expect(renderPagerDuty({ ...alertOf([], { reminders: [waiverReminder('r', 's')] }), leftOut: 7 })).toEqual([]);
  });

  it('open no page for reminders that were cut, and say how many on those that are sent', () => {
    const events = renderPagerDuty({ ...alertOf([], { reminders: [reminder('r', 's')] }), leftOut: 7 });

    expect(events).toMatchObject([{ dedup_key: 'prod-eu/r/2', payload: { custom_details: { 'Left out': 7 } } }]);
  });

  it('page by severity', () => {
    const severities = (['required', 'recommended', 'optional'] as const).map((severity) => {
      const [event] = renderPagerDuty(alertOf([transition('opened', 'r', 's', { severity })]));
      return event?.event_action === 'trigger' ? event.payload.severity : undefined;
    });

    expect(severities).toEqual(['critical', 'warning', 'info']);
  });

  it('stay within the limits of the API, and apart, however long names are', () => {
    const long = 'x'.repeat(3000);
    const events = renderPagerDuty(
      alertOf(
        ['a', 'b'].map((end) =>
          transition('opened', `${long}${end}`, long, {
            title: long,
            incident: `prod-eu/${end}${long}/2`,
            reasons: Array.from({ length: 3000 }, (_, index) => ({
              code: 'C',
              component: `${long}${index}`,
              message: long,
            })),
          }),
        ),
      ),
    );

    expect(new Set(keys(events, 'trigger')).size).toBe(2);
    for (const event of events) {
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(event.event_action === 'trigger' && event.payload.summary.length).toBeLessThanOrEqual(1024);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024);
      expect(JSON.stringify(event)).toContain('and 2990 more');
    }
  });
});

describe('shorten', () => {
  it('goes on counting when an alert was cut before', () => {
    const once = shorten(hugeAlert(), (candidate) => candidate.transitions.length <= 1000);
    const twice = shorten(once, (candidate) => candidate.transitions.length <= 100);

    expect((twice.leftOut ?? 0) + twice.transitions.length).toBe(3000);
  });
});

describe('cut', () => {
  it('leaves no half of a character', () => {
    expect(cut('ab😀cd', 4)).toBe('ab…');
    expect(cut('ab😀', 4)).toBe('ab😀');
  });
});
