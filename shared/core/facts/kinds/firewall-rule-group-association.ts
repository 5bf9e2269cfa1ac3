import type { Kind } from './kind.ts';

/** DNS Firewall in a VPC: which names it lets through is in the rules of the group, and in their domain lists. */
export interface FirewallRuleGroupAssociation {
  readonly id: string;
  readonly ruleGroupId: string;
  readonly vpcId: string;
  /** Lowest first. */
  readonly priority: number;
  /** `COMPLETE`, `UPDATING` or `DELETING`; other texts are kept. */
  readonly state: string;
}

export const firewallRuleGroupAssociation: Kind<FirewallRuleGroupAssociation> = {
  member: 'FirewallRuleGroupAssociations',
  service: 'route53resolver',
  operation: 'ListFirewallRuleGroupAssociations',
  idMember: 'Id',
  shape: 'list',
  collect: { by: 'all', input: { MaxResults: 100 } },
  optional: true,
  changedBy: ['route53resolver'],
  types: {
    cloudFormation: ['AWS::Route53Resolver::FirewallRuleGroupAssociation'],
    terraform: ['aws_route53_resolver_firewall_rule_group_association'],
  },
  parse: (fields) => ({
    id: fields.id('Id'),
    ruleGroupId: fields.optionalText('FirewallRuleGroupId') ?? '',
    vpcId: fields.text('VpcId'),
    priority: fields.optionalNumber('Priority') ?? 0,
    state: fields.optionalText('Status') ?? '',
  }),
};
