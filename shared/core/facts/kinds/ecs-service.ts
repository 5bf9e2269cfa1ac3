import type { Kind } from './kind.ts';

/** How the ARN of a service is written, as a regular expression; older ones have no cluster in them. */
export const ECS_SERVICE_ARN = 'arn:aws(?:-cn|-us-gov)?:ecs:[a-z0-9-]+:\\d{12}:service/[\\w-]+/[\\w-]+';

/** The ECS service that keeps the runner's tasks running. */
export interface EcsService {
  /** ARN. */
  readonly id: string;
  /** `ACTIVE`, `DRAINING` or `INACTIVE`; undefined when ECS knows no such service. */
  readonly status: string | undefined;
  /** Where its tasks are started; undefined when they use the network of their host. */
  readonly network:
    | {
        readonly subnetIds: readonly string[];
        readonly groupIds: readonly string[];
        readonly assignPublicIp: boolean;
      }
    | undefined;
}

export const ecsService: Kind<EcsService> = {
  member: 'EcsServices',
  service: 'ecs',
  operation: 'DescribeServices',
  resource: 'ecs:*:*:service/*',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'runnerServiceArns',
    // arn:aws:ecs:eu-central-1:123456789012:service/CLUSTER/SERVICE
    requests: (arn) => [{ cluster: arn.split('/')[1], services: [arn] }],
    absentCode: 'ClusterNotFoundException',
  },
  answer: { is: 'member', at: 'services' },
  optional: true,
  changedBy: ['ecs-service'],
  types: { cloudFormation: ['AWS::ECS::Service'], terraform: ['aws_ecs_service'] },
  parse: (fields, key) => {
    const [service] = fields.optionalList('value', (one) => one) ?? [];
    const network = service?.optionalObject('networkConfiguration')?.optionalObject('awsvpcConfiguration');
    return {
      id: key,
      status: service?.optionalText('status'),
      network: network && {
        subnetIds: network.optionalTexts('subnets') ?? [],
        groupIds: network.optionalTexts('securityGroups') ?? [],
        assignPublicIp: network.optionalText('assignPublicIp') === 'ENABLED',
      },
    };
  },
};
