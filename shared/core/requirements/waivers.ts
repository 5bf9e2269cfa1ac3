import type { Instant } from '../base/instant.ts';
import { parseInstant } from '../base/instant.ts';
import type { Finding, ScanReport } from './report.ts';
import type { Waiver } from './watch-file.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A waiver and an attestation count through their last day, in UTC. */
export function isExpired({ expires }: Pick<Waiver, 'expires'>, at: Instant): boolean {
  const end = parseInstant(expires.slice(0, 10));
  return end === undefined || at >= end + DAY;
}

/** A bare subnet id covers every role in that subnet; without a subject the waiver covers the whole requirement. */
function covers(waiver: Waiver, requirement: string, subject: string): boolean {
  if (waiver.requirement !== requirement) return false;
  return waiver.subject === undefined || waiver.subject === subject || subject.endsWith(`@${waiver.subject}`);
}

export function applyWaivers(
  findings: readonly Finding[],
  requirement: string,
  waivers: readonly Waiver[],
  at: Instant,
): readonly Finding[] {
  const active = waivers.filter((waiver) => !isExpired(waiver, at));
  return findings.map((finding) =>
    finding.verdict === 'fail' && active.some((waiver) => covers(waiver, requirement, finding.subject))
      ? { ...finding, verdict: 'waived' }
      : finding,
  );
}

/** `unused` means that nothing failing was there to be waived. */
export const waiverStates = (
  waivers: readonly Waiver[],
  results: ScanReport['requirements'],
  at: Instant,
): ScanReport['waivers'] =>
  waivers.map((waiver) => {
    const isUsed = coveredBy(waiver, results).some((finding) => finding.verdict === 'waived');
    return { ...nameOf(waiver), state: isExpired(waiver, at) ? 'expired' : isUsed ? 'active' : 'unused' };
  });

/** Waivers that would hide the next failure as well: not everything that they cover fails. */
export const broadWaivers = (
  waivers: readonly Waiver[],
  results: ScanReport['requirements'],
  at: Instant,
): NonNullable<ScanReport['broadWaivers']> =>
  waivers.flatMap((waiver) => {
    const covered = coveredBy(waiver, results);
    const neededFor = covered.filter((finding) => finding.verdict === 'waived').map((finding) => finding.subject);
    const isBroad = !isExpired(waiver, at) && neededFor.length > 0 && neededFor.length < covered.length;
    return isBroad ? [{ ...nameOf(waiver), neededFor }] : [];
  });

const coveredBy = (waiver: Waiver, results: ScanReport['requirements']): readonly Finding[] =>
  results.flatMap((result) => result.findings.filter((finding) => covers(waiver, result.id, finding.subject)));

const nameOf = ({ requirement, subject }: Waiver) => ({ requirement, ...(subject === undefined ? {} : { subject }) });
