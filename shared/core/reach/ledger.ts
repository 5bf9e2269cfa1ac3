import { type Box, disjoint, meetBoxLists, minusBoxes } from '../net/box.ts';
import type { AddressSet } from '../net/interval-set.ts';
import { isEmpty, least } from '../net/interval-set.ts';
import type { PortRange } from '../net/protocol.ts';
import type { Leg, Reason } from './answer.ts';
import { boxOf, type Flow, type ReplyPorts } from './flow.ts';

export type Effect = 'deny' | 'unknown';

/** A text that costs time to write, for readers who may never come; of the addresses that are marked, or of some of them. */
export type Text = string | ((marked: AddressSet) => string);

/** What a component does to a part of the packets that were asked about. */
export class Entry {
  readonly effect: Effect;
  readonly code: string;
  readonly component: string;
  readonly leg: Leg | undefined;
  readonly box: Box;
  private readonly text: string | ((box: Box) => string);

  constructor(
    effect: Effect,
    code: string,
    component: string,
    leg: Leg | undefined,
    box: Box,
    text: string | ((box: Box) => string),
  ) {
    this.effect = effect;
    this.code = code;
    this.component = component;
    this.leg = leg;
    this.box = box;
    this.text = text;
  }

  get message(): string {
    return typeof this.text === 'string' ? this.text : this.text(this.box);
  }

  /** The same for other packets. */
  on(box: Box): Entry {
    return new Entry(this.effect, this.code, this.component, this.leg, box, this.text);
  }

  inDoubtOn(box: Box): Entry {
    return new Entry('unknown', this.code, this.component, this.leg, box, this.text);
  }

  withNote(note: string): Entry {
    return this.worded((text) => `${text}, ${note}`);
  }

  /** What is said of some objects, said of others, about other packets. */
  toldOf(names: ReadonlyMap<string, string>, rename: (text: string) => string, box: Box): Entry {
    const { text } = this;
    const told = (part: Box): string => rename(typeof text === 'string' ? text : text(part));
    return new Entry(this.effect, this.code, names.get(this.component) ?? this.component, this.leg, box, told);
  }

  private worded(change: (text: string) => string): Entry {
    const { text } = this;
    const told = typeof text === 'string' ? change(text) : (box: Box): string => change(text(box));
    return new Entry(this.effect, this.code, this.component, this.leg, this.box, told);
  }
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
  readonly message: Text;
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
  /** Whose ports they are: a NAT instance on the way has its own. */
  readonly of: ReplyPorts | undefined;
  readonly box: Box;
  /** The network ACLs that lose them. */
  readonly by: ReadonlySet<string>;
  readonly ports: readonly PortRange[];
}

const NO_LOSSES: readonly Loss[] = [];

/** Collects what every hop denies or cannot tell. Everything not in it gets through. */
export class Ledger {
  private own: Entry[] | undefined;
  private readonly told: Step[] | undefined;
  private assumed: Set<string> | undefined;
  private losses: readonly Loss[];

  constructor(tracing = false, losses: readonly Loss[] = NO_LOSSES) {
    this.told = tracing ? [] : undefined;
    this.losses = losses;
  }

  get entries(): Entry[] {
    this.own ??= this.write();
    return this.own;
  }

  /** What is in a ledger that nobody has written to yet. */
  protected write(): Entry[] {
    return [];
  }

  get steps(): readonly Step[] {
    return this.told ?? [];
  }

  get assumptions(): Iterable<string> {
    return this.assumed ?? [];
  }

  get hasAssumptions(): boolean {
    return this.assumed !== undefined;
  }

  mark(flow: Flow, mark: Mark): void {
    const src = mark.src ?? flow.src;
    const dst = mark.dst ?? flow.dst;
    if (isEmpty(src) || isEmpty(dst)) return;
    const box = boxOf(flow, src, dst, flow.leg === 'forward' ? mark.ports : undefined);
    const text = textOf(flow, mark, box);
    this.entries.push(new Entry(mark.effect, mark.code, mark.component, flow.leg, box, text));
    if (this.told)
      this.told.push({
        component: mark.component,
        leg: flow.leg,
        effect: mark.effect,
        text: typeof text === 'string' ? text : text(box),
      });
    if (mark.lost && mark.of) this.lose(flow, mark, mark.lost, mark.of);
  }

  /** Two network ACLs may each let some client ports through, and together none. */
  private lose(flow: Flow, mark: Mark, lost: readonly PortRange[], of: PortRange): void {
    const box = boxOf(flow, mark.src ?? flow.src, mark.dst ?? flow.dst, undefined);
    const whose = flow.home?.reply;
    const found: Loss[] = [{ of: whose, box, by: new Set([mark.component]), ports: lost }];
    for (const earlier of this.losses) {
      if (earlier.of !== whose || earlier.by.has(mark.component)) continue;
      const by = new Set([...earlier.by, mark.component]);
      const ports = [...earlier.ports, ...lost];
      for (const both of meetBoxLists([earlier.box], [box])) {
        found.push({ of: whose, box: both, by, ports });
        if (!coversPorts(ports, of)) continue;
        const text = textOf(flow, mark, box);
        this.entries.push(new Entry('deny', 'SUBNET_ACL_RESTRICTION', mark.component, flow.leg, both, text));
      }
    }
    this.losses = [...this.losses, ...found];
  }

  /** A hop that lets the packets through; kept only when somebody wants the story. */
  pass(flow: Flow, component: string, text: () => string): void {
    if (this.told) this.told.push({ component, leg: flow.leg, effect: 'pass', text: text() });
  }

  assume(text: string): void {
    this.assumed ??= new Set();
    this.assumed.add(text);
  }

  has(effect: Effect): boolean {
    return this.entries.some((entry) => entry.effect === effect);
  }

  /** The entries of a sort, without writing out those of others. */
  entriesWhere(isMeant: (entry: Entry) => boolean): readonly Entry[] {
    return this.entries.filter(isMeant);
  }

  boxes(effect: Effect): Box[] {
    return this.entries.filter((entry) => entry.effect === effect).map((entry) => entry.box);
  }

  /** An empty ledger for a way that is one of several, of which AWS takes a single one that we cannot foresee. */
  fork(): Ledger {
    return new Ledger(this.told !== undefined, this.losses);
  }

  /** A fork that holds one mark. */
  forkWith(flow: Flow, mark: Mark): Ledger {
    const one = this.fork();
    one.mark(flow, mark);
    return one;
  }

  /** Takes over what one of several ways says, all of which are used at run time; `when` tells the reader that it is not always so. */
  absorb(other: Ledger, when: string): void {
    for (const entry of other.entries) this.entries.push(entry.withNote(when));
    this.told?.push(...other.steps);
    for (const text of other.assumptions) this.assume(text);
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
      for (const text of one.assumptions) this.assume(text);
      this.told?.push(...one.steps);
      for (const entry of one.entries) {
        for (const box of entry.effect === 'deny' ? meetBoxLists([entry.box], denied) : [])
          this.entries.push(entry.on(box));
        for (const box of minusBoxes([entry.box], denied)) {
          if (why) this.entries.push(new Entry('unknown', why.code, why.component, 'forward', box, why.message));
          this.entries.push(entry.inDoubtOn(box));
        }
      }
    }
  }
}

/** Addresses that were translated on the way cannot be told from the packets that were asked about: then the text is of all that are marked. */
function textOf(flow: Flow, mark: Mark, box: Box): string | ((box: Box) => string) {
  const { message } = mark;
  if (typeof message === 'string') return message;
  const src = mark.src ?? flow.src;
  const dst = mark.dst ?? flow.dst;
  const isOfSources = mark.src !== undefined;
  const isForward = flow.leg === 'forward';
  const [first, last] = isForward ? [src, dst] : [dst, src];
  if (box.src !== first || box.dst !== last) return () => message(isOfSources ? src : dst);
  return (part) => message(isOfSources === isForward ? part.src : part.dst);
}

function coversPorts(ranges: readonly PortRange[], of: PortRange): boolean {
  let next = of.from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.from > next) return false;
    next = Math.max(next, range.to + 1);
  }
  return next > of.to;
}

/** What several ledgers say of a part of their senders, written out only when somebody reads it. */
export class Excerpt extends Ledger {
  private readonly parts: readonly ExcerptPart[];

  constructor(parts: readonly ExcerptPart[]) {
    super();
    this.parts = parts;
  }

  protected override write(): Entry[] {
    return this.entriesWhere(() => true);
  }

  override entriesWhere(isMeant: (entry: Entry) => boolean): Entry[] {
    return this.parts.flatMap((part) => {
      const names = part.told && new Map(part.told);
      const rename = names && renaming(names);
      return part.from.entriesWhere(isMeant).flatMap((entry) => {
        const box = boxIn(part, entry);
        if (!box) return [];
        return names && rename ? entry.toldOf(names, rename, box) : entry.on(box);
      });
    });
  }

  override get assumptions(): Iterable<string> {
    return this.parts.flatMap(({ from }) => [...from.assumptions]);
  }

  override has(effect: Effect): boolean {
    return this.parts.some((part) =>
      part.from.entries.some((entry) => entry.effect === effect && isAbout(part, entry)),
    );
  }
}

/** All at once, so that two names can be exchanged. */
function renaming(names: ReadonlyMap<string, string>): (text: string) => string {
  const changed = [...names].filter(([from, to]) => from !== to);
  if (changed.length === 0) return (text) => text;
  let any: RegExp | undefined;
  return (text) => {
    any ??= new RegExp(changed.map(([from]) => from).join('|'), 'g');
    return text.replace(any, (name) => names.get(name) ?? name);
  };
}

const isAbout = ({ sourcesIn, destinationsIn }: ExcerptPart, { box }: Entry): boolean =>
  !isEmpty(sourcesIn(box.src)) && (destinationsIn === undefined || !isEmpty(destinationsIn(box.dst)));

function boxIn({ sourcesIn, destinationsIn }: ExcerptPart, { box }: Entry): Box | undefined {
  const src = sourcesIn(box.src);
  if (isEmpty(src)) return undefined;
  const dst = destinationsIn ? destinationsIn(box.dst) : box.dst;
  return isEmpty(dst) ? undefined : { ...box, src, dst };
}

export interface ExcerptPart {
  readonly from: Ledger;
  /** The part of an entry's senders that the excerpt is about. */
  readonly sourcesIn: (src: AddressSet) => AddressSet;
  /** The same for its destinations; all of them when absent. */
  readonly destinationsIn?: (dst: AddressSet) => AddressSet;
  /** What is said of one object is said of another one. */
  readonly told?: readonly (readonly [of: string, to: string])[] | undefined;
}

/** Reasons of the entries, most upstream first, one for each code, component and leg. */
export function reasonsOf(entries: readonly Entry[]): Reason[] {
  const seen = new Map<string, Reason>();
  for (const entry of entries) {
    const { code, component, leg } = entry;
    const key = `${code}|${component}|${leg}`;
    if (seen.has(key)) continue;
    const { message } = entry;
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
