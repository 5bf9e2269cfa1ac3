import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { at, text, texts } from './json.ts';
import { judge } from './sample.ts';

const CORPUS = new URL('../../../../shared/corpus/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, CORPUS), 'utf8'));

const cases = () => readdirSync(new URL('reach/', CORPUS)).filter((file) => file.endsWith('.json'));

describe('the packet judge over the corpora', () => {
  if (!existsSync(new URL('reach/', CORPUS))) {
    it.skip('needs the corpora beside the checkout', () => {});
    return;
  }

  it('agrees with every verdict of the reach cases', () => {
    const differing = cases().flatMap((file) => {
      const example = at(read(`reach/${file}`));
      const { verdict, reasons } = judge(example['bundle'], example['question']);
      const expected = text(example['expected'], 'verdict');
      return verdict === expected ? [] : [{ file, expected, verdict, reasons }];
    });

    expect(differing).toEqual([]);
    expect(cases().length).toBeGreaterThan(140);
  });

  it('names an accepted code in every reach case that does not pass', () => {
    const differing = cases().flatMap((file) => {
      const example = at(read(`reach/${file}`));
      const verdict = text(example['expected'], 'verdict');
      const codes = texts(example['expected'], 'codes');
      if (verdict === 'pass' || codes.length === 0) return [];
      const { reasons } = judge(example['bundle'], example['question']);
      return reasons.some((reason) => codes.includes(reason.code)) ? [] : [{ file, codes, reasons }];
    });

    expect(differing).toEqual([]);
  });

  it.each(['batfish', 'recorded'])('gives an acceptable verdict for every question of %s', (name) => {
    const lines = readFileSync(new URL(`${name}/questions.jsonl`, CORPUS), 'utf8')
      .trim()
      .split('\n');
    const differing = lines.flatMap((line) => {
      const entry = at(JSON.parse(line));
      const id = text(entry['question'], 'id') ?? '';
      const expected = at(entry['expected']);
      const acceptable = [text(expected, 'verdict') ?? '', ...texts(expected, 'acceptable')];
      const { verdict, reasons } = judge(read(`${name}/${text(entry, 'bundle')}`), entry['question']);
      return acceptable.includes(verdict) ? [] : [{ id, acceptable, verdict, reasons }];
    });

    expect(differing).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  });
});
