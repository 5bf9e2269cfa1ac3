declare const instantBrand: unique symbol;

/** A point in time: epoch milliseconds, UTC. */
export type Instant = number & { readonly [instantBrand]: 'Instant' };

/** `value` is epoch milliseconds, UTC. */
export const instant = (value: number): Instant => value as Instant;

/** Undefined when `text` is not an ISO 8601 date or date-time. */
export function parseInstant(text: string): Instant | undefined {
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : instant(value);
}

/** ISO 8601 in UTC with milliseconds. */
export const toIso = (at: Instant): string => new Date(at).toISOString();
