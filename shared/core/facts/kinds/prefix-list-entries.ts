import type { Cidr } from '../../net/cidr.ts';
import type { Kind } from './kind.ts';

export interface PrefixListEntries {
  readonly id: string;
  readonly cidrs: readonly Cidr[];
}

export const prefixListEntries: Kind<PrefixListEntries> = {
  member: 'PrefixListEntries',
  operation: 'GetManagedPrefixListEntries',
  shape: 'map',
  collect: { by: 'each', of: 'prefixListIds', requests: (PrefixListId) => [{ PrefixListId }] },
  answer: { is: 'member', at: 'Entries', orderBy: 'Cidr' },
  changedBy: ['prefix-list'],
  types: {
    cloudFormation: ['AWS::EC2::PrefixList'],
    terraform: ['aws_ec2_managed_prefix_list', 'aws_ec2_managed_prefix_list_entry'],
  },
  parse: (fields, key) => ({ id: key, cidrs: fields.list('value', (entry) => entry.cidr('Cidr')) }),
};
