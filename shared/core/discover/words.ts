/** More than these are only counted. */
const FEW = 3;

export const shortened = (texts: readonly string[]): readonly string[] =>
  texts.length <= FEW ? texts : [...texts.slice(0, FEW), `and ${texts.length - FEW} more`];

export const several = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/**
 * On one line. Names and tags are other people's text: a line break would end a comment, YAML allows no control characters, and a terminal obeys them.
 */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]+/gu, ' ').trim();

/** `RunnerLbGroup` as `Runner Lb Group`, so that a short word in it can be told from a part of a longer one. */
export const inWords = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
