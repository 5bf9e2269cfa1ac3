import type { Alert } from './alert.ts';

/** The alert with as many transitions as fit; how many were left out, here or before, is `leftOut`. */
export function shorten(alert: Alert, fits: (candidate: Alert) => boolean): Alert {
  let kept = alert.transitions.length;
  let candidate = alert;
  while (kept > 0 && !fits(candidate)) {
    kept = Math.floor(kept / 2);
    const transitions = alert.transitions.slice(0, kept);
    candidate = {
      ...alert,
      transitions,
      batch: { ...alert.batch, transitions },
      leftOut: (alert.leftOut ?? 0) + alert.transitions.length - kept,
    };
  }
  return candidate;
}
