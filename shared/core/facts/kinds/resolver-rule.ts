import type { Kind } from './kind.ts';

export interface ResolverRule {
  readonly id: string;
  /** Lower case, without the dot at the end; empty for the rule of all names. */
  readonly domainName: string;
  /** `FORWARD`, `SYSTEM`, `RECURSIVE` or `DELEGATE`; other texts are kept. */
  readonly type: string;
  readonly state: string;
}

export const resolverRule: Kind<ResolverRule> = {
  member: 'ResolverRules',
  service: 'route53resolver',
  operation: 'ListResolverRules',
  idMember: 'Id',
  shape: 'list',
  collect: { by: 'all', input: { MaxResults: 100 } },
  optional: true,
  changedBy: ['route53resolver'],
  types: { cloudFormation: ['AWS::Route53Resolver::ResolverRule'], terraform: ['aws_route53_resolver_rule'] },
  parse: (fields) => ({
    id: fields.id('Id'),
    domainName: fields.text('DomainName').toLowerCase().replace(/\.$/, ''),
    type: fields.optionalText('RuleType') ?? '',
    state: fields.optionalText('Status') ?? '',
  }),
};
