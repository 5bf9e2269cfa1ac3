import { STACK_OPERATIONS, STACK_SOURCE } from '../shared/core/drift/stack-calls.ts';
import { actionOf, type Kind } from '../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../shared/core/facts/kinds/registry.ts';
import { CHANGE_SOURCES, namedCalls } from '../shared/core/facts/operations.ts';

const READ: readonly Kind<{ readonly id: string }>[] = Object.values<Kind<{ readonly id: string }>>(KINDS).filter(
  ({ collect }) => collect.by !== 'given',
);

const actionsOf = (kinds: readonly Kind<{ readonly id: string }>[]): string[] =>
  [...new Set(kinds.flatMap((kind) => actionOf(kind) ?? []))].sort();

/** What the scanner may do in the account that it looks at: the calls that the collector makes, and nothing that writes. */
export const readPolicy = () => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ReadNetworks',
      Effect: 'Allow',
      Action: actionsOf(READ.filter(({ resource }) => resource === undefined)),
      Resource: ['*'],
    },
    {
      Sid: 'ReadNamedObjects',
      Effect: 'Allow',
      Action: actionsOf(READ.filter(({ resource }) => resource !== undefined)),
      Resource: READ.flatMap(({ resource }) => (resource === undefined ? [] : [`arn:*:${resource}`])).sort(),
    },
    {
      Sid: 'ReadRegionServices',
      Effect: 'Allow',
      Action: ['ssm:GetParameters'],
      Resource: ['arn:*:ssm:*::parameter/aws/service/global-infrastructure/*'],
    },
  ],
});

/** Busy calls of EC2 that change no network. Everything else is let through, so that an operation of tomorrow is not missed. */
const HOT_AND_HARMLESS = [
  'AttachVolume',
  'CopySnapshot',
  'CreateKeyPair',
  'CreateSnapshot',
  'CreateSnapshots',
  'CreateVolume',
  'DeleteKeyPair',
  'DeleteSnapshot',
  'DeleteVolume',
  'DetachVolume',
  'ModifyVolume',
  'MonitorInstances',
  'UnmonitorInstances',
];

/** What reaches the scan queue: successful EC2 calls that change something. At most 2,048 characters (EventBridge quota, read 2026-11-25). */
export const changePattern = () => ({
  source: ['aws.ec2'],
  'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
  detail: {
    eventSource: ['ec2.amazonaws.com'],
    readOnly: [false],
    errorCode: [{ exists: false }],
    eventName: [{ 'anything-but': HOT_AND_HARMLESS }],
  },
});

/** `ecs.amazonaws.com` of `aws.ecs`. */
const eventSourceOf = (source: string): string => `${source.replace('aws.', '')}.amazonaws.com`;

/** The same for the other services that decide what a runner reaches. Their calls are few, so none is left out here, but for those of busy services. */
export const otherChangePattern = () => {
  const named = [...namedCalls()];
  return {
    source: CHANGE_SOURCES.filter((source) => source !== 'aws.ec2'),
    'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
    detail: {
      readOnly: [false],
      errorCode: [{ exists: false }],
      $or: [
        { eventSource: [{ 'anything-but': named.map(([source]) => eventSourceOf(source)) }] },
        ...named.map(([source, eventName]) => ({ eventSource: [eventSourceOf(source)], eventName })),
      ],
    },
  };
};

/** What people ask of CloudFormation. It leads to no scan, and tells who is behind the calls that CloudFormation makes with a role of the stack. */
export const stackPattern = () => ({
  source: [STACK_SOURCE],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: { errorCode: [{ exists: false }], eventName: Object.keys(STACK_OPERATIONS) },
});

/** Calls after which changes may no longer be heard of, by service (CloudTrail writes some of Lambda's with the date of the API). */
const SILENCING: Readonly<Record<string, readonly string[]>> = {
  'aws.cloudtrail': ['DeleteTrail', 'PutEventSelectors', 'StopLogging', 'UpdateTrail'],
  'aws.events': ['DeleteRule', 'DisableRule', 'PutRule', 'RemoveTargets'],
  'aws.scheduler': ['DeleteSchedule', 'UpdateSchedule'],
  'aws.lambda': [
    'DeleteEventSourceMapping20150331',
    'DeleteFunction20150331',
    'PutFunctionConcurrency20171031',
    'UpdateEventSourceMapping20150331',
    'UpdateFunctionCode20150331v2',
    'UpdateFunctionConfiguration20150331v2',
  ],
  'aws.sqs': ['DeleteQueue', 'PurgeQueue', 'SetQueueAttributes'],
  'aws.sns': ['DeleteTopic', 'SetTopicAttributes', 'Unsubscribe'],
  'aws.dynamodb': ['DeleteTable', 'UpdateTable'],
};

/** Where those calls name what they change. */
const NAMED_IN = ['name', 'rule', 'functionName', 'queueUrl', 'topicArn', 'subscriptionArn', 'tableName'];

/** Somebody changes the watcher or the trail that feeds it, and it is not a deployment of this stack. `stack` is the name of the stack, or what stands for it. */
export const tamperPattern = (stack: unknown) => ({
  source: Object.keys(SILENCING),
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    errorCode: [{ exists: false }],
    eventName: Object.values(SILENCING).flat(),
    userIdentity: { invokedBy: [{ exists: false }, { 'anything-but': 'cloudformation.amazonaws.com' }] },
    $or: [
      { eventSource: ['cloudtrail.amazonaws.com'] },
      ...NAMED_IN.map((field) => ({ requestParameters: { [field]: [{ wildcard: stack }] } })),
    ],
  },
});

/** What stands for the names of the stack's resources in a template. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
export const STACK_RESOURCES = { 'Fn::Sub': '*${AWS::StackName}-*' };
