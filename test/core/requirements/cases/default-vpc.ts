import { AS_IT_IS, DEFAULT_VPC, fails, inapplicable, PRIVATE_NAT, passes, type Section, unknown } from './case.ts';
import { declared, refused, setIn } from './edits.ts';
import {
  DEFAULT_ROUTE,
  internetGatewayDetached,
  publicAccessBlocked,
  routeDeleted,
  routeReplaced,
} from './network-edits.ts';

const ONE_SUBNET = ['subnet-006683f2f6cef044a'];

export const DEFAULT_VPC_CASES: Section = {
  'default-vpc-internet-gateway': [
    passes(DEFAULT_VPC, AS_IT_IS),
    fails(DEFAULT_VPC, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(DEFAULT_VPC, 'VPC Block Public Access is switched on', publicAccessBlocked),
    unknown(DEFAULT_VPC, 'DescribeInternetGateways is refused', refused('DescribeInternetGateways')),
    unknown(
      DEFAULT_VPC,
      'the VPC of the watch file is not the default VPC',
      setIn('Vpcs', () => true, { IsDefault: false }),
    ),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'default-vpc-route-tables': [
    passes(DEFAULT_VPC, AS_IT_IS),
    fails(
      DEFAULT_VPC,
      'somebody deletes the default route',
      routeDeleted(() => true),
    ),
    fails(DEFAULT_VPC, 'somebody detaches the internet gateway', internetGatewayDetached),
    fails(
      DEFAULT_VPC,
      'somebody points the default route at a virtual private gateway',
      routeReplaced(() => true, { GatewayId: 'vgw-0f46f01c1c6e85aa5' }, DEFAULT_ROUTE),
    ),
    unknown(DEFAULT_VPC, 'DescribeRouteTables is refused', refused('DescribeRouteTables')),
  ],
  'default-vpc-subnets-multi-az': [
    passes(DEFAULT_VPC, AS_IT_IS),
    fails(
      DEFAULT_VPC,
      'the watch file names one subnet',
      declared({ environmentSubnetIds: ONE_SUBNET, runnerSubnetIds: ONE_SUBNET }),
    ),
    fails(
      DEFAULT_VPC,
      'the watch file names a subnet that is gone',
      declared({ environmentSubnetIds: [...ONE_SUBNET, 'subnet-0aaaaaaaaaaaaaaaa'] }),
    ),
    unknown(DEFAULT_VPC, 'DescribeSubnets is refused', refused('DescribeSubnets')),
    unknown(
      DEFAULT_VPC,
      'AWS does not say in which zones the subnets are',
      setIn('Subnets', () => true, { AvailabilityZoneId: undefined, AvailabilityZone: undefined }),
    ),
  ],
  'default-vpc-chapter-skip': [passes(DEFAULT_VPC, AS_IT_IS), inapplicable(PRIVATE_NAT, AS_IT_IS)],
};
