import type { Attribution } from './change.ts';
import type { Reminder } from './reminder.ts';
import type { DriftBatch, Transition } from './transition.ts';

type Cause = Omit<Attribution, 'confidence'>;

/** Batches of the first layout have the whole change in each transition. */
type StoredAttribution = Attribution | { readonly cause: number; readonly confidence: Attribution['confidence'] };

type Stored<T> = T extends unknown
  ? Omit<T, 'attribution'> & { readonly attribution: readonly StoredAttribution[] }
  : never;

/** A batch as stores keep it: every change once, however many transitions it may have caused. */
export interface StoredBatch extends Omit<DriftBatch, 'transitions' | 'reminders'> {
  readonly causes: readonly Cause[];
  readonly transitions: readonly Stored<Transition>[];
  readonly reminders?: readonly Stored<Reminder>[];
}

export function toStored(batch: DriftBatch): StoredBatch {
  const places = new Map<string, number>();
  const causes: Cause[] = [];
  const placeOf = ({ confidence: _, ...cause }: Attribution): number => {
    const known = places.get(cause.eventId);
    if (known !== undefined) return known;
    places.set(cause.eventId, causes.length);
    return causes.push(cause) - 1;
  };
  const stored = <T extends { readonly attribution: readonly Attribution[] }>(news: T) => ({
    ...news,
    attribution: news.attribution.map((one) => ({ cause: placeOf(one), confidence: one.confidence })),
  });
  const { reminders, ...rest } = batch;
  const transitions = batch.transitions.map(stored);
  return { ...rest, causes, transitions, ...(reminders ? { reminders: reminders.map(stored) } : {}) };
}

/** Throws for a reference to a change that is not there. */
export function fromStored({ causes, reminders, ...batch }: StoredBatch): DriftBatch {
  const whole = (one: StoredAttribution): Attribution => {
    if (!('cause' in one)) return one;
    const cause = causes[one.cause];
    if (!cause) throw new Error(`there is no cause ${one.cause}`);
    return { ...cause, confidence: one.confidence };
  };
  return {
    ...batch,
    transitions: batch.transitions.map((one) => ({ ...one, attribution: one.attribution.map(whole) })),
    ...(reminders ? { reminders: reminders.map((one) => ({ ...one, attribution: one.attribution.map(whole) })) } : {}),
  };
}
