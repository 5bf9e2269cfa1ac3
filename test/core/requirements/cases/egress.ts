import {
  AS_IT_IS,
  DEFAULT_VPC,
  fails,
  inapplicable,
  PRIVATE_NAT,
  PRIVATE_TGW,
  PUBLIC_SUBNET,
  passes,
  type Section,
  sameFor,
  unknown,
} from './case.ts';
import { declared, inEach, listOf, named, refused, setIn, setTo } from './edits.ts';
import {
  APPLIANCE,
  aclDenies,
  applianceAdded,
  DOCUMENTED_OUTBOUND,
  endpointSet,
  internetGatewayDetached,
  natGatewayDeleted,
  outboundRules,
  PEERING,
  peeringAdded,
  policy,
  publicAccessBlocked,
  routeAdded,
  routeDeleted,
  routeReplaced,
  rule,
} from './network-edits.ts';

const ENVIRONMENTS = 'gitpod-environments';
const BOTH = (...rules: Parameters<typeof rule>[]) => [
  outboundRules(ENVIRONMENTS, ...rules.map((one) => rule(...one))),
  outboundRules('gitpod-runner', ...rules.map((one) => rule(...one))),
];
const HALF = '0.0.0.0/1';
const GATEWAYS = { asOf: '2026-11-20', cidrs: ['35.171.240.32/32', '52.4.11.7/32'] };

/** The rows of the outbound table: what breaks one breaks all of its kind, so each shows a few of the causes, and together they show all. */
export const EGRESS_CASES: Section = {
  'egress-management-plane-443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(PRIVATE_TGW, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the outbound rules of environments are trimmed and 443 is forgotten',
      outboundRules(ENVIRONMENTS, ...DOCUMENTED_OUTBOUND.slice(1)),
    ),
    fails(PRIVATE_NAT, 'environments have no outbound rules left', outboundRules(ENVIRONMENTS)),
    fails(PRIVATE_NAT, 'somebody deletes the NAT gateway of one zone', natGatewayDeleted('nat-a')),
    fails(
      PRIVATE_NAT,
      'the NAT gateway of one zone is replaced by a private one',
      setIn('NatGateways', named('nat-a'), { ConnectivityType: 'private' }),
    ),
    fails(PRIVATE_NAT, 'somebody deletes the default route of one zone', routeDeleted(named('private-a'))),
    fails(
      PRIVATE_NAT,
      'the subnets of the NAT gateways lose their route to the internet gateway',
      routeDeleted(named('public')),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies the replies',
      aclDenies({ egress: false, protocol: '6', from: 1024, to: 65535 }),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL lets a part of the replies in',
      aclDenies({ egress: false, protocol: '6', from: 40000, to: 50000 }),
    ),
    fails(
      PRIVATE_NAT,
      'the default route of one zone leads to a peering connection',
      peeringAdded,
      routeReplaced(named('private-a'), PEERING),
    ),
    fails(PUBLIC_SUBNET, 'somebody detaches the internet gateway', internetGatewayDetached),
    unknown(
      PRIVATE_NAT,
      'the outbound rules allow a half of the Internet',
      outboundRules(ENVIRONMENTS, rule('tcp', 443, 443, HALF)),
    ),
    unknown(
      PRIVATE_NAT,
      'a more specific route leads a part of the Internet to a peering connection',
      peeringAdded,
      routeAdded(named('private-a'), '52.0.0.0/8', PEERING),
    ),
    unknown(
      PRIVATE_NAT,
      'the default route of one zone leads to an appliance',
      applianceAdded,
      routeReplaced(named('private-a'), APPLIANCE),
    ),
    unknown(PRIVATE_NAT, 'DescribeNatGateways is refused', refused('DescribeNatGateways')),
    unknown(PRIVATE_NAT, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
    unknown(PRIVATE_NAT, 'DescribeNetworkAcls is refused', refused('DescribeNetworkAcls')),
    unknown(
      PRIVATE_NAT,
      'the DHCP options name resolvers of the company',
      setIn('DhcpOptions', () => true, {
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: '172.20.0.53' }] }],
      }),
    ),
  ],
  'egress-gateway-8443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(
      PRIVATE_NAT,
      'the outbound rules allow the addresses that the watch file gives for the gateway',
      declared({ gatewayAddresses: GATEWAYS }),
      ...BOTH(['tcp', 8443, 8443, ...GATEWAYS.cidrs]),
    ),
    fails(PRIVATE_NAT, 'the outbound rules are trimmed to 443', ...BOTH(['tcp', 443, 443, '0.0.0.0/0'])),
    fails(
      PRIVATE_NAT,
      'a network ACL denies 8443 out',
      aclDenies({ egress: true, protocol: '6', from: 8443, to: 8443 }),
    ),
    fails(PUBLIC_SUBNET, 'VPC Block Public Access is switched on', publicAccessBlocked),
    unknown(
      PRIVATE_NAT,
      'the outbound rules allow one address, and the watch file does not say where the gateway is',
      ...BOTH(['tcp', 8443, 8443, '35.171.240.32/32']),
    ),
    unknown(PRIVATE_NAT, 'DescribeSecurityGroups is refused', refused('DescribeSecurityGroups')),
  ],
  'egress-gateway-udp-4242-pinned': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the outbound rules are trimmed to 443 and 8443',
      ...BOTH(['tcp', 443, 443, '0.0.0.0/0'], ['tcp', 8443, 8443, '0.0.0.0/0']),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL lets TCP replies in, but not UDP replies',
      aclDenies({ egress: false, protocol: '17', from: 1024, to: 65535 }),
    ),
    fails(
      PRIVATE_TGW,
      'somebody deletes the default route of the transit gateway',
      setTo('TransitGatewayRoutes', (tables) =>
        Object.fromEntries(
          Object.entries(tables).map(([id]) => [
            id,
            listOf(tables, id).filter((route) => route['DestinationCidrBlock'] !== '0.0.0.0/0'),
          ]),
        ),
      ),
    ),
    unknown(PRIVATE_TGW, 'SearchTransitGatewayRoutes is refused', refused('SearchTransitGatewayRoutes')),
  ],
  'egress-gateway-udp-4242-wildcard': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the outbound rules are trimmed to 443 and 8443',
      ...BOTH(['tcp', 443, 443, '0.0.0.0/0'], ['tcp', 8443, 8443, '0.0.0.0/0']),
    ),
    unknown(
      PRIVATE_NAT,
      'the outbound rules allow the pinned address only',
      ...BOTH(['udp', 4242, 4242, '35.171.240.32/32']),
    ),
  ],
  'egress-public-ecr-443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_TGW,
      'the egress VPC loses the route back to the environments',
      routeDeleted(named('egress-pub-a'), '10.20.0.0/16'),
      routeDeleted(named('egress-pub-b'), '10.20.0.0/16'),
    ),
    fails(
      PRIVATE_TGW,
      'the transit gateway attachment of the VPC is being deleted',
      setIn('TransitGatewayVpcAttachments', (one) => one['VpcId'] === 'vpc-024f116e13ac1222a', { State: 'deleting' }),
      setIn('TransitGatewayAttachments', (one) => one['ResourceId'] === 'vpc-024f116e13ac1222a', { State: 'deleting' }),
    ),
    unknown(PRIVATE_TGW, 'DescribeTransitGatewayAttachments is refused', refused('DescribeTransitGatewayAttachments')),
    unknown(PRIVATE_NAT, 'DescribeInternetGateways is refused', refused('DescribeInternetGateways')),
  ],
  'egress-aws-apis-443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'somebody deletes the NAT gateway of one zone', natGatewayDeleted('nat-a')),
    fails(
      PRIVATE_NAT,
      "the policy of the S3 endpoint names the company's own bucket only",
      endpointSet('s3', policy('s3:*', 'arn:aws:s3:::acme-artifacts/*')),
    ),
    fails(
      PRIVATE_NAT,
      'the group of the interface endpoints loses its inbound rule',
      setIn('SecurityGroups', (group) => group['GroupName'] === 'vpc-endpoints', { IpPermissions: [] }),
    ),
    unknown(
      PRIVATE_NAT,
      'the policy of the S3 endpoint has a condition',
      endpointSet('s3', policy('s3:*', '*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })),
    ),
    unknown(PRIVATE_NAT, 'DescribeVpcEndpoints is refused', refused('DescribeVpcEndpoints')),
  ],
  'egress-scm-443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the source host is on another port, which the outbound rules do not allow',
      declared({ scmHosts: [{ host: 'git.example.com', port: 7999 }] }),
      ...BOTH(['tcp', 443, 443, '0.0.0.0/0']),
    ),
    fails(
      PRIVATE_NAT,
      'the source host is in a private network that no route leads to',
      declared({ scmHosts: [{ host: 'git.example.com', network: 'private', cidrs: ['192.168.10.0/24'] }] }),
      routeDeleted(named('private-a')),
    ),
    unknown(PRIVATE_NAT, 'the watch file does not name the source hosts', declared({ scmHosts: undefined })),
    unknown(
      PRIVATE_NAT,
      'the watch file does not say where a private source host is',
      declared({ scmHosts: [{ host: 'git.example.com', network: 'private' }] }),
    ),
  ],
  'egress-metrics-remote-write-443': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'metrics go to port 9009, which the outbound rules do not allow',
      declared({ prometheusRemoteWriteUrl: 'https://mimir.example.com:9009/api/v1/push' }),
      ...BOTH(['tcp', 443, 443, '0.0.0.0/0']),
    ),
    unknown(PRIVATE_NAT, 'the outbound rules allow a half of the Internet', ...BOTH(['tcp', 443, 443, HALF])),
    inapplicable(PRIVATE_NAT, 'metrics are not used', declared({ prometheusRemoteWriteUrl: null })),
  ],
  'egress-container-registries-443': [
    passes(
      PRIVATE_NAT,
      'a registry is declared',
      declared({ containerRegistries: [{ host: 'registry.example.com' }] }),
    ),
    fails(
      PRIVATE_NAT,
      'a registry is declared, and the NAT gateway of one zone is deleted',
      declared({ containerRegistries: [{ host: 'registry.example.com' }] }),
      natGatewayDeleted('nat-a'),
    ),
    unknown(
      PRIVATE_NAT,
      'a registry is declared, and DescribeNatGateways is refused',
      declared({ containerRegistries: [{ host: 'registry.example.com' }] }),
      refused('DescribeNatGateways'),
    ),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  ...sameFor(
    ['egress-development-services'],
    [
      passes(
        PRIVATE_NAT,
        'a service is declared',
        declared({
          developmentServices: [{ cidr: '18.195.20.0/28', protocol: 'tcp', port: 5432, purpose: 'database' }],
        }),
      ),
      fails(
        PRIVATE_NAT,
        'a service is declared, and the outbound rules allow 443 only',
        declared({
          developmentServices: [{ cidr: '18.195.20.0/28', protocol: 'tcp', port: 5432, purpose: 'database' }],
        }),
        ...BOTH(['tcp', 443, 443, '0.0.0.0/0']),
      ),
      unknown(PRIVATE_NAT, 'the watch file does not list the services', declared({ developmentServices: undefined })),
      inapplicable(PRIVATE_NAT, AS_IT_IS),
    ],
  ),
  'egress-necessary-internet': [
    passes(
      PRIVATE_NAT,
      'the watch file does not say what is needed, and everything is open',
      declared({ extraInternetDestinations: undefined }),
    ),
    fails(
      PRIVATE_NAT,
      'a destination is declared, and a network ACL denies it',
      declared({ extraInternetDestinations: [{ cidr: '18.195.21.0/24', protocol: 'udp', port: 123 }] }),
      aclDenies({ egress: true, protocol: '17', from: 123, to: 123 }),
    ),
    unknown(
      PRIVATE_NAT,
      'the watch file does not say what is needed, and the outbound rules allow 443 only',
      declared({ extraInternetDestinations: undefined }),
      ...BOTH(['tcp', 443, 443, '0.0.0.0/0']),
    ),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'subnet-outbound-path': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(DEFAULT_VPC, AS_IT_IS),
    fails(PRIVATE_NAT, 'somebody deletes the NAT gateway of one zone', natGatewayDeleted('nat-a')),
    fails(PRIVATE_NAT, 'somebody deletes the default route of one zone', routeDeleted(named('private-a'))),
    fails(PUBLIC_SUBNET, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(
      PRIVATE_TGW,
      'the transit gateway attachment has no subnet in one zone',
      inEach(
        'TransitGatewayVpcAttachments',
        (one) => one['VpcId'] === 'vpc-024f116e13ac1222a',
        (one) => ({
          ...one,
          SubnetIds: ['subnet-05ff6576d0b62192d'],
        }),
      ),
    ),
    unknown(PRIVATE_NAT, 'DescribeNatGateways is refused', refused('DescribeNatGateways')),
    unknown(
      PRIVATE_TGW,
      'the transit gateway is of another account, which does not show its routes',
      refused('DescribeTransitGatewayRouteTables'),
      refused('SearchTransitGatewayRoutes'),
      refused('DescribeTransitGatewayAttachments'),
    ),
  ],
};
