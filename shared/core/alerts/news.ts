import type { Transition, TransitionKind } from '../drift/transition.ts';

/** What a transition means to people. A waiver, its end, and a repair in only one of several places have names of their own. */
export type News = TransitionKind | 'partly-mended' | 'waived' | 'no-longer-waived';

export function newsOf({ kind, from, to }: Pick<Transition, 'kind' | 'from' | 'to'>): News {
  if (kind === 'opened' && from === 'waived') return 'no-longer-waived';
  if (kind !== 'changed') return kind;
  if (to === 'waived') return 'waived';
  return to === 'pass' || to === 'absent' ? 'partly-mended' : 'changed';
}
