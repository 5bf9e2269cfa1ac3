import {
  AS_IT_IS,
  DEFAULT_VPC,
  fails,
  PRIVATE_NAT,
  PRIVATE_TGW,
  PUBLIC_SUBNET,
  passes,
  type Section,
  unknown,
} from './case.ts';
import { declared, having, inEach, named, refused, removed, setIn } from './edits.ts';
import {
  aclDenies,
  inboundRevoked,
  inboundRules,
  internetGatewayDetached,
  outboundRules,
  routeDeleted,
  rule,
} from './network-edits.ts';

const ENVIRONMENTS = 'gitpod-environments';
const RUNNER = 'gitpod-runner';
const OTHER_GROUP = [{ GroupId: 'sg-0fd0744e19654270e', GroupName: 'default' }];

const isEnvironment = (eni: Readonly<Record<string, unknown>>): boolean =>
  JSON.stringify(eni['Groups']).includes(ENVIRONMENTS);

export const INGRESS_CASES: Section = {
  'ingress-environment-ssh-29222': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(
      DEFAULT_VPC,
      'the watch file does not say where users come from, and everybody is let in',
      declared({ userCidrs: undefined }),
    ),
    fails(PRIVATE_NAT, 'somebody revokes the inbound rule for 29222', inboundRevoked(ENVIRONMENTS, 29222)),
    fails(
      PRIVATE_NAT,
      'the inbound rule for 29222 is narrowed to half of the users',
      inboundRules(ENVIRONMENTS, rule('tcp', 29222, 29222, '172.20.0.0/17')),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies 29222 in',
      aclDenies({ egress: false, protocol: '6', from: 29222, to: 29222 }),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies the replies to the users',
      aclDenies({ egress: true, protocol: '6', from: 1024, to: 65535, cidr: '172.20.0.0/16' }),
    ),
    fails(
      PRIVATE_NAT,
      'somebody switches route propagation off in one zone',
      routeDeleted(named('private-a'), '172.20.0.0/16'),
    ),
    fails(PRIVATE_NAT, 'both tunnels of the VPN are down', tunnelsDown()),
    fails(DEFAULT_VPC, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(
      PUBLIC_SUBNET,
      'environments start without public addresses',
      setIn('Subnets', () => true, { MapPublicIpOnLaunch: false }),
      inEach('NetworkInterfaces', isEnvironment, ({ Association: _gone, ...eni }) => ({
        ...eni,
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: eni['PrivateIpAddress'] }],
      })),
    ),
    fails(
      DEFAULT_VPC,
      'the watch file does not say where users come from, and nobody is let in',
      declared({ userCidrs: undefined }),
      inboundRevoked(ENVIRONMENTS, 29222),
    ),
    unknown(PRIVATE_NAT, 'the watch file does not say where users come from', declared({ userCidrs: undefined })),
    unknown(
      PRIVATE_NAT,
      'the watch file does not say which groups environments have',
      declared({ environmentSecurityGroupIds: [] }),
    ),
    unknown(PRIVATE_NAT, 'DescribeSecurityGroups is refused', refused('DescribeSecurityGroups')),
    unknown(PRIVATE_NAT, 'DescribeVpnGateways is refused', refused('DescribeVpnGateways')),
  ],
  'ingress-environment-runner-22999': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(PUBLIC_SUBNET, 'the rule names the VPC instead of the runner'),
    fails(PRIVATE_NAT, 'somebody revokes the inbound rule for 22999', inboundRevoked(ENVIRONMENTS, 22999)),
    fails(
      PRIVATE_NAT,
      'the outbound rules of the runner are trimmed to 443',
      outboundRules(RUNNER, rule('tcp', 443, 443, '0.0.0.0/0')),
    ),
    fails(
      PRIVATE_NAT,
      'a network ACL denies 22999 in',
      aclDenies({ egress: false, protocol: '6', from: 22999, to: 22999 }),
    ),
    fails(
      PRIVATE_NAT,
      'the watch file names a group that is gone',
      declared({ runnerSecurityGroupIds: ['sg-0aaaaaaaaaaaaaaaa'] }),
    ),
    unknown(PRIVATE_NAT, 'DescribeSecurityGroups is refused', refused('DescribeSecurityGroups')),
    unknown(
      PRIVATE_NAT,
      'the watch file does not say which groups the runner has',
      declared({ runnerSecurityGroupIds: [] }),
    ),
  ],
  'ingress-environment-22999-public-literal': [passes(PRIVATE_NAT, AS_IT_IS)],
  'environment-security-group-attached': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'somebody gives one environment the default group',
      setIn('NetworkInterfaces', having('NetworkInterfaceId', 'eni-0a271e9015b466f45'), { Groups: OTHER_GROUP }),
    ),
    fails(
      PRIVATE_NAT,
      'somebody adds a group to one environment',
      inEach('NetworkInterfaces', having('NetworkInterfaceId', 'eni-0a271e9015b466f45'), (eni) => ({
        ...eni,
        Groups: [...(Array.isArray(eni['Groups']) ? eni['Groups'] : []), ...OTHER_GROUP],
      })),
    ),
    unknown(
      PRIVATE_NAT,
      'no environment is running',
      removed('NetworkInterfaces', isEnvironment),
      removed('Instances'),
    ),
    unknown(PRIVATE_NAT, 'DescribeNetworkInterfaces is refused', refused('DescribeNetworkInterfaces')),
    unknown(
      PRIVATE_NAT,
      'the watch file does not say which groups environments have',
      declared({ environmentSecurityGroupIds: [] }),
    ),
  ],
  'default-sg-egress-all': [passes(DEFAULT_VPC, AS_IT_IS)],
  'default-sg-ingress-22999-any': [passes(DEFAULT_VPC, AS_IT_IS)],
  'default-sg-ingress-29222-runner': [passes(DEFAULT_VPC, AS_IT_IS)],
  'runner-healthcheck-9090': [passes(PRIVATE_TGW, AS_IT_IS)],
  'troubleshoot-security-groups': [passes(PRIVATE_NAT, AS_IT_IS)],
};

function tunnelsDown() {
  return inEach(
    'VpnConnections',
    () => true,
    (connection) => ({
      ...connection,
      VgwTelemetry: (Array.isArray(connection['VgwTelemetry']) ? connection['VgwTelemetry'] : []).map(
        (tunnel: object) => ({
          ...tunnel,
          Status: 'DOWN',
        }),
      ),
    }),
  );
}
