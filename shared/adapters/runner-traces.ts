import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
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
  type Service,
} from '@aws-sdk/client-ecs';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Instant } from '../core/base/instant.ts';
import { markOfStack, RUNNER_TAGS } from '../core/discover/marks.ts';
import type {
  PlaceTraces,
  RunnerTraces,
  ServiceTrace,
  StackResource,
  StackTrace,
  TaggedObject,
  Tags,
} from '../core/discover/traces.ts';
import type { BundleError } from '../core/facts/bundle.ts';
import { ENVIRONMENT_TAG } from '../core/requirements/environments.ts';
import type { Clock, RunnerFinder } from '../ports.ts';
import { firstLine } from './failure.ts';

export interface RunnerTracesOptions {
  readonly clock: Clock;
  /** Told after each call, for progress on a terminal. */
  readonly onCall?: (operation: string) => void;
  readonly client?: Omit<CloudFormationClientConfig, 'region' | 'extensions'>;
}

const PARALLEL = 8;
const CONFIG = {
  maxAttempts: 5,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
} as const;

/** Most that one call takes (API references of ECS and EC2, read 2026-11-26). */
const MOST = { clusters: 100, services: 10, filterValues: 200 } as const;

type Answered<T> = { readonly is: 'answer'; readonly value: T } | { readonly is: 'failed' };

/** Reads what ECS, CloudFormation and tags show of runners. Parameter Store is left alone: the runner's parameter holds a secret. */
export function runnerTraces({ clock, onCall, client: configuration }: RunnerTracesOptions): RunnerFinder {
  const looking = (region: string, deadline: Instant) => ({
    calls: new Calls(clock, deadline, onCall),
    config: { ...CONFIG, ...configuration, region },
  });
  return {
    runners: async (region, deadline) => {
      const { calls, config } = looking(region, deadline);
      const [ecs, stacks] = [new ECSClient(config), new CloudFormationClient(config)];
      try {
        const [services, found] = await Promise.all([readServices(ecs, calls), readStacks(stacks, calls)]);
        return { services, stacks: found, ...calls.outcome() } satisfies RunnerTraces;
      } finally {
        ecs.destroy();
        stacks.destroy();
      }
    },
    places: async (region, subnetIds, deadline) => {
      const { calls, config } = looking(region, deadline);
      const ec2 = new EC2Client(config);
      try {
        const [tagged, vpcOfSubnet] = await Promise.all([
          readTagged(ec2, calls),
          readVpcsOfSubnets(ec2, calls, subnetIds),
        ]);
        return { tagged, vpcOfSubnet, ...calls.outcome() } satisfies PlaceTraces;
      } finally {
        ec2.destroy();
      }
    },
  };
}

/** Makes calls, a few at once, and keeps what went wrong. */
class Calls {
  private readonly clock: Clock;
  private readonly deadline: Instant;
  private readonly onCall: ((operation: string) => void) | undefined;
  private readonly limit: LimitFunction = pLimit(PARALLEL);
  private readonly errors: BundleError[] = [];
  private answered = 0;

  constructor(clock: Clock, deadline: Instant, onCall: ((operation: string) => void) | undefined) {
    this.clock = clock;
    this.deadline = deadline;
    this.onCall = onCall;
  }

  async one<T>(
    action: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    resourceId?: string,
  ): Promise<Answered<T>> {
    return this.limit(async () => {
      try {
        const left = this.deadline - this.clock.now();
        const value = await send({ abortSignal: AbortSignal.timeout(Math.max(left, 1)) });
        this.answered += 1;
        return { is: 'answer', value } as const;
      } catch (cause) {
        const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
        const isLate = name === 'AbortError' || name === 'TimeoutError';
        this.failed(action, isLate ? 'OutOfTime' : name, isLate ? 'the time was over' : message, resourceId);
        return { is: 'failed' } as const;
      } finally {
        this.onCall?.(action);
      }
    });
  }

  /** Every page, or those before the first that failed; the failure is then among the errors. */
  async pages<T>(
    action: string,
    send: (token: string | undefined, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    nextToken: (page: T) => string | undefined,
    resourceId?: string,
  ): Promise<readonly T[]> {
    const pages: T[] = [];
    let token: string | undefined;
    do {
      const page = await this.one(action, (options) => send(token, options), resourceId);
      if (page.is === 'failed') break;
      pages.push(page.value);
      token = nextToken(page.value);
    } while (token !== undefined && token !== '');
    return pages;
  }

  failed(Operation: string, Code: string, message: string, ResourceId: string | undefined): void {
    this.errors.push({
      Operation,
      Code,
      Message: firstLine(message),
      ...(ResourceId === undefined ? {} : { ResourceId }),
    });
  }

  outcome(): { readonly errors: readonly BundleError[]; readonly answered: number } {
    return { errors: this.errors, answered: this.answered };
  }
}

const chunks = <T>(items: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));

interface AnyTag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** ECS writes its tags small, the others large. */
const tagsOf = (list: readonly AnyTag[] = []): Tags =>
  Object.fromEntries(list.map((tag) => [tag.key ?? tag.Key ?? '', tag.value ?? tag.Value ?? '']));

async function readServices(ecs: ECSClient, calls: Calls): Promise<readonly ServiceTrace[]> {
  const listed = await calls.pages(
    'ecs:ListClusters',
    (nextToken, options) => ecs.send(new ListClustersCommand({ nextToken }), options),
    (page) => page.nextToken,
  );
  const clusterArns = listed.flatMap((page) => page.clusterArns ?? []);
  const [clusters, services] = await Promise.all([
    Promise.all(
      chunks(clusterArns, MOST.clusters).map((some) =>
        calls.one('ecs:DescribeClusters', (options) =>
          ecs.send(new DescribeClustersCommand({ clusters: [...some], include: ['TAGS'] }), options),
        ),
      ),
    ),
    Promise.all(clusterArns.map((arn) => readServicesOf(ecs, calls, arn))),
  ]);
  const tagsOfCluster = new Map(
    clusters.flatMap((answer) =>
      answer.is === 'answer'
        ? (answer.value.clusters ?? []).map((cluster) => [cluster.clusterArn ?? '', tagsOf(cluster.tags)] as const)
        : [],
    ),
  );
  return services.flat().map((service) => serviceTrace(service, tagsOfCluster));
}

async function readServicesOf(ecs: ECSClient, calls: Calls, cluster: string): Promise<readonly Service[]> {
  const listed = await calls.pages(
    'ecs:ListServices',
    (nextToken, options) => ecs.send(new ListServicesCommand({ cluster, nextToken, maxResults: 100 }), options),
    (page) => page.nextToken,
    cluster,
  );
  const arns = listed.flatMap((page) => page.serviceArns ?? []);
  const described = await Promise.all(
    chunks(arns, MOST.services).map((services) =>
      calls.one(
        'ecs:DescribeServices',
        (options) =>
          ecs.send(new DescribeServicesCommand({ cluster, services: [...services], include: ['TAGS'] }), options),
        cluster,
      ),
    ),
  );
  return described.flatMap((answer) => {
    if (answer.is === 'failed') return [];
    // A service that was deleted since it was listed is no gap.
    for (const { arn, reason } of answer.value.failures ?? [])
      if (reason !== 'MISSING') calls.failed('ecs:DescribeServices', reason ?? 'Unknown', 'not described', arn);
    return (answer.value.services ?? []).filter((service) => service.status !== 'INACTIVE');
  });
}

function serviceTrace(service: Service, tagsOfCluster: ReadonlyMap<string, Tags>): ServiceTrace {
  const network = service.networkConfiguration?.awsvpcConfiguration;
  const clusterArn = service.clusterArn ?? '';
  return {
    arn: service.serviceArn ?? '',
    name: service.serviceName ?? '',
    clusterArn,
    launchType: service.launchType,
    capacityProviders: (service.capacityProviderStrategy ?? []).flatMap((item) => item.capacityProvider ?? []).sort(),
    subnetIds: [...(network?.subnets ?? [])].sort(),
    groupIds: [...(network?.securityGroups ?? [])].sort(),
    tags: { ...tagsOfCluster.get(clusterArn), ...tagsOf(service.tags) },
  };
}

async function readStacks(client: CloudFormationClient, calls: Calls): Promise<readonly StackTrace[]> {
  const pages = await calls.pages(
    'cloudformation:DescribeStacks',
    (NextToken, options) => client.send(new DescribeStacksCommand({ NextToken }), options),
    (page) => page.NextToken,
  );
  const stacks = pages.flatMap((page) => page.Stacks ?? []).map(stackTrace);
  return Promise.all(
    stacks.map(async (stack) =>
      markOfStack(stack) ? { ...stack, resources: await resourcesOf(client, calls, stack) } : stack,
    ),
  );
}

/** Only what names objects of the network: parameters may hold secrets, and nothing else of them is needed. */
const namingIds = (pairs: readonly (readonly [string | undefined, string | undefined])[]): Record<string, string> =>
  Object.fromEntries(
    pairs.flatMap(([name, value]) =>
      name !== undefined && value !== undefined && /(?:^|[^\w-])(?:vpc|subnet|sg)-[0-9a-f]+/.test(value)
        ? [[name, value]]
        : [],
    ),
  );

const stackTrace = (stack: Stack): StackTrace => ({
  id: stack.StackId ?? '',
  name: stack.StackName ?? '',
  rootId: stack.RootId,
  tags: tagsOf(stack.Tags),
  parameters: namingIds(
    (stack.Parameters ?? []).map((item) => [item.ParameterKey, item.ResolvedValue ?? item.ParameterValue]),
  ),
  outputs: namingIds((stack.Outputs ?? []).map((item) => [item.OutputKey, item.OutputValue])),
  resources: undefined,
});

async function resourcesOf(
  client: CloudFormationClient,
  calls: Calls,
  stack: StackTrace,
): Promise<readonly StackResource[]> {
  const pages = await calls.pages(
    'cloudformation:ListStackResources',
    (NextToken, options) => client.send(new ListStackResourcesCommand({ StackName: stack.id, NextToken }), options),
    (page) => page.NextToken,
    stack.name,
  );
  return pages
    .flatMap((page) => page.StackResourceSummaries ?? [])
    .map((item) => ({
      logicalId: item.LogicalResourceId ?? '',
      physicalId: item.PhysicalResourceId ?? '',
      type: item.ResourceType ?? '',
    }));
}

async function readTagged(ec2: EC2Client, calls: Calls): Promise<readonly TaggedObject[]> {
  const Filters = [{ Name: 'tag-key', Values: [...RUNNER_TAGS, ENVIRONMENT_TAG] }];
  const [instances, interfaces, groups] = await Promise.all([
    calls.pages(
      'ec2:DescribeInstances',
      (NextToken, options) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken }), options),
      (page) => page.NextToken,
    ),
    calls.pages(
      'ec2:DescribeNetworkInterfaces',
      (NextToken, options) => ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }), options),
      (page) => page.NextToken,
    ),
    calls.pages(
      'ec2:DescribeSecurityGroups',
      (NextToken, options) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken }), options),
      (page) => page.NextToken,
    ),
  ]);
  return [
    ...instances
      .flatMap((page) => page.Reservations ?? [])
      .flatMap((reservation) => reservation.Instances ?? [])
      .filter((instance) => instance.State?.Name !== 'terminated')
      .map((instance) => tagged('instance', instance.InstanceId, instance.VpcId, instance.Tags)),
    ...interfaces
      .flatMap((page) => page.NetworkInterfaces ?? [])
      .map((eni) => tagged('network interface', eni.NetworkInterfaceId, eni.VpcId, eni.TagSet)),
    ...groups
      .flatMap((page) => page.SecurityGroups ?? [])
      .map((group) => tagged('security group', group.GroupId, group.VpcId, group.Tags)),
  ];
}

const tagged = (
  what: TaggedObject['what'],
  id: string | undefined,
  vpcId: string | undefined,
  tags: readonly AnyTag[] | undefined,
): TaggedObject => ({ what, id: id ?? '', vpcId, tags: tagsOf(tags) });

async function readVpcsOfSubnets(
  ec2: EC2Client,
  calls: Calls,
  subnetIds: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  // By filter: a subnet that is gone is then merely missing, where an id that does not exist fails the whole call.
  const pages = await Promise.all(
    chunks([...new Set(subnetIds)].sort(), MOST.filterValues).map((Values) =>
      calls.pages(
        'ec2:DescribeSubnets',
        (NextToken, options) =>
          ec2.send(
            new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...Values] }], NextToken }),
            options,
          ),
        (page) => page.NextToken,
      ),
    ),
  );
  return Object.fromEntries(
    pages
      .flat()
      .flatMap((page) => page.Subnets ?? [])
      .flatMap(({ SubnetId, VpcId }) => (SubnetId && VpcId ? [[SubnetId, VpcId]] : [])),
  );
}
