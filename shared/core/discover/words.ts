/** More than these are only counted. */
const FEW = 3;

export const shortened = (texts: readonly string[]): readonly string[] =>
  texts.length <= FEW ? texts : [...texts.slice(0, FEW), `and ${texts.length - FEW} more`];

export const several = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
