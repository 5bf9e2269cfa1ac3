import type { BundleError } from '../facts/bundle.ts';
import type { Gap } from '../facts/snapshot.ts';

/** A call that was refused or failed. */
export interface Unread {
  /** As its IAM action: `ec2:DescribeSubnets`. */
  readonly operation: string;
  readonly code: string;
  readonly resourceId?: string;
}

/** Calls of a bundle that are not EC2's. */
const OTHER_SERVICES: Readonly<Record<string, string>> = { GetParameters: 'ssm' };

const actionOf = (operation: string): string =>
  operation.includes(':') ? operation : `${OTHER_SERVICES[operation] ?? 'ec2'}:${operation}`;

/** Each once, by action. A kind that was never asked for counts as well. */
export function unreadOf(gaps: readonly Gap[], errors: readonly BundleError[]): readonly Unread[] {
  const all: readonly Unread[] = [
    ...gaps.map(({ operation, code, resourceId }) => ({
      operation: actionOf(operation),
      code,
      ...(resourceId === undefined ? {} : { resourceId }),
    })),
    ...errors.map(({ Operation, Code, ResourceId }) => ({
      operation: actionOf(Operation),
      code: Code,
      ...(ResourceId === undefined ? {} : { resourceId: ResourceId }),
    })),
  ];
  const byText = new Map(all.map((one) => [unreadText(one), one]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}

export const unreadText = ({ operation, code, resourceId }: Unread): string =>
  `${operation}${resourceId === undefined ? '' : ` of ${resourceId}`} (${code})`;

const ECS = ['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:ListServices', 'ecs:DescribeServices'];
const STACKS = ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'];
const ENVIRONMENTS = ['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces'];

/** Which calls a field of the watch file is read from. */
export const READ_FROM = {
  accountId: ['ec2:DescribeVpcs'],
  deploymentOption: [
    'ec2:DescribeRouteTables',
    'ec2:DescribeVpcs',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    'ec2:GetManagedPrefixListEntries',
  ],
  environmentSubnetIds: ['ec2:DescribeSubnets', ...ENVIRONMENTS, ...ECS, ...STACKS],
  runnerSubnetIds: [...ECS],
  runnerSecurityGroupIds: [...ECS, ...STACKS, 'ec2:DescribeSecurityGroups'],
  environmentSecurityGroupIds: [...ENVIRONMENTS, ...STACKS, 'ec2:DescribeSecurityGroups'],
  securityGroupMode: [...STACKS],
  launchType: [...ECS],
  runnerServiceArn: [...ECS],
} as const satisfies Record<string, readonly string[]>;

export type ReadField = keyof typeof READ_FROM;

export const unreadFor = (field: ReadField, unread: readonly Unread[]): readonly Unread[] =>
  unread.filter(({ operation }) => (READ_FROM[field] as readonly string[]).includes(operation));

/** What runners are found by. */
export const tracesNotRead = (unread: readonly Unread[]): readonly Unread[] =>
  unread.filter(({ operation }) =>
    [...ECS, ...STACKS, ...ENVIRONMENTS, 'ec2:DescribeSecurityGroups'].includes(operation),
  );
