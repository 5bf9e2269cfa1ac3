import type { Instant } from '../base/instant.ts';
import type { IncidentReminder } from './reminder.ts';
import type { Incident, Remembered } from './transition.ts';
import { isFailing } from './transitions.ts';

const HOUR = 60 * 60 * 1000;

/** How long an incident has to be open to be told of once more, in milliseconds; the worst first. */
const LEVELS = [
  { level: 2, kind: 'escalated', after: 72 * HOUR },
  { level: 1, kind: 'reminder', after: 24 * HOUR },
] as const;

interface Step {
  readonly incident: Incident;
  readonly kind?: IncidentReminder['kind'];
}

/** Reminds of what is required and still fails. An incident remembers how far it has come; a level that was missed is left out, not made up for. */
export function remindOfIncidents(
  findings: readonly Remembered[],
  at: Instant,
): { readonly findings: readonly Remembered[]; readonly reminders: readonly IncidentReminder[] } {
  const members = new Map<string, Remembered[]>();
  for (const one of findings) {
    if (!one.incident) continue;
    const known = members.get(one.incident.id);
    if (known) known.push(one);
    else members.set(one.incident.id, [one]);
  }
  const steps = new Map(
    [...members].flatMap(([id, all]) => (all[0]?.incident ? [[id, step(all[0].incident, all, at)]] : [])),
  );
  return {
    findings: findings.map((one) => {
      const next = one.incident && steps.get(one.incident.id)?.incident;
      return next ? { ...one, incident: next } : one;
    }),
    reminders: findings.flatMap((one) => {
      const next = one.incident && steps.get(one.incident.id);
      return next?.kind && isDue(one) ? [tell(one, next.incident, next.kind, at)] : [];
    }),
  };
}

const isDue = (one: Remembered): boolean => one.severity === 'required' && isFailing(one);

function step(incident: Incident, members: readonly Remembered[], at: Instant): Step {
  const { isWaived, ...known } = incident;
  if (!members.some(isFailing)) return { incident: { ...known, isWaived: true } };
  // While all of it was accepted nobody was asked to mend it, so that time is no delay.
  const next: Incident = isWaived ? { ...known, waivedUntil: at } : known;
  const open = at - Math.max(next.openedAt, next.waivedUntil ?? next.openedAt);
  const reached = LEVELS.find(({ after }) => open >= after);
  if (!reached || reached.level <= (next.reminded ?? 0) || !members.some(isDue)) return { incident: next };
  return { incident: { ...next, reminded: reached.level }, kind: reached.kind };
}

const tell = (one: Remembered, incident: Incident, kind: IncidentReminder['kind'], at: Instant): IncidentReminder => ({
  kind,
  requirement: one.requirement,
  subject: one.subject,
  title: one.title,
  severity: one.severity,
  at,
  incident: incident.id,
  openedAt: incident.openedAt,
  reasons: one.reasons,
  fixes: one.fixes,
  attribution: incident.openedBy ?? [],
  ...(one.status === 'unknown' ? { unseenSince: one.since } : {}),
});
