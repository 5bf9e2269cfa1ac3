import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Address } from '../../../shared/core/net/ip.ts';
import { paint, type RankedPrefix } from '../../../shared/core/net/paint.ts';

const prefix = fc
  .record({
    at: fc.integer({ min: 0, max: 63 }),
    bits: fc.integer({ min: 0, max: 6 }),
    rank: fc.integer({ min: 0, max: 9 }),
  })
  .map(
    ({ at, bits, rank }): RankedPrefix => ({ lo: at - (at % 2 ** bits), hi: at - (at % 2 ** bits) + 2 ** bits, rank }),
  );

const asBig = (one: RankedPrefix): RankedPrefix => ({ lo: BigInt(one.lo), hi: BigInt(one.hi), rank: one.rank });

function leastRank(prefixes: readonly RankedPrefix[], at: number): number | undefined {
  const ranks = prefixes.filter((one) => one.lo <= at && at < one.hi).map((one) => one.rank);
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}

describe('paint', () => {
  it.each(['numbers', 'bigints'])('gives every address to the least rank that covers it (%s)', (kind) => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 14 }), (plain) => {
        const prefixes = kind === 'numbers' ? plain : plain.map(asBig);
        const painting = paint(prefixes);
        for (let at = 0; at < 64; at += 1) {
          const piece = painting.lo.findIndex((lo, index) => lo <= at && at < (painting.hi[index] as Address));
          const rank = piece < 0 ? undefined : prefixes[painting.winner[piece] as number]?.rank;
          expect(rank).toBe(leastRank(plain, at));
        }
        for (let piece = 1; piece < painting.lo.length; piece += 1) {
          expect((painting.hi[piece - 1] as Address) <= (painting.lo[piece] as Address)).toBe(true);
        }
      }),
    );
  });
});
