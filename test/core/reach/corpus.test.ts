import { describe, expect, it } from '@jest/globals';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import { answerQuestion } from '../../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../../shared/core/reach/questions.ts';
import { complaints, reachCases, thirdParty } from '../../support/corpus.ts';

describe('reach corpus', () => {
  const cases = reachCases();

  it('holds all the cases', () => {
    expect(cases).toHaveLength(147);
  });

  it.each(cases.map((one) => [`${one.id} ${one.name}`, one] as const))('%s', (_name, one) => {
    const answer = answerQuestion(buildNetworkModel(parseBundle(one.bundle)), parseQuestion(one.question, 1));

    expect(complaints(one.expected, answer)).toEqual([]);
  });
});

describe.each(['batfish', 'recorded'] as const)('third-party networks: %s', (folder) => {
  const corpus = thirdParty(folder);
  if (!corpus) {
    it.skip('needs the third-party networks beside the checkout', () => {});
    return;
  }

  it.each(corpus.cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const answer = answerQuestion(
      buildNetworkModel(parseBundle(corpus.bundleOf(one.bundle))),
      parseQuestion(one.question, 1),
    );

    expect(one.expected.acceptable ?? [one.expected.verdict]).toContain(answer.verdict);
  });
});
