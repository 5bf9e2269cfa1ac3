/** A value for the watch file, and where it comes from, in sentences for people. */
export interface Said<T> {
  /** Undefined: nothing says it, or it could not be read. */
  readonly value: T | undefined;
  readonly why: readonly string[];
  /** Not what AWS says, but what it looks like: somebody should check it. */
  readonly guess: boolean;
}

/** One id of a list of the watch file. */
export interface Chosen {
  readonly id: string;
  readonly why: string;
  readonly guess: boolean;
}

/** Each id once, those that are read before those that are guessed; reasons of the same sort are put together. */
export function chooseOnce(choices: readonly Chosen[]): readonly Chosen[] {
  const byId = new Map<string, Chosen[]>();
  for (const choice of choices) byId.set(choice.id, [...(byId.get(choice.id) ?? []), choice]);
  const merged = [...byId].map(([id, same]) => {
    const guess = same.every((choice) => choice.guess);
    const reasons = same.filter((choice) => choice.guess === guess).map((choice) => choice.why);
    return { id, guess, why: [...new Set(reasons)].join('; ') };
  });
  return merged.sort((a, b) => Number(a.guess) - Number(b.guess) || (a.id < b.id ? -1 : 1));
}
