import pThrottle from 'p-throttle';
import type { FactService } from '../core/facts/kinds/kind.ts';

interface Rate {
  /** Most calls in any `interval` milliseconds. */
  readonly limit: number;
  readonly interval: number;
  /** Whether the service counts each operation for itself. */
  readonly each: 'operation' | 'service';
}

/**
 * Far below what AWS allows an account in a Region, which its other tools share: EC2 gives a bucket of 100 calls for each operation and refills 20 a second
 * (50 and 10 without filter and pages; Amazon EC2 developer guide, request throttling), Route 53 and its Resolver take five a second each, of all operations
 * together (Route 53 quotas), ECS refills 20 a second for reading its resources (ECS request throttling). IAM and Network Firewall publish no figure. All read
 * 2026-11-26.
 */
const RATES: Readonly<Record<FactService, Rate>> = {
  ec2: { limit: 40, interval: 5_000, each: 'operation' },
  ecs: { limit: 10, interval: 1_000, each: 'service' },
  iam: { limit: 4, interval: 1_000, each: 'service' },
  'network-firewall': { limit: 4, interval: 1_000, each: 'service' },
  route53: { limit: 4, interval: 1_000, each: 'service' },
  route53resolver: { limit: 4, interval: 1_000, each: 'service' },
  ssm: { limit: 20, interval: 1_000, each: 'service' },
};

/** Waits for a turn: one bucket for each account, Region and operation, for as long as the process lives. */
export class CallPace {
  private readonly buckets = new Map<string, () => Promise<void>>();
  private readonly rates: Readonly<Record<FactService, Rate>>;

  constructor(rates: Readonly<Record<FactService, Rate>> = RATES) {
    this.rates = rates;
  }

  /** `account` tells accounts and Regions apart. */
  turn(account: string, service: FactService, operation: string): Promise<void> {
    const { limit, interval, each } = this.rates[service];
    const key = [account, service, ...(each === 'operation' ? [operation] : [])].join(' ');
    let bucket = this.buckets.get(key);
    if (!bucket) {
      bucket = pThrottle({ limit, interval, strict: true })(async () => {});
      this.buckets.set(key, bucket);
    }
    return bucket();
  }
}
