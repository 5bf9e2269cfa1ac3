import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { type Comparison, compare } from './compare.ts';
import { corpusNetworks } from './corpus-networks.ts';
import { networkAndQuestion } from './packet/arbitrary-network.ts';
import { diceOf, randomNetwork } from './random-network.ts';
import { questionAbout, randomQuestion } from './random-question.ts';

/** `npm run test:deep` is the long run, with other networks each time; `npm test` always sees the same ones. */
const DEEP = process.env['JUDGE_PACKETS'];
const PACKETS = Number(DEEP ?? 4000);
const SEED = DEEP === undefined ? { seed: 20261125 } : {};
const PACKETS_PER_QUESTION = 12;

/** Adds up what was compared, and throws on the first disagreement so that fast-check shrinks it. */
class Tally {
  packets = 0;
  questions = 0;
  readonly effects: Record<string, number> = {};

  add({ packets, effects, wrong }: Comparison): void {
    expect(wrong).toEqual([]);
    this.questions += 1;
    this.packets += packets;
    for (const [effect, count] of Object.entries(effects)) this.effects[effect] = (this.effects[effect] ?? 0) + count;
  }

  /** A comparison that sees one kind of answer only compares nothing. */
  expectVariety(): void {
    for (const effect of ['allow', 'deny', 'unknown'])
      expect((this.effects[effect] ?? 0) / this.packets).toBeGreaterThan(0.02);
  }
}

describe('the engine and the independent judge', () => {
  it('agree on verdicts and single packets in random small networks', () => {
    const tally = new Tally();
    fc.assert(
      fc.property(networkAndQuestion, ({ bundle, question }) => {
        tally.add(compare(bundle, question, PACKETS_PER_QUESTION));
      }),
      { numRuns: Math.ceil(PACKETS / 5), ...SEED },
    );
    expect(tally.packets).toBeGreaterThan(PACKETS * 0.8);
    tally.expectVariety();
  }, 900_000);

  it('agree on random changes of a network that has every kind of gateway', () => {
    const tally = new Tally();
    fc.assert(
      fc.property(fc.nat(2 ** 31), (seed) => {
        const dice = diceOf(seed);
        const bundle = randomNetwork(dice);
        const question = randomQuestion(dice);
        try {
          tally.add(compare(bundle, question, PACKETS_PER_QUESTION));
        } catch (error) {
          // A change may have taken away what the question names; that is an error of the question.
          if (!(error instanceof WatcherError)) throw error;
        }
      }),
      { numRuns: Math.ceil(PACKETS / 7), ...SEED },
    );
    expect(tally.packets).toBeGreaterThan(PACKETS * 0.8);
    tally.expectVariety();
  }, 900_000);

  it('agree on random questions about every network of the corpora', () => {
    const tally = new Tally();
    const networks = corpusNetworks();
    expect(networks.length).toBeGreaterThan(170);
    const each = Math.ceil(PACKETS / networks.length / 5);
    networks.forEach(({ bundle }, index) => {
      for (let n = 0; n < each; n += 1) {
        const question = questionAbout(bundle, diceOf(index * 7919 + n));
        if (question) tally.add(compare(bundle, question, PACKETS_PER_QUESTION));
      }
    });
    expect(tally.questions).toBeGreaterThan(networks.length);
    tally.expectVariety();
  }, 900_000);
});
