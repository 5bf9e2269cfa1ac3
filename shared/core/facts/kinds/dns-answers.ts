import type { Address } from '../../net/ip.ts';
import { parseAddress } from '../../net/ip.ts';
import { UnreadableFact } from '../fields.ts';
import type { Kind } from './kind.ts';

/** What a resolver answered for a host name, supplied from outside AWS. */
export interface DnsAnswers {
  /** Host name, lower case. */
  readonly id: string;
  readonly addresses: readonly Address[];
  /** ISO 8601. */
  readonly asOf: string | undefined;
}

export const dnsAnswers: Kind<DnsAnswers> = {
  member: 'DnsAnswers',
  operation: 'ResolveHostNames',
  shape: 'map',
  collect: { by: 'given' },
  changedBy: ['dns', 'route53-zone', 'route53resolver'],
  types: { cloudFormation: [], terraform: [] },
  parse: (fields, key) => {
    const value = fields.optionalObject('value');
    return {
      id: key.toLowerCase(),
      addresses: (value?.optionalTexts('Addresses') ?? []).map((text) => {
        const address = parseAddress(text);
        if (address === undefined)
          throw new UnreadableFact(`\`${fields.path}.Addresses\`: \`${text}\` is not an IP address`);
        return address;
      }),
      asOf: value?.optionalText('AsOf'),
    };
  },
};
