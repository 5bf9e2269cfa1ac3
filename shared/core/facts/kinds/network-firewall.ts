import type { Kind } from './kind.ts';

/** An AWS Network Firewall of one of the VPCs. */
export interface NetworkFirewall {
  /** ARN. */
  readonly id: string;
  readonly name: string;
}

export const networkFirewall: Kind<NetworkFirewall> = {
  member: 'Firewalls',
  service: 'network-firewall',
  operation: 'ListFirewalls',
  idMember: 'FirewallArn',
  shape: 'list',
  collect: { by: 'vpc', idsInput: 'VpcIds', input: { MaxResults: 100 } },
  optional: true,
  changedBy: ['network-firewall'],
  types: {
    cloudFormation: ['AWS::NetworkFirewall::Firewall'],
    terraform: ['aws_networkfirewall_firewall'],
  },
  parse: (fields) => ({ id: fields.id('FirewallArn'), name: fields.optionalText('FirewallName') ?? '' }),
};
