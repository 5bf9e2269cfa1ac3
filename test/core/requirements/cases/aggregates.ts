import { AS_IT_IS, fails, inapplicable, PRIVATE_NAT, PUBLIC_SUBNET, passes, type Section, unknown } from './case.ts';
import { declared, named, refused, setIn, setTo } from './edits.ts';
import {
  aclDenies,
  DEFAULT_ROUTE,
  inboundRevoked,
  internetGatewayDetached,
  natGatewayDeleted,
  outboundRules,
  routeDeleted,
  rule,
} from './network-edits.ts';

const VPC = 'vpc-0f1969450d4579e63';

const dns = (support: boolean, hostNames: boolean) =>
  setTo('VpcAttributes', () => ({
    [VPC]: { EnableDnsSupport: { Value: support }, EnableDnsHostnames: { Value: hostNames } },
  }));

/** One rule group of DNS Firewall with these rules, in this order. */
const dnsFirewall = (
  ...rules: readonly { readonly Action: string; readonly domains: readonly string[]; readonly trusts?: true }[]
) => [
  setTo('FirewallRuleGroupAssociations', () => [
    { Id: 'rslvr-frgassoc-1', FirewallRuleGroupId: 'rslvr-frg-1', VpcId: VPC, Priority: 101, Status: 'COMPLETE' },
  ]),
  setTo('ResolverRules', () => []),
  setTo('ResolverRuleAssociations', () => []),
  setTo('FirewallRules', () => ({
    'rslvr-frg-1': rules.map(({ Action, trusts }, index) => ({
      Action,
      FirewallDomainListId: `rslvr-fdl-${index}`,
      Priority: 100 * (index + 1),
      FirewallDomainRedirectionAction: trusts ? 'TRUST_REDIRECTION_DOMAIN' : 'INSPECT_REDIRECTION_DOMAIN',
    })),
  })),
  setTo('FirewallDomains', () =>
    Object.fromEntries(rules.map(({ domains }, index) => [`rslvr-fdl-${index}`, domains])),
  ),
];

/** Requirements about the whole, and about a layer that many others pass through. */
export const AGGREGATE_CASES: Section = {
  'public-subnet-security-group-rules': [
    passes(PUBLIC_SUBNET, AS_IT_IS),
    passes(
      PUBLIC_SUBNET,
      'somebody deletes the default route, which is no matter of groups',
      routeDeleted(named('public')),
    ),
    fails(PUBLIC_SUBNET, 'somebody revokes the inbound rule for 22999', inboundRevoked('gitpod-environments', 22999)),
    fails(
      PUBLIC_SUBNET,
      'the outbound rules of environments are trimmed to 443',
      outboundRules('gitpod-environments', rule('tcp', 443, 443, DEFAULT_ROUTE)),
    ),
    unknown(PUBLIC_SUBNET, 'DescribeSecurityGroups is refused', refused('DescribeSecurityGroups')),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'internet-still-required-with-endpoints': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'somebody removes the NAT gateways, for there are endpoints',
      natGatewayDeleted('nat-a'),
      natGatewayDeleted('nat-b'),
    ),
    fails(PUBLIC_SUBNET, 'somebody detaches the internet gateway', internetGatewayDetached),
    unknown(PRIVATE_NAT, 'DescribeNatGateways is refused', refused('DescribeNatGateways')),
  ],
  'network-acl-permits-required-flows': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'a network ACL denies 8443 out',
      aclDenies({ egress: true, protocol: '6', from: 8443, to: 8443 }),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies UDP replies',
      aclDenies({ egress: false, protocol: '17', from: 1024, to: 65535 }),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies a part of the replies',
      aclDenies({ egress: false, protocol: '6', from: 40000, to: 50000 }),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies 29222 in',
      aclDenies({ egress: false, protocol: '6', from: 29222, to: 29222 }),
    ),
    unknown(PRIVATE_NAT, 'DescribeNetworkAcls is refused', refused('DescribeNetworkAcls')),
    unknown(
      PRIVATE_NAT,
      'a network ACL denies 29222 from some, and the watch file does not say where users come from',
      declared({ userCidrs: undefined }),
      aclDenies({ egress: false, protocol: '6', from: 29222, to: 29222, cidr: '198.51.100.0/24' }),
    ),
  ],
  'dns-resolution': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'DNS resolution is switched off in the VPC', dns(false, true)),
    fails(PRIVATE_NAT, 'DNS host names are switched off in the VPC', dns(true, false)),
    unknown(
      PRIVATE_NAT,
      'the DHCP options name resolvers of the company',
      setIn('DhcpOptions', () => true, {
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: '172.20.0.53' }] }],
      }),
    ),
    unknown(
      PRIVATE_NAT,
      'AWS does not say whether DNS hostnames are enabled',
      setTo('VpcAttributes', () => ({ [VPC]: { EnableDnsSupport: { Value: true } } })),
    ),
    unknown(
      PRIVATE_NAT,
      'DNS hostnames are switched off, and DescribeVpcEndpoints is refused',
      dns(true, false),
      refused('DescribeVpcEndpoints'),
    ),
    unknown(PRIVATE_NAT, 'DescribeVpcAttribute is refused', refused('DescribeVpcAttribute')),
    unknown(PRIVATE_NAT, 'DescribeDhcpOptions is refused', refused('DescribeDhcpOptions')),
    passes(
      PRIVATE_NAT,
      'DNS Firewall blocks names that nobody needs',
      ...dnsFirewall({ Action: 'BLOCK', domains: ['*.example.net.'] }),
    ),
    passes(
      PRIVATE_NAT,
      'DNS Firewall lets the needed names through, wherever they lead, and blocks all others',
      ...dnsFirewall(
        {
          Action: 'ALLOW',
          domains: ['*gitpod.io', '*.gitpod.dev', '*.aws', 'github.com', '*.example.com'],
          trusts: true,
        },
        { Action: 'BLOCK', domains: ['*'] },
      ),
    ),
    fails(
      PRIVATE_NAT,
      'somebody takes a needed name off the list that DNS Firewall lets through',
      ...dnsFirewall(
        { Action: 'ALLOW', domains: ['*.gitpod.dev', '*.aws', 'github.com', '*.example.com'], trusts: true },
        { Action: 'BLOCK', domains: ['*'] },
      ),
    ),
    unknown(
      PRIVATE_NAT,
      'DNS Firewall lets the needed names through, but not what they are aliases of',
      ...dnsFirewall(
        { Action: 'ALLOW', domains: ['*gitpod.io', '*.gitpod.dev', '*.aws', 'github.com', '*.example.com'] },
        { Action: 'BLOCK', domains: ['*'] },
      ),
    ),
    unknown(
      PRIVATE_NAT,
      'ListFirewallRules is refused',
      ...dnsFirewall({ Action: 'BLOCK', domains: ['*.example.net.'] }),
      refused('ListFirewallRules'),
    ),
  ],
};
