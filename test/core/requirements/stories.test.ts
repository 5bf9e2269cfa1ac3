import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';

const AT = instant(Date.UTC(2026, 10, 25));

describe('stories', () => {
  const all = stories();

  it('are all there', () => {
    expect(all).toHaveLength(32);
  });

  it.each(all.map((story) => [`${story.id}${story.step}`, story] as const))(
    '%s: agrees on every requirement, and on the whole',
    (_name, story) => {
      const [network] = watchFileSchema.parse(parse(story.watchFile)).networks;
      if (!network) throw new Error('no network in the watch file');

      const report = scanNetwork(parseBundle(story.bundle), network, AT);

      const got = Object.fromEntries(report.requirements.map((requirement) => [requirement.id, requirement.verdict]));
      const judged = Object.keys(story.expected.requirements);
      expect(judged.length).toBeGreaterThan(45);
      expect(Object.fromEntries(judged.map((id) => [id, got[id]]))).toEqual(story.expected.requirements);
      expect(report.verdict).toBe(story.expected.overall);
    },
  );

  it.each(all.map((story) => [`${story.id}${story.step}`, story] as const))(
    '%s: the order of lists does not change a byte',
    (_name, story) => {
      const [network] = watchFileSchema.parse(parse(story.watchFile)).networks;
      if (!network) throw new Error('no network in the watch file');

      const one = scanNetwork(parseBundle(story.bundle), network, AT);
      const other = scanNetwork(parseBundle(reversed(story.bundle)), network, AT);

      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    },
  );
});

/** Every list of objects the other way round; lists of texts keep their order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(reversed);
    return value.every((item) => item !== null && typeof item === 'object') ? items.reverse() : items;
  }
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reversed(item)]));
  return value;
}
