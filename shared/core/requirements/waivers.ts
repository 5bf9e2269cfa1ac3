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
export function waiverStates(
  waivers: readonly Waiver[],
  results: ScanReport['requirements'],
  at: Instant,
): ScanReport['waivers'] {
  return waivers.map((waiver) => {
    const used = results.some((result) =>
      result.findings.some((finding) => finding.verdict === 'waived' && covers(waiver, result.id, finding.subject)),
    );
    const state = isExpired(waiver, at) ? 'expired' : used ? 'active' : 'unused';
    return {
      requirement: waiver.requirement,
      ...(waiver.subject === undefined ? {} : { subject: waiver.subject }),
      state,
    };
  });
}
