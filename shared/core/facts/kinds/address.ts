import type { Address } from '../../net/ip.ts';
import type { Kind } from './kind.ts';

export interface ElasticAddress {
  readonly id: string;
  readonly publicIp: Address | undefined;
  readonly networkInterfaceId: string | undefined;
}

export const address: Kind<ElasticAddress> = {
  member: 'Addresses',
  operation: 'DescribeAddresses',
  idMember: 'AllocationId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['eip', 'byoip'],
  types: {
    cloudFormation: ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'],
    terraform: ['aws_eip', 'aws_eip_association'],
  },
  parse: (fields) => ({
    id: fields.optionalText('AllocationId') ?? fields.id('PublicIp'),
    publicIp: fields.optionalAddress('PublicIp'),
    networkInterfaceId: fields.optionalText('NetworkInterfaceId'),
  }),
};
