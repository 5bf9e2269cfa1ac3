import type { Fields } from '../fields.ts';
import type { Kind } from './kind.ts';

export interface VpcAttachment {
  readonly vpcId: string;
  readonly state: string;
}

export interface AttachedGateway {
  readonly id: string;
  readonly attachments: readonly VpcAttachment[];
}

export const readAttachments = (fields: Fields, member: string): readonly VpcAttachment[] =>
  fields.list(member, (item) => ({ vpcId: item.optionalText('VpcId') ?? '', state: item.optionalText('State') ?? '' }));

export const internetGateway: Kind<AttachedGateway> = {
  member: 'InternetGateways',
  operation: 'DescribeInternetGateways',
  idMember: 'InternetGatewayId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'attachment.vpc-id' },
  changedBy: ['igw'],
  types: {
    cloudFormation: ['AWS::EC2::InternetGateway', 'AWS::EC2::VPCGatewayAttachment'],
    terraform: ['aws_internet_gateway', 'aws_internet_gateway_attachment'],
  },
  parse: (fields) => ({ id: fields.id('InternetGatewayId'), attachments: readAttachments(fields, 'Attachments') }),
};
