import { describe, expect, it } from '@jest/globals';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import { answerQuestion } from '../../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../../shared/core/reach/questions.ts';
import { tellTrace, traceQuestion } from '../../../shared/core/reach/trace.ts';
import { reachCases } from '../../support/corpus.ts';
import { expectGolden } from '../../support/golden.ts';

const traced = reachCases().map((one) => {
  const model = buildNetworkModel(parseBundle(one.bundle));
  const question = parseQuestion(one.question, 1);
  return { one, question, answer: answerQuestion(model, question), trace: traceQuestion(model, question) };
});

const ENDS = { pass: 'arrives', fail: 'is stopped' } as const;

describe('the trace of one packet', () => {
  it.each(traced.map((one) => [`${one.one.id} ${one.one.name}`, one] as const))(
    'ends as the verdict says: %s',
    (_name, { question, answer, trace }) => {
      if (trace === undefined) return expect(answer.reasons.length).toBeGreaterThan(0);
      const isPlain = !('fqdn' in question.to) && !('awsService' in question.to);
      if (!isPlain || answer.verdict === 'unknown' || question.quantifier === 'some') return undefined;

      expect(trace.end).toBe(ENDS[answer.verdict]);
      expect(trace.steps.some((step) => step.effect === 'deny')).toBe(answer.verdict === 'fail');
    },
  );

  it('follows most questions', () => {
    expect(traced.filter(({ trace }) => trace !== undefined).length).toBeGreaterThan(130);
  });

  it.each(['003', '032', '060', '112', '037', '038'])('reads like a story: %s', (id) => {
    const found = traced.find(({ one }) => one.id === id);
    if (!found?.trace) throw new Error(`no trace of case ${id}`);

    expectGolden(`reach/trace-${id}.txt`, `${tellTrace(found.trace)}\n`);
  });
});
