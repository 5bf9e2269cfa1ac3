import type { Kind } from './kind.ts';

/** A security group that is used in another VPC than its own. */
export interface SecurityGroupVpcAssociation {
  /** Group and VPC; the association has no id of its own. */
  readonly id: string;
  readonly groupId: string;
  readonly vpcId: string;
  /** `associated`, `associating`, `association-failed`, …; other texts are kept. */
  readonly state: string;
}

export const securityGroupVpcAssociation: Kind<SecurityGroupVpcAssociation> = {
  member: 'SecurityGroupVpcAssociations',
  operation: 'DescribeSecurityGroupVpcAssociations',
  idMember: 'GroupId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  optional: true,
  changedBy: ['sg-vpc-association'],
  types: {
    cloudFormation: ['AWS::EC2::SecurityGroupVpcAssociation'],
    terraform: ['aws_vpc_security_group_vpc_association'],
  },
  parse: (fields) => {
    const [groupId, vpcId] = [fields.id('GroupId'), fields.text('VpcId')];
    return { id: `${groupId}@${vpcId}`, groupId, vpcId, state: fields.optionalText('State') ?? '' };
  },
};
