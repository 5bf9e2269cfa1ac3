import { type AddressSet, intersect, isEmpty, minus, unionAll } from './interval-set.ts';
import type { PortRange } from './protocol.ts';

/** A set of packets of one protocol: every source with every destination with every port. INVARIANT: no part is empty. */
export interface Box {
  readonly src: AddressSet;
  readonly dst: AddressSet;
  readonly ports: PortRange;
}

export function meetPorts(a: PortRange, b: PortRange): PortRange | undefined {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from <= to ? { from, to } : undefined;
}

export function meetBoxes(a: Box, b: Box): Box | undefined {
  const ports = meetPorts(a.ports, b.ports);
  if (!ports) return undefined;
  const dst = intersect(a.dst, b.dst);
  if (isEmpty(dst)) return undefined;
  const src = intersect(a.src, b.src);
  return isEmpty(src) ? undefined : { src, dst, ports };
}

/** Disjoint boxes that make up `box` without `hole`. */
function carve(box: Box, hole: Box): Box[] {
  const meet = meetBoxes(box, hole);
  if (!meet) return [box];
  const out: Box[] = [];
  const src = minus(box.src, meet.src);
  if (!isEmpty(src)) out.push({ ...box, src });
  const dst = minus(box.dst, meet.dst);
  if (!isEmpty(dst)) out.push({ src: meet.src, dst, ports: box.ports });
  if (box.ports.from < meet.ports.from)
    out.push({ src: meet.src, dst: meet.dst, ports: { from: box.ports.from, to: meet.ports.from - 1 } });
  if (box.ports.to > meet.ports.to)
    out.push({ src: meet.src, dst: meet.dst, ports: { from: meet.ports.to + 1, to: box.ports.to } });
  return out;
}

export function minusBoxes(boxes: readonly Box[], holes: readonly Box[]): readonly Box[] {
  let rest = boxes;
  for (const hole of holes) {
    if (rest.length === 0) return rest;
    rest = rest.flatMap((box) => carve(box, hole));
  }
  return rest;
}

export const meetBoxLists = (a: readonly Box[], b: readonly Box[]): readonly Box[] =>
  a.flatMap((x) => b.flatMap((y) => meetBoxes(x, y) ?? []));

export const sourcesOf = (boxes: readonly Box[]): AddressSet => unionAll(boxes.map((box) => box.src));

export const destinationsOf = (boxes: readonly Box[]): AddressSet => unionAll(boxes.map((box) => box.dst));

/** The same packets in boxes that do not overlap. */
export function disjoint(boxes: readonly Box[]): readonly Box[] {
  const out: Box[] = [];
  for (const box of boxes) out.push(...minusBoxes([box], out));
  return out;
}
