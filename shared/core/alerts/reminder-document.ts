import { toIso } from '../base/instant.ts';
import type { Reminder } from '../drift/reminder.ts';
import { dated, datedCause } from './dated.ts';

const datedOf = <T extends Pick<Reminder, 'at' | 'attribution'>>(reminder: T) => ({
  ...dated(reminder),
  attribution: reminder.attribution.map(datedCause),
});

/** A reminder for programs: times are ISO 8601 in UTC, causes have the page of their event in CloudTrail. */
export function isoReminder(reminder: Reminder) {
  if (reminder.kind === 'waiver-ends')
    return { ...datedOf(reminder), waiver: { ...reminder.waiver, endsAt: toIso(reminder.waiver.endsAt) } };
  const { unseenSince, ...seen } = reminder;
  return {
    ...datedOf(seen),
    openedAt: toIso(seen.openedAt),
    ...(unseenSince === undefined ? {} : { unseenSince: toIso(unseenSince) }),
  };
}
