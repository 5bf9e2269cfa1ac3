import type { OutletKind } from '../shared/adapters/notifiers.ts';
import { OUTLET_KINDS } from '../shared/adapters/notifiers.ts';
import type { Outlet } from '../shared/adapters/outlet.ts';
import { deadLettersAlarm, errorsAlarm } from './alarms.ts';
import { arnOf, idOf, ref } from './intrinsics.ts';
import { allow, role, type Statement } from './roles.ts';

/** What a deployment has for its outlets: functions as `serverless.yml` describes them, and CloudFormation resources. */
export interface OutletTemplate {
  readonly functions: Readonly<Record<string, unknown>>;
  readonly resources: { readonly Resources: Readonly<Record<string, unknown>> };
}

/** Calls to the one thing that an outlet of the kind cannot do without. */
const REACH = {
  secretArn: ({ secretArn = '', kmsKeyArn }: Outlet) => [
    allow(
      'ReadSecret',
      secretArn.split(':')[2] === 'ssm' ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue',
      secretArn,
    ),
    ...(kmsKeyArn === undefined ? [] : [allow('DecryptSecret', 'kms:Decrypt', kmsKeyArn)]),
  ],
  eventBusArn: ({ eventBusArn }: Outlet) => [allow('PutEvents', 'events:PutEvents', eventBusArn)],
} as const satisfies Record<OutletKind['needs'], (outlet: Outlet) => readonly Statement[]>;

function resourcesOf(outlet: Outlet, prefix: string): Readonly<Record<string, unknown>> {
  const name = idOf(outlet.id);
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
    [`${name}Role`]: role(outlet.id, prefix, [
      allow('KeepUndelivered', 'sqs:SendMessage', arnOf(deadLetters)),
      ...REACH[OUTLET_KINDS[outlet.kind].needs](outlet),
    ]),
    ...deadLettersAlarm(deadLetters),
    ...errorsAlarm(outlet.id),
  };
}

const functionOf = (outlet: Outlet) => {
  const name = idOf(outlet.id);
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
    Resources: Object.assign({}, ...outlets.map((outlet) => resourcesOf(outlet, prefix))),
  },
});

/** The row that the parameter `slackWebhookSecretArn` stands for. */
export const slackRow = (secretArn: string): Outlet => ({ id: 'slack', kind: 'slack', secretArn, allowHosts: [] });
