import type { Verdict } from '../shared/core/reach/answer.ts';

/** formats.md section 5. */
export const EXIT = { ok: 0, fails: 1, badInput: 2, unknown: 3, unreachable: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_VERDICT: Readonly<Record<Verdict, ExitCode>> = { pass: EXIT.ok, fail: EXIT.fails, unknown: EXIT.unknown };

/** The worst of several: a failure counts more than something unknown. */
export function exitCodeOf(verdicts: readonly Verdict[]): ExitCode {
  const worst = verdicts.includes('fail') ? 'fail' : verdicts.includes('unknown') ? 'unknown' : 'pass';
  return BY_VERDICT[worst];
}
