import type { Status, Transition } from './transition.ts';

/** What comes to be unknown, or known again, by a permission or a call that failed, and what the watch file waives, no change of the network has to announce. */
const WITHOUT_EVENT: ReadonlySet<Status> = new Set(['unknown', 'waived']);

/** Whether the network changed and no event has told of it. */
export const isUnannounced = ({ from, to, attribution }: Pick<Transition, 'from' | 'to' | 'attribution'>): boolean =>
  attribution.length === 0 && !WITHOUT_EVENT.has(from) && !WITHOUT_EVENT.has(to);
