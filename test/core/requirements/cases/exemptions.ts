import type { Check } from '../../../../shared/core/requirements/requirement.ts';

/** Verdicts that every requirement needs a case of. */
export const NEEDED = ['pass', 'fail', 'unknown'] as const;

type Needed = (typeof NEEDED)[number];

const ASKS_FOR_NOTHING =
  'the sentence asks for nothing: it is kept so that every sentence of the document is accounted for';
const NO_LIST =
  'the document has no list of the actions that a deployment needs, so nothing proves that the role may do all of them';

/** Verdicts that a kind of check never has, with the reason. */
export const NEVER: Readonly<Partial<Record<Check['kind'], Readonly<Partial<Record<Needed, string>>>>>> = {
  record: { fail: ASKS_FOR_NOTHING, unknown: ASKS_FOR_NOTHING },
  attestation: { fail: 'AWS shows nothing that would refute what a person signs' },
  'deployment-role': { pass: NO_LIST },
  'plan-present': { unknown: 'a plan that is absent is the failure (semantics.md section 8, ruling 20)' },
};
