import type { Attribution } from './change.ts';
import type { DriftBatch, Transition } from './transition.ts';

type Cause = Omit<Attribution, 'confidence'>;

/** Batches of the first layout have the whole change in each transition. */
type StoredAttribution = Attribution | { readonly cause: number; readonly confidence: Attribution['confidence'] };

interface StoredTransition extends Omit<Transition, 'attribution'> {
  readonly attribution: readonly StoredAttribution[];
}

/** A batch as stores keep it: every change once, however many transitions it may have caused. */
export interface StoredBatch extends Omit<DriftBatch, 'transitions'> {
  readonly causes: readonly Cause[];
  readonly transitions: readonly StoredTransition[];
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
  const transitions = batch.transitions.map((transition) => ({
    ...transition,
    attribution: transition.attribution.map((one) => ({ cause: placeOf(one), confidence: one.confidence })),
  }));
  return { ...batch, causes, transitions };
}

/** Throws for a reference to a change that is not there. */
export function fromStored({ causes, ...batch }: StoredBatch): DriftBatch {
  const whole = (one: StoredAttribution): Attribution => {
    if (!('cause' in one)) return one;
    const cause = causes[one.cause];
    if (!cause) throw new Error(`there is no cause ${one.cause}`);
    return { ...cause, confidence: one.confidence };
  };
  return {
    ...batch,
    transitions: batch.transitions.map((transition) => ({
      ...transition,
      attribution: transition.attribution.map(whole),
    })),
  };
}
