import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { changePattern, otherChangePattern, stackPattern, tamperPattern } from '../../infra/generate.ts';
import data from '../../shared/core/facts/operations.data.json' with { type: 'json' };
import { effectOf, mayChangeNetwork } from '../../shared/core/facts/operations.ts';
import { heartbeatEvent } from '../support/heartbeat-event.ts';
import { pythonWithMoto } from '../support/moto.ts';

/** Quota of EventBridge, in characters of JSON (quotas, read 2026-11-25). */
const LONGEST = 2048;

/** The emulator's reading of event patterns, which is not ours: which of the events a pattern lets through. */
function letThrough(pattern: object, events: readonly object[]): readonly boolean[] {
  const python = pythonWithMoto();
  if (python === undefined) throw new Error('moto is missing');
  const script = [
    'import json, sys',
    'from moto.events.models import EventPattern',
    'given = json.load(sys.stdin)',
    'pattern = EventPattern(None, given["pattern"])',
    'json.dump([pattern.matches_event(event) for event in given["events"]], sys.stdout)',
  ].join('\n');
  const run = spawnSync(python, ['-c', script], { input: JSON.stringify({ pattern, events }), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as boolean[];
}

const call = (source: string, eventName: string, more: object = {}): object => ({
  source,
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: `${source.replace('aws.', '')}.amazonaws.com`,
    eventName,
    readOnly: false,
    userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/admin/a.b@example.com' },
    ...more,
  },
});

const OPERATIONS = Object.entries(data).flatMap(([source, operations]) =>
  Object.keys(operations).map((name) => ({ source, name })),
);

describe('event rules', () => {
  it('fit into the quota', () => {
    const template = tamperPattern('*a-stack-name-of-some-length-prod-*');
    for (const pattern of [changePattern(), otherChangePattern(), stackPattern(), template])
      expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(LONGEST);
  });

  it('let every call through that may change a network, and each by one rule', () => {
    const events = OPERATIONS.map(({ source, name }) => call(source, name));
    const [ec2, others] = [letThrough(changePattern(), events), letThrough(otherChangePattern(), events)];
    const wanted = OPERATIONS.filter(({ source, name }) => mayChangeNetwork(source, name));
    const lost = OPERATIONS.filter(
      ({ source, name }, at) => mayChangeNetwork(source, name) && ec2[at] === false && others[at] === false,
    );

    expect(OPERATIONS.length).toBeGreaterThan(700);
    expect(wanted.length).toBeGreaterThan(500);
    expect(lost).toEqual([]);
    expect(OPERATIONS.filter((_one, at) => ec2[at] && others[at])).toEqual([]);
    // What is left out is known to change nothing.
    const out = OPERATIONS.filter((_one, at) => !ec2[at] && !others[at]);
    expect(out.length).toBeGreaterThan(5);
    expect(out.filter(({ source, name }) => effectOf(source, name) !== 'none')).toEqual([]);
  });

  it('let an operation of tomorrow through', () => {
    expect(letThrough(changePattern(), [call('aws.ec2', 'InventTeleporter')])).toEqual([true]);
  });

  it('let only those calls of ECS through that change a service', () => {
    const calls = ['UpdateService', 'RunTask', 'SubmitTaskStateChange', 'RegisterTaskDefinition'];

    expect(
      letThrough(
        otherChangePattern(),
        calls.map((name) => call('aws.ecs', name)),
      ),
    ).toEqual([true, false, false, false]);
  });

  it("let the watcher's own heartbeat through, as any change", () => {
    expect(letThrough(changePattern(), [heartbeatEvent()])).toEqual([true]);
    expect(letThrough(otherChangePattern(), [heartbeatEvent()])).toEqual([false]);
  });

  it('leave out reads, failed calls, forged sources and other events', () => {
    const events = [
      call('aws.ec2', 'DeleteRoute', { readOnly: true }),
      call('aws.ec2', 'DeleteRoute', { errorCode: 'Client.UnauthorizedOperation' }),
      call('my.app', 'DeleteRoute', { eventSource: 'ec2.amazonaws.com' }),
      { ...call('aws.ec2', 'DeleteRoute'), 'detail-type': 'EC2 Instance State-change Notification' },
    ];

    expect(letThrough(changePattern(), [call('aws.ec2', 'DeleteRoute'), ...events])).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(letThrough(otherChangePattern(), events)).toEqual([false, false, false, false]);
  });

  it('let through who makes CloudFormation work on a stack, once, and nothing else of it', () => {
    const calls = ['CreateStack', 'UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ExecuteChangeSet'].map((name) =>
      call('aws.cloudformation', name, { requestParameters: { stackName: 'runner-prod' } }),
    );
    const others = [
      call('aws.cloudformation', 'DescribeStacks', { readOnly: true }),
      call('aws.cloudformation', 'DeleteChangeSet'),
      call('aws.cloudformation', 'UpdateStack', { errorCode: 'ValidationException' }),
      { ...call('aws.cloudformation', 'UpdateStack'), 'detail-type': 'CloudFormation Stack Status Change' },
      call('my.app', 'UpdateStack', { eventSource: 'cloudformation.amazonaws.com' }),
    ];

    expect(letThrough(stackPattern(), calls)).toEqual(calls.map(() => true));
    expect(letThrough(stackPattern(), others)).toEqual(others.map(() => false));
    for (const pattern of [changePattern(), otherChangePattern(), tamperPattern('*runnerwatch-prod-*')])
      expect(letThrough(pattern, calls)).toEqual(calls.map(() => false));
  });

  it('tell when the watcher is changed, and not when others or deployments are', () => {
    const pattern = tamperPattern('*runnerwatch-prod-*');
    const byStack = { userIdentity: { type: 'AssumedRole', invokedBy: 'cloudformation.amazonaws.com' } };
    const own = [
      call('aws.cloudtrail', 'StopLogging', { requestParameters: { name: 'anything' } }),
      call('aws.events', 'DisableRule', { requestParameters: { name: 'runnerwatch-prod-ChangeRule-ABC' } }),
      call('aws.events', 'RemoveTargets', {
        requestParameters: { rule: 'runnerwatch-prod-ChangeRule-ABC', ids: ['scan-queue'] },
      }),
      call('aws.lambda', 'PutFunctionConcurrency20171031', {
        requestParameters: { functionName: 'runnerwatch-prod-scan' },
      }),
      call('aws.sqs', 'DeleteQueue', {
        requestParameters: {
          queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/runnerwatch-prod-ScanQueue-X',
        },
      }),
      call('aws.dynamodb', 'DeleteTable', { requestParameters: { tableName: 'runnerwatch-prod-StateTable-Y' } }),
    ];
    const others = [
      call('aws.events', 'DisableRule', { requestParameters: { name: 'somebody-elses-rule' } }),
      call('aws.lambda', 'DeleteFunction20150331', { requestParameters: { functionName: 'shop' } }),
      call('aws.cloudtrail', 'LookupEvents'),
      call('aws.cloudtrail', 'StopLogging', { errorCode: 'AccessDenied' }),
      call('aws.lambda', 'UpdateFunctionCode20150331v2', {
        ...byStack,
        requestParameters: { functionName: 'runnerwatch-prod-scan' },
      }),
    ];

    expect(letThrough(pattern, own)).toEqual(own.map(() => true));
    expect(letThrough(pattern, others)).toEqual(others.map(() => false));
  });
});
