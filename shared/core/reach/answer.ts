export type Verdict = 'pass' | 'fail' | 'unknown';

export type Leg = 'forward' | 'return';

/** One component that must change (fail) or that could not be seen (unknown). `code` is a VPC Reachability Analyzer explanation code, or `X_…`. */
export interface Reason {
  readonly code: string;
  /** Id of the AWS object: `rtb-…`, `sg-…`, `acl-…`; the operation's name for a refused call. */
  readonly component: string;
  readonly leg?: Leg;
  /** One sentence in the words of the AWS console, lower case, no full stop. */
  readonly message: string;
}

/** One packet that does not get through. */
export interface Witness {
  readonly src: string;
  readonly dst: string;
  /** IANA protocol number. */
  readonly protocol: number;
  readonly dstPort?: number;
}

/** formats.md section 2. Reasons are ordered most upstream first. */
export interface Answer {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly witness?: Witness;
  readonly uncovered?: readonly string[];
  readonly assumptions: readonly string[];
}
