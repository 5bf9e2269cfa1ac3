import type { DriftBatch } from './transition.ts';

/** Whether a batch is kept in the history and told to people. A scan that finds everything as it was leaves none. */
export const hasNews = ({
  baseline,
  transitions,
  reminders = [],
}: Pick<DriftBatch, 'baseline' | 'transitions' | 'reminders'>): boolean =>
  baseline || transitions.length > 0 || reminders.length > 0;
