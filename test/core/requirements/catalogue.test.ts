import { describe, expect, it } from '@jest/globals';
import { findCatalogue } from '../../../shared/core/requirements/catalogue.ts';
import { requirementSources } from '../../support/corpus.ts';

describe('the catalogue gitpod-aws-2025', () => {
  const { requirements } = findCatalogue('gitpod-aws-2025');
  const sources = requirementSources();
  if (!sources) {
    it.skip('needs the source document beside the checkout', () => {});
    return;
  }

  it.each(requirements.map(({ id, source }) => [id, source] as const))(
    'quotes the document literally, on its line: %s',
    (_id, source) => {
      expect(source.length).toBeGreaterThan(0);
      for (const { line, quote } of source) expect(sources.lines[(line ?? 0) - 1]).toContain(quote);
    },
  );

  it('holds the requirements that were read from the document, and no others', () => {
    expect(requirements.map(({ id }) => id)).toEqual(sources.requirements.map(({ id }) => id));
  });

  it.each(sources.requirements.map((read) => [read.id, read] as const))('has %s as it was read', (id, read) => {
    const own = requirements.find((candidate) => candidate.id === id);

    expect({
      severity: own?.severity,
      applies: own?.applies,
      lines: own?.source.map(({ line, quote }) => [line, quote]),
      requiredWhenPresent: own?.requiredWhenPresent ?? false,
    }).toEqual({
      severity: read.severity,
      applies: read.applies,
      lines: read.source.map(({ line, quote }) => [line, quote]),
      requiredWhenPresent: read.severity === 'optional',
    });
  });
});
