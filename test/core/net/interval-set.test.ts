import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCidr, formatSet, parseCidr, toCidrs } from '../../../shared/core/net/cidr.ts';
import {
  type AddressSet,
  contains,
  fromIntervals,
  intersect,
  isEmpty,
  isSubset,
  minus,
  size,
  union,
  wholeFamily,
} from '../../../shared/core/net/interval-set.ts';
import { type Address, formatAddress, parseAddress, parseIpv4, parseIpv6 } from '../../../shared/core/net/ip.ts';

const SPAN = 40;

const set4: fc.Arbitrary<AddressSet> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: SPAN }), fc.integer({ min: 1, max: 6 })), { maxLength: 8 })
  .map((pairs) => fromIntervals(pairs.map(([lo, length]) => [lo, lo + length] as const)));

const members = (set: AddressSet): boolean[] => Array.from({ length: SPAN + 8 }, (_, at) => contains(set, at));

const isCanonical = (set: AddressSet): boolean =>
  set.every((at, index) => index === 0 || (set[index - 1] as Address) < at) && set.length % 2 === 0;

describe('address sets', () => {
  it('agree with membership point by point', () => {
    fc.assert(
      fc.property(set4, set4, (a, b) => {
        const [inA, inB] = [members(a), members(b)];
        expect(members(union(a, b))).toEqual(inA.map((own, at) => own || inB[at] === true));
        expect(members(intersect(a, b))).toEqual(inA.map((own, at) => own && inB[at] === true));
        expect(members(minus(a, b))).toEqual(inA.map((own, at) => own && inB[at] !== true));
        for (const one of [union(a, b), intersect(a, b), minus(a, b)]) expect(isCanonical(one)).toBe(true);
      }),
    );
  });

  it('obey De Morgan and lose nothing when split', () => {
    const whole = wholeFamily('ipv4');
    fc.assert(
      fc.property(set4, set4, (a, b) => {
        expect(minus(whole, union(a, b))).toEqual(intersect(minus(whole, a), minus(whole, b)));
        expect(isEmpty(intersect(minus(a, b), b))).toBe(true);
        expect(union(minus(a, b), intersect(a, b))).toEqual(a);
        expect(size(union(a, b))).toBe(size(a) + size(b) - size(intersect(a, b)));
        expect(isSubset(intersect(a, b), a)).toBe(true);
      }),
    );
  });

  it('come back from their prefixes', () => {
    fc.assert(
      fc.property(set4, (a) => {
        expect(fromIntervals(toCidrs(a).map((cidr) => [cidr.lo, cidr.hi] as const))).toEqual(a);
      }),
    );
    expect(formatSet(wholeFamily('ipv4'))).toEqual(['0.0.0.0/0']);
    expect(formatSet(wholeFamily('ipv6'))).toEqual(['::/0']);
    expect(formatSet([1, 8])).toEqual(['0.0.0.1/32', '0.0.0.2/31', '0.0.0.4/30']);
  });
});

describe('addresses and prefixes', () => {
  it('round-trip through text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (at) => expect(parseIpv4(formatAddress(at))).toBe(at)),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (at) => expect(parseIpv6(formatAddress(at))).toBe(at)),
    );
    fc.assert(fc.property(fc.ipV6(), (text) => expect(typeof parseAddress(text)).toBe('bigint')));
  });

  it('drop host bits and keep the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }), (at, length) => {
        const cidr = parseCidr(`${formatAddress(at)}/${length}`);
        expect(
          cidr && {
            length: cidr.length,
            holds: Number(cidr.lo) <= at && at < Number(cidr.hi),
            size: Number(cidr.hi) - Number(cidr.lo),
          },
        ).toEqual({ length, holds: true, size: 2 ** (32 - length) });
        expect(cidr && parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it.each(['10.0.0.300/16', '10.0.0.0/33', '10.0.0/8', 'fe80::1::2', '::/129', 'ssh', '', '1.2.3.4/-1', '12345::'])(
    'refuses %p',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );

  it('writes IPv6 as RFC 5952 asks', () => {
    expect(
      ['2001:db8:0:0:1:0:0:1', '::', '::1', '64:ff9b::192.0.2.33', '1:0:0:2:0:0:0:3'].map((text) =>
        formatAddress(parseIpv6(text) ?? 0n),
      ),
    ).toEqual(['2001:db8::1:0:0:1', '::', '::1', '64:ff9b::c000:221', '1:0:0:2::3']);
  });
});
