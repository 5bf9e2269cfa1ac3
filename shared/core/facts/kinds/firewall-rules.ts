import type { Kind } from './kind.ts';

export interface FirewallRule {
  /** Lowest first. */
  readonly priority: number;
  /** `ALLOW`, `ALERT` or `BLOCK`; other texts are kept. */
  readonly action: string;
  /** Undefined for rules that judge by something else than a list (DNS Firewall Advanced). */
  readonly domainListId: string | undefined;
  /** Whether what a name's aliases lead to is left alone; else it needs a rule of its own. */
  readonly trustsAliases: boolean;
  /** `A`, `AAAA`, …; undefined for every type of record. */
  readonly queryType: string | undefined;
}

/** A rule group of DNS Firewall. */
export interface FirewallRules {
  /** Id of the rule group. */
  readonly id: string;
  readonly rules: readonly FirewallRule[];
}

export const firewallRules: Kind<FirewallRules> = {
  member: 'FirewallRules',
  service: 'route53resolver',
  operation: 'ListFirewallRules',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'firewallRuleGroupIds',
    requests: (FirewallRuleGroupId) => [{ FirewallRuleGroupId, MaxResults: 100 }],
  },
  answer: { is: 'member', at: 'FirewallRules', orderBy: 'Priority' },
  optional: true,
  changedBy: ['route53resolver'],
  types: {
    cloudFormation: ['AWS::Route53Resolver::FirewallRuleGroup'],
    terraform: ['aws_route53_resolver_firewall_rule_group', 'aws_route53_resolver_firewall_rule'],
  },
  parse: (fields, key) => ({
    id: key,
    rules: fields.list('value', (rule) => ({
      priority: rule.number('Priority'),
      action: rule.text('Action'),
      domainListId: rule.optionalText('FirewallDomainListId'),
      trustsAliases: rule.optionalText('FirewallDomainRedirectionAction') === 'TRUST_REDIRECTION_DOMAIN',
      queryType: rule.optionalText('Qtype'),
    })),
  }),
};
