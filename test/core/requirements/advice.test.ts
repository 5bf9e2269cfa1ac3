import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { RequirementResult } from '../../../shared/core/requirements/report.ts';
import { type Story, stories } from '../../support/corpus.ts';
import { type Described, type Json, reportFor } from './cases/case.ts';
import { runCommand } from './cases/commands.ts';

/** Stories whose network cannot be foreseen after the commands. */
const UNFORESEEN: Readonly<Record<string, string>> = {
  'n8-allowed-amis': 'EC2 shows the images only after they are allowed',
};

function describedBy({ bundle, watchFile }: Story): Described {
  const { networks } = parse(watchFile) as { readonly networks: readonly Json[] };
  return { bundle: bundle as Json, watch: networks[0] ?? {} };
}

const failing = (network: Described): readonly RequirementResult[] =>
  reportFor(network).requirements.filter(({ verdict }) => verdict === 'fail');

/** After everything that the report has a command for. */
function mended(network: Described, results: readonly RequirementResult[]): Described | undefined {
  const commands = results.flatMap(({ findings }) =>
    findings.flatMap(({ fixes }) => fixes.flatMap(({ command }) => command ?? [])),
  );
  const bundle = [...new Set(commands)].reduce<Json | undefined>(
    (before, command) => before && runCommand(before, command),
    network.bundle,
  );
  return bundle && { ...network, bundle };
}

describe('the advice of a whole report', () => {
  const broken = stories()
    .map((story) => [`${story.id}${story.step}`, story] as const)
    .filter(([, story]) => failing(describedBy(story)).length > 0);

  it.each(broken)('says what to do about every failure: %s', (_name, story) => {
    const helpless = failing(describedBy(story)).flatMap(({ id, findings }) =>
      findings
        .filter(({ verdict, fixes }) => verdict === 'fail' && fixes.length === 0)
        .map(({ subject }) => [id, subject]),
    );

    expect(helpless).toEqual([]);
  });

  it.each(broken.filter(([, { id }]) => !(id in UNFORESEEN)))(
    'mends everything by commands that do not clash: %s',
    (_name, story) => {
      const network = describedBy(story);
      const results = failing(network);
      const withCommands = results.filter(({ findings }) =>
        findings.every(
          ({ verdict, fixes }) => verdict !== 'fail' || fixes.some(({ command }) => command !== undefined),
        ),
      );
      const after = mended(network, withCommands);

      if (!after) throw new Error('a command whose effect is not known');

      const ids = new Set(withCommands.map(({ id }) => id));
      expect(
        failing(after)
          .filter(({ id }) => ids.has(id))
          .map(({ id }) => id),
      ).toEqual([]);
    },
  );
});
