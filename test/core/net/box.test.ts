import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Box, meetBoxes, minusBoxes } from '../../../shared/core/net/box.ts';
import { contains, fromIntervals } from '../../../shared/core/net/interval-set.ts';

const set = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 3 })
  .map((pairs) => fromIntervals(pairs.map(([lo, length]) => [lo, lo + length] as const)));
const box: fc.Arbitrary<Box> = fc.record({
  src: set,
  dst: set,
  ports: fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
    .map(([from, more]) => ({ from, to: from + more })),
});

const holds = (one: Box, src: number, dst: number, port: number): boolean =>
  contains(one.src, src) && contains(one.dst, dst) && one.ports.from <= port && port <= one.ports.to;

describe('boxes', () => {
  it('lose exactly what is taken away, and stay disjoint', () => {
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 4 }), (whole, holes) => {
        const rest = minusBoxes([whole], holes);
        for (let src = 0; src < 9; src += 1) {
          for (let dst = 0; dst < 9; dst += 1) {
            for (let port = 0; port < 9; port += 1) {
              const left = rest.filter((one) => holds(one, src, dst, port)).length;
              const wanted = holds(whole, src, dst, port) && !holes.some((hole) => holds(hole, src, dst, port));
              expect(left).toBe(wanted ? 1 : 0);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('meet where both hold', () => {
    fc.assert(
      fc.property(box, box, fc.nat(8), fc.nat(8), fc.nat(8), (a, b, src, dst, port) => {
        const meet = meetBoxes(a, b);
        expect(meet !== undefined && holds(meet, src, dst, port)).toBe(
          holds(a, src, dst, port) && holds(b, src, dst, port),
        );
      }),
    );
  });
});
