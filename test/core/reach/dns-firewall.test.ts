import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import { dnsFirewallOver } from '../../../shared/core/reach/dns-firewall.ts';

const VPC = 'vpc-0aaaaaaaa';

interface Rule {
  readonly action: 'ALLOW' | 'ALERT' | 'BLOCK';
  /** Undefined: the list cannot be read. */
  readonly domains: readonly string[] | undefined;
  readonly trusts?: boolean;
  readonly type?: string;
}

const allow = (...domains: readonly string[]): Rule => ({ action: 'ALLOW', domains, trusts: true });
const block = (...domains: readonly string[]): Rule => ({ action: 'BLOCK', domains });

/** One rule group for each list of rules, each tried after the one before. */
function firewall(...groups: readonly (readonly Rule[])[]) {
  const lists = groups.flatMap((rules, group) =>
    rules.map((rule, at) => ({ id: `rslvr-fdl-${group}-${at}`, domains: rule.domains })),
  );
  return {
    FirewallRuleGroupAssociations: groups
      .map((_rules, group) => ({
        Id: `rslvr-frgassoc-${9 - group}`,
        FirewallRuleGroupId: `rslvr-frg-${group}`,
        VpcId: VPC,
        Priority: 101 + group,
      }))
      .reverse(),
    FirewallRules: Object.fromEntries(
      groups.map((rules, group) => [
        `rslvr-frg-${group}`,
        rules
          .map(({ action, trusts, type }, at) => ({
            FirewallDomainListId: `rslvr-fdl-${group}-${at}`,
            Priority: 10 * (at + 1),
            Action: action,
            FirewallDomainRedirectionAction: trusts ? 'TRUST_REDIRECTION_DOMAIN' : 'INSPECT_REDIRECTION_DOMAIN',
            ...(type === undefined ? {} : { Qtype: type }),
          }))
          .reverse(),
      ]),
    ),
    FirewallDomains: Object.fromEntries(
      lists.flatMap(({ id, domains }) => (domains === undefined ? [] : [[id, domains]])),
    ),
  };
}

type Found = 'blocked' | 'open' | 'unknown';

function judge(bundle: object, name: string, isFinal = true): Found {
  const model = buildNetworkModel(parseBundle(bundle));
  const { blocks, doubts } = dnsFirewallOver(model, VPC, name, 'ipv4', isFinal);
  return blocks.length > 0 ? 'blocked' : doubts.length > 0 ? 'unknown' : 'open';
}

describe('DNS Firewall', () => {
  it.each<readonly [string, Found, readonly (readonly Rule[])[]]>([
    ['nothing is on a list', 'open', [[block('example.net')]]],
    ['the name is blocked', 'blocked', [[block('app.gitpod.io')]]],
    ['in other letters, with a dot', 'blocked', [[block('APP.GITPOD.io.')]]],
    ['all below the domain', 'blocked', [[block('*.gitpod.io')]]],
    ['a domain is not all below it', 'open', [[block('gitpod.io')]]],
    ['all below the name is not the name', 'open', [[block('*.app.gitpod.io')]]],
    ['all names', 'blocked', [[block('*')]]],
    ['let through before', 'open', [[allow('app.gitpod.io'), block('*')]]],
    ['let through too late', 'blocked', [[block('*'), allow('app.gitpod.io')]]],
    ['an alert lets through', 'open', [[{ action: 'ALERT', domains: ['*'], trusts: true }, block('*')]]],
    ['groups are tried in their order', 'open', [[allow('*.gitpod.io')], [block('*')]]],
    ['and not in that of the list', 'blocked', [[block('*')], [allow('*.gitpod.io')]]],
    ['a rule for mail is no matter', 'open', [[{ ...block('*'), type: 'MX' }]]],
    ['a rule for addresses is', 'blocked', [[{ ...block('*'), type: 'A' }]]],
    ['a list that cannot be read may block', 'unknown', [[{ action: 'BLOCK', domains: undefined }]]],
    [
      'a list that cannot be read may let through',
      'unknown',
      [[{ action: 'ALLOW', domains: undefined, trusts: true }, block('*')]],
    ],
    ['whatever cannot be read, it is blocked', 'blocked', [[{ action: 'BLOCK', domains: undefined }, block('*')]]],
    ['let through before what cannot be read', 'open', [[allow('*'), { action: 'BLOCK', domains: undefined }]]],
  ])('%s: %s', (_what, expected, groups) => {
    expect(judge(firewall(...groups), 'app.gitpod.io')).toBe(expected);
  });

  it.each<readonly [string, Found, readonly Rule[]]>([
    ['a rule for more', 'blocked', [block('*.gitpod.dev')]],
    ['a rule for the same', 'blocked', [block('*.us01.gitpod.dev')]],
    ['a rule for one of them', 'unknown', [block('eu.us01.gitpod.dev')]],
    ['a rule for some of them', 'unknown', [block('*.eu.us01.gitpod.dev')]],
    ['only some are let through', 'unknown', [allow('eu.us01.gitpod.dev'), block('*')]],
    ['a rule for others', 'open', [block('*.eu01.gitpod.dev', 'us01.gitpod.dev')]],
  ])('takes a wildcard for all of its names: %s', (_what, expected, rules) => {
    expect(judge(firewall(rules), '*.us01.gitpod.dev')).toBe(expected);
  });

  it('judges aliases like names of their own, unless the rule trusts them', () => {
    const inspecting = { ...allow('app.gitpod.io'), trusts: false };

    expect(judge(firewall([inspecting, block('*')]), 'app.gitpod.io', false)).toBe('unknown');
    expect(judge(firewall([inspecting, block('*')]), 'app.gitpod.io', true)).toBe('open');
    expect(judge(firewall([allow('app.gitpod.io'), block('*')]), 'app.gitpod.io', false)).toBe('open');
    expect(judge(firewall([inspecting, block('example.net')]), 'app.gitpod.io', false)).toBe('open');
  });

  it('says why a list of AWS cannot be read', () => {
    const bundle = {
      ...firewall([{ action: 'BLOCK', domains: undefined }]),
      FirewallDomainLists: [
        {
          Id: 'rslvr-fdl-0-0',
          Name: 'AWSManagedDomainsMalwareDomainList',
          ManagedOwnerName: 'Route 53 Resolver DNS Firewall',
        },
      ],
    };
    const { doubts } = dnsFirewallOver(buildNetworkModel(parseBundle(bundle)), VPC, 'app.gitpod.io', 'ipv4', true);

    expect(doubts.map(({ message }) => message)).toEqual([
      'rule 10 of DNS Firewall group `rslvr-frg-0` may block `app.gitpod.io`: domain list `rslvr-fdl-0-0` (AWSManagedDomainsMalwareDomainList), and AWS shows nobody what is on it',
    ]);
  });

  it('is no matter in another VPC', () => {
    const bundle = firewall([block('*')]);
    const elsewhere = bundle.FirewallRuleGroupAssociations.map((one) => ({ ...one, VpcId: 'vpc-0bbbbbbbb' }));

    expect(judge({ ...bundle, FirewallRuleGroupAssociations: elsewhere }, 'app.gitpod.io')).toBe('open');
  });

  const label = fc.constantFrom('a', 'b', 'c');
  const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  const pattern = fc.oneof(
    domain,
    domain.map((name) => `*.${name}`),
    fc.constant('*'),
  );
  const rule = fc.record({
    action: fc.constantFrom('ALLOW', 'ALERT', 'BLOCK') as fc.Arbitrary<Rule['action']>,
    domains: fc.array(pattern, { maxLength: 3 }),
    trusts: fc.boolean(),
  });
  const groups = fc.array(fc.array(rule, { maxLength: 4 }), { minLength: 1, maxLength: 3 });

  /** The text of the guide, read literally: one query, rule by rule. */
  function query(rules: readonly Rule[], name: string): Found {
    for (const { action, domains = [] } of rules) {
      const hit = domains.some((one) =>
        one === '*' ? true : one.startsWith('*.') ? name.endsWith(`.${one.slice(2)}`) : one === name,
      );
      if (hit) return action === 'BLOCK' ? 'blocked' : 'open';
    }
    return 'open';
  }

  it('agrees with the query itself', () => {
    fc.assert(
      fc.property(groups, domain, (given, name) => {
        expect(judge(firewall(...given), name)).toBe(query(given.flat(), name));
      }),
    );
  });

  it('never clears or condemns a name because less can be seen', () => {
    fc.assert(
      fc.property(groups, domain, fc.nat(), (given, name, at) => {
        const whole = firewall(...given);
        const lists = Object.keys(whole.FirewallDomains);
        const { [lists[at % Math.max(lists.length, 1)] ?? '']: _hidden, ...FirewallDomains } = whole.FirewallDomains;
        const before = judge(whole, name);
        const [ruleGroup] = Object.keys(whole.FirewallRules);
        const { [ruleGroup ?? '']: _rules, ...FirewallRules } = whole.FirewallRules;

        for (const less of [
          { ...whole, FirewallDomains },
          { ...whole, FirewallRules },
        ])
          expect([before, 'unknown']).toContain(judge(less, name));
      }),
    );
  });
});
