import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseWatchFile } from '../../../shared/adapters/yaml-watch-file.ts';
import { image } from '../../../shared/core/facts/kinds/image.ts';
import { CATALOGUES, REGION_SERVICES } from '../../../shared/core/requirements/catalogue.ts';
import { patternsMeet } from '../../../shared/core/requirements/endpoint-policy.ts';
import { sourceCatalogue } from '../../support/corpus.ts';

/** What the documents call it, by what the watch file calls it. */
const OPTION_NAMES: Readonly<Record<string, string>> = { 'igw-public-ip': 'public-subnet' };

describe.each(CATALOGUES.map((catalogue) => [catalogue.id, catalogue] as const))('catalogue %s', (id, catalogue) => {
  const source = sourceCatalogue(id);

  if (!source) it.skip('needs the requirements as they were taken from the documents', () => {});
  else {
    it('has every row of the documents, with its severity, its options and its sentences', () => {
      const rows = catalogue.requirements.map((row) => ({
        id: row.id,
        title: row.title,
        severity: row.severity,
        applies: [...row.applies].sort(),
        source: row.source.map(({ copy, line, quote }) => ({ doc: copy, line, quote })),
      }));
      const wanted = source.requirements.map((row) => ({
        id: row.id,
        title: row.title,
        severity: row.severity,
        applies: row.applies.map((option) => OPTION_NAMES[option] ?? option).sort(),
        source: row.source.map(({ doc, line, quote }) => ({ doc, line, quote })),
      }));

      expect(wanted.length).toBeGreaterThan(60);
      expect(byId(rows)).toEqual(byId(wanted));
    });

    it('knows every document that was copied', () => {
      const copies = [source.source].flat();

      expect(catalogue.documents).toHaveLength(copies.length);
      for (const [index, { url }] of catalogue.documents.entries())
        expect(copies[index]?.url.slice(0, url.length)).toBe(url);
    });
  }

  it('has no id twice, and no row that never applies', () => {
    const ids = catalogue.requirements.map((row) => row.id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(catalogue.requirements.filter((row) => row.applies.length === 0)).toEqual([]);
  });

  it('asks for options of its own only', () => {
    const strange = catalogue.requirements.flatMap(({ applies }) =>
      applies.filter((option) => !catalogue.options.includes(option)),
    );

    expect(strange).toEqual([]);
  });

  it('quotes documents of its own only', () => {
    const urls = new Set(catalogue.documents.map((document) => document.url));

    for (const { source: quotes } of catalogue.requirements) {
      expect(quotes.length).toBeGreaterThan(0);
      for (const { document, copy, asOf } of quotes) {
        expect(urls).toContain(document);
        if (copy !== undefined) expect(catalogue.documents).toContainEqual({ id: copy, url: document, asOf });
      }
    }
  });

  it('puts together requirements of its own only', () => {
    const ids = new Set(catalogue.requirements.map((row) => row.id));
    const parts = catalogue.requirements.flatMap(({ check }) => (check.kind === 'aggregate' ? check.of : []));

    expect(parts.filter((part) => !ids.has(part))).toEqual([]);
  });

  it('judges images that are collected', () => {
    const { collect } = image;
    if (collect.by !== 'all') throw new Error('images are collected by owner and name');
    const { Owners: owners, Filters: filters } = collect.input as {
      Owners: readonly string[];
      Filters: readonly { Values: readonly string[] }[];
    };
    const names = filters.flatMap((one) => one.Values);
    const needs = catalogue.requirements.flatMap(({ check }) =>
      check.kind === 'image' || check.kind === 'allow-list' ? [check.need] : [],
    );

    expect(needs.length).toBeGreaterThan(0);
    for (const { owner, name } of needs) {
      expect(owners).toContain(owner);
      expect(names.some((pattern) => patternsMeet(pattern, name))).toBe(true);
    }
  });

  it('judges services of the Region that are collected', () => {
    const codes = catalogue.requirements.flatMap(({ check }) => (check.kind === 'services' ? check.codes : []));

    expect(codes.filter((code) => !REGION_SERVICES.includes(code))).toEqual([]);
  });
});

const byId = <T extends { readonly id: string }>(rows: readonly T[]): readonly T[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('the README', () => {
  it('shows inputs of the enterprise catalogue that a watch file may have', () => {
    const readme = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'README.md'), 'utf8');
    const [, fields = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
    const head = [
      'version: 1',
      'networks:',
      '  - id: shown',
      '    region: eu-central-1',
      '    vpcId: vpc-1',
      '    environmentSubnetIds: [subnet-1]',
    ];

    const { networks } = parseWatchFile(`${head.join('\n')}\n${fields}`, 'README.md');

    expect(networks[0]).toMatchObject({ catalogue: 'ona-enterprise', imageSource: 'private-ecr-mirror' });
  });
});
