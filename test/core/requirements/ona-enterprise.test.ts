import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { onaEnterprise } from '../../../shared/core/requirements/catalogue/ona-enterprise.ts';
import type { RequirementResult, ScanReport } from '../../../shared/core/requirements/report.ts';
import type { DeploymentOption } from '../../../shared/core/requirements/requirement.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';
import {
  type EnterpriseBundle,
  enterpriseBundle,
  enterpriseNetwork,
  GROUPS,
  type Json,
} from '../../support/enterprise-network.ts';

const AT = instant(Date.UTC(2026, 10, 25));

type Edit = (bundle: EnterpriseBundle) => void;

function scan(option: DeploymentOption, edit: Edit = () => {}, more: Json = {}): ScanReport {
  const bundle = enterpriseBundle(option === 'restricted-ingress' ? 'restricted' : 'standard');
  edit(bundle);
  return scanNetwork(parseBundle(bundle), enterpriseNetwork(option, more), AT);
}

function resultOf(report: ScanReport, id: string): RequirementResult {
  const result = report.requirements.find((one) => one.id === id);
  if (!result) throw new Error(`no requirement ${id}`);
  return result;
}

const listOf = (bundle: EnterpriseBundle, member: string): Json[] => {
  const list = bundle[member];
  if (!list) throw new Error(`no ${member} in the bundle`);
  return list;
};

/** Replaces fields of the objects with this id. */
const set =
  (member: string, id: string, fields: Json): Edit =>
  (bundle) => {
    const found = listOf(bundle, member).filter((item) => Object.values(item).includes(id));
    if (found.length === 0) throw new Error(`no ${id} in ${member}`);
    for (const item of found) Object.assign(item, fields);
  };
const without =
  (member: string, id: string): Edit =>
  (bundle) => {
    const list = listOf(bundle, member);
    const rest = list.filter((item) => !Object.values(item).includes(id));
    if (rest.length === list.length) throw new Error(`no ${id} in ${member}`);
    bundle[member] = rest;
  };
const unseen =
  (member: string): Edit =>
  (bundle) => {
    if (!(member in bundle)) throw new Error(`no ${member} in the bundle`);
    delete bundle[member];
  };
const replace =
  (member: string, value: unknown): Edit =>
  (bundle) => {
    bundle[member] = value as Json[];
  };
const all =
  (...edits: readonly Edit[]): Edit =>
  (bundle) => {
    for (const edit of edits) edit(bundle);
  };
/** A list of which only a part came. */
const refused = (operation: string): Edit => replace('Errors', [{ Operation: operation, Code: 'Throttled' }]);
const routesOf =
  (table: string, change: (routes: readonly Json[]) => readonly Json[]): Edit =>
  (bundle) => {
    const found = listOf(bundle, 'RouteTables').find((item) => item['RouteTableId'] === table);
    if (!found) throw new Error(`no route table ${table}`);
    found['Routes'] = change(found['Routes'] as Json[]);
  };
const withoutRoute = (table: string, target: string): Edit =>
  routesOf(table, (routes) => routes.filter((route) => !Object.values(route).includes(target)));

const ingress = (group: string, ...rules: readonly Json[]): Edit =>
  set('SecurityGroups', group, { IpPermissions: rules });
const egress = (group: string, ...rules: readonly Json[]): Edit =>
  set('SecurityGroups', group, { IpPermissionsEgress: rules });
const tcp = (from: number, to: number, peers: Json): Json => ({
  IpProtocol: 'tcp',
  FromPort: from,
  ToPort: to,
  ...peers,
});
const cidrs = (...blocks: readonly string[]): Json => ({ IpRanges: blocks.map((block) => ({ CidrIp: block })) });
const members = (group: string): Json => ({ UserIdGroupPairs: [{ GroupId: group }] });
const noEgress = (group: string): Edit => egress(group);
/** HTTPS to half of all addresses: nobody can tell whether a name is among them. */
const halfEgress = (group: string): Edit => egress(group, tcp(443, 443, cidrs('0.0.0.0/1')));
/** A network without any way to the Internet. */
const noInternet = all(withoutRoute('rtb-run-a', 'nat-a'), withoutRoute('rtb-run-b', 'nat-b'));
const internetByGateway = all(
  ...['a', 'b'].map((zone) =>
    routesOf(`rtb-run-${zone}`, (routes) =>
      routes.map((route) =>
        route['NatGatewayId'] ? { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' } : route,
      ),
    ),
  ),
  ...['subnet-runa', 'subnet-runb'].map((id) => set('Subnets', id, { MapPublicIpOnLaunch: true })),
  ...['eni-env-a', 'eni-env-b', 'eni-task-a', 'eni-task-b'].map(
    (id, index): Edit =>
      (bundle) => {
        const eni = listOf(bundle, 'NetworkInterfaces').find((item) => item['NetworkInterfaceId'] === id);
        const [first] = (eni?.['PrivateIpAddresses'] ?? []) as Json[];
        if (!first) throw new Error(`no address of ${id}`);
        first['Association'] = { PublicIp: `3.121.0.${index + 1}` };
      },
  ),
);
const privateTask: Edit = (bundle) => {
  const eni = listOf(bundle, 'NetworkInterfaces').find((item) => item['NetworkInterfaceId'] === 'eni-task-a');
  if (!eni) throw new Error('no eni-task-a');
  eni['PrivateIpAddresses'] = [{ PrivateIpAddress: '10.60.0.20', Primary: true }];
};
type Verdict = RequirementResult['verdict'];
type Case = readonly [what: string, verdict: Verdict, edit?: Edit | undefined, more?: Json];

/** By requirement, and by the option it is asked in: how it passes, fails and stays unknown. */
const CASES: Readonly<Record<string, { readonly in?: DeploymentOption; readonly cases: readonly Case[] }>> = {
  'egress-management-plane-443': {
    cases: [
      ['by its endpoint', 'pass', noInternet],
      ['tasks and environments without a rule', 'fail', all(noEgress(GROUPS.tasks), noEgress(GROUPS.environments))],
      [
        'by NAT, to half of all addresses',
        'unknown',
        all(without('VpcEndpoints', 'vpce-management'), halfEgress(GROUPS.tasks)),
      ],
    ],
  },
  'egress-vscode-443': {
    cases: [
      ['tasks do not need it', 'pass', noEgress(GROUPS.tasks)],
      ['no way to the Internet', 'fail', noInternet],
      ['to half of all addresses', 'unknown', halfEgress(GROUPS.environments)],
    ],
  },
  'egress-direct-ecr-api': {
    cases: [
      ['by its endpoint', 'pass', noInternet],
      ['environments do not need it', 'pass', noEgress(GROUPS.environments)],
      ['neither endpoint nor Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-ecr-api'))],
      ['endpoints unseen', 'unknown', unseen('VpcEndpoints')],
    ],
  },
  'egress-direct-ecr-dkr': {
    cases: [
      ['by its endpoint', 'pass', noInternet],
      ['neither endpoint nor Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-ecr-dkr'))],
      ['endpoints unseen', 'unknown', unseen('VpcEndpoints')],
    ],
  },
  'egress-private-ecr-mirror-443': {
    cases: [
      ['by the endpoint of the registries', 'pass', noInternet],
      ['neither endpoint nor Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-ecr-dkr'))],
      [
        'neither endpoint nor Internet, and the source of images is not said',
        'unknown',
        all(noInternet, without('VpcEndpoints', 'vpce-ecr-dkr')),
        { imageSource: undefined },
      ],
      ['images come from public ECR', 'not-applicable', undefined, { imageSource: 'public-ecr' }],
    ],
  },
  'egress-public-ecr-443': {
    cases: [
      ['images come from it', 'pass', undefined, { imageSource: 'public-ecr' }],
      ['images come from it, and there is no way', 'fail', noInternet, { imageSource: 'public-ecr' }],
      ['no way, and the source of images is not said', 'unknown', noInternet, { imageSource: undefined }],
      ['images come from the mirror', 'not-applicable', noInternet],
    ],
  },
  'egress-aws-account-ecr': {
    cases: [
      ['by the endpoint of the registries', 'pass', noInternet],
      ['neither endpoint nor Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-ecr-dkr'))],
      ['whose account it is is nowhere said', 'unknown', replace('Meta', {}), { accountId: undefined }],
    ],
  },
  'egress-sso-443': {
    cases: [
      ['a host of the Internet', 'pass'],
      ['no way to the Internet', 'fail', noInternet],
      ['not said', 'unknown', undefined, { ssoHosts: undefined }],
      ['there is none', 'not-applicable', undefined, { ssoHosts: [] }],
    ],
  },
  'egress-metrics-remote-write-443': {
    cases: [
      ['environments do not need it', 'pass', noEgress(GROUPS.environments)],
      ['tasks without a rule', 'fail', noEgress(GROUPS.tasks)],
      ['to half of all addresses', 'unknown', halfEgress(GROUPS.tasks)],
      ['no metrics', 'not-applicable', undefined, { prometheusRemoteWriteUrl: null }],
    ],
  },
  'egress-instance-metadata-80': {
    cases: [
      ['on at every environment, whatever the groups say', 'pass', noEgress(GROUPS.environments)],
      ['off at one', 'fail', set('Instances', 'i-env-a', { MetadataOptions: { HttpEndpoint: 'disabled' } })],
      ['not told', 'unknown', set('Instances', 'i-env-a', { MetadataOptions: {} })],
      [
        'on at the one that is seen',
        'unknown',
        all(without('NetworkInterfaces', 'eni-env-b'), refused('DescribeNetworkInterfaces')),
      ],
      [
        'no environment',
        'unknown',
        all(without('NetworkInterfaces', 'eni-env-a'), without('NetworkInterfaces', 'eni-env-b')),
      ],
    ],
  },
  'connectivity-nat': {
    cases: [
      ['a gateway for each zone', 'pass'],
      ['one was deleted', 'fail', set('NatGateways', 'nat-a', { State: 'deleted' })],
      ['gateways unseen', 'unknown', unseen('NatGateways')],
    ],
  },
  'connectivity-igw-assign-public-ip': {
    in: 'public-subnet',
    cases: [
      ['environments and tasks have public addresses', 'pass', internetByGateway],
      ['a task has none', 'fail', all(internetByGateway, privateTask)],
      [
        'no task runs',
        'unknown',
        all(internetByGateway, without('NetworkInterfaces', 'eni-task-a'), without('NetworkInterfaces', 'eni-task-b')),
      ],
      ['routes to NAT gateways', 'fail'],
    ],
  },
  'vpc-dns-attributes': {
    cases: [
      ['both on', 'pass'],
      [
        'host names off, though no endpoint relies on them',
        'fail',
        all(replace('VpcEndpoints', []), replace('VpcAttributes', vpcAttributes(true, false))),
      ],
      ['host names not told', 'unknown', replace('VpcAttributes', vpcAttributes(true, undefined))],
    ],
  },
  'vpce-ec2': {
    cases: [
      ['usable', 'pass'],
      ['private DNS off', 'fail', set('VpcEndpoints', 'vpce-ec2', { PrivateDnsEnabled: false })],
      ['its group admits one subnet only', 'fail', ingress(GROUPS.endpoints, tcp(443, 443, cidrs('10.60.0.0/20')))],
      ['endpoints unseen', 'unknown', unseen('VpcEndpoints')],
      ['none, but a way to the Internet', 'not-applicable', without('VpcEndpoints', 'vpce-ec2')],
      ['none, and no way to the Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-ec2'))],
      [
        'none, and a way to half of the Internet',
        'unknown',
        all(without('VpcEndpoints', 'vpce-ec2'), halfEgress(GROUPS.tasks)),
      ],
    ],
  },
  'vpce-iam': {
    cases: [
      ['usable', 'pass'],
      ['being deleted', 'fail', set('VpcEndpoints', 'vpce-iam', { State: 'deleting' })],
      ['none, and no way to the Internet', 'fail', all(noInternet, without('VpcEndpoints', 'vpce-iam'))],
      [
        'its policy lets something of EC2 through only',
        'fail',
        set('VpcEndpoints', 'vpce-iam', {
          PolicyDocument: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ec2:*","Resource":"*"}]}',
        }),
      ],
    ],
  },
  'vpce-ecs-agent': {
    cases: [
      ['Fargate has no agents', 'not-applicable', all(noInternet, without('VpcEndpoints', 'vpce-ecs-agent'))],
      [
        'hosts do, and there is no way',
        'fail',
        all(noInternet, without('VpcEndpoints', 'vpce-ecs-agent')),
        { launchType: 'EC2' },
      ],
      ['hosts do', 'pass', undefined, { launchType: 'EC2' }],
    ],
  },
  'vpce-s3': {
    cases: [
      ['on both tables', 'pass'],
      [
        'on one table, though the other has a way to the Internet',
        'fail',
        all(set('VpcEndpoints', 'vpce-s3', { RouteTableIds: ['rtb-run-a'] }), withoutRoute('rtb-run-b', 'vpce-s3')),
      ],
      ['its list unseen', 'unknown', all(unseen('PrefixLists'), unseen('PrefixListEntries'))],
      [
        'none, but a way to the Internet',
        'not-applicable',
        all(
          without('VpcEndpoints', 'vpce-s3'),
          withoutRoute('rtb-run-a', 'vpce-s3'),
          withoutRoute('rtb-run-b', 'vpce-s3'),
        ),
      ],
    ],
  },
  'vpce-management-plane': {
    cases: [
      ['usable', 'pass'],
      ['promised, and not there', 'fail', without('VpcEndpoints', 'vpce-management')],
      ['not accepted yet', 'unknown', set('VpcEndpoints', 'vpce-management', { State: 'pendingAcceptance' })],
      [
        'with a policy about something else',
        'unknown',
        set('VpcEndpoints', 'vpce-management', {
          PolicyDocument: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"x:y","Resource":"*"}]}',
        }),
      ],
      [
        'not promised',
        'not-applicable',
        without('VpcEndpoints', 'vpce-management'),
        { managementPlaneConnection: 'internet' },
      ],
    ],
  },
  'lb-present-and-active': { cases: [['never better', 'unknown']] },
  'lb-dns-records': { cases: [['never better', 'unknown']] },
  'lb-certificate-sans': { cases: [['never better', 'unknown']] },
  'lb-subnets-span-azs': {
    cases: [
      ['one in each zone', 'pass'],
      ['one zone', 'fail', undefined, { loadBalancerSubnetIds: ['subnet-lba'] }],
      [
        'another zone than the environments',
        'fail',
        set('Subnets', 'subnet-lbb', { AvailabilityZone: 'eu-central-1c' }),
      ],
      ['not said', 'unknown', undefined, { loadBalancerSubnetIds: undefined }],
    ],
  },
  'lb-subnets-routable': {
    cases: [
      ['internal, with a route to the users', 'pass'],
      ['internal, without', 'fail', withoutRoute('rtb-lb', 'vgw-1')],
      ['internal, in shared address space', 'fail', set('Subnets', 'subnet-lba', { CidrBlock: '100.64.9.0/28' })],
      ['internet-facing, without a public route', 'fail', undefined, { loadBalancerVisibility: 'internet-facing' }],
      [
        'internet-facing, with one',
        'pass',
        undefined,
        { loadBalancerVisibility: 'internet-facing', loadBalancerSubnetIds: ['subnet-puba', 'subnet-pubb'] },
      ],
      ['which of the two is not said', 'unknown', undefined, { loadBalancerVisibility: undefined }],
      ['where users are is not said', 'unknown', undefined, { userCidrs: undefined }],
    ],
  },
  'lb-ingress-users-443': {
    cases: [
      ['from everywhere', 'pass'],
      ['from the users only', 'pass', ingress(GROUPS.loadBalancer, tcp(443, 443, cidrs('172.20.0.0/16')))],
      ['from half of them', 'fail', ingress(GROUPS.loadBalancer, tcp(443, 443, cidrs('172.20.0.0/17')))],
      [
        'from some, and where users are is not said',
        'unknown',
        ingress(GROUPS.loadBalancer, tcp(443, 443, cidrs('172.20.0.0/17'))),
        { userCidrs: undefined },
      ],
      ['its groups are not said', 'unknown', undefined, { loadBalancerSecurityGroupIds: undefined }],
    ],
  },
  'lb-ingress-scm-oauth': {
    cases: [
      ['from everywhere', 'pass', undefined, { scmCallbackCidrs: ['172.20.8.0/24'] }],
      [
        'port 80 is closed',
        'fail',
        ingress(GROUPS.loadBalancer, tcp(443, 443, cidrs('0.0.0.0/0'))),
        { scmCallbackCidrs: ['172.20.8.0/24'] },
      ],
      ['never inferred', 'unknown', undefined, { scmCallbackCidrs: undefined }],
      ['nobody calls back', 'not-applicable'],
    ],
  },
  'lb-egress-to-proxy-tasks': {
    cases: [
      ['by its group', 'pass'],
      [
        'by its subnets, though clients keep their addresses',
        'fail',
        ingress(GROUPS.tasks, tcp(1024, 65535, cidrs('10.60.250.0/27'))),
      ],
      [
        'by its subnets and the users',
        'pass',
        ingress(GROUPS.tasks, tcp(1024, 65535, cidrs('10.60.250.0/27', '172.20.0.0/16'))),
      ],
      ['health checks are shut out', 'fail', ingress(GROUPS.tasks, tcp(8443, 8443, members(GROUPS.loadBalancer)))],
      ['it is not let out', 'fail', noEgress(GROUPS.loadBalancer)],
      [
        'by addresses, and where users are is not said',
        'unknown',
        ingress(GROUPS.tasks, tcp(1024, 65535, cidrs('10.60.0.0/16'))),
        { userCidrs: undefined },
      ],
      ['its groups are not said', 'unknown', undefined, { loadBalancerSecurityGroupIds: undefined }],
      ['its subnets are not said', 'unknown', undefined, { loadBalancerSubnetIds: undefined }],
    ],
  },
  'env-ingress-from-runner': {
    cases: [
      ['on all ports that users may forward', 'pass'],
      [
        'on 22999 and 29222 only',
        'unknown',
        ingress(GROUPS.environments, ...[22999, 29222].map((port) => tcp(port, port, members(GROUPS.tasks)))),
      ],
      ['on 22999 only', 'fail', ingress(GROUPS.environments, tcp(22999, 22999, members(GROUPS.tasks)))],
      ['the tasks have other groups', 'fail', undefined, { runnerSecurityGroupIds: [GROUPS.cache] }],
    ],
  },
  'env-ingress-supervisor-restricted': {
    in: 'restricted-ingress',
    cases: [
      ['22999 from the tasks, nothing else', 'pass'],
      [
        'something else too',
        'fail',
        ingress(GROUPS.environments, tcp(22999, 22999, members(GROUPS.tasks)), tcp(22, 22, cidrs('10.60.0.0/16'))),
      ],
      ['22999 from everybody', 'fail', ingress(GROUPS.environments, tcp(22999, 22999, cidrs('0.0.0.0/0')))],
      ['nothing', 'fail', ingress(GROUPS.environments)],
      ['groups unseen', 'unknown', unseen('SecurityGroups')],
    ],
  },
  'task-ingress-llm-restricted': {
    in: 'restricted-ingress',
    cases: [
      ['from environments', 'pass'],
      ['from nobody', 'fail', ingress(GROUPS.tasks)],
      ['the groups of environments are not said', 'unknown', undefined, { environmentSecurityGroupIds: [] }],
    ],
  },
  'task-self-runner-api-8081': {
    cases: [
      ['from each other', 'pass'],
      ['from the load balancer only', 'fail', ingress(GROUPS.tasks, tcp(1024, 65535, members(GROUPS.loadBalancer)))],
      ['ACLs unseen', 'unknown', unseen('NetworkAcls')],
    ],
  },
  'task-to-cache-6379': {
    cases: [
      ['from the tasks', 'pass'],
      ['from environments only', 'fail', ingress(GROUPS.cache, tcp(6379, 6379, members(GROUPS.environments)))],
      ['its groups are not said', 'unknown', undefined, { cacheSecurityGroupIds: undefined }],
    ],
  },
  'subnets-two-to-three-azs': {
    cases: [
      ['two', 'pass'],
      ['one', 'fail', undefined, { environmentSubnetIds: ['subnet-runa'] }],
      ['two of a large runner', 'fail', undefined, { runnerSize: 'large' }],
      ['subnets unseen', 'unknown', unseen('Subnets')],
    ],
  },
  'ec2-subnet-size': {
    cases: [
      ['room for the plan', 'pass'],
      [
        'a plan that is too large',
        'fail',
        undefined,
        { capacityPlan: { 'subnet-runa': { plannedEnvironments: 5000 } } },
      ],
      ['no plan', 'unknown', undefined, { capacityPlan: undefined }],
    ],
  },
  'lb-subnet-size': {
    cases: [
      ['a /28 with addresses left', 'pass'],
      ['none left, but its node is there', 'pass', set('Subnets', 'subnet-lba', { AvailableIpAddressCount: 0 })],
      [
        'none left, and no node',
        'fail',
        all(set('Subnets', 'subnet-lba', { AvailableIpAddressCount: 0 }), without('NetworkInterfaces', 'eni-lb-a')),
      ],
      [
        'none left, and interfaces unseen',
        'unknown',
        all(set('Subnets', 'subnet-lba', { AvailableIpAddressCount: 0 }), unseen('NetworkInterfaces')),
      ],
      ['not told', 'unknown', set('Subnets', 'subnet-lba', { AvailableIpAddressCount: undefined })],
    ],
  },
  'proxy-no-proxy-entries': {
    cases: [
      [
        "the module's",
        'pass',
        undefined,
        proxy('localhost,127.0.0.1,.internal,.amazonaws.com,169.254.0.0/16,app.gitpod.io'),
      ],
      ['a wider entry', 'pass', undefined, proxy('internal, amazonaws.com, 169.254.0.0/16, app.gitpod.io')],
      ['one is missing', 'fail', undefined, proxy('.internal,.amazonaws.com,169.254.0.0/16')],
      ['not said', 'unknown', undefined, { proxyConfig: undefined }],
      ['no proxy', 'not-applicable'],
    ],
  },
  'ami-access-environment-gitpod': {
    cases: [
      ['Allowed AMIs off', 'pass'],
      ['other owners only', 'fail', replace('AllowedImagesSettings', allowing('amazon'))],
      ['by service control policies', 'unknown', undefined, { amiRestrictions: 'scp' }],
    ],
  },
  'ami-access-runner-bottlerocket': {
    cases: [
      ['hosts', 'pass', undefined, { launchType: 'EC2' }],
      ['hosts, shut out', 'fail', replace('AllowedImagesSettings', allowing('995913728426')), { launchType: 'EC2' }],
      [
        'shut out, and the launch type is not said',
        'unknown',
        replace('AllowedImagesSettings', allowing('995913728426')),
        { launchType: undefined },
      ],
      ['Fargate', 'not-applicable'],
    ],
  },
  'ssm-run-command-allowed': {
    cases: [
      ['signed for', 'pass'],
      ['not signed for', 'unknown', undefined, { attestations: [] }],
    ],
  },
  'supported-region': {
    cases: [
      ['on the list and enabled', 'pass'],
      ['not enabled', 'fail', set('Regions', 'eu-central-1', { OptInStatus: 'not-opted-in' })],
      [
        'enabled, not on the list',
        'unknown',
        replace('Regions', [{ RegionName: 'eu-west-3', OptInStatus: 'opted-in' }]),
        { region: 'eu-west-3' },
      ],
    ],
  },
  'gateway-not-required': { cases: [['asks for nothing', 'pass']] },
};

function vpcAttributes(support: boolean, names: boolean | undefined): Json {
  return {
    'vpc-1': {
      EnableDnsSupport: { Value: support },
      ...(names === undefined ? {} : { EnableDnsHostnames: { Value: names } }),
    },
  };
}

function allowing(provider: string): Json {
  return { State: 'enabled', ImageCriteria: [{ ImageProviders: [provider] }] };
}

function proxy(noProxy: string): Json {
  return { proxyConfig: { noProxy } };
}

/** Networks of the story corpus, with the same inputs. */
const STORIES: readonly (readonly [story: string, requirement: string, verdict: Verdict])[] = [
  ['c1-private-nat', 'connectivity-nat', 'pass'],
  ['c1-private-nat', 'egress-management-plane-443', 'pass'],
  ['c1-private-nat', 'vpce-secretsmanager', 'pass'],
  ['c1-private-nat', 'task-self-runner-api-8081', 'fail'],
  ['c1-private-nat', 'lb-ingress-users-443', 'unknown'],
  ['n1-nat-deleted', 'connectivity-nat', 'fail'],
  ['n1-nat-deleted', 'egress-releases-443', 'fail'],
  ['n1-nat-deleted', 'egress-direct-secretsmanager', 'pass'],
  ['n1-nat-deleted', 'vpce-sts', 'fail'],
  ['n2-acl-ephemeral', 'egress-direct-logs', 'fail'],
  ['n5-s3-endpoint-policy', 'egress-direct-s3', 'fail'],
  ['n6-subnet-too-small', 'ec2-subnet-size', 'fail'],
  ['n8-allowed-amis', 'ami-access-environment-gitpod', 'fail'],
  ['s3-endpoint-off-one-table', 'vpce-s3', 'fail'],
  ['dhcp-custom-resolver', 'vpc-dns-attributes', 'unknown'],
  ['endpoint-private-dns-disabled', 'vpce-secretsmanager', 'fail'],
  ['public-subnet-ok', 'connectivity-igw-assign-public-ip', 'unknown'],
  ['tgw-central-egress-ok', 'connectivity-tgw', 'pass'],
  ['n13-tgw-zone-missing', 'connectivity-tgw', 'fail'],
  ['u2-tgw-foreign', 'connectivity-tgw', 'unknown'],
];

function scanStory(id: string): ScanReport {
  const story = stories().find((one) => one.id === id);
  const [network] = story ? watchFileSchema.parse(parse(story.watchFile)).networks : [];
  if (!story || !network) throw new Error(`no story ${id}`);
  return scanNetwork(
    parseBundle(story.bundle),
    { ...network, catalogue: 'ona-enterprise', waivers: [], attestations: [] },
    AT,
  );
}

describe('the enterprise catalogue', () => {
  it('has every kind of check that it uses in the tables above', () => {
    const kinds = new Map(onaEnterprise.requirements.map(({ id, check }) => [id, check.kind]));
    const shown = new Set([...Object.keys(CASES), ...STORIES.map(([, id]) => id)].map((id) => kinds.get(id)));

    expect([...new Set(kinds.values())].filter((kind) => !shown.has(kind))).toEqual([]);
  });

  it.each(
    Object.entries(CASES).flatMap(([id, { in: option = 'private-nat', cases }]) =>
      cases.map(([what, verdict, edit, more]) => [id, what, verdict, option, edit, more] as const),
    ),
  )('%s, %s: %s', (id, _what, verdict, option, edit, more) => {
    const result = resultOf(scan(option, edit, more), id);

    expect(result.verdict).toBe(verdict);
    if (verdict === 'fail' || verdict === 'unknown')
      for (const finding of result.findings.filter((one) => one.verdict === verdict))
        expect(finding.reasons.length).toBeGreaterThan(0);
  });
});

describe('the enterprise catalogue in a network of the corpus', () => {
  it.each(STORIES)('%s: %s is %s', (story, id, verdict) => {
    expect(resultOf(scanStory(story), id).verdict).toBe(verdict);
  });
});

describe('a whole enterprise network', () => {
  it('meets everything that can be seen', () => {
    const report = scan('private-nat');

    expect(report.gaps).toEqual([]);
    expect(report.requirements.filter((one) => one.verdict === 'fail')).toEqual([]);
    expect(report.requirements.filter((one) => one.verdict === 'unknown').map((one) => one.id)).toEqual([
      'lb-certificate-sans',
      'lb-dns-records',
      'lb-present-and-active',
    ]);
    expect(report.verdict).toBe('unknown');
  });

  it('passes as a whole in restricted mode, which has no load balancer', () => {
    const report = scan('restricted-ingress');

    expect(report.requirements.filter((one) => one.verdict === 'fail' || one.verdict === 'unknown')).toEqual([]);
    expect(report.verdict).toBe('pass');
  });

  it('does not fail for port 80, which has no listener, nor for a name that nobody was seen to use', () => {
    const closed = scan('private-nat', ingress(GROUPS.loadBalancer, tcp(443, 443, cidrs('0.0.0.0/0'))));
    const renamed = resultOf(scan('restricted-ingress', noInternet), 'egress-management-plane-ona-443');

    expect(resultOf(closed, 'lb-ingress-users-80')).toMatchObject({ verdict: 'fail', severity: 'optional' });
    expect(closed.verdict).toBe('unknown');
    expect(renamed).toMatchObject({ verdict: 'fail', severity: 'recommended' });
  });

  it.each([
    ['metrics are sent', {}, 'required'],
    ['none are', { prometheusRemoteWriteUrl: null }, 'optional'],
    ['nobody says', { prometheusRemoteWriteUrl: undefined }, 'optional'],
  ])('asks for the scrape port when %s', (_what, more, severity) => {
    expect(resultOf(scan('private-nat', undefined, more), 'task-self-runner-metrics-9090').severity).toBe(severity);
  });

  it.each([
    ['said to be by PrivateLink', { managementPlaneConnection: 'privatelink' }, 'required', 'fail'],
    ['of a large runner', { managementPlaneConnection: 'internet', runnerSize: 'large' }, 'recommended', 'fail'],
    ['of a small runner', { managementPlaneConnection: 'internet' }, 'optional', 'not-applicable'],
  ])('lacks an endpoint for a management plane %s', (_what, more, severity, verdict) => {
    const result = resultOf(
      scan('private-nat', without('VpcEndpoints', 'vpce-management'), more),
      'vpce-management-plane',
    );

    expect(result).toMatchObject({ severity, verdict });
  });

  it('is told which rules to take away from a group that admits more, by their ids where they were read', () => {
    const rule = (SecurityGroupRuleId: string, port: number, peer: Json): Json => ({
      SecurityGroupRuleId,
      GroupId: GROUPS.environments,
      IsEgress: false,
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      ...peer,
    });
    const wide = ingress(
      GROUPS.environments,
      tcp(22999, 22999, members(GROUPS.tasks)),
      tcp(22, 22, cidrs('10.60.0.0/16')),
      tcp(22999, 22999, cidrs('10.60.0.0/16')),
    );
    const ids = replace('SecurityGroupRules', [
      rule('sgr-meant', 22999, { ReferencedGroupInfo: { GroupId: GROUPS.tasks } }),
      rule('sgr-ssh', 22, { CidrIpv4: '10.60.0.0/16' }),
      rule('sgr-wide', 22999, { CidrIpv4: '10.60.0.0/16' }),
      { ...rule('sgr-out', 443, { CidrIpv4: '0.0.0.0/0' }), IsEgress: true },
      { ...rule('sgr-else', 22, { CidrIpv4: '10.60.0.0/16' }), GroupId: GROUPS.cache },
    ]);
    const fixesOf = (edit: Edit) =>
      resultOf(scan('restricted-ingress', edit), 'env-ingress-supervisor-restricted').findings[0]?.fixes;

    const title = `take the inbound rules away from security group \`${GROUPS.environments}\` that are not for 22999 from the runner-task`;
    expect(fixesOf(all(wide, ids))).toEqual([
      {
        title,
        command: `aws ec2 revoke-security-group-ingress --group-id ${GROUPS.environments} --security-group-rule-ids sgr-ssh sgr-wide --region eu-central-1`,
      },
    ]);
    expect(fixesOf(wide)).toEqual([{ title }]);
  });

  it('is not judged by an option that its catalogue does not have', () => {
    expect(() => scan('default-vpc')).toThrow(
      'the catalogue `ona-enterprise` has no deployment option `default-vpc`; it has `public-subnet`',
    );
  });
});
