import { describe, expect, it } from '@jest/globals';
import { instant, toIso } from '../../../shared/core/base/instant.ts';
import type { ChangeEvent } from '../../../shared/core/drift/change.ts';
import { readChange } from '../../../shared/core/drift/read-change.ts';
import { actorBehind, LONGEST_RUN } from '../../../shared/core/drift/stack-calls.ts';

const T0 = Date.UTC(2026, 10, 20, 9);
const ROLE = 'arn:aws:iam::123456789012:role/deploy/stacks';
const SECOND = 1000;

let events = 0;

/** A CloudTrail record in its EventBridge envelope, as EC2 and CloudFormation write it. */
function record(source: string, eventName: string, at: number, userIdentity: object, more: object = {}): ChangeEvent {
  events += 1;
  const read = readChange({
    source,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventID: `e${events}`,
      eventName,
      eventTime: toIso(instant(T0 + at)),
      recipientAccountId: '123456789012',
      awsRegion: 'eu-central-1',
      userIdentity,
      ...more,
    },
  });
  if (read.is !== 'change') throw new Error(read.is);
  return read.change;
}

const person = (name: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::123456789012:assumed-role/admin/${name}`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::123456789012:role/admin', userName: 'admin' } },
});

const byRole = (role = ROLE) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::123456789012:assumed-role/${role.split('/').pop()}/AWSCloudFormation`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: role, userName: role.split('/').pop() } },
  invokedBy: 'cloudformation.amazonaws.com',
});

const MAY = 'm.keller@example.com';
const JO = 'j.doe@example.com';

const stackArn = (name: string): string => `arn:aws:cloudformation:eu-central-1:123456789012:stack/${name}/9f960720`;

const call = (eventName: string, at: number, who: string, requestParameters: object, more: object = {}): ChangeEvent =>
  record('aws.cloudformation', eventName, at, person(who), { requestParameters, ...more });

const update = (at: number, who = MAY, stackName = 'runner-prod', roleARN: string | undefined = ROLE): ChangeEvent =>
  call('UpdateStack', at, who, { stackName, ...(roleARN === '' ? {} : { roleARN }) });

const deletion = (at = 60 * SECOND, role = ROLE): ChangeEvent =>
  record('aws.ec2', 'DeleteNatGateway', at, byRole(role), {
    userAgent: 'cloudformation.amazonaws.com',
    requestParameters: { natGatewayId: 'nat-0123456789abcdef0' },
  });

const ALONE = 'CloudFormation (role stacks)';
const WHOLE = `${MAY} by CloudFormation (stack runner-prod, role stacks)`;

describe('a call to CloudFormation', () => {
  it('names the stack, the change set and the role', () => {
    const change = call('ExecuteChangeSet', 0, MAY, {
      stackName: stackArn('runner-prod'),
      changeSetName: 'arn:aws:cloudformation:eu-central-1:123456789012:changeSet/deploy-42/cs-abc',
    });

    expect(change).toMatchObject({
      actor: MAY,
      objects: [],
      stackCall: { effect: 'runs', stack: 'runner-prod', changeSet: 'deploy-42' },
    });
    expect(update(0).stackCall).toEqual({ effect: 'runs', stack: 'runner-prod', role: ROLE });
    expect(
      call('CreateStack', 0, MAY, {}, { responseElements: { stackId: stackArn('runner-new') } }).stackCall,
    ).toEqual({ effect: 'runs', stack: 'runner-new' });
  });

  it.each([['DeleteChangeSet'], ['TagResource'], ['toString']])('is of no account when it is %s', (eventName) => {
    expect(() => call(eventName, 0, MAY, { stackName: 'runner-prod' })).toThrow('foreign-source');
  });
});

describe('who is behind a change that CloudFormation made with a role', () => {
  it('is whoever had the stack worked on with that role', () => {
    expect(actorBehind(deletion(), [update(0), deletion()])).toBe(WHOLE);
  });

  it('is found whatever the order in which the events came', () => {
    const change = deletion();
    expect(actorBehind(change, [change, update(0)])).toBe(WHOLE);
  });

  it.each<[string, readonly ChangeEvent[]]>([
    ['nothing is recorded', []],
    ['the call came after it', [update(61 * SECOND)]],
    ['the call is too old', [update(60 * SECOND - LONGEST_RUN - 1)]],
    ['the call was with another role', [update(0, MAY, 'runner-prod', 'arn:aws:iam::123456789012:role/other')]],
    ['the call was in another Region', [{ ...update(0), region: 'eu-west-1' }]],
    ['the call was in another account', [{ ...update(0), account: '999999999999' }]],
    ['four stacks were worked on', ['a', 'b', 'c', 'd'].map((name) => update(0, MAY, name))],
    ['it was only prepared', [call('CreateChangeSet', 0, MAY, { stackName: 'a', changeSetName: 'c', roleARN: ROLE })]],
  ])('is not known when %s', (_when, recorded) => {
    expect(actorBehind(deletion(), recorded)).toBe(ALONE);
  });

  it('is the last who asked for the same stack', () => {
    expect(actorBehind(deletion(), [update(10 * SECOND), update(0, JO)])).toBe(WHOLE);
  });

  it('is either of two when two stacks were worked on with that role', () => {
    expect(actorBehind(deletion(), [update(0), update(30 * SECOND, JO, 'shop')])).toBe(
      `${MAY} or ${JO} by CloudFormation (stack runner-prod or shop, role stacks)`,
    );
    expect(actorBehind(deletion(), [update(0), update(30 * SECOND, MAY, 'shop')])).toBe(
      `${MAY} by CloudFormation (stack runner-prod or shop, role stacks)`,
    );
  });

  it('is only probable when the record names no role', () => {
    expect(actorBehind(deletion(), [update(0, MAY, 'runner-prod', '')])).toBe(`probably ${WHOLE}`);
  });

  it('is certain when an earlier call gave the stack its role, which it keeps', () => {
    const recorded = [update(0, JO), call('DeleteStack', 30 * SECOND, MAY, { stackName: 'runner-prod' })];
    expect(actorBehind(deletion(), recorded)).toBe(WHOLE);
  });

  it('is who executed a change set, with the role for which another made it', () => {
    const changeSetName = 'deploy-42';
    const made = call('CreateChangeSet', 0, JO, { stackName: 'runner-prod', changeSetName, roleARN: ROLE });
    const arn = `arn:aws:cloudformation:eu-central-1:123456789012:changeSet/${changeSetName}/cs-abc`;
    const executed = call('ExecuteChangeSet', 30 * SECOND, MAY, {
      stackName: stackArn('runner-prod'),
      changeSetName: arn,
    });

    expect(actorBehind(deletion(), [made, executed])).toBe(WHOLE);
    expect(actorBehind(deletion(60 * SECOND, 'arn:aws:iam::123456789012:role/other'), [made, executed])).toBe(
      'CloudFormation (role other)',
    );
  });

  it('is who asked for the outer stack, not CloudFormation itself for a nested one', () => {
    const nested = record('aws.cloudformation', 'UpdateStack', 10 * SECOND, byRole(), {
      requestParameters: { stackName: stackArn('runner-prod-Network-1A2B'), roleARN: ROLE },
    });
    expect(actorBehind(deletion(), [update(0), nested])).toBe(WHOLE);
  });

  it('stays who made it when CloudFormation acted with their own rights', () => {
    const own = record('aws.ec2', 'DeleteNatGateway', 60 * SECOND, {
      ...person(JO),
      invokedBy: 'cloudformation.amazonaws.com',
    });
    expect(actorBehind(own, [update(0)])).toBe(JO);
  });
});
