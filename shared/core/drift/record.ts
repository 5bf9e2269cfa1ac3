/** A part of a CloudTrail record, of which nothing is certain. */
export type Json = Readonly<Record<string, unknown>>;

/** Empty for everything that is no object. */
export const objectOf = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};

/** Undefined for everything that is no text, and for an empty one. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
