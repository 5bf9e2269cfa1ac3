import * as z from 'zod';
import { ECS_SERVICE_ARN } from '../facts/kinds/ecs-service.ts';
import { DEPLOYMENT_OPTIONS } from './requirement.ts';

const cidr = z.string().regex(/^[0-9a-fA-F:.]+\/\d{1,3}$/, 'expected a CIDR block such as 10.0.0.0/16');
const cidr4 = z
  .string()
  .regex(
    /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\/(?:3[0-2]|[12]?\d)$/,
    'expected an IPv4 CIDR block such as 10.0.0.0/16',
  );
const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-z]+$`), `expected an id such as ${prefix}-0a1b2c3d`);
const port = z.number().int().min(1).max(65535);
const day = z
  .union([z.string(), z.date().transform((value) => value.toISOString())])
  .refine((value) => !Number.isNaN(Date.parse(value)), 'expected a date such as 2026-12-31');
const host = z.strictObject({
  host: z.string().min(1),
  port: port.optional(),
  network: z.enum(['internet', 'private']).optional(),
  cidrs: z.array(cidr).optional(),
});
const service = z.strictObject({
  host: z.string().min(1).optional(),
  cidr: cidr.optional(),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  port,
  purpose: z.string().optional(),
});

const waiver = z.strictObject({
  requirement: z.string().min(1),
  subject: z.string().min(1).optional(),
  reason: z.string().min(1),
  owner: z.string().min(1),
  expires: day,
});

const attestation = z.strictObject({ requirement: z.string().min(1), by: z.string().min(1), at: day, expires: day });

export const networkId = z.string().regex(/^[a-z0-9-]{1,63}$/, 'expected 1 to 63 of a-z, 0-9 and -');

const network = z.strictObject({
  id: networkId,
  catalogue: z.string().default('gitpod-aws-2025'),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'expected 12 digits in quotes')
    .optional(),
  /** Read-only role of the network's account, assumed for every look. */
  readRoleArn: z
    .string()
    .regex(
      /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'expected the ARN of a role such as arn:aws:iam::123456789012:role/runnerwatch-read',
    )
    .optional(),
  readRoleExternalId: z.string().min(2).max(1224).optional(),
  region: z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'expected a region such as eu-central-1'),
  vpcId: id('vpc'),
  deploymentOption: z.enum(DEPLOYMENT_OPTIONS),
  environmentSubnetIds: z.array(id('subnet')).min(1),
  runnerSubnetIds: z.array(id('subnet')).min(1).optional(),
  runnerSecurityGroupIds: z.array(id('sg')).default([]),
  environmentSecurityGroupIds: z.array(id('sg')).default([]),
  securityGroupMode: z.enum(['default', 'custom']).optional(),
  launchType: z.enum(['FARGATE', 'EC2']).optional(),
  production: z.boolean().optional(),
  userCidrs: z.array(cidr4).optional(),
  scmHosts: z.array(host).optional(),
  prometheusRemoteWriteUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .optional(),
  containerRegistries: z.array(host).optional(),
  ssoHosts: z.array(host).optional(),
  developmentServices: z.array(service).optional(),
  extraInternetDestinations: z.array(service).optional(),
  gatewayAddresses: z.strictObject({ asOf: day, cidrs: z.array(cidr4) }).optional(),
  capacityPlan: z
    .record(
      id('subnet'),
      z.strictObject({
        plannedEnvironments: z.number().int().min(0),
        plannedPrefixLength: z.number().int().min(16).max(28).optional(),
        reservedForOther: z.number().int().min(0).optional(),
      }),
    )
    .optional(),
  amiRestrictions: z.enum(['none', 'allowed-amis', 'scp', 'unknown']).optional(),
  deploymentRoleArn: z.string().nullable().optional(),
  /** ECS service of the runner's tasks; without it the network interfaces of running tasks are all that is known of it. */
  runnerServiceArn: z
    .string()
    .regex(
      new RegExp(`^${ECS_SERVICE_ARN}$`),
      'expected the ARN of an ECS service such as arn:aws:ecs:eu-central-1:123456789012:service/CLUSTER/SERVICE',
    )
    .optional(),
  loadBalancerSubnetIds: z.array(id('subnet')).min(1).optional(),
  loadBalancerSecurityGroupIds: z.array(id('sg')).optional(),
  loadBalancerVisibility: z.enum(['internal', 'internet-facing']).optional(),
  cacheSecurityGroupIds: z.array(id('sg')).optional(),
  scmCallbackCidrs: z.array(cidr4).optional(),
  managementPlaneConnection: z.enum(['internet', 'privatelink']).optional(),
  imageSource: z.enum(['public-ecr', 'private-ecr-mirror']).optional(),
  runnerSize: z.enum(['small', 'large']).optional(),
  /** `noProxy` as the runner gets it: entries with commas between them. */
  proxyConfig: z.strictObject({ noProxy: z.string() }).nullable().optional(),
  waivers: z.array(waiver).default([]),
  attestations: z.array(attestation).default([]),
});

/** formats.md section 3. Unknown keys are errors: a misspelt input must not be a silent default. */
export const watchFileSchema = z
  .strictObject({ version: z.literal(1), networks: z.array(network).min(1) })
  .superRefine((file, context) => {
    const seen = new Set<string>();
    file.networks.forEach((entry, index) => {
      if (seen.has(entry.id)) {
        context.addIssue({ code: 'custom', path: ['networks', index, 'id'], message: `\`${entry.id}\` is used twice` });
      }
      seen.add(entry.id);
    });
  });

export type WatchFile = z.infer<typeof watchFileSchema>;
export type WatchedNetwork = WatchFile['networks'][number] & {
  /** Not from a watch file: nobody said which deployment option it is, so only what every option asks for is judged. */
  readonly undeclared?: true;
  /** Not from a watch file: why nobody knows where the tasks of `runnerServiceArn` start, and with which groups. */
  readonly runnerTasksUnseen?: string;
};
export type Waiver = z.infer<typeof waiver>;
