import type { OutletKind } from '../shared/adapters/notifiers.ts';
import { OUTLET_KINDS } from '../shared/adapters/notifiers.ts';
import type { Outlet } from '../shared/adapters/outlet.ts';

/** What a deployment has for its outlets: functions as `serverless.yml` describes them, and CloudFormation resources. */
export interface OutletTemplate {
  readonly functions: Readonly<Record<string, unknown>>;
  readonly resources: { readonly Resources: Readonly<Record<string, unknown>> };
}

const ref = (id: string) => ({ Ref: id });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** Calls to the one thing that an outlet of the kind cannot do without. */
const REACH = {
  secretArn: ({ secretArn = '', kmsKeyArn }: Outlet) => [
    {
      Sid: 'ReadSecret',
      Effect: 'Allow',
      Action: secretArn.split(':')[2] === 'ssm' ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue',
      Resource: secretArn,
    },
    ...(kmsKeyArn === undefined
      ? []
      : [{ Sid: 'DecryptSecret', Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn }]),
  ],
  eventBusArn: ({ eventBusArn }: Outlet) => [
    { Sid: 'PutEvents', Effect: 'Allow', Action: 'events:PutEvents', Resource: eventBusArn },
  ],
} as const satisfies Record<OutletKind['needs'], (outlet: Outlet) => readonly unknown[]>;

const alarm = (description: string, metric: Readonly<Record<string, unknown>>) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: description,
    ...metric,
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [ref('WatcherTopic')],
  },
});

function resourcesOf(outlet: Outlet, logGroup: string): Readonly<Record<string, unknown>> {
  const name = outlet.id.charAt(0).toUpperCase() + outlet.id.slice(1);
  const lambda = `${name}LambdaFunction`;
  const deadLetters = `${name}DeadLetters`;
  return {
    [`${name}Subscription`]: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: ref('AlertTopic'),
        Protocol: 'lambda',
        Endpoint: arnOf(lambda),
        RedrivePolicy: { deadLetterTargetArn: arnOf(deadLetters) },
        ...(outlet.only === undefined ? {} : { FilterPolicy: outlet.only }),
      },
    },
    [`${name}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: arnOf(lambda),
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: ref('AlertTopic'),
      },
    },
    [deadLetters]: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
    },
    [`${deadLetters}Policy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref(deadLetters)],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'UndeliveredAlertsMayBeKept',
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf(deadLetters),
              Condition: { ArnEquals: { 'aws:SourceArn': ref('AlertTopic') } },
            },
          ],
        },
      },
    },
    [`${name}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: outlet.id,
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Sid: 'WriteLogs',
                  Effect: 'Allow',
                  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                  Resource: {
                    'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${logGroup}:*`,
                  },
                },
                {
                  Sid: 'WriteTraces',
                  Effect: 'Allow',
                  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
                  Resource: '*',
                },
                {
                  Sid: 'KeepUndelivered',
                  Effect: 'Allow',
                  Action: 'sqs:SendMessage',
                  Resource: arnOf(deadLetters),
                },
                ...REACH[OUTLET_KINDS[outlet.kind].needs](outlet),
              ],
            },
          },
        ],
      },
    },
    [`${deadLetters}Alarm`]: alarm(`Something could not be processed and waits in ${deadLetters}`, {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters, 'QueueName'] } }],
      Statistic: 'Maximum',
    }),
    [`${name}ErrorsAlarm`]: alarm(`Function ${outlet.id} fails`, {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: ref(lambda) }],
      Statistic: 'Sum',
    }),
  };
}

const functionOf = (outlet: Outlet) => {
  const name = outlet.id.charAt(0).toUpperCase() + outlet.id.slice(1);
  return {
    handler: 'functions/outlet.handler',
    description: `Hands alerts of the topic to ${outlet.id} (${outlet.kind})`,
    timeout: 60,
    memorySize: 512,
    role: `${name}Role`,
    destinations: { onFailure: { type: 'sqs', arn: arnOf(`${name}DeadLetters`) } },
    environment: { OUTLET: JSON.stringify(outlet) },
  };
};

/** `prefix` is the service and stage that every function's name begins with, e.g. `runnerwatch-prod`. */
export const outletTemplate = (outlets: readonly Outlet[], prefix: string): OutletTemplate => ({
  functions: Object.fromEntries(outlets.map((outlet) => [outlet.id, functionOf(outlet)])),
  resources: {
    Resources: Object.assign({}, ...outlets.map((outlet) => resourcesOf(outlet, `/aws/lambda/${prefix}-${outlet.id}`))),
  },
});

/** The row that the parameter `slackWebhookSecretArn` stands for. */
export const slackRow = (secretArn: string): Outlet => ({ id: 'slack', kind: 'slack', secretArn, allowHosts: [] });
