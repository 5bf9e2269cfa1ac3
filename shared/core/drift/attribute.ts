import type { Reason } from '../reach/answer.ts';
import type { Attribution, ChangeEvent } from './change.ts';
import { objectIdsIn, prefixOf } from './object-id.ts';
import { actorBehind } from './stack-calls.ts';

/** A deleted NAT gateway leaves the route table as the component and stands only in the message, so ids in messages count as well. */
function involved(reasons: readonly Reason[]): ReadonlySet<string> {
  return new Set(reasons.flatMap((reason) => [reason.component, ...objectIdsIn(reason.message)]));
}

/** Whether a change names an object of the reasons. */
export function touches(change: ChangeEvent, reasons: readonly Reason[]): boolean {
  const ids = involved(reasons);
  return change.objects.some((id) => ids.has(id));
}

function choose(changes: readonly ChangeEvent[], reasons: readonly Reason[], mayDecide: MayDecide) {
  const touching = changes.filter((change) => touches(change, reasons));
  if (touching.length > 0)
    return { chosen: touching, confidence: touching.length === 1 ? 'certain' : 'likely' } as const;
  const kinds = new Set([...involved(reasons)].map(prefixOf));
  const related = changes.filter((change) => change.objects.some((id) => kinds.has(prefixOf(id))));
  if (related.length > 0) return { chosen: related, confidence: 'likely' } as const;
  return { chosen: changes.filter(mayDecide), confidence: 'possible' } as const;
}

/** Whether a change may have decided what is to be explained. */
type MayDecide = (change: ChangeEvent) => boolean;

/**
 * Joins recorded changes to one transition, by the reasons before and after it. The only change that names an object of them is certain; one of
 * several, or one that is about objects of the same kind, is likely; others are only possible, if they may decide such a thing at all, and are told when there is nothing better. Calls to
 * CloudFormation are never a cause, they only name who is behind one.
 */
export function attribute(
  changes: readonly ChangeEvent[],
  reasons: readonly Reason[],
  mayDecide: MayDecide,
): readonly Attribution[] {
  const causes = changes.filter(({ stackCall }) => stackCall === undefined);
  const { chosen, confidence } = choose(causes, reasons, mayDecide);
  return chosen.map((change) => {
    const { operation, at, tool, sourceIp, objects, eventId, region } = change;
    return {
      actor: actorBehind(change, changes),
      operation,
      at,
      tool,
      ...(sourceIp === undefined ? {} : { sourceIp }),
      objects,
      eventId,
      region,
      confidence,
    };
  });
}
