import type { Kind } from './kind.ts';

export interface ManagedPrefixList {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string | undefined;
  readonly state: string | undefined;
  readonly version: number | undefined;
  /** `IPv4` or `IPv6`. */
  readonly addressFamily: string | undefined;
}

export const managedPrefixList: Kind<ManagedPrefixList> = {
  member: 'ManagedPrefixLists',
  operation: 'DescribeManagedPrefixLists',
  idMember: 'PrefixListId',
  shape: 'list',
  collect: { by: 'all' },
  answer: { is: 'member', at: 'PrefixLists' },
  changedBy: ['prefix-list'],
  types: { cloudFormation: ['AWS::EC2::PrefixList'], terraform: ['aws_ec2_managed_prefix_list'] },
  parse: (fields) => ({
    id: fields.id('PrefixListId'),
    name: fields.optionalText('PrefixListName') ?? '',
    ownerId: fields.optionalText('OwnerId'),
    state: fields.optionalText('State'),
    version: fields.optionalNumber('Version'),
    addressFamily: fields.optionalText('AddressFamily'),
  }),
};
