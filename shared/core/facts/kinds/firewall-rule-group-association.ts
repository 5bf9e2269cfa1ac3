import type { Kind } from './kind.ts';

/** DNS Firewall in a VPC: which names it lets through is in the group's domain lists, which are not read. */
export interface FirewallRuleGroupAssociation {
  readonly id: string;
  readonly ruleGroupId: string;
  readonly vpcId: string;
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
    state: fields.optionalText('Status') ?? '',
  }),
};
