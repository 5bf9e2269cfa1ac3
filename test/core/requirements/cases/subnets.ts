import { AS_IT_IS, DEFAULT_VPC, fails, inapplicable, PRIVATE_NAT, passes, type Section, unknown } from './case.ts';
import { declared, named, refused, setIn } from './edits.ts';

const [A, B] = ['subnet-0634a45b5809d7a46', 'subnet-0ecaa7cb952269263'] as const;
const NO_PLAN = declared({ capacityPlan: undefined });
/** Nobody asks a default VPC for one. */
const PLAN_OF_ONE = declared({ capacityPlan: { 'subnet-006683f2f6cef044a': { plannedEnvironments: 9000 } } });

export const SUBNET_CASES: Section = {
  'capacity-plan-present': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'the watch file has no capacity plan', NO_PLAN),
    fails(
      PRIVATE_NAT,
      'the capacity plan leaves one subnet out',
      declared({ capacityPlan: { [A]: { plannedEnvironments: 800 } } }),
    ),
    inapplicable(DEFAULT_VPC, AS_IT_IS),
    fails(DEFAULT_VPC, 'a plan that is given although none is needed leaves subnets out', PLAN_OF_ONE),
  ],
  'subnets-per-capacity-plan': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the capacity plan leaves one subnet out',
      declared({ capacityPlan: { [A]: { plannedEnvironments: 800 } } }),
    ),
    fails(
      PRIVATE_NAT,
      'the capacity plan names a subnet that is gone',
      declared({
        capacityPlan: {
          [A]: { plannedEnvironments: 800 },
          [B]: { plannedEnvironments: 800 },
          'subnet-0aaaaaaaaaaaaaaaa': { plannedEnvironments: 100 },
        },
      }),
    ),
    fails(PRIVATE_NAT, 'AWS fails to make one subnet', setIn('Subnets', named('env-a'), { State: 'failed' })),
    unknown(PRIVATE_NAT, 'the watch file has no capacity plan', NO_PLAN),
    unknown(PRIVATE_NAT, 'DescribeSubnets is refused', refused('DescribeSubnets')),
    inapplicable(DEFAULT_VPC, AS_IT_IS),
  ],
  'subnet-size-per-plan': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'more environments are planned than the subnets hold',
      declared({ capacityPlan: { [A]: { plannedEnvironments: 1500 }, [B]: { plannedEnvironments: 1500 } } }),
    ),
    fails(
      PRIVATE_NAT,
      'bigger subnets are planned',
      declared({ capacityPlan: { [A]: { plannedEnvironments: 800, plannedPrefixLength: 21 } } }),
    ),
    fails(
      PRIVATE_NAT,
      'others use the addresses of one subnet up',
      setIn('Subnets', named('env-a'), { AvailableIpAddressCount: 120 }),
    ),
    unknown(PRIVATE_NAT, 'the watch file has no capacity plan', NO_PLAN),
    unknown(PRIVATE_NAT, 'DescribeNetworkInterfaces is refused', refused('DescribeNetworkInterfaces')),
    fails(DEFAULT_VPC, 'a plan that is given although none is needed is too large', PLAN_OF_ONE),
    inapplicable(DEFAULT_VPC, AS_IT_IS),
  ],
  'subnets-same-account-and-vpc': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'one subnet is shared by another account',
      setIn('Subnets', named('env-a'), { OwnerId: '226784190351' }),
    ),
    fails(
      PRIVATE_NAT,
      'one subnet is in another VPC',
      setIn('Subnets', named('env-a'), { VpcId: 'vpc-024f116e13ac1222a' }),
    ),
    unknown(PRIVATE_NAT, 'DescribeSubnets is refused', refused('DescribeSubnets')),
  ],
};
