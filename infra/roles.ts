import { readPolicy } from './generate.ts';
import { arnOf, attributeOf, idOf, ref, sub } from './intrinsics.ts';

/** A statement of a role's policy, `Effect` included. */
export type Statement = Readonly<Record<string, unknown>>;

export const allow = (Sid: string, Action: string | readonly string[], Resource: unknown, Condition?: object) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** The role of one function: it writes its own log and traces, and does what the statements say. `prefix` is of service and stage, e.g. `runnerwatch-prod`. */
export const role = (name: string, prefix: string, statements: readonly Statement[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: name,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], logOf(`/aws/lambda/${prefix}-${name}`)),
            allow('WriteTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
            ...statements,
          ],
        },
      },
    ],
  },
});

const logOf = (group: string) =>
  sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}:*`);

const TABLE = arnOf('StateTable');
const SCAN_QUEUE = arnOf('ScanQueue');
const CHANGE_QUEUE = arnOf('ChangeQueue');
const SEND = 'sqs:SendMessage';

/** Roles of other accounts that the watch file names. Without any the scanner is told that it may assume none. */
const otherAccounts = (readRoles: readonly string[]): Statement =>
  readRoles.length > 0
    ? allow('ReadOtherAccounts', 'sts:AssumeRole', readRoles)
    : { Sid: 'ReadNoOtherAccounts', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' };

/** What telling an alert takes. */
const TELL: readonly Statement[] = [
  allow('MarkAsTold', 'dynamodb:PutItem', TABLE, {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['DELIVERED'] },
  }),
  allow('Publish', 'sns:Publish', ref('AlertTopic')),
  allow('KeepUndelivered', SEND, arnOf('AlertDeadLetters')),
];

/** What each function does, and nothing else. */
const grants = (readRoles: readonly string[]): Readonly<Record<string, readonly Statement[]>> => ({
  scan: [
    ...readPolicy().Statement,
    otherAccounts(readRoles),
    allow('KeepState', ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'], TABLE),
    allow(
      'TakeMessages',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [CHANGE_QUEUE, SCAN_QUEUE],
    ),
    allow('AskForScans', SEND, SCAN_QUEUE),
  ],
  alert: [
    allow(
      'ReadStream',
      ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
      attributeOf('StateTable', 'StreamArn'),
    ),
    allow('ReadLargeDrift', 'dynamodb:Query', TABLE),
    ...TELL,
  ],
  sweep: [allow('ReadDrift', 'dynamodb:Query', TABLE), ...TELL],
  // arn:…:prefix-list/pl-…: this one list, which belongs to the stack.
  heartbeat: [allow('RenameOwnList', 'ec2:ModifyManagedPrefixList', arnOf('HeartbeatList'))],
  api: [allow('ReadState', 'dynamodb:Query', TABLE), allow('AskForScans', SEND, SCAN_QUEUE)],
});

/** One role a function, but for the outlets, which bring their own. `readRoles` are those of the watch file. */
export const roles = (prefix: string, readRoles: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(grants([...new Set(readRoles)].sort())).map(([name, statements]) => [
      `${idOf(name)}Role`,
      role(name, prefix, statements),
    ]),
  );
