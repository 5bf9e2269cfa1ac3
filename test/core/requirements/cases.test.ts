import { describe, expect, it } from '@jest/globals';
import { renderRequirement } from '../../../cli/render-report.ts';
import { CATALOGUES } from '../../../shared/core/requirements/catalogue.ts';
import type { RequirementResult } from '../../../shared/core/requirements/report.ts';
import { expectGolden } from '../../support/golden.ts';
import { type Case, reportOf } from './cases/case.ts';
import { CASES } from './cases/index.ts';

const requirements = CATALOGUES.flatMap((catalogue) => catalogue.requirements);

function resultOf(id: string, one: Case): RequirementResult {
  const result = reportOf(one).requirements.find((candidate) => candidate.id === id);
  if (!result) throw new Error(`no requirement ${id}`);
  return result;
}

describe.each(requirements.map(({ id }) => [id, CASES.get(id) ?? []] as const))('%s', (id, cases) => {
  const results = cases.map((one) => [one, resultOf(id, one)] as const);

  it.each(results.map(([one, result]) => [`${one.verdict}: ${one.what} (${one.story})`, one, result] as const))(
    '%s',
    (_name, one, result) => {
      expect(result.verdict).toBe(one.verdict);
    },
  );

  it('is told as people should read it', () => {
    const texts = results.map(([one, result]) => {
      const lines = renderRequirement(result, { colour: false, width: 100 });
      return [`== ${one.what} (${one.story})`, ...lines, ''].join('\n');
    });
    expectGolden(`requirements/${id}.txt`, texts.join('\n'));
  });
});
