import type { Reason } from '../reach/answer.ts';
import type { Attribution, ChangeEvent } from './change.ts';

/** Ids of AWS objects as they stand in events and messages (`nat-0a1…`); 8 hex digits are the old form, 17 the new one. */
export const OBJECT_ID = /\b[a-z]{2,9}(?:-[a-z]+){0,2}-[0-9a-f]{8,17}\b/g;

export const objectIdsIn = (text: string): readonly string[] => [...new Set(text.match(OBJECT_ID) ?? [])];

function involved(reasons: readonly Reason[]): ReadonlySet<string> {
  return new Set(reasons.flatMap((reason) => [reason.component, ...objectIdsIn(reason.message)]));
}

/**
 * Joins recorded changes to one transition. A change that names an object of the reasons, or of what was wrong before, is the likely one; it is
 * certain when it is alone. A change that names nothing of it is only possible, and is told only when there is no better one.
 */
export function attribute(changes: readonly ChangeEvent[], reasons: readonly Reason[]): readonly Attribution[] {
  const ids = involved(reasons);
  const touching = changes.filter((change) => change.objects.some((id) => ids.has(id)));
  const chosen = touching.length > 0 ? touching : changes;
  const confidence = touching.length === 1 ? 'certain' : touching.length > 1 ? 'likely' : 'possible';
  return chosen.map(({ actor, operation, at, tool, sourceIp, objects, eventId }) => ({
    actor,
    operation,
    at,
    tool,
    ...(sourceIp === undefined ? {} : { sourceIp }),
    objects,
    eventId,
    confidence,
  }));
}
