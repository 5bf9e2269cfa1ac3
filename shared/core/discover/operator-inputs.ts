/** What becomes of the requirements while nobody says it. */
export const EFFECTS = {
  unknown: 'Unknown without it',
  'unknown-unless-open': 'Unknown without it, unless the network lets everybody or everything through',
  'unknown-if-public': 'Unknown without it where subnets are public',
  'fails-or-unknown': 'Without it the first fails (the source document demands a plan) and the others are unknown',
  'not-judged': 'Not judged without it',
  'taken-as-none': 'Judged without it as if there were none',
} as const;

/** Something that AWS cannot show: a person has to say it. */
export interface OperatorInput {
  readonly name: string;
  /** YAML of an example, ready to be uncommented; `SUBNET` stands for a chosen subnet. */
  readonly example: string;
  readonly purpose: string;
  /** Requirements of `gitpod-aws-2025` that depend on it. */
  readonly needs: readonly string[];
  readonly effect: keyof typeof EFFECTS;
}

/** In the order in which the file has them. */
export const OPERATOR_INPUTS: readonly OperatorInput[] = [
  {
    name: 'production',
    example: 'true',
    purpose: 'whether people depend on this runner',
    needs: ['private-subnet-recommended-production'],
    effect: 'unknown-if-public',
  },
  {
    name: 'userCidrs',
    example: '[172.20.0.0/16]',
    purpose: 'the blocks that people connect from',
    needs: [
      'ingress-environment-ssh-29222',
      'network-acl-permits-required-flows',
      'public-subnet-security-group-rules',
    ],
    effect: 'unknown-unless-open',
  },
  {
    name: 'scmHosts',
    example: '[{ host: github.com, port: 443 }]',
    purpose: 'where the source code is',
    needs: ['egress-scm-443', 'public-subnet-security-group-rules'],
    effect: 'unknown',
  },
  {
    name: 'developmentServices',
    example: '[{ host: download.jetbrains.com, protocol: tcp, port: 443 }]',
    purpose: 'what environments must reach besides; an empty list says that there is nothing',
    needs: ['egress-development-services'],
    effect: 'unknown',
  },
  {
    name: 'extraInternetDestinations',
    example: '[{ host: registry.example.com, protocol: tcp, port: 443 }]',
    purpose: 'other Internet destinations that are needed; an empty list says that there are none',
    needs: ['egress-necessary-internet'],
    effect: 'unknown-unless-open',
  },
  {
    name: 'capacityPlan',
    example: '{ SUBNET: { plannedEnvironments: 200 } }',
    purpose: 'how many environments each subnet is planned for',
    needs: ['capacity-plan-present', 'subnets-per-capacity-plan', 'subnet-size-per-plan'],
    effect: 'fails-or-unknown',
  },
  {
    name: 'gatewayAddresses',
    example: '{ asOf: 2026-01-31, cidrs: [35.171.240.32/32] }',
    purpose: 'addresses of *.us01.gitpod.dev that you looked up',
    needs: ['egress-gateway-8443', 'egress-gateway-udp-4242-wildcard'],
    effect: 'unknown-unless-open',
  },
  {
    name: 'prometheusRemoteWriteUrl',
    example: 'https://prometheus.example.com/api/v1/write',
    purpose: 'where metrics are written to; null says that they are not',
    needs: ['egress-metrics-remote-write-443'],
    effect: 'not-judged',
  },
  {
    name: 'containerRegistries',
    example: '[{ host: ghcr.io, port: 443 }]',
    purpose: 'registries of your own images; an empty list says that there are none',
    needs: ['egress-container-registries-443'],
    effect: 'not-judged',
  },
  {
    name: 'amiRestrictions',
    example: 'none',
    purpose: 'none, allowed-amis, scp or unknown: organisation policies are not visible from here',
    needs: ['ami-access-environment-gitpod', 'ami-access-runner-bottlerocket', 'ami-allowlist-by-owner'],
    effect: 'taken-as-none',
  },
  {
    name: 'deploymentRoleArn',
    example: 'arn:aws:iam::111122223333:role/gitpod-deployment',
    purpose: 'the role that deploys the runner, if there is one; null says that there is none',
    needs: ['deployment-role-permissions'],
    effect: 'not-judged',
  },
  {
    name: 'attestations',
    example: '[{ requirement: account-no-conflicting-services, by: who, at: 2026-01-31, expires: 2027-01-31 }]',
    purpose: 'what somebody has looked at and signs for',
    needs: ['account-no-conflicting-services', 'connectivity-verified'],
    effect: 'unknown',
  },
];
