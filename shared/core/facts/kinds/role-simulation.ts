import type { Kind } from './kind.ts';

/**
 * Actions without which no runner can be deployed: for each service on the document's list those that make what the runner needs of it. The document has no
 * list of actions; these are ours (2026-11-26). EC2's describing calls cannot be limited to resources (service authorization reference, read 2026-11-26).
 */
export const DEPLOYMENT_ACTIONS = [
  'cloudformation:CreateStack',
  'dynamodb:CreateTable',
  'ec2:CreateSecurityGroup',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ecs:CreateCluster',
  'ecs:CreateService',
  'ecs:RegisterTaskDefinition',
  'iam:CreateRole',
  'iam:PassRole',
  'logs:CreateLogGroup',
  's3:CreateBucket',
  'secretsmanager:CreateSecret',
  'ssm:PutParameter',
] as const;

export interface SimulatedAction {
  readonly action: string;
  /** `allowed`, `explicitDeny` or `implicitDeny`, on all resources (`*`). */
  readonly decision: string;
  /** Condition keys that a policy asks for and the simulation could not know. */
  readonly missingContext: readonly string[];
}

/** What IAM's policy simulator says that a role may do, organisation policies and permissions boundary included. */
export interface RoleSimulation {
  /** ARN of the role. */
  readonly id: string;
  /** Undefined when there is no such role. */
  readonly actions: readonly SimulatedAction[] | undefined;
}

export const roleSimulation: Kind<RoleSimulation> = {
  member: 'RoleSimulations',
  service: 'iam',
  operation: 'SimulatePrincipalPolicy',
  resource: 'iam::*:role/*',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'deploymentRoleArns',
    requests: (PolicySourceArn) => [{ PolicySourceArn, ActionNames: DEPLOYMENT_ACTIONS }],
    absentCode: 'NoSuchEntityException',
  },
  answer: { is: 'member', at: 'EvaluationResults', orderBy: 'EvalActionName' },
  token: 'Marker',
  optional: true,
  // IAM's events come from us-east-1 only, so the schedule finds what has changed.
  changedBy: [],
  types: {
    cloudFormation: ['AWS::IAM::Role', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'],
    terraform: ['aws_iam_role', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment', 'aws_iam_policy'],
  },
  parse: (fields, key) => ({
    id: key,
    actions: fields.optionalList('value', (result) => ({
      action: result.text('EvalActionName'),
      decision: result.text('EvalDecision'),
      missingContext: result.optionalTexts('MissingContextValues') ?? [],
    })),
  }),
};
