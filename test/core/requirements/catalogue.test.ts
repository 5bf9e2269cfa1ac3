import { describe, expect, it } from '@jest/globals';
import { findCatalogue } from '../../../shared/core/requirements/catalogue.ts';
import { sharedFile } from '../../support/corpus.ts';

describe('the catalogue gitpod-aws-2025', () => {
  const { requirements } = findCatalogue('gitpod-aws-2025');
  const lines = sharedFile('requirements/aws-infrastructure.txt')?.split('\n');
  if (!lines) {
    it.skip('needs the source document beside the checkout', () => {});
    return;
  }

  it.each(requirements.map(({ id, source }) => [id, source] as const))(
    'quotes the document literally, on its line: %s',
    (_id, source) => {
      expect(source.length).toBeGreaterThan(0);
      for (const { line, quote } of source) expect(lines[(line ?? 0) - 1]).toContain(quote);
    },
  );
});
