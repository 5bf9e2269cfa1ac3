import type { BundleError } from '../core/facts/bundle.ts';

const MOST_TEXT = 300;

/** What a failed call of the SDK says: its code, and the first line of its message. */
export function failureOf(cause: unknown): { readonly code: string; readonly message: string } {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  return { code: name, message: firstLine(message) };
}

/** Attempts beyond the first, of an answer of the SDK or of what it has thrown. */
export function retriesOf(outcome: unknown): number {
  const { $metadata } = Object(outcome) as { readonly $metadata?: { readonly attempts?: number } };
  return Math.max(($metadata?.attempts ?? 1) - 1, 0);
}

export const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, MOST_TEXT);

/** The same as an entry of a bundle's `Errors`. */
export function errorOf(Operation: string, cause: unknown, ResourceId?: string): BundleError {
  const { code, message } = failureOf(cause);
  return { Operation, Code: code, Message: message, ...(ResourceId === undefined ? {} : { ResourceId }) };
}
