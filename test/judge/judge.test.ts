import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { compare, randomQuestion } from './compare.ts';
import { diceOf, randomNetwork } from './random-network.ts';

/** `JUDGE_PACKETS=100000 npm run test:deep` is the long run. */
const PACKETS = Number(process.env['JUDGE_PACKETS'] ?? 4000);
const PACKETS_PER_QUESTION = 12;
const QUESTIONS_PER_NETWORK = 3;

describe('the engine and the independent judge', () => {
  it('agree packet by packet on random networks', () => {
    let checked = 0;
    const verdicts: Record<string, number> = {};
    fc.assert(
      fc.property(fc.nat(2 ** 31), (seed) => {
        const dice = diceOf(seed);
        const bundle = randomNetwork(dice);
        for (let n = 0; n < QUESTIONS_PER_NETWORK; n += 1) {
          const question = randomQuestion(dice);
          try {
            const result = compare(bundle, question, dice, PACKETS_PER_QUESTION);
            checked += result.checked;
            for (const [verdict, count] of Object.entries(result.verdicts))
              verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
            expect(result.wrong).toEqual([]);
          } catch (error) {
            // A change may have taken away what the question names; that is an error of the question.
            if (!(error instanceof WatcherError)) throw error;
          }
        }
      }),
      { numRuns: Math.ceil(PACKETS / (PACKETS_PER_QUESTION * QUESTIONS_PER_NETWORK * 0.9)) },
    );
    expect(checked).toBeGreaterThan(PACKETS * 0.8);
    for (const verdict of ['allow', 'deny', 'unknown'])
      expect((verdicts[verdict] ?? 0) / checked).toBeGreaterThan(0.02);
  }, 600_000);
});
