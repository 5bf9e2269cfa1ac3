import type { Gap } from '../facts/snapshot.ts';

/** A look into the snapshot: there, known not to be there, or not visible. Only the first two may lead to a verdict. */
export type Seen<T> =
  | { readonly is: 'there'; readonly value: T }
  | { readonly is: 'absent' }
  | { readonly is: 'hidden'; readonly gap: Gap };

export const there = <T>(value: T): Seen<T> => ({ is: 'there', value });

export const ABSENT: Seen<never> = { is: 'absent' };

export const hidden = (gap: Gap): Seen<never> => ({ is: 'hidden', gap });
