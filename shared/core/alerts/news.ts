import type { Reminder } from '../drift/reminder.ts';
import type { Transition, TransitionKind } from '../drift/transition.ts';

/**
 * What a transition or a reminder means to people. A waiver, its end, and a repair in only one of several places have names of their own; so has a
 * reminder of what cannot be seen now, of which nobody may say that it still fails.
 */
export type News =
  | TransitionKind
  | 'partly-mended'
  | 'waived'
  | 'no-longer-waived'
  | Reminder['kind']
  | 'reminder-unseen'
  | 'escalated-unseen';

export function newsOf(one: Pick<Transition, 'kind' | 'from' | 'to'> | Reminder): News {
  if (!('from' in one))
    return one.kind !== 'waiver-ends' && one.unseenSince !== undefined ? `${one.kind}-unseen` : one.kind;
  const { kind, from, to } = one;
  if (kind === 'opened' && from === 'waived') return 'no-longer-waived';
  if (kind !== 'changed') return kind;
  if (to === 'waived') return 'waived';
  return to === 'pass' || to === 'absent' ? 'partly-mended' : 'changed';
}
