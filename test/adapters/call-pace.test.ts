import { describe, expect, it } from '@jest/globals';
import { CallPace } from '../../shared/adapters/call-pace.ts';

const RATES = {
  ec2: { limit: 3, interval: 200, each: 'operation' },
  route53resolver: { limit: 2, interval: 200, each: 'service' },
  ecs: { limit: 2, interval: 200, each: 'service' },
  iam: { limit: 2, interval: 200, each: 'service' },
  'network-firewall': { limit: 2, interval: 200, each: 'service' },
  route53: { limit: 2, interval: 200, each: 'service' },
  ssm: { limit: 2, interval: 200, each: 'service' },
} as const;

/** Which of the turns came before the others had to wait. */
async function immediate(turns: readonly Promise<void>[]): Promise<number> {
  let count = 0;
  for (const turn of turns)
    void turn.then(() => {
      count += 1;
    });
  await new Promise((resolve) => setTimeout(resolve, 60));
  const before = count;
  await Promise.all(turns);
  expect(count).toBe(turns.length);
  return before;
}

describe('the pace of calls', () => {
  it('lets no more calls of one operation through than its bucket holds, and the rest later', async () => {
    const pace = new CallPace(RATES);

    expect(await immediate(Array.from({ length: 7 }, () => pace.turn('one', 'ec2', 'DescribeVpcs')))).toBe(3);
  });

  it('has a bucket for each operation of EC2, and for each account and Region', async () => {
    const pace = new CallPace(RATES);
    const turns = ['DescribeVpcs', 'DescribeSubnets'].flatMap((operation) =>
      ['one', 'two'].flatMap((account) => Array.from({ length: 3 }, () => pace.turn(account, 'ec2', operation))),
    );

    expect(await immediate(turns)).toBe(12);
  });

  it('has one bucket for all operations of Route 53 Resolver', async () => {
    const pace = new CallPace(RATES);
    const turns = ['ListResolverRules', 'ListResolverRuleAssociations', 'ListFirewallRuleGroupAssociations'].map(
      (operation) => pace.turn('one', 'route53resolver', operation),
    );

    expect(await immediate(turns)).toBe(2);
  });
});
