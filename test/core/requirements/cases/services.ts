import { AS_IT_IS, type Case, fails, PRIVATE_NAT, passes, type Section, unknown } from './case.ts';
import { refused, setTo, without } from './edits.ts';

const lacking = (code: string) =>
  setTo('RegionServices', (codes) => (Array.isArray(codes) ? codes.filter((one) => one !== code) : codes));

const casesOf = (...codes: readonly string[]): readonly Case[] => [
  passes(PRIVATE_NAT, AS_IT_IS),
  ...codes.map((code) => fails(PRIVATE_NAT, `the Region does not have \`${code}\``, lacking(code))),
  unknown(PRIVATE_NAT, 'GetParameters is refused', refused('GetParameters')),
  unknown(PRIVATE_NAT, 'the bundle was made without Systems Manager', without('RegionServices')),
];

export const SERVICE_CASES: Section = {
  'service-ec2': casesOf('ec2'),
  'service-ecs-fargate': casesOf('ecs', 'fargate'),
  'service-iam': casesOf('iam'),
  'service-cloudformation': casesOf('cloudformation'),
  'service-s3': casesOf('s3'),
  'service-dynamodb': casesOf('dynamodb'),
  'service-cloudwatch-logs': casesOf('logs'),
  'service-secrets-manager': casesOf('secretsmanager'),
  'service-ssm': casesOf('ssm'),
};
