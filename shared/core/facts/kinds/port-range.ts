import type { PortRange } from '../../net/protocol.ts';
import { UnreadableFact } from '../fields.ts';

/** Ports as AWS prints them: −1 is every one. Throws `UnreadableFact` for a range that does not exist. */
export function readPortRange(path: string, from: number, to: number): PortRange {
  const range = { from: Math.max(from, 0), to: to < 0 ? 65535 : to };
  if (range.from > range.to || range.to > 65535)
    throw new UnreadableFact(`\`${path}\`: ${from} to ${to} is not a range of ports`);
  return range;
}
