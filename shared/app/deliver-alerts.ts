import { planAlert } from '../core/alerts/plan-alert.ts';
import { toIso } from '../core/base/instant.ts';
import type { DriftBatch } from '../core/drift/transition.ts';
import type { Deliveries, Notifier } from '../ports.ts';

/** What became of one batch. `told` is `unmarked` when it could not be noted: another delivery of it would be told again. */
export type Telling =
  | 'nothing to tell'
  | 'told before'
  | 'told'
  | { readonly told: 'unmarked'; readonly error: unknown };

/**
 * Tells every outlet about one committed batch, once: what is marked as told is not told again. All outlets are tried; when one fails the whole is to be
 * delivered again, with the same dedupe key. Between the outlets and the mark lies the window in which a crash makes a repetition.
 */
export async function deliverAlerts(
  notifiers: readonly Notifier[],
  batch: DriftBatch,
  link?: string,
  deliveries?: Deliveries,
): Promise<Telling> {
  const alert = planAlert(batch, link);
  if (!alert) return 'nothing to tell';
  // With its time: a network whose state was lost begins again at version 1, and that is other news.
  const key = `${alert.dedupeKey} ${toIso(batch.at)}`;
  if (await deliveries?.isTold(key)) return 'told before';
  const outcomes = await Promise.allSettled(notifiers.map((notifier) => notifier.deliver(alert)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `${failures.length} of ${notifiers.length} outlets did not take alert \`${alert.dedupeKey}\``,
    );
  try {
    await deliveries?.markTold(key);
    return 'told';
  } catch (error) {
    return { told: 'unmarked', error };
  }
}

/** One after the other, up to the first that fails: what follows must not overtake it. Undefined when none has failed. */
export async function inOrder<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<{ readonly item: T; readonly error: unknown } | undefined> {
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      return { item, error };
    }
  }
  return undefined;
}
