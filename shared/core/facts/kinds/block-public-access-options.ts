import type { Kind } from './kind.ts';

export interface BlockPublicAccessOptions {
  readonly id: string;
  /** `off`, `block-bidirectional` or `block-ingress`. */
  readonly mode: string;
  readonly state: string;
}

export const blockPublicAccessOptions: Kind<BlockPublicAccessOptions> = {
  member: 'VpcBlockPublicAccessOptions',
  operation: 'DescribeVpcBlockPublicAccessOptions',
  shape: 'object',
  collect: { by: 'all' },
  changedBy: ['bpa'],
  types: {
    cloudFormation: ['AWS::EC2::VPCBlockPublicAccessOptions'],
    terraform: ['aws_vpc_block_public_access_options'],
  },
  parse: (fields, key) => ({
    id: key,
    mode: fields.text('InternetGatewayBlockMode'),
    state: fields.optionalText('State') ?? 'default-state',
  }),
};
