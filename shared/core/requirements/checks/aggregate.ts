import type { Answer } from '../../reach/answer.ts';
import type { Check } from '../requirement.ts';
import { allOf, type Case, PASSED, type SubjectAnswer } from './judgement.ts';

const IS_ABOUT_GROUPS = /^(ENI_SG|SG_)/;

/** What other requirements say of each subject, put together. A waived one counts as passing. */
export function checkAggregate(
  asked: Case,
  { of, layer }: Extract<Check, { kind: 'aggregate' }>,
): readonly SubjectAnswer[] {
  const bySubject = new Map<string, Answer[]>();
  for (const { subject, verdict, reasons } of of.flatMap((id) => asked.resultOf(id)?.findings ?? [])) {
    const told =
      layer === 'groups' && verdict === 'fail' ? reasons.filter(({ code }) => IS_ABOUT_GROUPS.test(code)) : reasons;
    const isFine = verdict === 'pass' || verdict === 'waived' || told.length === 0;
    const answer: Answer = isFine ? PASSED : { verdict, reasons: told, assumptions: [] };
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), answer]);
  }
  return [...bySubject].map(([subject, answers]) => ({ subject, answer: allOf(answers) }));
}
