import type { Reason } from '../reach/answer.ts';

/** Equal causes give equal text, whatever words describe them and in whatever order they were found. */
export const fingerprint = (reasons: readonly Reason[]): string =>
  [...new Set(reasons.map((reason) => `${reason.code} ${reason.component} ${reason.leg ?? ''}`.trim()))]
    .sort()
    .join('; ');
