import type { Answer } from '../../reach/answer.ts';
import type { Check } from '../requirement.ts';
import { allOf, type Case, PASSED, type SubjectAnswer } from './judgement.ts';

const IS_ABOUT_GROUPS = /^(ENI_SG|SG_)/;

/** What other requirements say, put together. A waived one counts as passing. */
export function checkAggregate(
  asked: Case,
  { of, layer }: Extract<Check, { kind: 'aggregate' }>,
): readonly SubjectAnswer[] {
  return of.flatMap((id): SubjectAnswer[] => {
    const result = asked.resultOf(id);
    if (!result || result.findings.length === 0) return [];
    const answers = result.findings.map(({ verdict, reasons }): Answer => {
      if (verdict === 'pass' || verdict === 'waived') return PASSED;
      const own =
        layer === 'groups' && verdict === 'fail' ? reasons.filter(({ code }) => IS_ABOUT_GROUPS.test(code)) : reasons;
      return own.length === 0 ? PASSED : { verdict, reasons: own, assumptions: [] };
    });
    return [{ subject: id, answer: allOf(answers) }];
  });
}
