import { describe, expect, it } from '@jest/globals';
import { type Instant, instant } from '../../shared/core/base/instant.ts';
import type { PendingScans } from '../../shared/ports.ts';

/** What every memory of pending scans must do; `open` gives an empty one. */
export function pendingScansContract(name: string, open: () => Promise<PendingScans>): void {
  const second = (count: number): Instant => instant(Date.UTC(2026, 10, 26) + count * 1000);

  describe(`${name} as pending scans`, () => {
    it('lets the first change ask, and those that the scan will see not', async () => {
      const pending = await open();

      expect(await pending.claim('one', second(0), second(10), second(30))).toBe(true);
      expect(await pending.claim('one', second(5), second(15), second(35))).toBe(false);
      expect(await pending.claim('one', second(20), second(30), second(50))).toBe(false);
    });

    it('knows networks apart', async () => {
      const pending = await open();

      await pending.claim('one', second(0), second(10), second(30));

      expect(await pending.claim('two', second(1), second(11), second(31))).toBe(true);
    });

    it('lets a change ask that the scan may come too early for, and then those that the later scan will see not', async () => {
      const pending = await open();
      await pending.claim('one', second(0), second(10), second(30));

      expect(await pending.claim('one', second(21), second(31), second(51))).toBe(true);
      expect(await pending.claim('one', second(31), second(41), second(61))).toBe(false);
    });

    it('takes a claim for void when its time is over, whatever became of it', async () => {
      const pending = await open();
      await pending.claim('one', second(0), second(10), second(30));

      expect(await pending.claim('one', second(30), second(5), second(60))).toBe(true);
    });

    it('lets the next change ask when a scan has begun', async () => {
      const pending = await open();
      await pending.claim('one', second(0), second(10), second(30));

      await pending.release('one', second(30));
      await pending.release('nobody', second(30));

      expect(await pending.claim('one', second(1), second(11), second(31))).toBe(true);
    });

    it('keeps a claim that is due after the scan that begins', async () => {
      const pending = await open();
      await pending.claim('one', second(0), second(10), second(30));
      await pending.claim('one', second(21), second(31), second(51));

      await pending.release('one', second(30));

      expect(await pending.claim('one', second(32), second(42), second(62))).toBe(false);
    });

    it('lets one of several ask that come at the same time', async () => {
      const pending = await open();

      const claims = await Promise.all(
        Array.from({ length: 8 }, () => pending.claim('one', second(0), second(10), second(30))),
      );

      expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    });
  });
}
