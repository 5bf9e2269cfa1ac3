import type { Waiver } from '../requirements/watch-file.ts';
import type { Drift } from './diff.ts';
import { remindOfIncidents } from './remind-of-incidents.ts';
import { remindOfWaivers } from './remind-of-waivers.ts';

/** The drift of a scan with what only the passing of time makes worth telling, and with the memory of having told it. `waivers` are the network's. */
export function withReminders(drift: Drift, waivers: readonly Waiver[]): Drift {
  const { at } = drift.batch;
  const broken = remindOfIncidents(drift.findings, at);
  const waived = remindOfWaivers(broken.findings, waivers, at);
  const reminders = [...broken.reminders, ...waived.reminders];
  if (reminders.length === 0) return { ...drift, findings: waived.findings };
  return { ...drift, findings: waived.findings, batch: { ...drift.batch, reminders } };
}
