import type { Alert } from '../../shared/core/alerts/alert.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { IncidentReminder, Reminder, WaiverReminder } from '../../shared/core/drift/reminder.ts';
import type { DriftBatch, Transition, TransitionKind } from '../../shared/core/drift/transition.ts';

export const AT = instant(Date.UTC(2026, 10, 20, 2, 1, 30));

export const transition = (
  kind: TransitionKind,
  requirement: string,
  subject: string,
  more: Partial<Transition> = {},
): Transition => ({
  kind,
  requirement,
  subject,
  title: `Title of ${requirement}`,
  severity: 'required',
  from: kind === 'opened' ? 'pass' : 'fail',
  to: kind === 'resolved' ? 'pass' : 'fail',
  at: AT,
  incident: `prod-eu/${requirement}/${subject}/2`,
  openedAt: kind === 'resolved' ? instant(AT - 3_600_000) : AT,
  reasons: [{ code: 'BAD_STATE_ROUTE', component: 'rtb-0da05c72e4b61d8f9', message: 'the route is a blackhole' }],
  fixes: [],
  attribution: [],
  ...more,
});

export function alertOf(transitions: readonly Transition[], more: Partial<DriftBatch> = {}): Alert {
  const alert = planAlert(
    {
      network: 'prod-eu',
      version: 2,
      at: AT,
      baseline: false,
      verdict: 'fail',
      summary: { pass: 2, fail: 4, unknown: 0, notApplicable: 0, waived: 0 },
      transitions,
      ...more,
    },
    'https://runnerwatch.example.com/prod-eu',
  );
  if (!alert) throw new Error('there is nothing to tell');
  return alert;
}

const HOUR = 3_600_000;

export const reminder = (
  requirement: string,
  subject: string,
  more: Partial<IncidentReminder> = {},
): IncidentReminder => ({
  kind: 'reminder',
  requirement,
  subject,
  title: `Title of ${requirement}`,
  severity: 'required',
  at: AT,
  incident: `prod-eu/${requirement}/2`,
  openedAt: instant(AT - 24 * HOUR),
  reasons: [
    {
      code: 'BAD_STATE_ROUTE',
      component: 'rtb-0da05c72e4b61d8f9',
      leg: 'forward',
      message:
        'route table `rtb-0da05c72e4b61d8f9` sends the destination to `nat-0e5b072d9f61c83a4`, and that route is a blackhole',
    },
  ],
  fixes: [{ title: 'replace the blackhole route' }],
  attribution: [
    {
      actor: 'm.keller@example.com',
      operation: 'DeleteNatGateway',
      at: instant(AT - 24 * HOUR - 78_000),
      tool: 'console',
      sourceIp: '62.96.12.77',
      objects: ['nat-0e5b072d9f61c83a4'],
      eventId: 'e1',
      confidence: 'certain',
    },
  ],
  ...more,
});

export const waiverReminder = (
  requirement: string,
  subject: string,
  more: Partial<WaiverReminder> = {},
): WaiverReminder => ({
  kind: 'waiver-ends',
  requirement,
  subject,
  title: `Title of ${requirement}`,
  severity: 'recommended',
  at: AT,
  reasons: [
    { code: 'X_SUBNET_TOO_SMALL', component: 'subnet-a', message: '`subnet-a` has 251 addresses, 800 are planned' },
  ],
  fixes: [],
  attribution: [],
  waiver: { owner: 'platform', reason: 'resize planned', endsAt: instant(Date.UTC(2026, 10, 27)) },
  ...more,
});

const ESCALATED: Partial<IncidentReminder> = { kind: 'escalated', openedAt: instant(AT - 72 * HOUR - 5 * 60_000) };

/** What a batch may remind of, by the name of its golden texts. */
export const REMINDERS: Readonly<Record<string, readonly Reminder[]>> = {
  reminder: [
    reminder('egress-management-plane-443', 'environment@subnet-a'),
    reminder('egress-management-plane-443', 'runner-task@subnet-a'),
    reminder('egress-gateway-8443', 'environment@subnet-a'),
  ],
  'reminder-unseen': [
    reminder('egress-gateway-8443', 'environment@subnet-a', {
      unseenSince: instant(AT - 2 * HOUR),
      fixes: [],
      attribution: [],
      reasons: [
        {
          code: 'X_FACT_UNREADABLE',
          component: 'subnet-a',
          message: 'the route table of `subnet-a` cannot be seen (DescribeRouteTables: UnauthorizedOperation)',
        },
      ],
    }),
  ],
  escalated: [
    reminder('egress-gateway-8443', 'environment@subnet-a', ESCALATED),
    reminder('ingress-environment-ssh-29222', 'environment@subnet-b', {
      attribution: [],
      reasons: [
        { code: 'C', component: 'sg-0cf5a0c7390b62d4e', message: 'no rule of `sg-0cf5a0c7390b62d4e` lets SSH in' },
      ],
    }),
  ],
  'waiver-ends': [
    waiverReminder('subnet-size-per-plan', 'subnet-a'),
    waiverReminder('subnet-size-recommended', 'subnet-a'),
    waiverReminder('egress-scm-443', 'environment@subnet-a', {
      severity: 'required',
      waiver: { owner: 'scm', reason: 'moves to the proxy', endsAt: instant(Date.UTC(2026, 10, 21)) },
    }),
  ],
};

/** The same of things that are still broken. */
export const hugeReminder = (): Alert =>
  alertOf([], {
    reminders: Array.from({ length: 3000 }, (_, index) =>
      reminder(`requirement-${index}`, `environment@subnet-${index}`, {
        reasons: [{ code: 'C', component: `rtb-${index}`, message: `cause ${index} ${'x'.repeat(2000)}` }],
      }),
    ),
  });

/** One thing broke. */
export const brokenAlert = (): Alert => alertOf([transition('opened', 'egress-gateway-8443', 'environment@subnet-a')]);

/** More than any service takes in one message: about 6 MB, no two causes alike. */
export const hugeAlert = (): Alert =>
  alertOf(
    Array.from({ length: 3000 }, (_, index) =>
      transition('opened', `requirement-${index}`, `environment@subnet-${index}`, {
        reasons: [{ code: 'C', component: `rtb-${index}`, message: `cause ${index} ${'x'.repeat(2000)}` }],
      }),
    ),
  );
