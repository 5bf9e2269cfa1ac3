import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { buildPrivateNatNetwork, type LiveNetwork } from './live-network.ts';
import { emulatorConfig } from './moto.ts';

export interface LiveRunner {
  readonly runnerId: string;
  readonly network: LiveNetwork;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly runnerGroupId: string;
  readonly environmentGroupId: string;
  readonly clusterName: string;
}

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`expected a text, got ${JSON.stringify(value)}`);
  return value;
};

const first = (value: unknown): string => text(Array.isArray(value) ? value[0] : undefined);

/** A runner in a network of its own: an ECS service with tags, and environments as tagged instances. */
export async function buildRunner(
  endpoint: string,
  runnerId: string,
  options: { readonly environments: number; readonly tagged: boolean },
): Promise<LiveRunner> {
  const config = emulatorConfig(endpoint);
  const [client, ecs] = [new ec2.EC2Client(config), new ECSClient(config)];
  try {
    const network = await buildPrivateNatNetwork(client);
    const { vpcId, environmentSubnetIds, runnerSecurityGroupIds, environmentSecurityGroupIds } = network.watched;
    const place = {
      subnetId: first(environmentSubnetIds),
      runnerGroupId: first(runnerSecurityGroupIds),
      environmentGroupId: first(environmentSecurityGroupIds),
    };
    const clusterName = `gitpod-${runnerId}`;
    const tags = options.tagged ? [{ key: 'gitpod.dev/runner-id', value: runnerId }] : [];
    await ecs.send(new CreateClusterCommand({ clusterName, tags }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: `runner-${runnerId}`,
        networkMode: 'awsvpc',
        containerDefinitions: [{ name: 'runner', image: 'runner', memory: 64 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: clusterName,
        serviceName: `runner-${runnerId}`,
        taskDefinition: `runner-${runnerId}`,
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [place.subnetId], securityGroups: [place.runnerGroupId] },
        },
        tags,
      }),
    );
    if (options.environments > 0)
      await client.send(
        new ec2.RunInstancesCommand({
          ImageId: 'ami-12c6146b',
          MinCount: options.environments,
          MaxCount: options.environments,
          SubnetId: place.subnetId,
          SecurityGroupIds: [place.environmentGroupId],
          TagSpecifications: [
            {
              ResourceType: 'instance',
              Tags: [
                { Key: 'gitpod.dev/environment-id', Value: `env-${runnerId}` },
                { Key: 'gitpod.dev/runner-id', Value: runnerId },
              ],
            },
          ],
        }),
      );
    return { runnerId, network, vpcId: text(vpcId), clusterName, ...place };
  } finally {
    client.destroy();
    ecs.destroy();
  }
}

/** A runner that CloudFormation made: the stack's tags and resources are all that tells of it. */
export async function buildStack(endpoint: string, name: string, vpcId: string): Promise<void> {
  const client = new CloudFormationClient(emulatorConfig(endpoint));
  const group = (description: string) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription: description, VpcId: { Ref: 'Network' } },
  });
  try {
    await client.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify({
          Parameters: { Network: { Type: 'String' }, ExchangeToken: { Type: 'String', NoEcho: true } },
          Resources: { RunnerGroup: group('runner'), EnvironmentGroup: group('environment') },
        }),
        Parameters: [
          { ParameterKey: 'Network', ParameterValue: vpcId },
          { ParameterKey: 'ExchangeToken', ParameterValue: 'a-secret-that-nobody-prints' },
        ],
        Tags: [{ Key: 'gitpod:cloudformation:stack-provider', Value: 'gitpod-flex' }],
      }),
    );
  } finally {
    client.destroy();
  }
}
