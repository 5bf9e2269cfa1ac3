import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkAndQuestion } from './arbitrary-network.ts';
import { boundaryAddresses, internetOf, judge, packetsOf } from './sample.ts';
import { simulate, worldOf } from './simulate.ts';

const SEED = 20261125;

/** Every list of the bundle the other way round; the order inside an answer says nothing. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reversed(item)]));
}

describe('random networks', () => {
  it('pass for a fair share and meet every verdict', () => {
    const verdicts = fc
      .sample(networkAndQuestion, { numRuns: 600, seed: SEED })
      .map(({ bundle, question }) => judge(bundle, question).verdict);
    const share = verdicts.filter((verdict) => verdict === 'pass').length / verdicts.length;

    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.6);
    expect(new Set(verdicts)).toEqual(new Set(['pass', 'fail', 'unknown']));
  });

  it('are judged the same in whatever order AWS lists things', () => {
    fc.assert(
      fc.property(networkAndQuestion, ({ bundle, question }) => {
        expect(judge(reversed(bundle), question).verdict).toBe(judge(bundle, question).verdict);
      }),
      { numRuns: 200, seed: SEED },
    );
  });

  it('never gain a pass or a fail from a kind that was not collected', () => {
    const kinds = fc.constantFrom('RouteTables', 'NetworkAcls', 'SecurityGroups', 'NatGateways', 'InternetGateways');
    fc.assert(
      fc.property(networkAndQuestion, kinds, ({ bundle, question }, kind) => {
        const { verdict } = judge(bundle, question);
        const less = Object.fromEntries(Object.entries(bundle).filter(([key]) => key !== kind));

        expect(['unknown', verdict]).toContain(judge(less, question).verdict);
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('are answered alike by every boundary address and by one address of each class', () => {
    fc.assert(
      fc.property(networkAndQuestion, ({ bundle, question }) => {
        const [packet] = packetsOf(bundle, question);
        if (packet?.from.kind !== 'eni' || packet.to !== undefined || !('internet' in (question['to'] as object)))
          return;
        const all = boundaryAddresses(bundle, internetOf(worldOf(bundle), packet.family));
        const every = new Set(all.map((dst) => simulate(bundle, { ...packet, dst }).verdict));
        const some = new Set(
          packetsOf(bundle, question)
            .filter(({ dstPort }) => dstPort === packet.dstPort)
            .map((each) => simulate(bundle, each).verdict),
        );

        expect(some).toEqual(every);
      }),
      { numRuns: 150, seed: SEED },
    );
  });
});
