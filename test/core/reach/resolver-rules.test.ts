import { describe, expect, it } from '@jest/globals';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import type { Answer } from '../../../shared/core/reach/answer.ts';
import { answerQuestion } from '../../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../../shared/core/reach/questions.ts';
import { stories } from '../../support/corpus.ts';

const story = stories().find(({ id }) => id === 'c1-private-nat');
if (!story) throw new Error('the story is there');
const bundle = story.bundle as Readonly<Record<string, unknown>>;
const [subnet] = bundle['Subnets'] as readonly { readonly SubnetId: string; readonly VpcId: string }[];
const vpcId = subnet?.VpcId ?? '';

const NONE = { ResolverRules: [], ResolverRuleAssociations: [], FirewallRuleGroupAssociations: [] };

const rule = (Id: string, DomainName: string, RuleType: string) => ({ Id, DomainName, RuleType, Status: 'COMPLETE' });

const associated = (ResolverRuleId: string, VPCId = vpcId) => ({
  Id: `assoc-${ResolverRuleId}`,
  ResolverRuleId,
  VPCId,
  Status: 'COMPLETE',
});

const rules = (...all: readonly ReturnType<typeof rule>[]) => ({
  ...NONE,
  ResolverRules: all,
  ResolverRuleAssociations: all.map(({ Id }) => associated(Id)),
});

const zones = (...names: readonly (readonly [name: string, service?: string])[]) => ({
  PrivateHostedZones: {
    [vpcId]: names.map(([Name, OwningService], index) => ({
      HostedZoneId: `ZONE-${index}`,
      Name,
      Owner: OwningService === undefined ? { OwningAccount: '417266352109' } : { OwningService },
    })),
  },
});

const refusedZones = {
  Errors: [{ Operation: 'ListHostedZonesByVPC', Code: 'AccessDenied', ResourceId: vpcId }],
};

function ask(facts: object, fqdn = 'app.gitpod.io'): Answer {
  const question = {
    id: 'q',
    from: { subnet: 'subnet-0634a45b5809d7a46', securityGroups: ['sg-0fd0744e19654270e'], publicIp: false },
    to: { fqdn },
    protocol: 'tcp',
    port: 443,
  };
  return answerQuestion(buildNetworkModel(parseBundle({ ...bundle, ...facts })), parseQuestion(question, 1));
}

const codes = ({ reasons }: Answer): readonly string[] => reasons.map(({ code, component }) => `${code} ${component}`);

describe('rules of the Route 53 Resolver', () => {
  it('are assumed absent in a bundle without them, and not when they were read', () => {
    const before = ask({});
    const after = ask(NONE);

    expect([before.verdict, after.verdict]).toEqual(['pass', 'pass']);
    expect(before.assumptions).toContain(
      'Route 53 Resolver rules, DNS Firewall and private hosted zones are assumed absent',
    );
    expect(after.assumptions).toContain('private hosted zones and Route 53 Profiles are assumed absent');
    expect(after.assumptions).toHaveLength(before.assumptions.length);
  });

  it.each([
    ['of the domain', 'gitpod.io.'],
    ['of the name itself', 'APP.gitpod.io.'],
    ['of all names', '.'],
  ])('that forward make the name unknown: %s', (_what, domain) => {
    const answer = ask(rules(rule('rslvr-rr-1', domain, 'FORWARD')));

    expect(answer.verdict).toBe('unknown');
    expect(codes(answer)).toContain('X_DNS_RULES_UNKNOWN rslvr-rr-1');
  });

  it.each([
    ['another domain', rules(rule('rslvr-rr-1', 'notgitpod.io.', 'FORWARD'))],
    [
      'a longer rule keeps the name',
      rules(rule('rslvr-rr-1', '.', 'FORWARD'), rule('rslvr-rr-2', 'gitpod.io.', 'SYSTEM')),
    ],
    [
      'another VPC',
      {
        ...rules(),
        ResolverRules: [rule('rslvr-rr-1', '.', 'FORWARD')],
        ResolverRuleAssociations: [associated('rslvr-rr-1', 'vpc-other')],
      },
    ],
    [
      'a rule of Route 53 itself',
      { ...rules(), ResolverRuleAssociations: [associated('rslvr-autodefined-rr-internet-resolver')] },
    ],
  ])('that do not concern the name change nothing: %s', (_what, facts) => {
    expect(ask(facts).verdict).toBe('pass');
  });

  it('that cannot be seen make names unknown: associated but not listed, or refused', () => {
    const unlisted = ask({ ...NONE, ResolverRuleAssociations: [associated('rslvr-rr-shared')] });
    const refused = ['ListResolverRules', 'ListResolverRuleAssociations', 'ListFirewallRuleGroupAssociations'].map(
      (Operation) => ask({ Errors: [{ Operation, Code: 'AccessDeniedException' }] }),
    );

    expect(codes(unlisted)).toContain('X_FACT_UNREADABLE rslvr-rr-shared');
    for (const answer of [unlisted, ...refused]) expect(answer.verdict).toBe('unknown');
  });

  it('are without private hosted zones when these were read too', () => {
    expect(ask({ ...NONE, ...zones() }).assumptions).toContain('Route 53 Profiles are assumed absent');
    expect(codes(ask({ ...NONE, ...refusedZones }))).toContain(`X_FACT_UNREADABLE ${vpcId}`);
  });

  it.each([
    ['of the domain', [['gitpod.io.']], 'ZONE-0'],
    ['of the name itself', [['APP.gitpod.io.']], 'ZONE-0'],
    ['of a service of AWS', [['gitpod.io.', 'servicediscovery.amazonaws.com']], 'ZONE-0'],
    ['the longest of several', [['io.'], ['app.gitpod.io.'], ['gitpod.io.']], 'ZONE-1'],
  ] as const)('leave a private hosted zone to answer for its names: %s', (_what, names, component) => {
    const answer = ask({ ...NONE, ...zones(...names) });

    expect(answer.verdict).toBe('unknown');
    expect(codes(answer)).toEqual([`X_DNS_RULES_UNKNOWN ${component}`]);
  });

  it.each([
    ['another domain', 'notgitpod.io.'],
    ['a domain below the name', 'eu.app.gitpod.io.'],
  ])('leave other names alone: %s', (_what, name) => {
    expect(ask({ ...NONE, ...zones([name]) }).verdict).toBe('pass');
  });

  it.each([
    ['a longer rule', 'app.gitpod.io.', 'gitpod.io.', 'rslvr-rr-1'],
    ['a rule of the same domain', 'gitpod.io.', 'gitpod.io.', 'rslvr-rr-1'],
    ['a longer zone', 'gitpod.io.', 'app.gitpod.io.', 'ZONE-0'],
  ])('and zones: the longest domain decides, and the rule before the zone: %s', (_what, ruled, zoned, component) => {
    const answer = ask({ ...rules(rule('rslvr-rr-1', ruled, 'FORWARD')), ...zones([zoned]) });

    expect(codes(answer)).toEqual([`X_DNS_RULES_UNKNOWN ${component}`]);
  });

  it('that keep a name leave it to the zones', () => {
    const kept = { ...rules(rule('rslvr-rr-1', 'app.gitpod.io.', 'SYSTEM')), ...zones(['gitpod.io.']) };

    expect(codes(ask(kept))).toEqual(['X_DNS_RULES_UNKNOWN ZONE-0']);
  });

  it('and zones of a longer name stand before an interface endpoint, others do not', () => {
    const name = 'secretsmanager.eu-central-1.amazonaws.com';
    const shorter = [
      zones(['amazonaws.com.']),
      zones([`${name}.`]),
      rules(rule('rslvr-rr-1', '.', 'FORWARD')),
      rules(rule('rslvr-rr-1', 'amazonaws.com.', 'FORWARD')),
    ];

    expect(ask(NONE, name).verdict).toBe('pass');
    for (const facts of shorter) expect(ask({ ...NONE, ...facts }, name).verdict).toBe('pass');
    expect(ask({ ...NONE, ...rules(rule('rslvr-rr-1', `${name}.`, 'FORWARD')) }, name).verdict).toBe('unknown');
    const elsewhere = 'logs.eu-central-1.amazonaws.com';
    expect(ask({ ...NONE, ...rules(rule('rslvr-rr-1', '.', 'FORWARD')) }, elsewhere).verdict).toBe('unknown');
  });

  it('of a DNS Firewall whose rules were not read make every name of its VPC unknown, and of no other', () => {
    const group = (VpcId: string) => ({
      ...NONE,
      FirewallRuleGroupAssociations: [{ Id: 'rslvr-frgassoc-1', FirewallRuleGroupId: 'rslvr-frg-1', VpcId }],
    });

    expect(codes(ask(group(vpcId)))).toContain('X_DNS_RULES_UNKNOWN rslvr-frg-1');
    expect(ask(group(vpcId)).verdict).toBe('unknown');
    expect(ask(group('vpc-other')).verdict).toBe('pass');
  });

  it('take back a failure too: nobody knows where the name is now', () => {
    const shut = { RouteTables: (bundle['RouteTables'] as object[]).map((table) => ({ ...table, Routes: [] })) };

    expect(ask({ ...shut, ...NONE }).verdict).toBe('fail');
    expect(ask({ ...shut, ...rules(rule('rslvr-rr-1', '.', 'FORWARD')) }).verdict).toBe('unknown');
  });
});
