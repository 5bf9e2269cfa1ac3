import { describe, expect, it } from '@jest/globals';
import { discoverRunners, type ProposePorts, proposeVpc } from '../../shared/app/propose-networks.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import type { PlaceTraces, RunnerTraces, ServiceTrace } from '../../shared/core/discover/traces.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { smallNetwork } from '../support/small-network.ts';

const NOW = instant(Date.UTC(2026, 10, 26));

const service = (name: string, subnetIds: readonly string[]): ServiceTrace => ({
  arn: `arn:aws:ecs:eu-central-1:123456789012:service/${name}/${name}`,
  name,
  clusterArn: `arn:aws:ecs:eu-central-1:123456789012:cluster/${name}`,
  launchType: 'FARGATE',
  capacityProviders: [],
  subnetIds,
  groupIds: [],
  tags: { 'gitpod.dev/runner-id': name },
});

const network = (vpcId: string): WatchedNetwork => {
  const [parsed] = watchFileSchema.parse({
    version: 1,
    networks: [
      { id: vpcId, region: 'eu-central-1', vpcId, deploymentOption: 'private-nat', environmentSubnetIds: ['subnet-0'] },
    ],
  }).networks;
  if (!parsed) throw new Error('no network');
  return parsed;
};

interface Given {
  readonly traces?: Partial<RunnerTraces>;
  readonly places?: Partial<PlaceTraces>;
}

/** An account with the small network `vpc-1`; every other VPC is not visible. */
function account({ traces, places }: Given): {
  readonly ports: ProposePorts;
  readonly read: string[];
  readonly asked: string[][];
} {
  const read: string[] = [];
  const asked: string[][] = [];
  return {
    read,
    asked,
    ports: {
      clock: { now: () => NOW },
      facts: {
        collect: async ({ vpcId }) => {
          read.push(vpcId);
          if (vpcId !== 'vpc-1') throw new WatcherError('bad-input', `VPC \`${vpcId}\` is not visible`);
          return { ...smallNetwork(), Errors: [{ Operation: 'DescribeImages', Code: 'UnauthorizedOperation' }] };
        },
      },
      finder: {
        runners: async () => ({ services: [], stacks: [], errors: [], answered: 1, ...traces }),
        places: async (_region, subnetIds) => {
          asked.push([...subnetIds]);
          return { tagged: [], vpcOfSubnet: {}, errors: [], answered: 1, ...places };
        },
      },
    },
  };
}

describe('discovering', () => {
  it('reads each VPC once, and tells runners and VPCs that it can make nothing of', async () => {
    const { ports, read, asked } = account({
      traces: { services: [service('a', ['subnet-a1']), service('b', ['subnet-x']), service('lost', ['subnet-y'])] },
      places: { vpcOfSubnet: { 'subnet-a1': 'vpc-1', 'subnet-x': 'vpc-9' } },
    });

    const found = await discoverRunners(ports, 'eu-central-1', network);

    expect(asked).toEqual([['subnet-a1', 'subnet-x', 'subnet-y']]);
    expect(read).toEqual(['vpc-1', 'vpc-9']);
    expect(found.proposals.map(({ id, vpcId }) => [id, vpcId])).toEqual([['a', 'vpc-1']]);
    expect(found.withoutVpc.map(({ name }) => name)).toEqual(['lost']);
    expect(found.troubles).toEqual(['vpc-9: VPC `vpc-9` is not visible']);
    expect(found.unread).toEqual([{ operation: 'ec2:DescribeImages', code: 'UnauthorizedOperation' }]);
  });

  it('proposes a VPC that only a tag hints at, and says what hints', async () => {
    const { ports } = account({
      places: {
        tagged: [
          {
            what: 'security group',
            id: 'sg-7',
            vpcId: 'vpc-1',
            tags: { 'gitpod:terraform:module': 'terraform-aws-ona-runner' },
          },
        ],
      },
    });

    const { proposals } = await discoverRunners(ports, 'eu-central-1', network);

    expect(proposals).toMatchObject([
      {
        certain: false,
        evidence: ['security group sg-7 (tag gitpod:terraform:module=terraform-aws-ona-runner)'],
      },
    ]);
  });

  it('does not turn a refused call into "nothing there": all refused is no answer, some refused is told', async () => {
    const errors = [{ Operation: 'ecs:ListClusters', Code: 'AccessDeniedException', Message: 'no' }];
    const all = account({ traces: { errors, answered: 0 }, places: { answered: 0 } });
    const some = account({ traces: { errors } });

    await expect(discoverRunners(all.ports, 'eu-central-1', network)).rejects.toMatchObject({
      fault: 'aws-unreachable',
      message: 'AWS in region `eu-central-1` could not be read at all (AccessDeniedException: no)',
    });
    expect((await discoverRunners(some.ports, 'eu-central-1', network)).unread).toEqual([
      { operation: 'ecs:ListClusters', code: 'AccessDeniedException' },
    ]);
  });
});

describe('one VPC', () => {
  it('is proposed whether or not it has a runner', async () => {
    const { proposals } = await proposeVpc(account({}).ports, network('vpc-1'));

    expect(proposals).toMatchObject([{ vpcId: 'vpc-1', evidence: [], environmentSubnetIds: [{ id: 'subnet-a1' }] }]);
  });

  it('that is not visible is an error', async () => {
    await expect(proposeVpc(account({}).ports, network('vpc-9'))).rejects.toThrow('VPC `vpc-9` is not visible');
  });
});
