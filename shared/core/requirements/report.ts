import type { Answer, Reason, Verdict, Witness } from '../reach/answer.ts';

/** A requirement's verdict; `waived` means that every failing finding is covered by an active waiver. */
export type RequirementVerdict = Verdict | 'not-applicable' | 'waived';

export type Severity = 'required' | 'recommended' | 'optional' | 'informational';

/** Where the requirement is stated; `quote` is literal. */
export interface SourceQuote {
  /** Its address. */
  readonly document: string;
  /** Which copy, by its id in the catalogue, and of when it is: where a catalogue has several documents, or several copies of one. */
  readonly copy?: string;
  readonly asOf?: string;
  readonly line?: number;
  readonly quote: string;
}

/** A proposal, never applied by us: `command` is an AWS CLI line. */
export interface Fix {
  readonly title: string;
  readonly command?: string;
}

/** What one requirement says of one subject (`environment@subnet-…`, `runner-task@subnet-…`, else the id of the object). */
export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict | 'waived';
  readonly reasons: readonly Reason[];
  readonly witness?: Witness;
  /** Destination region that fails, as CIDRs, when it is not all of it. */
  readonly uncovered?: readonly string[];
  readonly assumptions?: Answer['assumptions'];
  readonly fixes: readonly Fix[];
}

export interface RequirementResult {
  readonly id: string;
  readonly severity: Severity;
  readonly verdict: RequirementVerdict;
  readonly title: string;
  readonly source: SourceQuote | readonly SourceQuote[];
  readonly findings: readonly Finding[];
}

export interface ReportGap {
  readonly operation: string;
  readonly code: string;
  readonly resourceId?: string;
  readonly message?: string;
}

/** formats.md section 4. Sorted throughout, so equal networks give byte-equal reports but for `evaluatedAt`. */
export interface ScanReport {
  readonly schemaVersion: 1;
  readonly network: string;
  readonly catalogue: string;
  /** ISO 8601, or null when the bundle does not say. */
  readonly collectedAt: string | null;
  readonly evaluatedAt: string;
  readonly verdict: Verdict;
  readonly summary: {
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
    readonly notApplicable: number;
    readonly waived: number;
  };
  readonly requirements: readonly RequirementResult[];
  readonly gaps: readonly ReportGap[];
  readonly waivers: readonly {
    readonly requirement: string;
    readonly subject?: string;
    readonly state: 'active' | 'expired' | 'unused';
  }[];
  /** Active waivers that would also hide what does not fail today; `neededFor` are the subjects that do. Absent when there are none. */
  readonly broadWaivers?: readonly {
    readonly requirement: string;
    readonly subject?: string;
    readonly neededFor: readonly string[];
  }[];
  /** Where AWS knows better than the watch file what is to be judged; a sentence each. Absent when nowhere. */
  readonly remarks?: readonly string[];
}
