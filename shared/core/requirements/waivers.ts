import { type Instant, instant, parseInstant } from '../base/instant.ts';
import type { Finding, ScanReport } from './report.ts';
import type { Waiver } from './watch-file.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The first moment at which it does not count any more: a waiver and an attestation count through their last day, in UTC. Undefined for a date that is none. */
export function endOf({ expires }: Pick<Waiver, 'expires'>): Instant | undefined {
  const day = parseInstant(expires.slice(0, 10));
  return day === undefined ? undefined : instant(day + DAY);
}

export function isExpired(one: Pick<Waiver, 'expires'>, at: Instant): boolean {
  const end = endOf(one);
  return end === undefined || at >= end;
}

/** A bare subnet id covers every role in that subnet; without a subject the waiver covers the whole requirement. */
function covers(waiver: Waiver, requirement: string, subject: string): boolean {
  if (waiver.requirement !== requirement) return false;
  return waiver.subject === undefined || waiver.subject === subject || subject.endsWith(`@${waiver.subject}`);
}

/** Of the waivers that cover a subject, the one that does so for the longest. */
export const lastingWaiver = (
  waivers: readonly Waiver[],
  requirement: string,
  subject: string,
  at: Instant,
): Waiver | undefined =>
  waivers
    .filter((waiver) => !isExpired(waiver, at) && covers(waiver, requirement, subject))
    .sort((a, b) => (endOf(b) ?? 0) - (endOf(a) ?? 0))[0];

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
