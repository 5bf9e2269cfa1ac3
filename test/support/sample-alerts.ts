import type { Alert } from '../../shared/core/alerts/alert.ts';
import { planAlert } from '../../shared/core/alerts/plan-alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
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
