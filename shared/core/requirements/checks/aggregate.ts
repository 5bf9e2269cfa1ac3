import type { Check } from '../requirement.ts';
import { allOfEach, type Case, PASSED, type SubjectAnswer } from './judgement.ts';

const IS_ABOUT_GROUPS = /^(ENI_SG|SG_)/;

/** What other requirements say of each subject, put together. A waived one counts as passing. */
export function checkAggregate(
  asked: Case,
  { of, layer }: Extract<Check, { kind: 'aggregate' }>,
): readonly SubjectAnswer[] {
  const findings = of.flatMap((id) => asked.resultOf(id)?.findings ?? []);
  return allOfEach(
    findings.map(({ subject, verdict, reasons }) => {
      const told =
        layer === 'groups' && verdict === 'fail' ? reasons.filter(({ code }) => IS_ABOUT_GROUPS.test(code)) : reasons;
      const isFine = verdict === 'pass' || verdict === 'waived' || told.length === 0;
      return { subject, answer: isFine ? PASSED : { verdict, reasons: told, assumptions: [] } };
    }),
  );
}
