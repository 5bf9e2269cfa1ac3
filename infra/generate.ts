import { actionOf, type Kind } from '../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../shared/core/facts/kinds/registry.ts';
import { CHANGE_SOURCES, namedCalls } from '../shared/core/facts/operations.ts';

/** IAM actions of the scanner: one for each kind that the collector reads, nothing more. None of them is limited to a resource by AWS. */
export const describeActions = (): readonly string[] =>
  [
    ...new Set(
      Object.values<Kind<{ readonly id: string }>>(KINDS).flatMap((kind) =>
        kind.collect.by === 'given' ? [] : (actionOf(kind) ?? []),
      ),
    ),
  ].sort();

/** What the scanner may do in the account that it looks at; the resource of the parameters is completed by the template. */
export const scannerStatements = () =>
  [
    { Sid: 'ReadNetworks', Effect: 'Allow', Action: [...describeActions()], Resource: '*' },
    {
      Sid: 'ReadRegionServices',
      Effect: 'Allow',
      Action: ['ssm:GetParameters'],
      Resource: 'arn:aws:ssm:*::parameter/aws/service/global-infrastructure/*',
    },
  ] as const;

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
