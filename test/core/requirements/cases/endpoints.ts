import {
  AS_IT_IS,
  type Case,
  fails,
  inapplicable,
  PRIVATE_NAT,
  PUBLIC_SUBNET,
  passes,
  type Section,
  unknown,
} from './case.ts';
import { declared, refused, setTo } from './edits.ts';
import { aclDenies, endpointCreated, endpointSet, inboundRules, policy, rule } from './network-edits.ts';

const VPC = 'vpc-0f1969450d4579e63';
const OTHER_BUCKET = policy('s3:*', 'arn:aws:s3:::acme-artifacts/*');
const CONDITION = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } };

const dnsHostNamesOff = setTo('VpcAttributes', () => ({
  [VPC]: { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: false } },
}));

/** An endpoint that the story has already. */
const interfaceCases = (service: string): readonly Case[] => [
  passes(PRIVATE_NAT, AS_IT_IS),
  fails(
    PRIVATE_NAT,
    'its group admits one subnet only',
    inboundRules('vpc-endpoints', rule('tcp', 443, 443, '10.20.16.0/22')),
  ),
  fails(PRIVATE_NAT, 'private DNS is switched off', endpointSet(service, { PrivateDnsEnabled: false })),
  fails(PRIVATE_NAT, 'the endpoint is rejected', endpointSet(service, { State: 'rejected' })),
  unknown(PRIVATE_NAT, 'the endpoint waits for acceptance', endpointSet(service, { State: 'pendingAcceptance' })),
  fails(PRIVATE_NAT, 'DNS host names are switched off in the VPC', dnsHostNamesOff),
  fails(
    PRIVATE_NAT,
    'a network ACL denies 443 in',
    aclDenies({ egress: false, protocol: '6', from: 443, to: 443, cidr: '10.20.0.0/16' }),
  ),
  unknown(PRIVATE_NAT, 'its policy has a condition', endpointSet(service, policy('*', '*', CONDITION))),
  unknown(PRIVATE_NAT, 'DescribeVpcEndpoints is refused', refused('DescribeVpcEndpoints')),
  unknown(PRIVATE_NAT, 'DescribeVpcAttribute is refused', refused('DescribeVpcAttribute')),
  inapplicable(PUBLIC_SUBNET, AS_IT_IS),
];

/** An endpoint that somebody makes. */
const createdCases = (service: string, index: number): readonly Case[] => {
  const created = endpointCreated(service, index);
  return [
    passes(PRIVATE_NAT, 'somebody makes the endpoint', created),
    fails(
      PRIVATE_NAT,
      'somebody makes the endpoint without private DNS',
      created,
      endpointSet(service, { PrivateDnsEnabled: false }),
    ),
    fails(
      PRIVATE_NAT,
      'somebody makes the endpoint, and its policy allows another service only',
      created,
      endpointSet(service, policy('sqs:*', '*')),
    ),
    unknown(
      PRIVATE_NAT,
      'somebody makes the endpoint, and DescribeSecurityGroups is refused',
      created,
      refused('DescribeSecurityGroups'),
    ),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ];
};

const [api, dkr] = [endpointCreated('ecr.api', 1), endpointCreated('ecr.dkr', 2)];

export const ENDPOINT_CASES: Section = {
  'vpce-s3-gateway': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, "its policy names the company's own bucket only", endpointSet('s3', OTHER_BUCKET)),
    fails(PRIVATE_NAT, 'a network ACL denies 443 out', aclDenies({ egress: true, protocol: '6', from: 443, to: 443 })),
    unknown(PRIVATE_NAT, 'its policy has a condition', endpointSet('s3', policy('s3:*', '*', CONDITION))),
    unknown(
      PRIVATE_NAT,
      'its policy names the buckets of Gitpod',
      endpointSet('s3', policy('s3:*', 'arn:aws:s3:::gitpod-*')),
    ),
    unknown(PRIVATE_NAT, 'DescribeVpcEndpoints is refused', refused('DescribeVpcEndpoints')),
    unknown(
      PRIVATE_NAT,
      'DescribePrefixLists is refused',
      refused('DescribePrefixLists'),
      refused('GetManagedPrefixListEntries'),
    ),
    inapplicable(PUBLIC_SUBNET, AS_IT_IS),
  ],
  'vpce-dynamodb-gateway': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(PRIVATE_NAT, 'its policy allows another service only', endpointSet('dynamodb', policy('s3:*', '*'))),
    fails(PRIVATE_NAT, 'the endpoint has failed', endpointSet('dynamodb', { State: 'failed' })),
    unknown(
      PRIVATE_NAT,
      'its policy names one table',
      endpointSet('dynamodb', policy('dynamodb:*', 'arn:aws:dynamodb:eu-central-1:417266352109:table/orders')),
    ),
    unknown(PRIVATE_NAT, 'DescribeVpcEndpoints is refused', refused('DescribeVpcEndpoints')),
    inapplicable(PUBLIC_SUBNET, AS_IT_IS),
  ],
  'vpce-ssm-interface': interfaceCases('ssm'),
  'vpce-secretsmanager-interface': interfaceCases('secretsmanager'),
  'vpce-logs-interface': createdCases('logs', 3),
  'vpce-ecr-interface': [
    passes(PRIVATE_NAT, 'somebody makes both endpoints', api, dkr),
    fails(PRIVATE_NAT, 'somebody makes one of the two endpoints', api),
    fails(
      PRIVATE_NAT,
      'somebody makes both endpoints, one without private DNS',
      api,
      dkr,
      endpointSet('ecr.dkr', { PrivateDnsEnabled: false }),
    ),
    unknown(
      PRIVATE_NAT,
      'somebody makes both endpoints, and the policy of one has a condition',
      api,
      dkr,
      endpointSet('ecr.api', policy('ecr:*', '*', CONDITION)),
    ),
    inapplicable(PRIVATE_NAT, AS_IT_IS),
  ],
  'vpce-ecs-interface': [
    ...createdCases('ecs', 4),
    fails(
      PRIVATE_NAT,
      'the agents have an endpoint that is not available',
      endpointCreated('ecs', 4),
      endpointCreated('ecs-agent', 5),
      endpointSet('ecs-agent', { State: 'rejected' }),
    ),
    passes(
      PRIVATE_NAT,
      'the agents have an endpoint that is not available, and the runner is on Fargate',
      declared({ launchType: 'FARGATE' }),
      endpointCreated('ecs', 4),
      endpointCreated('ecs-agent', 5),
      endpointSet('ecs-agent', { State: 'rejected' }),
    ),
  ],
  'vpc-endpoints-considered': [passes(PRIVATE_NAT, AS_IT_IS)],
  'vpc-endpoints-optional-intro': [passes(PRIVATE_NAT, AS_IT_IS)],
};
