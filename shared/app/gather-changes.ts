import { instant } from '../core/base/instant.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import type { Gathered } from '../core/drift/scan-message.ts';
import type { Clock, PendingScans, ScanQueue } from '../ports.ts';

/** So long changes of a network gather before they are scanned for; milliseconds. */
const GATHERING = 30_000;

/** EC2 may show so long what was before a change: a scan that begins earlier need not have seen it; milliseconds. */
const CONSISTENT_AFTER = 10_000;

export interface GatherPorts {
  readonly queue: ScanQueue;
  readonly pending: PendingScans;
  readonly clock: Clock;
}

/** Sees to it that one scan begins after these changes of a network (at least one), and after those that come until then. Whether it had to be asked for. */
export async function gatherChanges(
  { queue, pending, clock }: GatherPorts,
  network: string,
  changes: readonly ChangeEvent[],
): Promise<boolean> {
  const now = clock.now();
  const times = changes.map(({ at }) => at);
  const dueAt = instant(now + GATHERING);
  const isFirst = await pending.claim(network, now, instant(Math.max(...times) + CONSISTENT_AFTER), dueAt);
  if (!isFirst) return false;
  const gathered = { since: instant(Math.min(...times)), dueAt };
  try {
    await queue.enqueue({ network, requestId: 'changed', gathered, delaySeconds: GATHERING / 1000 });
    return true;
  } catch (error) {
    // Should this fail too, the claim runs out, and the messages of the changes come back.
    await pending.release(network, dueAt).catch(() => {});
    throw error;
  }
}

/** What two messages of a network stand for. */
export const together = (one: Gathered | undefined, other: Gathered | undefined): Gathered | undefined =>
  one && other
    ? { since: instant(Math.min(one.since, other.since)), dueAt: instant(Math.max(one.dueAt, other.dueAt)) }
    : (one ?? other);
