import type { Fields } from '../fields.ts';
import type { Kind } from './kind.ts';

/** Where an AWS Network Firewall stands. What its policy lets through is not read. */
export interface NetworkFirewallEndpoints {
  /** ARN of the firewall. */
  readonly id: string;
  readonly name: string;
  readonly policyArn: string | undefined;
  /** VPC endpoints that routes lead to. */
  readonly endpointIds: readonly string[];
}

/** One for each zone. */
function endpointsIn(states: Fields | undefined): readonly string[] {
  return (states?.names() ?? []).flatMap(
    (zone) => states?.optionalObject(zone)?.optionalObject('Attachment')?.optionalText('EndpointId') ?? [],
  );
}

export const networkFirewallEndpoints: Kind<NetworkFirewallEndpoints> = {
  member: 'FirewallEndpoints',
  service: 'network-firewall',
  operation: 'DescribeFirewall',
  resource: 'network-firewall:*:*:firewall/*',
  shape: 'map',
  collect: { by: 'each', of: 'networkFirewallArns', requests: (FirewallArn) => [{ FirewallArn }] },
  answer: { is: 'merged', without: ['UpdateToken'] },
  optional: true,
  changedBy: ['network-firewall'],
  types: {
    cloudFormation: ['AWS::NetworkFirewall::Firewall', 'AWS::NetworkFirewall::VpcEndpointAssociation'],
    terraform: ['aws_networkfirewall_firewall', 'aws_networkfirewall_vpc_endpoint_association'],
  },
  parse: (fields, key) => {
    const value = fields.optionalObject('value');
    const firewall = value?.optionalObject('Firewall');
    return {
      id: key,
      name: firewall?.optionalText('FirewallName') ?? '',
      policyArn: firewall?.optionalText('FirewallPolicyArn'),
      endpointIds: [...endpointsIn(value?.optionalObject('FirewallStatus')?.optionalObject('SyncStates'))].sort(),
    };
  },
};
