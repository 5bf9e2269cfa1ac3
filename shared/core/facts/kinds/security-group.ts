import type { Cidr } from '../../net/cidr.ts';
import { ALL_PORTS, hasPorts, isIcmp, type PortRange, parseProtocol } from '../../net/protocol.ts';
import { type Fields, readTags, UnreadableFact } from '../fields.ts';
import type { Kind } from './kind.ts';
import { readPortRange } from './port-range.ts';

export interface GroupReference {
  readonly groupId: string;
  /** Account that owns the referenced group. */
  readonly userId: string | undefined;
  readonly vpcId: string | undefined;
  readonly peeringConnectionId: string | undefined;
  /** Of a peering reference; anything but `active` makes it stale. */
  readonly peeringStatus: string | undefined;
}

export type RulePeer = { readonly cidr: Cidr } | { readonly prefixListId: string } | { readonly group: GroupReference };

/** One (protocol, ports) row with all its peers. */
export interface Permission {
  readonly protocol: number;
  /** All ports for protocols without ports, whatever AWS prints. */
  readonly ports: PortRange;
  readonly icmp: { readonly type: number; readonly code: number };
  readonly peers: readonly RulePeer[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string | undefined;
  readonly ownerId: string | undefined;
  readonly ingress: readonly Permission[];
  readonly egress: readonly Permission[];
  readonly tags: Readonly<Record<string, string>>;
}

function readPermission(fields: Fields): Permission {
  const text = fields.text('IpProtocol');
  const protocol = parseProtocol(text);
  if (protocol === undefined) throw new UnreadableFact(`\`${fields.path}.IpProtocol\`: \`${text}\` is not a protocol`);
  const from = fields.optionalNumber('FromPort') ?? -1;
  const to = fields.optionalNumber('ToPort') ?? -1;
  return {
    protocol,
    ports: hasPorts(protocol) ? readPortRange(fields.path, from, to) : ALL_PORTS,
    icmp: isIcmp(protocol) ? { type: from, code: to } : { type: -1, code: -1 },
    peers: [
      ...(fields.optionalList('IpRanges', (range) => ({ cidr: range.cidr('CidrIp') })) ?? []),
      ...(fields.optionalList('Ipv6Ranges', (range) => ({ cidr: range.cidr('CidrIpv6') })) ?? []),
      ...(fields.optionalList('PrefixListIds', (list) => ({ prefixListId: list.text('PrefixListId') })) ?? []),
      ...(fields.optionalList('UserIdGroupPairs', (pair) => ({
        group: {
          groupId: pair.text('GroupId'),
          userId: pair.optionalText('UserId'),
          vpcId: pair.optionalText('VpcId'),
          peeringConnectionId: pair.optionalText('VpcPeeringConnectionId'),
          peeringStatus: pair.optionalText('PeeringStatus'),
        },
      })) ?? []),
    ],
  };
}

export const securityGroup: Kind<SecurityGroup> = {
  member: 'SecurityGroups',
  operation: 'DescribeSecurityGroups',
  idMember: 'GroupId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['sg', 'sg-rule', 'sg-vpc-association'],
  types: {
    cloudFormation: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'],
    terraform: [
      'aws_security_group',
      'aws_default_security_group',
      'aws_security_group_rule',
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    ],
  },
  parse: (fields) => ({
    id: fields.id('GroupId'),
    name: fields.optionalText('GroupName') ?? '',
    vpcId: fields.optionalText('VpcId'),
    ownerId: fields.optionalText('OwnerId'),
    ingress: fields.list('IpPermissions', readPermission),
    egress: fields.list('IpPermissionsEgress', readPermission),
    tags: readTags(fields),
  }),
};
