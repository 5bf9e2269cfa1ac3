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
  parse: (fields) => ({
    id: fields.optionalText('AllocationId') ?? fields.id('PublicIp'),
    publicIp: fields.optionalAddress('PublicIp'),
    networkInterfaceId: fields.optionalText('NetworkInterfaceId'),
  }),
};
