import {
  AS_IT_IS,
  fails,
  inapplicable,
  PRIVATE_NAT,
  PRIVATE_TGW,
  PUBLIC_SUBNET,
  passes,
  type Section,
  unknown,
} from './case.ts';
import { declared, having, inEach, named, refused, setIn } from './edits.ts';
import {
  APPLIANCE,
  applianceAdded,
  internetGatewayDetached,
  natGatewayDeleted,
  ownAcl,
  publicAccessBlocked,
  routeAdded,
  routeDeleted,
  routeReplaced,
} from './network-edits.ts';

const EVERY = () => true;
const INTERNET_GATEWAY = { GatewayId: 'igw-0e553598494e54f26' };
const WITHOUT_ADDRESS = {
  NatGatewayAddresses: [{ AllocationId: 'eipalloc-0e7d46bcb52c545d9', IsPrimary: true, Status: 'failed' }],
};
const BARE = 'eni-04f867dda0847cb7a';

export const ROUTE_CASES: Section = {
  'public-subnet-internet-gateway-route': [
    passes(PUBLIC_SUBNET, AS_IT_IS),
    fails(PUBLIC_SUBNET, 'somebody deletes the default route', routeDeleted(named('public'))),
    fails(PUBLIC_SUBNET, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(
      PUBLIC_SUBNET,
      'the default route leads to a transit gateway',
      routeReplaced(named('public'), { TransitGatewayId: 'tgw-06ca76f31809a8764' }),
    ),
    fails(PUBLIC_SUBNET, 'VPC Block Public Access is switched on', publicAccessBlocked),
    unknown(PUBLIC_SUBNET, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
    unknown(PUBLIC_SUBNET, 'DescribeInternetGateways is refused', refused('DescribeInternetGateways')),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'public-subnet-public-addressing': [
    passes(PUBLIC_SUBNET, AS_IT_IS),
    fails(
      PUBLIC_SUBNET,
      'one environment has no public address',
      inEach('NetworkInterfaces', having('NetworkInterfaceId', BARE), ({ Association: _gone, ...eni }) => ({
        ...eni,
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: eni['PrivateIpAddress'] }],
      })),
    ),
    unknown(
      PUBLIC_SUBNET,
      'the subnets give no public addresses, and no environment is running',
      setIn('Subnets', EVERY, { MapPublicIpOnLaunch: false }),
      inEach('NetworkInterfaces', EVERY, (eni) => ({ ...eni, Groups: [], Attachment: undefined })),
    ),
    unknown(PUBLIC_SUBNET, 'DescribeNetworkInterfaces is refused', refused('DescribeNetworkInterfaces')),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'private-subnet-recommended-production': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PUBLIC_SUBNET, 'the runner is said to be production', declared({ production: true })),
    unknown(PUBLIC_SUBNET, 'the watch file does not say whether it is production', declared({ production: undefined })),
    unknown(PRIVATE_NAT, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
    inapplicable(PUBLIC_SUBNET, AS_IT_IS),
  ],
  'private-subnet-placement': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'somebody points the default route of one zone at the internet gateway',
      routeReplaced(named('private-a'), INTERNET_GATEWAY),
    ),
    unknown(PRIVATE_NAT, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
  ],
  'private-nat-gateway-public': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'somebody deletes the NAT gateway of one zone', natGatewayDeleted('nat-a')),
    fails(
      PRIVATE_NAT,
      'the NAT gateway of one zone is private',
      setIn('NatGateways', named('nat-a'), { ConnectivityType: 'private' }),
    ),
    fails(
      PRIVATE_NAT,
      'the Elastic IP of one NAT gateway is released',
      setIn('NatGateways', named('nat-a'), WITHOUT_ADDRESS),
    ),
    fails(PRIVATE_NAT, 'the subnets of the NAT gateways lose their route out', routeDeleted(named('public'))),
    fails(PRIVATE_NAT, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(
      PRIVATE_NAT,
      'the default routes lead to the internet gateway',
      routeReplaced(named('private-a'), INTERNET_GATEWAY),
      routeReplaced(named('private-b'), INTERNET_GATEWAY),
    ),
    fails(PRIVATE_NAT, 'VPC Block Public Access is switched on', publicAccessBlocked),
    fails(
      PRIVATE_NAT,
      'the subnets of the NAT gateways get a network ACL that forgets the replies',
      ownAcl('subnet-0f985827009ecb86a', 'subnet-05946146b072a81ff'),
    ),
    unknown(PRIVATE_NAT, 'DescribeNatGateways is refused', refused('DescribeNatGateways')),
    unknown(PRIVATE_NAT, 'DescribeNetworkAcls is refused', refused('DescribeNetworkAcls')),
    unknown(
      PRIVATE_NAT,
      'the default route of one zone leads to an appliance',
      applianceAdded,
      routeReplaced(named('private-a'), APPLIANCE),
    ),
    unknown(
      PRIVATE_NAT,
      'the default routes lead to a firewall endpoint',
      routeReplaced(named('private-a'), { GatewayId: 'vpce-0c0ffee0c0ffee001' }),
      routeReplaced(named('private-b'), { GatewayId: 'vpce-0c0ffee0c0ffee001' }),
    ),
    unknown(
      PRIVATE_NAT,
      'the default routes lead to an appliance',
      applianceAdded,
      routeReplaced(named('private-a'), APPLIANCE),
      routeReplaced(named('private-b'), APPLIANCE),
    ),
    inapplicable(PRIVATE_TGW, AS_IT_IS),
  ],
  'private-route-via-nat': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'somebody deletes the default route of one zone', routeDeleted(named('private-a'))),
    fails(PRIVATE_NAT, 'somebody deletes the NAT gateway of one zone', natGatewayDeleted('nat-a')),
    fails(
      PRIVATE_NAT,
      'a more specific route leads a part of the Internet to the virtual private gateway',
      routeAdded(named('private-a'), '52.0.0.0/8', { GatewayId: 'vgw-0f46f01c1c6e85aa5' }),
    ),
    unknown(
      PRIVATE_NAT,
      'the default route of one zone leads to an appliance',
      applianceAdded,
      routeReplaced(named('private-a'), APPLIANCE),
    ),
    unknown(PRIVATE_NAT, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
    inapplicable(PRIVATE_TGW, AS_IT_IS),
  ],
  'private-tgw-internet-path': [
    passes(PRIVATE_TGW, AS_IT_IS),
    fails(
      PRIVATE_TGW,
      'the transit gateway attachment has no subnet in one zone',
      setIn('TransitGatewayVpcAttachments', having('VpcId', 'vpc-024f116e13ac1222a'), {
        SubnetIds: ['subnet-05ff6576d0b62192d'],
      }),
    ),
    fails(
      PRIVATE_TGW,
      'the egress VPC loses the route back to the environments of one zone',
      routeDeleted(named('egress-pub-a'), '10.20.0.0/16'),
    ),
    fails(PRIVATE_TGW, 'somebody deletes the default route of one zone', routeDeleted(named('private-a'))),
    unknown(PRIVATE_TGW, 'SearchTransitGatewayRoutes is refused', refused('SearchTransitGatewayRoutes')),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'troubleshoot-route-tables': [passes(PRIVATE_NAT, AS_IT_IS)],
};
