import { type Alert, toldIn } from './alert.ts';

/** The alert with as much of what is told as fits, transitions before reminders; how many were left out, here or before, is `leftOut`. */
export function shorten(alert: Alert, fits: (candidate: Alert) => boolean): Alert {
  const all = toldIn(alert).length;
  let kept = all;
  let candidate = alert;
  while (kept > 0 && !fits(candidate)) {
    kept = Math.floor(kept / 2);
    const transitions = alert.transitions.slice(0, kept);
    const reminders = alert.batch.reminders?.slice(0, kept - transitions.length);
    candidate = {
      ...alert,
      transitions,
      batch: { ...alert.batch, transitions, ...(reminders ? { reminders } : {}) },
      leftOut: (alert.leftOut ?? 0) + all - kept,
    };
  }
  return candidate;
}
