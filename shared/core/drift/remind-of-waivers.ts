import type { Instant } from '../base/instant.ts';
import { endOf, lastingWaiver } from '../requirements/waivers.ts';
import type { Waiver } from '../requirements/watch-file.ts';
import type { WaiverReminder } from './reminder.ts';
import type { Remembered, RememberedWaiver } from './transition.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * How long before its end a waiver is told of, in milliseconds. It is told when the first of these begins that it was known before: one that was made, or
 * prolonged, for less than a week is not told of at once but on its last day, and one that was made for less than a day not at all.
 */
const NOTICES = [7 * DAY, DAY];

/** Reminds of waivers that hide a failure now and end soon. A subject remembers the end that it was told of, so that another one is told of again. */
export function remindOfWaivers(
  findings: readonly Remembered[],
  waivers: readonly Waiver[],
  at: Instant,
): { readonly findings: readonly Remembered[]; readonly reminders: readonly WaiverReminder[] } {
  const reminders: WaiverReminder[] = [];
  const after = findings.map((one): Remembered => {
    const waiver = one.status === 'waived' ? lastingWaiver(waivers, one.requirement, one.subject, at) : undefined;
    const endsAt = waiver && endOf(waiver);
    if (!waiver || endsAt === undefined) return one;
    const known = knownOf(one, endsAt, at);
    if (known.toldAt !== undefined || !NOTICES.some((notice) => begins(endsAt - notice, known.since, at)))
      return { ...one, waiver: known };
    reminders.push({
      kind: 'waiver-ends',
      requirement: one.requirement,
      subject: one.subject,
      title: one.title,
      severity: one.severity,
      at,
      reasons: one.reasons,
      fixes: one.fixes,
      attribution: [],
      waiver: { owner: waiver.owner, reason: waiver.reason, endsAt },
    });
    return { ...one, waiver: { ...known, toldAt: at } };
  });
  return { findings: after, reminders };
}

const begins = (moment: number, since: Instant, at: Instant): boolean => since < moment && moment <= at;

/** What was waived before its end was remembered has been so since its status holds. */
function knownOf({ waiver, since }: Remembered, endsAt: Instant, at: Instant): RememberedWaiver {
  if (waiver?.endsAt === endsAt) return waiver;
  return { endsAt, since: waiver ? at : since };
}
