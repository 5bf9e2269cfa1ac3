import type { Kind } from './kind.ts';

/** A domain list of DNS Firewall. Lists that AWS manages cannot be read by anybody. */
export interface FirewallDomains {
  /** Id of the domain list. */
  readonly id: string;
  /** Lower case, without the dot at the end; one may begin with `*`. */
  readonly patterns: readonly string[];
}

export const firewallDomains: Kind<FirewallDomains> = {
  member: 'FirewallDomains',
  service: 'route53resolver',
  operation: 'ListFirewallDomains',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'firewallDomainListIds',
    requests: (FirewallDomainListId) => [{ FirewallDomainListId, MaxResults: 5000 }],
  },
  answer: { is: 'member', at: 'Domains' },
  optional: true,
  changedBy: ['route53resolver'],
  types: {
    cloudFormation: ['AWS::Route53Resolver::FirewallDomainList'],
    terraform: ['aws_route53_resolver_firewall_domain_list'],
  },
  parse: (fields, key) => ({
    id: key,
    patterns: fields.texts('value').map((domain) => domain.toLowerCase().replace(/\.$/, '')),
  }),
};
