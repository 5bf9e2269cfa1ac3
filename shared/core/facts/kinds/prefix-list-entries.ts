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
  collect: { by: 'each' },
  changedBy: ['prefix-list'],
  parse: (fields, key) => ({ id: key, cidrs: fields.list('value', (entry) => entry.cidr('Cidr')) }),
};
