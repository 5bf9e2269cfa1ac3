import type { Cidr } from '../../net/cidr.ts';
import { parseCidr } from '../../net/cidr.ts';
import { UnreadableFact } from '../fields.ts';
import type { Kind } from './kind.ts';

/** A list of an AWS service that has gateway endpoints (S3, DynamoDB). */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  /** Undefined when AWS prints the list without its blocks; they are then read as those of a managed list. */
  readonly cidrs: readonly Cidr[] | undefined;
}

export const prefixList: Kind<PrefixList> = {
  member: 'PrefixLists',
  operation: 'DescribePrefixLists',
  idMember: 'PrefixListId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: [],
  types: { cloudFormation: [], terraform: [] },
  parse: (fields) => {
    const texts = fields.optionalTexts('Cidrs');
    return {
      id: fields.id('PrefixListId'),
      name: fields.optionalText('PrefixListName') ?? '',
      cidrs: texts?.map((text) => {
        const cidr = parseCidr(text);
        if (!cidr) throw new UnreadableFact(`\`${fields.path}.Cidrs\`: \`${text}\` is not a CIDR block`);
        return cidr;
      }),
    };
  },
};
