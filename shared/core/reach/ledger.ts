import { type Box, meetBoxLists, minusBoxes } from '../net/box.ts';
import type { AddressSet } from '../net/interval-set.ts';
import { isEmpty, least } from '../net/interval-set.ts';
import type { PortRange } from '../net/protocol.ts';
import type { Reason } from './answer.ts';
import { boxOf, type Flow } from './flow.ts';

export type Effect = 'deny' | 'unknown';

/** What a component does to a part of the packets that were asked about. */
export interface Entry extends Reason {
  readonly effect: Effect;
  readonly box: Box;
}

/** One step of the story of a packet. */
export interface Step {
  readonly component: string;
  readonly leg: Flow['leg'];
  readonly effect: Effect | 'pass';
  readonly text: string;
}

export interface Mark {
  readonly effect: Effect;
  readonly code: string;
  readonly component: string;
  readonly message: string;
  /** Parts of the flow in its present addresses; all of it when absent. */
  readonly src?: AddressSet;
  readonly dst?: AddressSet;
  readonly ports?: PortRange;
}

/** Collects what every hop denies or cannot tell. Everything not in it gets through. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly assumptions = new Set<string>();
  readonly steps: Step[] = [];
  private readonly tracing: boolean;

  constructor(tracing = false) {
    this.tracing = tracing;
  }

  mark(flow: Flow, mark: Mark): void {
    const src = mark.src ?? flow.src;
    const dst = mark.dst ?? flow.dst;
    if (isEmpty(src) || isEmpty(dst)) return;
    this.entries.push({
      effect: mark.effect,
      code: mark.code,
      component: mark.component,
      leg: flow.leg,
      message: mark.message,
      box: boxOf(flow, src, dst, flow.leg === 'forward' ? mark.ports : undefined),
    });
    if (this.tracing)
      this.steps.push({ component: mark.component, leg: flow.leg, effect: mark.effect, text: mark.message });
  }

  /** A hop that lets the packets through; kept only when somebody wants the story. */
  pass(flow: Flow, component: string, text: string): void {
    if (this.tracing) this.steps.push({ component, leg: flow.leg, effect: 'pass', text });
  }

  assume(text: string): void {
    this.assumptions.add(text);
  }

  boxes(effect: Effect): Box[] {
    return this.entries.filter((entry) => entry.effect === effect).map((entry) => entry.box);
  }

  /** An empty ledger for a way that is one of several, of which AWS takes a single one that we cannot foresee. */
  fork(): Ledger {
    return new Ledger(this.tracing);
  }

  /** A fork that holds one mark. */
  forkWith(flow: Flow, mark: Mark): Ledger {
    const one = this.fork();
    one.mark(flow, mark);
    return one;
  }

  /** Takes over what one of several ways says, all of which are used at run time; `when` tells the reader that it is not always so. */
  absorb(other: Ledger, when: string): void {
    for (const entry of other.entries) this.entries.push({ ...entry, message: `${entry.message}, ${when}` });
    this.steps.push(...other.steps);
    for (const text of other.assumptions) this.assumptions.add(text);
  }

  /**
   * Takes over what the alternatives say: what all of them deny is denied; what some deny or cannot tell is unknown,
   * for the given reason too.
   */
  agree(alternatives: readonly Ledger[], why?: Omit<Reason, 'leg'>): void {
    const denied = alternatives.map((one): readonly Box[] => one.boxes('deny')).reduce((a, b) => meetBoxLists(a, b));
    for (const one of alternatives) {
      for (const text of one.assumptions) this.assumptions.add(text);
      this.steps.push(...one.steps);
      for (const entry of one.entries) {
        for (const box of entry.effect === 'deny' ? meetBoxLists([entry.box], denied) : [])
          this.entries.push({ ...entry, box });
        for (const box of minusBoxes([entry.box], denied)) {
          if (why) this.entries.push({ ...why, leg: 'forward', effect: 'unknown', box });
          this.entries.push({ ...entry, effect: 'unknown', box });
        }
      }
    }
  }
}

/** Reasons of the entries, most upstream first, one for each code, component and leg. */
export function reasonsOf(entries: readonly Entry[]): Reason[] {
  const seen = new Map<string, Reason>();
  for (const { code, component, leg, message } of entries) {
    const key = `${code}|${component}|${leg}`;
    if (!seen.has(key))
      seen.set(key, leg === undefined ? { code, component, message } : { code, component, leg, message });
  }
  return [...seen.values()].sort((a, b) => Number(a.leg === 'return') - Number(b.leg === 'return'));
}

/** The least packet of the boxes: by destination, then source, then port. */
export function leastPacket(
  boxes: readonly Box[],
): { src: ReturnType<typeof least>; dst: ReturnType<typeof least>; port: number } | undefined {
  let best:
    | { src: NonNullable<ReturnType<typeof least>>; dst: NonNullable<ReturnType<typeof least>>; port: number }
    | undefined;
  for (const box of boxes) {
    const src = least(box.src);
    const dst = least(box.dst);
    if (src === undefined || dst === undefined) continue;
    const better =
      !best ||
      dst < best.dst ||
      (dst === best.dst && (src < best.src || (src === best.src && box.ports.from < best.port)));
    if (better) best = { src, dst, port: box.ports.from };
  }
  return best;
}
