import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { runnerTraces } from '../../shared/adapters/runner-traces.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';

const ecs = mockClient(ECSClient);
const cloudFormation = mockClient(CloudFormationClient);
const ec2 = mockClient(EC2Client);

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const calls: string[] = [];
const finder = runnerTraces({
  clock: systemClock,
  client: { credentials },
  onCall: (operation) => calls.push(operation),
});
const soon = () => instant(Date.now() + 60_000);

const runners = () => finder.runners('eu-central-1', soon());
const places = (...subnetIds: string[]) => finder.places('eu-central-1', subnetIds, soon());

const refusal = (name: string): Error => Object.assign(new Error(`not allowed\nand more`), { name });

const cluster = (name: string) => `arn:aws:ecs:eu-central-1:123456789012:cluster/${name}`;
const serviceArn = (name: string) => `arn:aws:ecs:eu-central-1:123456789012:service/blue/${name}`;

/** Twelve services in the second of two clusters, which come on two pages; two stacks on two pages. */
beforeEach(() => {
  calls.length = 0;
  for (const client of [ecs, cloudFormation, ec2]) client.reset();
  ecs
    .on(ListClustersCommand)
    .resolves({ clusterArns: [cluster('blue')] })
    .on(ListClustersCommand, { nextToken: undefined })
    .resolves({ clusterArns: [cluster('empty')], nextToken: 'more' });
  ecs.on(DescribeClustersCommand).resolves({
    clusters: [{ clusterArn: cluster('blue'), tags: [{ key: 'gitpod.dev/runner-id', value: 'of-cluster' }] }],
  });
  const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
  ecs
    .on(ListServicesCommand)
    .resolves({ serviceArns: [] })
    .on(ListServicesCommand, { cluster: cluster('blue') })
    .resolves({ serviceArns: names.slice(9).map(serviceArn) })
    .on(ListServicesCommand, { cluster: cluster('blue'), nextToken: undefined })
    .resolves({ serviceArns: names.slice(0, 9).map(serviceArn), nextToken: 'more' });
  ecs.on(DescribeServicesCommand).callsFake((input: { services: string[] }) => ({
    services: input.services.map((arn) => ({
      serviceArn: arn,
      serviceName: arn.split('/').at(-1),
      clusterArn: cluster('blue'),
      status: arn.endsWith('/s3') ? 'INACTIVE' : 'ACTIVE',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-b', 'subnet-a'], securityGroups: ['sg-a'] } },
      tags: arn.endsWith('/s1') ? [{ key: 'gitpod.dev/runner-id', value: 'own' }] : [],
    })),
    failures: [
      { arn: serviceArn('gone'), reason: 'MISSING' },
      ...(input.services.includes(serviceArn('s11')) ? [{ arn: serviceArn('odd'), reason: 'ACCESS' }] : []),
    ],
  }));
  const stack = (name: string, more: object) => ({
    StackId: `id-${name}`,
    StackName: name,
    CreationTime: new Date(0),
    StackStatus: 'CREATE_COMPLETE' as const,
    ...more,
  });
  cloudFormation
    .on(DescribeStacksCommand)
    .resolves({
      Stacks: [
        stack('prod', {
          Tags: [{ Key: 'gitpod:cloudformation:stack-provider', Value: 'gitpod-flex' }],
          Parameters: [
            { ParameterKey: 'ExchangeToken', ParameterValue: 'a-secret' },
            { ParameterKey: 'Vpc', ParameterValue: 'vpc-0a' },
            { ParameterKey: 'Subnets', ParameterValue: '/ssm/subnets', ResolvedValue: 'subnet-0a,subnet-0b' },
          ],
          Outputs: [
            { OutputKey: 'Url', OutputValue: 'https://example.com' },
            { OutputKey: 'Group', OutputValue: 'sg-0a' },
          ],
        }),
      ],
    })
    .on(DescribeStacksCommand, { NextToken: undefined })
    .resolves({ Stacks: [stack('other', {})], NextToken: 'more' });
  cloudFormation
    .on(ListStackResourcesCommand)
    .resolves({
      StackResourceSummaries: [
        {
          LogicalResourceId: 'Two',
          PhysicalResourceId: 'sg-0b',
          ResourceType: 'AWS::EC2::SecurityGroup',
          LastUpdatedTimestamp: new Date(0),
          ResourceStatus: 'CREATE_COMPLETE',
        },
      ],
    })
    .on(ListStackResourcesCommand, { NextToken: undefined })
    .resolves({ StackResourceSummaries: [], NextToken: 'more' });
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [
      {
        Instances: [
          {
            InstanceId: 'i-1',
            VpcId: 'vpc-1',
            State: { Name: 'running' },
            Tags: [{ Key: 'gitpod.dev/runner-id', Value: 'x' }],
          },
          { InstanceId: 'i-2', VpcId: 'vpc-2', State: { Name: 'terminated' } },
        ],
      },
    ],
  });
  ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [] });
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ GroupId: 'sg-1', VpcId: 'vpc-1' }] });
  ec2.on(DescribeSubnetsCommand).callsFake((input: { Filters: { Values: string[] }[] }) => ({
    Subnets: (input.Filters[0]?.Values ?? []).map((SubnetId) => ({ SubnetId, VpcId: 'vpc-1' })),
  }));
});

afterAll(() => {
  for (const client of [ecs, cloudFormation, ec2]) client.restore();
});

describe('what ECS shows', () => {
  it('is every service of every page and cluster, ten at a time, without those that are deleted', async () => {
    const { services, errors } = await runners();

    expect(services.map(({ name }) => name)).toEqual([
      's0',
      's1',
      's2',
      's4',
      's5',
      's6',
      's7',
      's8',
      's9',
      's10',
      's11',
    ]);
    expect(ecs.commandCalls(DescribeServicesCommand).map((call) => call.args[0].input.services?.length)).toEqual([
      10, 2,
    ]);
    expect(errors).toEqual([
      { Operation: 'ecs:DescribeServices', Code: 'ACCESS', Message: 'not described', ResourceId: serviceArn('odd') },
    ]);
  });

  it('has the network and the tags, those of the cluster where the service has none', async () => {
    const { services } = await runners();

    expect(services.slice(0, 2)).toMatchObject([
      { subnetIds: ['subnet-a', 'subnet-b'], groupIds: ['sg-a'], tags: { 'gitpod.dev/runner-id': 'of-cluster' } },
      { launchType: 'FARGATE', tags: { 'gitpod.dev/runner-id': 'own' } },
    ]);
  });
});

describe('what CloudFormation shows', () => {
  it('is every stack, and every resource of those with a mark', async () => {
    const { stacks } = await runners();

    expect(stacks.map(({ name, resources }) => [name, resources])).toEqual([
      ['other', undefined],
      ['prod', [{ logicalId: 'Two', physicalId: 'sg-0b', type: 'AWS::EC2::SecurityGroup' }]],
    ]);
  });

  it('keeps only values that name objects of the network', async () => {
    const found = await runners();

    expect(found.stacks[1]?.parameters).toEqual({ Vpc: 'vpc-0a', Subnets: 'subnet-0a,subnet-0b' });
    expect(found.stacks[1]?.outputs).toEqual({ Group: 'sg-0a' });
    expect(JSON.stringify(found)).not.toContain('a-secret');
  });
});

describe('what EC2 shows', () => {
  it('is what carries a tag of a runner, and the VPCs of the subnets, two hundred at a time', async () => {
    const many = Array.from({ length: 201 }, (_, at) => `subnet-${at}`);

    const { tagged, vpcOfSubnet, errors } = await places(...many, 'subnet-0');

    expect(tagged.map(({ what, id, vpcId }) => [what, id, vpcId])).toEqual([
      ['instance', 'i-1', 'vpc-1'],
      ['security group', 'sg-1', 'vpc-1'],
    ]);
    expect(Object.keys(vpcOfSubnet)).toHaveLength(201);
    expect(ec2.commandCalls(DescribeSubnetsCommand)).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it('is not asked for subnets when there are none', async () => {
    await places();

    expect(ec2.commandCalls(DescribeSubnetsCommand)).toHaveLength(0);
  });
});

describe('a refused call', () => {
  it.each([
    ['ecs:ListClusters', () => ecs.on(ListClustersCommand).rejects(refusal('AccessDeniedException')), runners, {}],
    [
      'ecs:DescribeClusters',
      () => ecs.on(DescribeClustersCommand).rejects(refusal('AccessDeniedException')),
      runners,
      {},
    ],
    [
      'ecs:ListServices',
      () => ecs.on(ListServicesCommand).rejects(refusal('AccessDeniedException')),
      runners,
      { ResourceId: expect.any(String) },
    ],
    [
      'ecs:DescribeServices',
      () => ecs.on(DescribeServicesCommand).rejects(refusal('AccessDeniedException')),
      runners,
      { ResourceId: cluster('blue') },
    ],
    [
      'cloudformation:DescribeStacks',
      () => cloudFormation.on(DescribeStacksCommand).rejects(refusal('AccessDeniedException')),
      runners,
      {},
    ],
    [
      'cloudformation:ListStackResources',
      () => cloudFormation.on(ListStackResourcesCommand).rejects(refusal('AccessDeniedException')),
      runners,
      { ResourceId: 'prod' },
    ],
    [
      'ec2:DescribeInstances',
      () => ec2.on(DescribeInstancesCommand).rejects(refusal('AccessDeniedException')),
      () => places('subnet-0'),
      {},
    ],
    [
      'ec2:DescribeNetworkInterfaces',
      () => ec2.on(DescribeNetworkInterfacesCommand).rejects(refusal('AccessDeniedException')),
      () => places('subnet-0'),
      {},
    ],
    [
      'ec2:DescribeSecurityGroups',
      () => ec2.on(DescribeSecurityGroupsCommand).rejects(refusal('AccessDeniedException')),
      () => places('subnet-0'),
      {},
    ],
    [
      'ec2:DescribeSubnets',
      () => ec2.on(DescribeSubnetsCommand).rejects(refusal('AccessDeniedException')),
      () => places('subnet-0'),
      {},
    ],
  ] as const)('%s is an error of that name, and the others are still made', async (operation, refuse, look, more) => {
    for (const client of [ecs, cloudFormation, ec2]) client.resetHistory();
    refuse();

    const { errors, answered } = await look();

    expect(errors.filter(({ Code }) => Code !== 'ACCESS').length).toBeGreaterThan(0);
    for (const error of errors.filter(({ Code }) => Code !== 'ACCESS'))
      expect(error).toEqual({ Operation: operation, Code: 'AccessDeniedException', Message: 'not allowed', ...more });
    expect(answered).toBeGreaterThan(0);
    expect(calls).toContain(operation);
  });

  it('on a later page keeps the pages before it', async () => {
    ecs.on(ListClustersCommand, { nextToken: 'more' }).rejects(refusal('ThrottlingException'));
    cloudFormation.on(DescribeStacksCommand, { NextToken: 'more' }).rejects(refusal('Throttling'));

    const { errors, stacks } = await runners();

    expect(stacks.map(({ name }) => name)).toEqual(['other']);
    expect(errors.map(({ Operation }) => Operation).sort()).toEqual([
      'cloudformation:DescribeStacks',
      'ecs:ListClusters',
    ]);
  });

  it('that is late says so, and nothing answered is told as such', async () => {
    for (const client of [ecs, cloudFormation]) client.rejects(refusal('TimeoutError'));

    const { errors, answered } = await runners();

    expect(answered).toBe(0);
    expect(errors.map(({ Code }) => Code)).toEqual(['OutOfTime', 'OutOfTime']);
  });
});
