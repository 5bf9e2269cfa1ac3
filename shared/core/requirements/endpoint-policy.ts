/** What an endpoint policy says about what the runner needs; `undecided` when that cannot be told without evaluating it for a request. */
export type PolicyVerdict = 'allows' | 'denies' | 'undecided';

interface Statement {
  readonly effect: string;
  readonly isForAll: boolean;
  readonly hasConditions: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `NotAction`, `NotResource` or `NotPrincipal`. */
  readonly isNegated: boolean;
}

export interface PolicyNeeds {
  /** Prefix of the service's actions, such as `s3`. */
  readonly service: string;
  /** Patterns of the buckets that are needed; undefined when it does not matter which objects a policy names. */
  readonly buckets?: readonly string[];
}

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function isEverybody(principal: unknown): boolean {
  if (principal === undefined) return false;
  if (textsOf(principal).includes('*')) return true;
  return (
    principal !== null &&
    typeof principal === 'object' &&
    textsOf((principal as Record<string, unknown>)['AWS']).includes('*')
  );
}

function readStatement(value: unknown): Statement {
  const raw = (value !== null && typeof value === 'object' ? value : {}) as Record<string, unknown>;
  const condition = raw['Condition'];
  return {
    effect: String(raw['Effect'] ?? ''),
    isForAll: isEverybody(raw['Principal']),
    hasConditions: condition !== null && typeof condition === 'object' && Object.keys(condition).length > 0,
    actions: textsOf(raw['Action']).map((action) => action.toLowerCase()),
    resources: textsOf(raw['Resource']),
    isNegated: ['NotAction', 'NotResource', 'NotPrincipal'].some((key) => raw[key] !== undefined),
  };
}

/** Whether any text matches both patterns, in which `*` stands for any number of characters and `?` for one. */
export function patternsMeet(a: string, b: string): boolean {
  const known = new Map<number, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const found = known.get(key);
    if (found !== undefined) return found;
    const [x, y] = [a[i], b[j]];
    let result: boolean;
    if (x === undefined && y === undefined) result = true;
    else if (x === '*') result = meet(i + 1, j) || (y !== undefined && meet(i, j + 1));
    else if (y === '*') result = meet(i, j + 1) || (x !== undefined && meet(i + 1, j));
    else result = x !== undefined && y !== undefined && (x === y || x === '?' || y === '?') && meet(i + 1, j + 1);
    known.set(key, result);
    return result;
  };
  return meet(0, 0);
}

/** The bucket part of an ARN pattern: no bucket has a slash in its name. */
const bucketOf = (pattern: string): string => pattern.replace(/^arn:[^:]*:s3:::/, '').replace(/\/.*$/, '');

/** An absent policy is full access (PrivateLink guide, endpoint policies, read 2026-11-25). */
export function judgePolicy(document: string | undefined, { service, buckets }: PolicyNeeds): PolicyVerdict {
  if (document === undefined || document.trim() === '') return 'allows';
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    return 'undecided';
  }
  const raw = policy !== null && typeof policy === 'object' ? (policy as { Statement?: unknown }).Statement : undefined;
  const statements = (Array.isArray(raw) ? (raw as unknown[]) : [raw]).map(readStatement);
  const concerns = ({ actions, isNegated }: Statement): boolean =>
    isNegated || actions.some((action) => patternsMeet(action, `${service}:*`));
  const meets = (statement: Statement): boolean =>
    statement.isNegated ||
    buckets === undefined ||
    statement.resources.some((pattern) => buckets.some((needed) => patternsMeet(bucketOf(pattern), needed)));
  const isWhole = (statement: Statement): boolean =>
    !statement.isNegated &&
    !statement.hasConditions &&
    statement.isForAll &&
    statement.resources.includes('*') &&
    statement.actions.some((action) => action === '*' || action === `${service}:*`);
  const denials = statements.filter((one) => one.effect === 'Deny' && concerns(one) && meets(one));
  if (denials.some(isWhole)) return 'denies';
  const permissions = statements.filter((one) => one.effect === 'Allow' && concerns(one) && meets(one));
  if (permissions.length === 0) return 'denies';
  return denials.length === 0 && permissions.some(isWhole) ? 'allows' : 'undecided';
}

/** What the runner needs from S3 (semantics.md section 8, ruling 18): ECR's layers and its own buckets, whose names are not documented. */
export const needsOf = (service: string, region: string): PolicyNeeds =>
  service === 's3'
    ? {
        service,
        buckets: [`prod-${region}-starport-layer-bucket`, 'gitpod-*', '*-registry-*'],
      }
    : { service: POLICY_NAMES[service] ?? service };

/** IAM prefixes that differ from the endpoint's service name. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  'com.amazonaws.iam': 'iam',
  'ecr.api': 'ecr',
  'ecr.dkr': 'ecr',
  'ecs-agent': 'ecs',
  'ecs-telemetry': 'ecs',
};
