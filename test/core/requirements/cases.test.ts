import { describe, expect, it } from '@jest/globals';
import { renderRequirement } from '../../../cli/render-report.ts';
import { findCatalogue } from '../../../shared/core/requirements/catalogue.ts';
import type { Finding, RequirementResult, ScanReport } from '../../../shared/core/requirements/report.ts';
import { expectGolden } from '../../support/golden.ts';
import { type Case, describedBy, type Json, reportFor, reportOf } from './cases/case.ts';
import { runCommand } from './cases/commands.ts';
import { NEEDED, NEVER } from './cases/exemptions.ts';
import { CASES, SECTIONS } from './cases/index.ts';

/** The other catalogue has its cases in `ona-enterprise.test.ts`. */
const { requirements } = findCatalogue('gitpod-aws-2025');

/** A report of every case; each holds every requirement. */
const reports: ReadonlyMap<Case, ScanReport> = new Map([...CASES.values()].flat().map((one) => [one, reportOf(one)]));

function resultOf(id: string, one: Case): RequirementResult {
  const result = reports.get(one)?.requirements.find((candidate) => candidate.id === id);
  if (!result) throw new Error(`no requirement ${id}`);
  return result;
}

const nameOf = ({ verdict, what, story }: Case): string => `${verdict}: ${what} (${story})`;

describe('the table of cases', () => {
  it.each(requirements.map(({ id, check }) => [id, check] as const))(
    'has a passing, a failing and an unknown case of %s',
    (id, check) => {
      const verdicts = (CASES.get(id) ?? []).map(({ verdict }) => verdict);
      const exempt = Object.keys(NEVER[check.kind] ?? {});

      expect(NEEDED.filter((verdict) => !verdicts.includes(verdict)).sort()).toEqual(exempt.sort());
    },
  );

  it('names requirements of the catalogue only, each in one section', () => {
    const ids = SECTIONS.flatMap((section) => Object.keys(section));

    expect([...ids].sort()).toEqual(requirements.map(({ id }) => id).sort());
  });

  it('exempts verdicts that no network has', () => {
    const kinds = new Map(requirements.map(({ id, check }) => [id, check.kind]));
    const wrong = [...reports].flatMap(([one, report]) =>
      report.requirements
        .filter(({ id, verdict }) => {
          const kind = kinds.get(id);
          return kind !== undefined && verdict in (NEVER[kind] ?? {});
        })
        .map(({ id, verdict }) => `${id} is ${verdict} in ${nameOf(one)}`),
    );

    expect(wrong).toEqual([]);
  });
});

/** Ids as AWS makes them. */
const IDS = /\b(?:acl|eni|igw|nat|pcx|rtb|sg|subnet|tgw|tgw-attach|tgw-rtb|vgw|vpc|vpce|vpn)-[0-9a-f]{17}\b/g;

const REFUSED = /(\w+) is refused/;

describe.each(requirements.map(({ id }) => [id, CASES.get(id) ?? []] as const))('%s', (id, cases) => {
  const findingsOf = (one: Case, verdict: Finding['verdict']): readonly Finding[] =>
    resultOf(id, one).findings.filter((finding) => finding.verdict === verdict);

  it.each(cases.map((one) => [nameOf(one), one] as const))('%s', (_name, one) => {
    expect(resultOf(id, one).verdict).toBe(one.verdict);
  });

  it('is told as people should read it', () => {
    const texts = cases.map((one) => {
      const lines = renderRequirement(resultOf(id, one), { colour: false, width: 100 });
      return [`== ${one.what} (${one.story})`, ...lines, ''].join('\n');
    });
    expectGolden(`requirements/${id}.txt`, texts.join('\n'));
  });

  it('says what to do about everything that fails', () => {
    const helpless = cases.flatMap((one) =>
      findingsOf(one, 'fail')
        .filter(({ fixes }) => fixes.length === 0)
        .map(({ subject }) => `${subject} in ${nameOf(one)}`),
    );

    expect(helpless).toEqual([]);
  });

  it('names the call that was refused', () => {
    const silent = cases.flatMap((one) => {
      const operation = REFUSED.exec(one.what)?.[1];
      return operation === undefined
        ? []
        : findingsOf(one, 'unknown')
            .filter(({ reasons }) => !reasons.some(({ message }) => message.includes(operation)))
            .map(({ subject }) => `${subject} in ${nameOf(one)}`);
    });

    expect(silent).toEqual([]);
  });

  it('puts nothing into commands that is not in the network', () => {
    const strange = cases.flatMap((one) => {
      const known = JSON.stringify(describedBy(one));
      return findingsOf(one, 'fail')
        .flatMap(({ fixes }) => fixes.flatMap(({ command }) => command?.match(IDS) ?? []))
        .filter((found) => !known.includes(found));
    });

    expect(strange).toEqual([]);
  });

  it('is mended by its commands, where it has one for every finding', () => {
    const unmended = cases.flatMap((one) => {
      const found = findingsOf(one, 'fail');
      const commands = found.map(({ fixes }) => fixes.flatMap(({ command }) => command ?? []));
      if (found.length === 0 || commands.some((list) => list.length === 0)) return [];
      const { bundle, watch } = describedBy(one);
      const mended = [...new Set(commands.flat())].reduce<Json | undefined>(
        (before, command) => before && runCommand(before, command),
        bundle,
      );
      const after = mended && reportFor({ bundle: mended, watch }).requirements.find((result) => result.id === id);
      return after && after.verdict !== 'pass'
        ? [
            `${nameOf(one)}: ${after.findings.flatMap(({ reasons }) => reasons.map(({ message }) => message)).join('; ')}`,
          ]
        : [];
    });

    expect(unmended).toEqual([]);
  });

  it('gives rules that are to be added numbers of their own', () => {
    const commands = cases.map((one) => [
      ...new Set(findingsOf(one, 'fail').flatMap(({ fixes }) => fixes.flatMap(({ command }) => command ?? []))),
    ]);
    for (const given of commands) {
      const places = given.flatMap(
        (command) => /create-network-acl-entry .*--rule-number \d+/.exec(command)?.[0] ?? [],
      );
      expect(new Set(places).size).toBe(places.length);
    }
  });
});
