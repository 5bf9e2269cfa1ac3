import { type Box, disjoint, meetBoxLists, minusBoxes } from '../net/box.ts';
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
  /** Of a reply: ports of the client at which it gets lost. */
  readonly lost?: readonly PortRange[];
  /** All ports that the client may use, when `lost` is given. */
  readonly of?: PortRange;
}

/** Replies to some packets get lost at these client ports. */
interface Loss {
  readonly box: Box;
  /** The network ACLs that lose them. */
  readonly by: ReadonlySet<string>;
  readonly ports: readonly PortRange[];
}

/** Collects what every hop denies or cannot tell. Everything not in it gets through. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly assumptions = new Set<string>();
  readonly steps: Step[] = [];
  private readonly tracing: boolean;
  private readonly losses: Loss[];

  constructor(tracing = false, losses: readonly Loss[] = []) {
    this.tracing = tracing;
    this.losses = [...losses];
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
    if (mark.lost && mark.of) this.lose(flow, mark, mark.lost, mark.of);
  }

  /** Two network ACLs may each let some client ports through, and together none. */
  private lose(flow: Flow, mark: Mark, lost: readonly PortRange[], of: PortRange): void {
    const box = boxOf(flow, mark.src ?? flow.src, mark.dst ?? flow.dst, undefined);
    for (const earlier of [...this.losses]) {
      if (earlier.by.has(mark.component)) continue;
      const by = new Set([...earlier.by, mark.component]);
      const ports = [...earlier.ports, ...lost];
      for (const both of meetBoxLists([earlier.box], [box])) {
        this.losses.push({ box: both, by, ports });
        if (!coversPorts(ports, of)) continue;
        const { code, component, message } = { ...mark, code: 'SUBNET_ACL_RESTRICTION' };
        this.entries.push({ effect: 'deny', code, component, leg: flow.leg, message, box: both });
      }
    }
    this.losses.push({ box, by: new Set([mark.component]), ports: lost });
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
    return new Ledger(this.tracing, this.losses);
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
    const denied = alternatives
      .map((one): readonly Box[] => disjoint(one.boxes('deny')))
      .reduce((a, b) => meetBoxLists(a, b));
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

function coversPorts(ranges: readonly PortRange[], of: PortRange): boolean {
  let next = of.from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.from > next) return false;
    next = Math.max(next, range.to + 1);
  }
  return next > of.to;
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
