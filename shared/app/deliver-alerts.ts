import { planAlert } from '../core/alerts/plan-alert.ts';
import type { DriftBatch } from '../core/drift/transition.ts';
import type { Notifier } from '../ports.ts';

/**
 * Tells every outlet about one committed batch. All outlets are tried; when one fails the whole is to be delivered again, with the same dedupe key.
 */
export async function deliverAlerts(
  notifiers: readonly Notifier[],
  batch: DriftBatch,
  link?: string,
): Promise<boolean> {
  const alert = planAlert(batch, link);
  if (!alert) return false;
  const outcomes = await Promise.allSettled(notifiers.map((notifier) => notifier.deliver(alert)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `${failures.length} of ${notifiers.length} outlets did not take alert \`${alert.dedupeKey}\``,
    );
  return true;
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
