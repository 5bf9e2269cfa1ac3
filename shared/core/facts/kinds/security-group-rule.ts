import type { Cidr } from '../../net/cidr.ts';
import type { Kind } from './kind.ts';

/** One rule with an id of its own; the rows of `IpPermissions` have none. */
export interface SecurityGroupRule {
  readonly id: string;
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
  /** As AWS prints it: `tcp`, `-1`, `50`, … */
  readonly protocol: string;
  /** As AWS prints them: ports, or type and code of ICMP; −1 is every one. */
  readonly from: number;
  readonly to: number;
  readonly peer:
    | { readonly cidr: Cidr }
    | { readonly prefixListId: string }
    | { readonly groupId: string }
    /** A peer of a shape that is not known yet. */
    | undefined;
}

export const securityGroupRule: Kind<SecurityGroupRule> = {
  member: 'SecurityGroupRules',
  operation: 'DescribeSecurityGroupRules',
  idMember: 'SecurityGroupRuleId',
  shape: 'list',
  collect: { by: 'group', filter: 'group-id', input: { MaxResults: 1000 } },
  optional: true,
  changedBy: ['sg-rule'],
  types: {
    cloudFormation: ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroup'],
    terraform: [
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
      'aws_security_group_rule',
      'aws_security_group',
    ],
  },
  parse: (fields) => {
    const cidr = fields.optionalCidr('CidrIpv4') ?? fields.optionalCidr('CidrIpv6');
    const prefixListId = fields.optionalText('PrefixListId');
    const referenced = fields.optionalObject('ReferencedGroupInfo')?.optionalText('GroupId');
    return {
      id: fields.id('SecurityGroupRuleId'),
      groupId: fields.text('GroupId'),
      direction: fields.optionalFlag('IsEgress') ? 'egress' : 'ingress',
      protocol: fields.text('IpProtocol'),
      from: fields.optionalNumber('FromPort') ?? -1,
      to: fields.optionalNumber('ToPort') ?? -1,
      peer: cidr
        ? { cidr }
        : prefixListId !== undefined
          ? { prefixListId }
          : referenced !== undefined
            ? { groupId: referenced }
            : undefined,
    };
  },
};
