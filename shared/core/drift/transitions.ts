import { assertNever } from '../base/never.ts';
import type { Remembered, Status, TransitionKind } from './transition.ts';

/** What was known: with the memory that `unknown` keeps of what went before, and whether a waived finding had been announced as failing. */
export type Before =
  | 'absent'
  | 'pass'
  | 'fail'
  | 'waived'
  | 'waived-in-incident'
  | 'unknown'
  | 'unknown-after-pass'
  | 'unknown-after-fail'
  | 'unknown-after-waived'
  | 'unknown-after-waived-in-incident';

const NEVER_ANNOUNCED = {
  absent: null,
  pass: 'regained-sight',
  fail: 'opened',
  waived: 'regained-sight',
  unknown: null,
} as const;

/**
 * One subject: before → now → what to call it; null is no news. fail → fail needs a new cause as well. A gap (`unknown`) never resolves, fail → unknown →
 * fail stays one incident, and a waiver neither opens nor closes one: its incident waits for the repair, or for the waiver's end, which opens it again.
 * What closes (`resolved`, `gone`) is only `changed` while the requirement fails in another subject; see `diff`.
 */
export const TRANSITIONS = {
  absent: { absent: null, pass: null, fail: 'opened', waived: null, unknown: 'lost-sight' },
  pass: { absent: null, pass: null, fail: 'opened', waived: null, unknown: 'lost-sight' },
  fail: { absent: 'gone', pass: 'resolved', fail: 'changed', waived: 'changed', unknown: 'lost-sight' },
  waived: { absent: null, pass: null, fail: 'opened', waived: null, unknown: 'lost-sight' },
  'waived-in-incident': { absent: 'gone', pass: 'resolved', fail: 'opened', waived: null, unknown: 'lost-sight' },
  unknown: NEVER_ANNOUNCED,
  'unknown-after-pass': NEVER_ANNOUNCED,
  'unknown-after-fail': { absent: 'gone', pass: 'resolved', fail: 'regained-sight', waived: 'changed', unknown: null },
  'unknown-after-waived': NEVER_ANNOUNCED,
  'unknown-after-waived-in-incident': {
    absent: 'gone',
    pass: 'resolved',
    fail: 'opened',
    waived: 'regained-sight',
    unknown: null,
  },
} as const satisfies Record<Before, Record<Status, TransitionKind | null>>;

/** Kinds that end an incident. */
export const CLOSING: ReadonlySet<TransitionKind> = new Set(['resolved', 'gone']);

/** Fails, or failed when it was last seen; what is waived does not. */
export const isFailing = (one: Remembered | undefined): boolean => one?.lastKnown === 'fail';

export function beforeOf(remembered: Remembered | undefined): Before {
  if (!remembered) return 'absent';
  const { status, lastKnown, incident } = remembered;
  if (status === 'waived') return incident ? 'waived-in-incident' : 'waived';
  if (status !== 'unknown') return status;
  switch (lastKnown) {
    case 'pass':
      return 'unknown-after-pass';
    case 'fail':
      return 'unknown-after-fail';
    case 'waived':
      return incident ? 'unknown-after-waived-in-incident' : 'unknown-after-waived';
    case null:
      return 'unknown';
    default:
      return assertNever(lastKnown, 'last known status');
  }
}
