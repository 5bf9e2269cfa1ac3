import operations from './operations.data.json' with { type: 'json' };

/** How much a call can change what is judged. */
export type Effect = 'reachability' | 'capacity' | 'visibility' | 'none' | 'unclassified';

const EFFECTS = new Map<string, Effect>(
  Object.entries(operations).flatMap(([effect, names]) =>
    names.map((name): [string, Effect] => [name, effect as Effect]),
  ),
);

/** EC2 operations of SDK 3.1169.0, classified by hand; an operation that nobody classified is `unclassified`. */
export const effectOf = (operation: string): Effect => EFFECTS.get(operation) ?? 'unclassified';

/** Fails open: only calls that are known to change nothing are left out. */
export const mayChangeNetwork = (operation: string): boolean => effectOf(operation) !== 'none';
