import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cidrSet, coveringPrefix, formatRange } from '../../../shared/core/net/cidr.ts';
import { fromIntervals, isSubset } from '../../../shared/core/net/interval-set.ts';
import { describeSet } from '../../../shared/core/reach/describe.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('prefix around a set', () => {
  it('holds the set, and neither half of it does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(address, fc.integer({ min: 1, max: 5000 })), { minLength: 1 }), (pairs) => {
        const set = fromIntervals(pairs.map(([lo, length]) => [lo, Math.min(lo + length, 2 ** 32)] as const));
        const around = coveringPrefix(set);
        if (!around) throw new Error('the set is not empty');
        const [lo, hi] = [Number(around.lo), Number(around.hi)];
        expect(isSubset(set, cidrSet(around))).toBe(true);
        expect(lo % (hi - lo)).toBe(0);
        const middle = (lo + hi) / 2;
        if (hi - lo > 1) expect([isSubset(set, [lo, middle]), isSubset(set, [middle, hi])]).toEqual([false, false]);
      }),
      { seed: 1 },
    );
  });
});

describe('an address set in a sentence', () => {
  const ip = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const range = (from: string, to: string) => [ip(from), ip(to) + 1] as const;

  it('is a prefix when it is one, else a range', () => {
    expect(formatRange(ip('10.0.1.0'), ip('10.0.2.0'))).toBe('10.0.1.0/24');
    expect(formatRange(ip('10.0.1.4'), ip('10.0.1.255'))).toBe('10.0.1.4-10.0.1.254');
  });

  it.each([
    [[range('10.0.1.4', '10.0.1.254')], '10.0.1.4-10.0.1.254'],
    [
      [
        range('10.0.1.0', '10.0.1.9'),
        range('10.0.1.11', '10.0.1.99'),
        range('10.0.1.101', '10.0.1.200'),
        range('10.0.1.202', '10.0.1.254'),
      ],
      'addresses in 10.0.1.0/24',
    ],
    [
      [
        range('10.0.0.1', '10.0.0.1'),
        range('10.1.0.0', '10.1.255.255'),
        range('10.3.0.1', '10.3.0.1'),
        range('10.9.0.1', '10.9.0.1'),
      ],
      '10.0.0.1/32, 10.1.0.0/16 and 2 more ranges',
    ],
    [[range('1.0.0.0', '9.255.255.255'), range('11.0.0.0', '126.255.255.255')], 'the Internet'],
  ])('%j is %s', (intervals, text) => {
    expect(describeSet(fromIntervals(intervals))).toBe(text);
  });
});
