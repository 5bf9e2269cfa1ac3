import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderReport } from '../../../cli/render-report.ts';
import { type Instant, instant } from '../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';

const REQUIREMENT = 'egress-scm-443';
const ENVIRONMENT = 'environment@subnet-0792353bf13c02bf5';
const LAST_DAY = instant(Date.UTC(2026, 10, 30, 23, 59));
const DAY_AFTER = instant(Date.UTC(2026, 11, 1));

const story = stories().find(({ id }) => id === 'waivers-active');

/** The story's network, whose Git host environments do not reach, with these waivers instead of its own. */
function scan(
  waivers: readonly { readonly requirement: string; readonly subject?: string }[],
  at: Instant,
): ScanReport {
  const file = parse(story?.watchFile ?? '') as { networks: Record<string, unknown>[] };
  const terms = { reason: 'mended in the next window', owner: 'platform', expires: '2026-11-30' };
  const [network] = watchFileSchema.parse({
    ...file,
    networks: [{ ...file.networks[0], waivers: waivers.map((waiver) => ({ ...terms, ...waiver })) }],
  }).networks;
  if (!network) throw new Error('the story is there');
  return scanNetwork(parseBundle(story?.bundle), network, at);
}

const resultOf = (report: ScanReport) => report.requirements.find(({ id }) => id === REQUIREMENT);

const failing = scan([], LAST_DAY);
const failed = resultOf(failing)?.findings.filter(({ verdict }) => verdict === 'fail') ?? [];

describe('waivers', () => {
  it('have something to waive, and something that passes beside it', () => {
    expect(resultOf(failing)?.verdict).toBe('fail');
    expect(failed.map(({ subject }) => subject)).toContain(ENVIRONMENT);
    expect(resultOf(failing)?.findings.some(({ verdict }) => verdict === 'pass')).toBe(true);
  });

  it('turn a failure into waived, never into a pass, through their last day in UTC', () => {
    const report = scan(
      failed.map(({ subject }) => ({ requirement: REQUIREMENT, subject })),
      LAST_DAY,
    );

    expect(resultOf(report)?.verdict).toBe('waived');
    expect(report.waivers.map(({ state }) => state)).toEqual(failed.map(() => 'active'));
    expect(report.broadWaivers).toBeUndefined();
    expect(report.summary.pass).toBe(failing.summary.pass);
  });

  it('are told when they are over, and then waive nothing', () => {
    const report = scan([{ requirement: REQUIREMENT }], DAY_AFTER);

    expect(resultOf(report)?.verdict).toBe('fail');
    expect(report.waivers).toEqual([{ requirement: REQUIREMENT, state: 'expired' }]);
    expect(renderReport(report, { width: 100, colour: false })).toContain(`waiver of ${REQUIREMENT}: expired`);
  });

  it('are told when nothing that they name fails', () => {
    const report = scan([{ requirement: 'egress-management-plane-443', subject: ENVIRONMENT }], LAST_DAY);

    expect(report.waivers).toEqual([
      { requirement: 'egress-management-plane-443', subject: ENVIRONMENT, state: 'unused' },
    ]);
  });

  it('match a subject exactly, and a bare subnet in every role', () => {
    const wrong = scan([{ requirement: REQUIREMENT, subject: `${ENVIRONMENT}0` }], LAST_DAY);
    const bare = scan([{ requirement: REQUIREMENT, subject: ENVIRONMENT.split('@')[1] ?? '' }], LAST_DAY);
    const verdictOf = (report: ScanReport) =>
      resultOf(report)?.findings.find(({ subject }) => subject === ENVIRONMENT)?.verdict;

    expect([verdictOf(wrong), verdictOf(bare)]).toEqual(['fail', 'waived']);
  });

  it('are told when they would hide more than what fails', () => {
    const report = scan([{ requirement: REQUIREMENT }], LAST_DAY);
    const neededFor = failed.map(({ subject }) => subject);

    expect(resultOf(report)?.verdict).toBe('waived');
    expect(report.broadWaivers).toEqual([{ requirement: REQUIREMENT, neededFor }]);
    expect(renderReport(report, { width: 100, colour: false }).replace(/\s+/g, ' ')).toContain(
      `waiver of ${REQUIREMENT}: broader than needed, it would hide new failures too; only ${neededFor.join(', ')} fail`,
    );
  });
});
