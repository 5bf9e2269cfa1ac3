import type { Cidr } from '../../net/cidr.ts';
import { ALL_PORTS, type PortRange, parseProtocol } from '../../net/protocol.ts';
import { type Fields, UnreadableFact } from '../fields.ts';
import type { Kind } from './kind.ts';
import { readPortRange } from './port-range.ts';

export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly allow: boolean;
  /** IANA number, -1 for every protocol. */
  readonly protocol: number;
  readonly cidr: Cidr;
  /** Destination ports; all of them when AWS prints none. */
  readonly ports: PortRange;
  /** -1 for every type, every code. */
  readonly icmp: { readonly type: number; readonly code: number };
}

export interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly subnetIds: readonly string[];
  /** Ascending by rule number, which is the order in which they decide. */
  readonly entries: readonly NetworkAclEntry[];
}

function readEntry(entry: Fields): NetworkAclEntry {
  const protocolText = entry.text('Protocol');
  const protocol = parseProtocol(protocolText);
  if (protocol === undefined)
    throw new UnreadableFact(`\`${entry.path}.Protocol\`: \`${protocolText}\` is not a protocol`);
  const ruleNumber = entry.optionalNumber('RuleNumber');
  const egress = entry.optionalFlag('Egress');
  if (ruleNumber === undefined || egress === undefined)
    throw new UnreadableFact(`\`${entry.path}\` has no \`RuleNumber\` or no \`Egress\``);
  const range = entry.optionalObject('PortRange');
  const icmp = entry.optionalObject('IcmpTypeCode');
  return {
    ruleNumber,
    egress,
    allow: entry.text('RuleAction') === 'allow',
    protocol,
    cidr: entry.optionalCidr('CidrBlock') ?? entry.cidr('Ipv6CidrBlock'),
    ports: range
      ? readPortRange(`${entry.path}.PortRange`, range.optionalNumber('From') ?? 0, range.optionalNumber('To') ?? 65535)
      : ALL_PORTS,
    icmp: { type: icmp?.optionalNumber('Type') ?? -1, code: icmp?.optionalNumber('Code') ?? -1 },
  };
}

export const networkAcl: Kind<NetworkAcl> = {
  member: 'NetworkAcls',
  operation: 'DescribeNetworkAcls',
  idMember: 'NetworkAclId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['nacl', 'nacl-entry', 'nacl-association'],
  types: {
    cloudFormation: ['AWS::EC2::NetworkAcl', 'AWS::EC2::NetworkAclEntry', 'AWS::EC2::SubnetNetworkAclAssociation'],
    terraform: ['aws_network_acl', 'aws_default_network_acl', 'aws_network_acl_rule', 'aws_network_acl_association'],
  },
  parse: (fields) => ({
    id: fields.id('NetworkAclId'),
    vpcId: fields.text('VpcId'),
    isDefault: fields.optionalFlag('IsDefault') ?? false,
    subnetIds: fields.list('Associations', (association) => association.text('SubnetId')),
    entries: [...fields.list('Entries', readEntry)].sort((a, b) => a.ruleNumber - b.ruleNumber),
  }),
};
