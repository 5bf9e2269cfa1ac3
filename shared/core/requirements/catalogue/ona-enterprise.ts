import type { Catalogue, Condition, DeploymentOption, Requirement, SourceDocument } from '../requirement.ts';

/**
 * Copies that the quotes come from. The later pages bear no date, and of some only the beginning was to be had; the order is by content.
 */
const DOCUMENTS = [
  {
    id: 'ent-2025-07',
    url: 'https://www.gitpod.io/docs/gitpod/runners/aws/enterprise-runner/overview',
    asOf: '2025-07-03, with its page on setup',
  },
  {
    id: 'acc-2025-07',
    url: 'https://www.gitpod.io/docs/gitpod/runners/aws/detailed-access-requirements',
    asOf: '2025-07-03',
  },
  {
    id: 'acc-2025-later',
    url: 'https://www.gitpod.io/docs/gitpod/runners/aws/detailed-access-requirements',
    asOf: 'undated, after July 2025',
  },
  {
    id: 'acc-ona',
    url: 'https://gitpod-13c83c2b.mintlify.app/ona/runners/aws/detailed-access-requirements',
    asOf: 'undated, after the rename to Ona',
  },
  {
    id: 'net-ona',
    url: 'https://ona.com/docs/ona/runners/aws/networking',
    asOf: 'undated, 2026, beginning of the page only',
  },
  {
    id: 'setup-ona',
    url: 'https://ona.com/docs/ona/runners/aws/setup',
    asOf: 'undated, 2026, beginning of the page only',
  },
  {
    id: 'cap-ona',
    url: 'https://ona.com/docs/ona/runners/aws/capacity-planning',
    asOf: 'undated, 2026, two revisions',
  },
  {
    id: 'tf-2026-08-07',
    url: 'https://github.com/gitpod-io/terraform-aws-ona-runner',
    asOf: '2026-08-07, commit 66e13e6f',
  },
  {
    id: 'tf-later',
    url: 'https://github.com/gitpod-io/terraform-aws-ona-runner',
    asOf: 'commits after 2026-08-07: examples/restricted-runner-with-networking, modules/restricted-runner',
  },
  {
    id: 'trb-2025-07',
    url: 'https://www.gitpod.io/docs/gitpod/runners/aws/troubleshooting-runners',
    asOf: '2025-07-03',
  },
] as const satisfies readonly SourceDocument[];

function quote(id: (typeof DOCUMENTS)[number]['id'], text: string): Requirement['source'][number] {
  const { url, asOf } = DOCUMENTS.find((document) => document.id === id) as SourceDocument;
  return { document: url, copy: id, asOf, quote: text };
}

/** What the documents call an internet gateway with public addresses is `public-subnet` here. */
const OPTIONS: readonly DeploymentOption[] = [
  'public-subnet',
  'private-nat',
  'private-tgw',
  'private-endpoints',
  'restricted-ingress',
];

/** In restricted mode there is no load balancer and no proxy. */
const WITH_LOAD_BALANCER: readonly DeploymentOption[] = OPTIONS.filter((option) => option !== 'restricted-ingress');

/** Still under the old name in the module (default of `api_endpoint`, commit 66e13e6f of 2026-08-07). */
const MANAGEMENT_PLANE = 'app.gitpod.io';

/** Of us-east-1; elsewhere it is a cross-Region endpoint (enterprise setup page, copy of 2025-07-03). */
const MANAGEMENT_PLANE_SERVICE = 'com.amazonaws.vpce.us-east-1.vpce-svc-08de744d433e60ff2';

/** Whose registry, in the runner's Region, the module pulls images from (commit 66e13e6f of 2026-08-07). */
const MIRROR_ACCOUNT = '025066274397';

/** Default of the internal listener in modules/restricted-runner (commits after 2026-08-07); a stack may have another. */
const LLM_PORT = 8089;

/** The page on AWS Regions, copy of 2025-07-03; the module knows eu-west-3 and eu-south-2 besides. */
const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-west-1',
  'eu-central-1',
  'il-central-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
];

const PRIVATELINK: Condition = { input: 'managementPlaneConnection', is: 'privatelink' };
const LARGE: Condition = { input: 'runnerSize', is: 'large' };

/** The list that the module's test of the networking example asserts (commits after 2026-08-07). IAM's is hosted in us-east-1 for everybody. */
const INTERFACE_SERVICES = [
  'acm',
  'cloudformation',
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'ecs',
  'ecs-agent',
  'ecs-telemetry',
  'elasticloadbalancing',
  'iam',
  'logs',
  'secretsmanager',
  'ssm',
  'ssmmessages',
  'sts',
] as const;

/** Agents on container hosts need these, Fargate tasks do not (ECS guide, interface endpoints, read 2026-11-26). */
const ONLY_ON_HOSTS: readonly string[] = ['ecs-agent', 'ecs-telemetry'];

const interfaceEndpoint = (service: (typeof INTERFACE_SERVICES)[number]): Requirement => ({
  id: `vpce-${service.replace('.', '-')}`,
  title: `Interface endpoint ${service}`,
  severity: 'optional',
  requiredWhenPresent: true,
  applies: OPTIONS,
  source: [quote('tf-later', `"${service}"`)],
  check: {
    kind: 'endpoint',
    services: [service === 'iam' ? 'com.amazonaws.iam' : service],
    ...(ONLY_ON_HOSTS.includes(service) ? { onlyOnHosts: [service] } : {}),
    orInternet: true,
  },
});

/**
 * The enterprise runner: the customer's own load balancer instead of a central gateway. The printed owner of Bottlerocket images is of one Region
 * only, so they go by Amazon's alias.
 */
export const onaEnterprise: Catalogue = {
  id: 'ona-enterprise',
  title: 'Ona (formerly Gitpod) AWS enterprise runner: network requirements',
  documents: DOCUMENTS,
  options: OPTIONS,
  requirements: [
    {
      id: 'egress-management-plane-443',
      title: 'Management plane',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Gitpod Service (management plane)'), quote('acc-ona', 'https://app.gitpod.io')],
      check: { kind: 'egress', to: { kind: 'name', name: MANAGEMENT_PLANE }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-management-plane-ona-443',
      title: 'Management plane under the new name',
      severity: 'required',
      treatedAs: { ambiguity: 'B-01', severity: 'recommended' },
      applies: OPTIONS,
      source: [quote('acc-ona', 'https://app.ona.com')],
      check: { kind: 'egress', to: { kind: 'name', name: 'app.ona.com' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-releases-443',
      title: 'Release artifacts',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('ent-2025-07', 'Gitpod Release Artifacts'),
        quote('acc-2025-07', 'https://releases.gitpod.io/ec2/stable/manifest.json'),
      ],
      check: { kind: 'egress', to: { kind: 'name', name: 'releases.gitpod.io' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-vscode-443',
      title: 'VS Code servers and marketplace',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'VS Code Marketplace'), quote('acc-2025-07', 'https://*.vscode-unpkg.net')],
      check: {
        kind: 'egress',
        from: ['environment'],
        to: {
          kind: 'names',
          names: [
            'update.code.visualstudio.com',
            '*.vscode-unpkg.net',
            'marketplace.visualstudio.com',
            '*.gallerycdn.vsassets.io',
          ],
        },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-jetbrains-443',
      title: 'JetBrains downloads',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'JetBrains IDEs'), quote('acc-2025-07', 'https://download.jetbrains.com')],
      check: {
        kind: 'egress',
        from: ['environment'],
        to: {
          kind: 'names',
          names: [
            'download.jetbrains.com',
            'download-cf.jetbrains.com',
            'download-cdn.jetbrains.com',
            'data.services.jetbrains.com',
          ],
        },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-mcr-443',
      title: 'Default dev container image',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('acc-2025-07', 'https://mcr.microsoft.com/devcontainers/base:ubuntu-24.04'),
        quote('tf-later', '.data.mcr.microsoft.com'),
      ],
      check: {
        kind: 'egress',
        from: ['environment'],
        to: { kind: 'names', names: ['mcr.microsoft.com', '*.data.mcr.microsoft.com'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-public-ecr-443',
      title: 'Public ECR images',
      severity: 'required',
      onlyIf: { input: 'imageSource', is: 'public-ecr' },
      applies: ['public-subnet', 'private-nat', 'private-tgw'],
      source: [quote('ent-2025-07', 'Container images'), quote('acc-2025-07', 'https://public.ecr.aws')],
      check: { kind: 'egress', to: { kind: 'name', name: 'public.ecr.aws' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-private-ecr-mirror-443',
      title: "Vendor's regional ECR mirror",
      severity: 'required',
      onlyIf: { input: 'imageSource', is: 'private-ecr-mirror' },
      applies: OPTIONS,
      source: [quote('tf-2026-08-07', '025066274397.dkr.ecr.'), quote('net-ona', 'Pull runner container images')],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'registry', account: MIRROR_ACCOUNT },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-direct-secretsmanager',
      title: 'Direct TCP: secretsmanager',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('net-ona', 'Retrieve runner token and configuration secrets'),
        quote('net-ona', 'These connections must be direct TCP'),
      ],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'aws-services', services: ['secretsmanager'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-direct-logs',
      title: 'Direct TCP: logs',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('net-ona', 'Ship runner and container logs'),
        quote('net-ona', 'These connections must be direct TCP'),
      ],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'aws-services', services: ['logs'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-direct-ecr-api',
      title: 'Direct TCP: api',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('net-ona', 'Authenticate and authorize container image pulls'),
        quote('net-ona', 'These connections must be direct TCP'),
      ],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'aws-services', services: ['ecr.api'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-direct-ecr-dkr',
      title: 'Direct TCP: ecr docker',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('net-ona', 'Pull runner container images'),
        quote('net-ona', 'These connections must be direct TCP'),
      ],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'aws-services', services: ['ecr.dkr'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-direct-s3',
      title: 'Direct TCP: s3',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('net-ona', 'Download ECR image layers'), quote('net-ona', 'These connections must be direct TCP')],
      check: {
        kind: 'egress',
        from: ['runner-task'],
        to: { kind: 'aws-services', services: ['s3'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-aws-ec2',
      title: 'Regional API: ec2',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://ec2.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['ec2'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-account-ecr',
      title: 'Regional API: account-ecr',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://<account-id>.dkr.ecr.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'registry', account: 'own' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-ssm',
      title: 'Regional API: ssm',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://ssm.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['ssm'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-sts',
      title: 'Regional API: sts',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://sts.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['sts'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-dynamodb',
      title: 'Regional API: dynamodb',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://dynamodb.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['dynamodb'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-cloudformation',
      title: 'Regional API: cloudformation',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://cloudformation.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['cloudformation'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-aws-elasticloadbalancing',
      title: 'Regional API: elasticloadbalancing',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://elasticloadbalancing.<region>.amazonaws.com')],
      check: {
        kind: 'egress',
        to: { kind: 'aws-services', services: ['elasticloadbalancing'] },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-aws-acm',
      title: 'Regional API: acm',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'https://acm.<region>.amazonaws.com')],
      check: { kind: 'egress', to: { kind: 'aws-services', services: ['acm'] }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-instance-metadata-80',
      title: 'Instance metadata',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', '169.254.169.254')],
      check: { kind: 'instance-metadata' },
    },
    {
      id: 'egress-scm-443',
      title: 'Source control',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Source code repositories')],
      check: { kind: 'egress', to: { kind: 'declared', input: 'scmHosts' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-sso-443',
      title: 'SSO provider',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('acc-2025-07', 'SSO provider URLs (Okta, Azure AD, etc.)')],
      check: { kind: 'egress', to: { kind: 'declared', input: 'ssoHosts' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-metrics-remote-write-443',
      title: 'Prometheus remote write',
      severity: 'optional',
      requiredWhenPresent: true,
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Metrics endpoint')],
      check: {
        kind: 'egress',
        from: ['metrics-task'],
        to: { kind: 'declared', input: 'prometheusRemoteWriteUrl' },
        protocol: 'tcp',
        port: 443,
      },
    },
    {
      id: 'egress-container-registries-443',
      title: 'Other container registries',
      severity: 'optional',
      requiredWhenPresent: true,
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Custom container registries')],
      check: { kind: 'egress', to: { kind: 'declared', input: 'containerRegistries' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'gateway-not-required',
      title: 'Gateway endpoints are not needed',
      severity: 'informational',
      applies: OPTIONS,
      source: [
        quote('acc-2025-later', 'Enterprise runners use direct connectivity and do not require gateway endpoints.'),
      ],
      check: { kind: 'record' },
    },
    {
      id: 'connectivity-nat',
      title: 'NAT path',
      severity: 'required',
      applies: ['private-nat'],
      source: [quote('net-ona', 'As long as the Fargate task subnets have a route to a NAT gateway')],
      check: { kind: 'route-to', via: 'nat-gateway' },
    },
    {
      id: 'connectivity-igw-assign-public-ip',
      title: 'Internet gateway path needs Assign Public IP',
      severity: 'required',
      applies: ['public-subnet'],
      source: [
        quote('net-ona', 'This causes ECS to assign a public IP to each Fargate task ENI'),
        quote('tf-2026-08-07', 'Use only when the runner subnets have internet-gateway egress.'),
      ],
      check: { kind: 'public-workloads' },
    },
    {
      id: 'connectivity-tgw',
      title: 'Transit gateway path',
      severity: 'required',
      applies: ['private-tgw'],
      source: [
        quote('tf-later', 'return route for each'),
        quote('tf-later', 'Appliance mode is enabled when the firewall is enabled'),
      ],
      check: { kind: 'transit-path' },
    },
    {
      id: 'vpc-dns-attributes',
      title: 'VPC DNS support and hostnames on',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('ent-2025-07', 'Your VPC must have both'),
        quote('trb-2025-07', 'Verify VPC DNS resolution and DNS hostnames are enabled'),
      ],
      check: { kind: 'dns', hostNames: 'always' },
    },
    ...INTERFACE_SERVICES.map(interfaceEndpoint),
    {
      id: 'vpce-s3',
      title: 'Gateway endpoint s3',
      severity: 'optional',
      requiredWhenPresent: true,
      applies: OPTIONS,
      source: [quote('tf-later', 'S3 and DynamoDB gateway endpoints must be associated with every runner route table')],
      check: { kind: 'endpoint', services: ['s3'], everyTable: true, orInternet: true },
    },
    {
      id: 'vpce-dynamodb',
      title: 'Gateway endpoint dynamodb',
      severity: 'optional',
      requiredWhenPresent: true,
      applies: OPTIONS,
      source: [quote('tf-later', 'S3 and DynamoDB gateway endpoints must be associated with every runner route table')],
      check: { kind: 'endpoint', services: ['dynamodb'], everyTable: true, orInternet: true },
    },
    {
      id: 'vpce-management-plane',
      title: 'PrivateLink to the management plane',
      severity: 'optional',
      requiredWhenPresent: true,
      severityWhen: [
        { when: PRIVATELINK, severity: 'required' },
        { when: LARGE, severity: 'recommended' },
      ],
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'vpce-svc-08de744d433e60ff2'), quote('cap-ona', 'VPC endpoint (PrivateLink)')],
      check: { kind: 'endpoint', services: [MANAGEMENT_PLANE_SERVICE], neededWhen: [PRIVATELINK, LARGE] },
    },
    {
      id: 'lb-present-and-active',
      title: 'NLB, TLS listener and target group in place',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'by using your own Network Load Balancer'), quote('tf-2026-08-07', '/_health')],
      check: {
        kind: 'not-read',
        what: 'load balancers, listeners and target groups are',
        call: 'elasticloadbalancing:DescribeLoadBalancers',
        byHand:
          'aws elbv2 describe-load-balancers, describe-listeners and describe-target-groups must show an active network load balancer with a TLS listener on 443, targets by IP on TLS 8443, and health checks by HTTP on 5000 /_health',
      },
    },
    {
      id: 'lb-subnets-span-azs',
      title: 'LB subnets in several AZs',
      severity: 'recommended',
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'Should span multiple Availability Zones for high availability')],
      check: { kind: 'zones', least: 2, of: 'load-balancer', covering: 'environment' },
    },
    {
      id: 'lb-subnets-routable',
      title: 'LB subnets routable for users',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [
        quote('ent-2025-07', 'Load balancer subnets must be routable from your internal network'),
        quote('ent-2025-07', 'Must have a routable CIDR range'),
      ],
      check: { kind: 'load-balancer-routes' },
    },
    {
      id: 'lb-ingress-users-443',
      title: 'Users reach the load balancer on 443',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'Allow ports 80 and 443 from all IP ranges where your users will connect')],
      check: { kind: 'flow', from: 'users', to: 'load-balancer', protocol: 'tcp', ports: [443] },
    },
    {
      id: 'lb-ingress-users-80',
      title: 'Users reach the load balancer on 80',
      severity: 'required',
      treatedAs: { ambiguity: 'B-04', severity: 'optional' },
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'Allow ports 80 and 443 from all IP ranges where your users will connect')],
      check: { kind: 'flow', from: 'users', to: 'load-balancer', protocol: 'tcp', ports: [80] },
    },
    {
      id: 'lb-ingress-scm-oauth',
      title: 'SCM provider reaches the load balancer for OAuth redirects',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [
        quote('ent-2025-07', 'from your SCM provider IP ranges (GitHub, GitLab, etc.) to enable OAuth redirects'),
      ],
      check: { kind: 'flow', from: 'scm-callbacks', to: 'load-balancer', protocol: 'tcp', ports: [80, 443] },
    },
    {
      id: 'lb-egress-to-proxy-tasks',
      title: 'Load balancer reaches proxy tasks',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [
        quote('tf-2026-08-07', 'Allow traffic from runner load balancer'),
        quote('ent-2025-07', 'Outbound access should allow connectivity to all the required services'),
      ],
      check: {
        kind: 'flow',
        from: 'load-balancer',
        to: 'proxy-task',
        protocol: 'tcp',
        ports: [8443, 5000],
        keepsClient: [8443],
      },
    },
    {
      id: 'lb-dns-records',
      title: 'Custom domain points at the load balancer',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'DNS resolution for your custom domain from user networks')],
      check: {
        kind: 'not-read',
        what: 'DNS records of the custom domain are',
        call: 'route53:ListResourceRecordSets',
        byHand:
          "the runner's domain and every name below it (*.domain) must resolve to the load balancer from the users' networks",
      },
    },
    {
      id: 'lb-certificate-sans',
      title: 'Certificate covers apex and wildcard',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('ent-2025-07', 'Your SSL certificate must include both Subject Alternative Names (SANs)')],
      check: {
        kind: 'not-read',
        what: 'certificates are',
        call: 'acm:DescribeCertificate',
        byHand:
          "aws acm describe-certificate must show status ISSUED and both names, the runner's domain and *.domain, and the listener must use it",
      },
    },
    {
      id: 'env-ingress-from-runner',
      title: 'Runner tasks reach environments',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('tf-2026-08-07', 'Allow runner ECS tasks to connect to environments')],
      check: {
        kind: 'flow',
        from: 'runner-task',
        to: 'environment',
        protocol: 'tcp',
        ports: [22999, 29222],
        wholeRange: { from: 1024, to: 65535 },
      },
    },
    {
      id: 'env-ingress-supervisor-restricted',
      title: 'Restricted mode: only 22999 from the runner',
      severity: 'required',
      applies: ['restricted-ingress'],
      source: [quote('tf-later', 'Allow runner ECS tasks to connect to environment supervisors')],
      check: { kind: 'flow', from: 'runner-task', to: 'environment', protocol: 'tcp', ports: [22999], only: true },
    },
    {
      id: 'task-ingress-llm-restricted',
      title: 'Restricted mode: environments reach the internal LLM listener',
      severity: 'required',
      applies: ['restricted-ingress'],
      source: [quote('tf-later', 'Allow environments to reach the internal LLM proxy')],
      check: { kind: 'flow', from: 'environment', to: 'runner-task', protocol: 'tcp', ports: [LLM_PORT] },
    },
    {
      id: 'task-self-portspec-7070',
      title: 'Tasks reach each other on 7070',
      severity: 'required',
      applies: WITH_LOAD_BALANCER,
      source: [quote('tf-2026-08-07', 'Allow proxy to reach runner port spec endpoint')],
      check: { kind: 'flow', from: 'proxy-task', to: 'runner-task', protocol: 'tcp', ports: [7070] },
    },
    {
      id: 'task-self-runner-api-8081',
      title: 'Tasks reach each other on 8081',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('tf-2026-08-07', 'Allow Service Connect traffic to runner API')],
      check: { kind: 'flow', from: 'runner-task', to: 'runner-task', protocol: 'tcp', ports: [8081] },
    },
    {
      id: 'task-self-runner-metrics-9090',
      title: 'Tasks reach each other on 9090',
      severity: 'optional',
      severityWhen: [{ when: { input: 'prometheusRemoteWriteUrl' }, severity: 'required' }],
      applies: OPTIONS,
      source: [quote('tf-2026-08-07', 'Allow ADOT to scrape runner metrics')],
      check: { kind: 'flow', from: 'metrics-task', to: 'runner-task', protocol: 'tcp', ports: [9090] },
    },
    {
      id: 'task-self-proxy-metrics-9094',
      title: 'Tasks reach each other on 9094',
      severity: 'optional',
      severityWhen: [{ when: { input: 'prometheusRemoteWriteUrl' }, severity: 'required' }],
      applies: WITH_LOAD_BALANCER,
      source: [quote('tf-2026-08-07', 'Allow ADOT to scrape proxy metrics')],
      check: { kind: 'flow', from: 'metrics-task', to: 'proxy-task', protocol: 'tcp', ports: [9094] },
    },
    {
      id: 'task-to-cache-6379',
      title: 'Tasks reach the cache',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('tf-2026-08-07', 'Allow ECS tasks to connect to MemoryDB')],
      check: { kind: 'flow', from: 'runner-task', to: 'cache', protocol: 'tcp', ports: [6379] },
    },
    {
      id: 'subnets-two-to-three-azs',
      title: 'Two or three Availability Zones',
      severity: 'recommended',
      applies: OPTIONS,
      source: [
        quote('ent-2025-07', 'Custom VPC spanning 2-3 Availability Zones for high availability'),
        quote('cap-ona', '3 or more'),
      ],
      check: { kind: 'zones', least: 2, leastWhenLarge: 3 },
    },
    {
      id: 'ec2-subnet-size',
      title: 'EC2 subnets hold all environments',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('cap-ona', 'Stopped instances retain their private IP address'),
        quote('cap-ona', '/20 per AZ (4,096 IPs)'),
      ],
      check: { kind: 'subnet-sizes' },
    },
    {
      id: 'lb-subnet-size',
      title: 'LB subnets at least /28',
      severity: 'recommended',
      applies: WITH_LOAD_BALANCER,
      source: [quote('cap-ona', '/28 per AZ')],
      check: { kind: 'load-balancer-room', longest: 28 },
    },
    {
      id: 'cgnat-allowed-for-ec2-only',
      title: 'CGNAT only for EC2 subnets',
      severity: 'informational',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Can have non-routable CIDR range (e.g.: CGNAT range)')],
      check: { kind: 'record' },
    },
    {
      id: 'proxy-no-proxy-entries',
      title: 'NO_PROXY completeness',
      severity: 'required',
      applies: OPTIONS,
      source: [
        quote('acc-2025-07', 'are added to the NO'),
        quote('tf-2026-08-07', 'localhost,127.0.0.1,.internal,.amazonaws.com,169.254.0.0/16,app.gitpod.io'),
      ],
      check: { kind: 'no-proxy', entries: ['.internal', '169.254.0.0/16', 'app.gitpod.io', '.amazonaws.com'] },
    },
    {
      id: 'ami-access-environment-gitpod',
      title: 'Environment image can be launched',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('setup-ona', 'Allowlist owner account 995913728426')],
      check: { kind: 'image', need: { name: 'gitpod/images/gitpod-next/ec2-runner-ami-*', owner: '995913728426' } },
    },
    {
      id: 'ami-access-runner-bottlerocket',
      title: 'Bottlerocket host image (EC2 launch type only)',
      severity: 'optional',
      requiredWhenPresent: true,
      onlyIf: { input: 'launchType', is: 'EC2' },
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'bottlerocket-aws-ecs-1-x86_64')],
      check: { kind: 'image', need: { name: 'bottlerocket-aws-ecs-1-x86_64*', owner: 'amazon' } },
    },
    {
      id: 'ssm-run-command-allowed',
      title: 'Run Command not blocked',
      severity: 'required',
      applies: OPTIONS,
      source: [quote('trb-2025-07', 'which is required for starting Environments')],
      check: { kind: 'attestation' },
    },
    {
      id: 'supported-region',
      title: "Region is on the vendor's list",
      severity: 'required',
      applies: OPTIONS,
      source: [quote('ent-2025-07', 'Runners are regional, and can only launch Environments in the AWS region')],
      check: { kind: 'region', among: REGIONS },
    },
  ],
};
