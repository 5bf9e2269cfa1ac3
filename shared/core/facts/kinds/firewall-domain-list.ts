import type { Kind } from './kind.ts';

/** A domain list of DNS Firewall, without its domains. */
export interface FirewallDomainList {
  readonly id: string;
  readonly name: string;
  /** Whether AWS keeps it: nobody can read its domains. */
  readonly isManaged: boolean;
}

export const firewallDomainList: Kind<FirewallDomainList> = {
  member: 'FirewallDomainLists',
  service: 'route53resolver',
  operation: 'ListFirewallDomainLists',
  idMember: 'Id',
  shape: 'list',
  collect: { by: 'all', input: { MaxResults: 100 } },
  optional: true,
  changedBy: ['route53resolver'],
  types: {
    cloudFormation: ['AWS::Route53Resolver::FirewallDomainList'],
    terraform: ['aws_route53_resolver_firewall_domain_list'],
  },
  parse: (fields) => ({
    id: fields.id('Id'),
    name: fields.optionalText('Name') ?? '',
    isManaged: fields.optionalText('ManagedOwnerName') !== undefined,
  }),
};
