import type { Kind } from './kind.ts';

export interface DhcpOptions {
  readonly id: string;
  /** Values of `domain-name-servers`; `AmazonProvidedDNS` is the Route 53 Resolver. */
  readonly domainNameServers: readonly string[];
}

export const dhcpOptions: Kind<DhcpOptions> = {
  member: 'DhcpOptions',
  operation: 'DescribeDhcpOptions',
  idMember: 'DhcpOptionsId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['dhcp-options'],
  types: {
    cloudFormation: ['AWS::EC2::DHCPOptions', 'AWS::EC2::VPCDHCPOptionsAssociation'],
    terraform: ['aws_vpc_dhcp_options', 'aws_vpc_dhcp_options_association', 'aws_default_vpc_dhcp_options'],
  },
  parse: (fields) => ({
    id: fields.id('DhcpOptionsId'),
    domainNameServers: fields
      .list('DhcpConfigurations', (option) => ({
        key: option.optionalText('Key') ?? '',
        values: option.optionalList('Values', (value) => value.optionalText('Value') ?? '') ?? [],
      }))
      .filter((option) => option.key === 'domain-name-servers')
      .flatMap((option) => option.values),
  }),
};
