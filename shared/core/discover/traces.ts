import type { BundleError } from '../facts/bundle.ts';

export type Tags = Readonly<Record<string, string>>;

/** An ECS service, as DescribeServices shows it. */
export interface ServiceTrace {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  /** As AWS prints it; undefined when the service has a capacity provider strategy instead. */
  readonly launchType: string | undefined;
  readonly capacityProviders: readonly string[];
  /** Of `awsvpcConfiguration`; empty when the tasks use the network of their host. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Those of its cluster included; its own win. */
  readonly tags: Tags;
}

/** A CloudFormation stack, as DescribeStacks and ListStackResources show it. */
export interface StackTrace {
  readonly id: string;
  readonly name: string;
  /** Of a nested stack: its outermost parent. */
  readonly rootId: string | undefined;
  readonly tags: Tags;
  /** Only those whose value names VPCs, subnets or groups: others may hold secrets. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Undefined when they were not asked for: the stack has no mark of a runner. */
  readonly resources: readonly StackResource[] | undefined;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  /** `AWS::EC2::SecurityGroup`, … */
  readonly type: string;
}

/** What ECS and CloudFormation show of runners in one account and Region. */
export interface RunnerTraces {
  readonly services: readonly ServiceTrace[];
  readonly stacks: readonly StackTrace[];
  /** Refused or failed calls; `Operation` is written as its IAM action (`ecs:ListServices`). */
  readonly errors: readonly BundleError[];
  /** Calls that were answered: none means that nothing got through. */
  readonly answered: number;
}

/** An EC2 object that has a tag of a runner. */
export interface TaggedObject {
  readonly what: 'instance' | 'network interface' | 'security group';
  readonly id: string;
  readonly vpcId: string | undefined;
  readonly tags: Tags;
}

/** Where in the Region runners are. */
export interface PlaceTraces {
  readonly tagged: readonly TaggedObject[];
  /** VPC by subnet id, of the subnets that were asked for. */
  readonly vpcOfSubnet: Readonly<Record<string, string>>;
  readonly errors: readonly BundleError[];
  readonly answered: number;
}
