import type { Kind } from './kind.ts';

export interface BlockPublicAccessExclusion {
  readonly id: string;
  /** Id of the excluded VPC or subnet. */
  readonly resourceId: string;
  /** `allow-bidirectional` or `allow-egress`. */
  readonly mode: string;
  readonly state: string;
}

export const blockPublicAccessExclusion: Kind<BlockPublicAccessExclusion> = {
  member: 'VpcBlockPublicAccessExclusions',
  operation: 'DescribeVpcBlockPublicAccessExclusions',
  idMember: 'ExclusionId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['bpa'],
  types: {
    cloudFormation: ['AWS::EC2::VPCBlockPublicAccessExclusion'],
    terraform: ['aws_vpc_block_public_access_exclusion'],
  },
  parse: (fields) => ({
    id: fields.id('ExclusionId'),
    resourceId: (fields.optionalText('ResourceArn') ?? '').replace(/^.*\//, ''),
    mode: fields.optionalText('InternetGatewayExclusionMode') ?? '',
    state: fields.optionalText('State') ?? '',
  }),
};
