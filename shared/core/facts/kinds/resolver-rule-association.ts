import type { Kind } from './kind.ts';

export interface ResolverRuleAssociation {
  readonly id: string;
  readonly ruleId: string;
  readonly vpcId: string;
  /** `COMPLETE`, `CREATING`, `DELETING`, …; other texts are kept. */
  readonly state: string;
}

export const resolverRuleAssociation: Kind<ResolverRuleAssociation> = {
  member: 'ResolverRuleAssociations',
  service: 'route53resolver',
  operation: 'ListResolverRuleAssociations',
  idMember: 'Id',
  shape: 'list',
  collect: { by: 'all', input: { MaxResults: 100 } },
  optional: true,
  changedBy: ['route53resolver'],
  types: {
    cloudFormation: ['AWS::Route53Resolver::ResolverRuleAssociation'],
    terraform: ['aws_route53_resolver_rule_association'],
  },
  parse: (fields) => ({
    id: fields.id('Id'),
    ruleId: fields.text('ResolverRuleId'),
    vpcId: fields.text('VPCId'),
    state: fields.optionalText('Status') ?? '',
  }),
};
