import { WatcherError } from '../shared/core/base/watcher-error.ts';

/**
 * Bounds of `reconcileMinutes`: a scan has two minutes, and the alarms look at six turns of the schedule, where CloudWatch allows seven days (PutMetricAlarm,
 * read 2026-11-26).
 */
const LEAST = 5;
const MOST = 24 * 60;

/** Minutes between two scans of everything, as the parameter of the deployment says it. Throws `bad-input`. */
export function reconcileMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < LEAST || minutes > MOST)
    throw new WatcherError(
      'bad-input',
      `parameter \`reconcileMinutes\` has to be a whole number from ${LEAST} to ${MOST}, not \`${text}\``,
    );
  return minutes;
}
