import { type Instant, toIso } from '../base/instant.ts';
import type { ChangeEvent } from './change.ts';
import { objectOf } from './record.ts';

/** How the names begin that the watcher gives to its own prefix list. A name has at most 255 characters (EC2 API reference, read 2026-11-26). */
const NAME = 'runnerwatch-heartbeat-';

/** Another name each time, of letters, digits and hyphens: `runnerwatch-heartbeat-2026-11-26T08-15-00-000Z`. */
export const heartbeatName = (at: Instant): string => `${NAME}${toIso(at).replace(/[:.]/g, '-')}`;

/** Members of ModifyManagedPrefixList that change what is in the list: `AddEntry`, `RemoveEntry`, `MaxEntries`. */
const ABOUT_ENTRIES = /"[^"]*entr(?:y|ies)[^"]*":/i;

/**
 * Whether an event is the watcher's own heartbeat: its prefix list, which nothing uses, got a new name of ours and nothing else happened. `event` is what
 * `change` was read from. CloudTrail puts the parameters of this call below `ModifyManagedPrefixListRequest` (a recorded event, read 2026-11-26), but nothing
 * here depends on where they stand.
 */
export function isHeartbeat(event: unknown, change: ChangeEvent, listId: string): boolean {
  const parameters = JSON.stringify(objectOf(objectOf(event)['detail'])['requestParameters'] ?? null);
  return (
    change.source === 'aws.ec2' &&
    change.operation === 'ModifyManagedPrefixList' &&
    change.objects.length === 1 &&
    change.objects[0] === listId &&
    parameters.includes(`"${NAME}`) &&
    !ABOUT_ENTRIES.test(parameters)
  );
}
