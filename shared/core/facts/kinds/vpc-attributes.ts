import type { Kind } from './kind.ts';

export interface VpcAttributes {
  readonly id: string;
  /** Undefined when that attribute was not read. */
  readonly enableDnsSupport: boolean | undefined;
  readonly enableDnsHostnames: boolean | undefined;
}

export const vpcAttributes: Kind<VpcAttributes> = {
  member: 'VpcAttributes',
  operation: 'DescribeVpcAttribute',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'vpcIds',
    requests: (VpcId) => ['enableDnsSupport', 'enableDnsHostnames'].map((Attribute) => ({ VpcId, Attribute })),
  },
  answer: { is: 'merged', without: ['VpcId'] },
  changedBy: ['vpc-attribute'],
  types: { cloudFormation: ['AWS::EC2::VPC'], terraform: ['aws_vpc', 'aws_default_vpc'] },
  parse: (fields, key) => {
    const value = fields.optionalObject('value');
    return {
      id: key,
      enableDnsSupport: value?.optionalObject('EnableDnsSupport')?.optionalFlag('Value'),
      enableDnsHostnames: value?.optionalObject('EnableDnsHostnames')?.optionalFlag('Value'),
    };
  },
};
