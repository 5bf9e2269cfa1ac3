import { type Instant, toIso } from '../base/instant.ts';
import type { Reminder } from '../drift/reminder.ts';
import { linked } from './cloudtrail-link.ts';

const iso = <T extends { readonly at: Instant }>(one: T) => ({ ...one, at: toIso(one.at) });

const datedOf = <T extends Pick<Reminder, 'at' | 'attribution'>>(reminder: T) => ({
  ...iso(reminder),
  attribution: reminder.attribution.map((one) => iso(linked(one))),
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
