import type { Remembered, Status, TransitionKind } from './transition.ts';

/** What was known, with the memory that `unknown` keeps of what went before. */
export type Before =
  | 'absent'
  | 'pass'
  | 'fail'
  | 'waived'
  | 'unknown'
  | 'unknown-after-pass'
  | 'unknown-after-fail'
  | 'unknown-after-waived';

/**
 * Before → now → what to call it; null is no news. `changed` and the same status need a new cause as well. A gap (`unknown`) never resolves, and
 * fail → unknown → fail stays one incident.
 */
export const TRANSITIONS = {
  absent: { absent: null, pass: null, fail: 'opened', waived: null, unknown: 'lost-sight' },
  pass: { absent: null, pass: null, fail: 'opened', waived: null, unknown: 'lost-sight' },
  fail: { absent: 'gone', pass: 'resolved', fail: 'changed', waived: 'changed', unknown: 'lost-sight' },
  waived: { absent: 'gone', pass: 'resolved', fail: 'opened', waived: null, unknown: 'lost-sight' },
  unknown: { absent: null, pass: 'regained-sight', fail: 'opened', waived: 'regained-sight', unknown: null },
  'unknown-after-pass': {
    absent: null,
    pass: 'regained-sight',
    fail: 'opened',
    waived: 'regained-sight',
    unknown: null,
  },
  'unknown-after-fail': { absent: 'gone', pass: 'resolved', fail: 'regained-sight', waived: 'changed', unknown: null },
  'unknown-after-waived': { absent: 'gone', pass: 'resolved', fail: 'opened', waived: 'regained-sight', unknown: null },
} as const satisfies Record<Before, Record<Status, TransitionKind | null>>;

/** Kinds that end an incident. */
export const CLOSING: ReadonlySet<TransitionKind> = new Set(['resolved', 'gone']);

export function beforeOf(remembered: Remembered | undefined): Before {
  if (!remembered) return 'absent';
  if (remembered.status !== 'unknown') return remembered.status;
  switch (remembered.lastKnown) {
    case 'pass':
      return 'unknown-after-pass';
    case 'fail':
      return 'unknown-after-fail';
    case 'waived':
      return 'unknown-after-waived';
    case null:
      return 'unknown';
  }
}
