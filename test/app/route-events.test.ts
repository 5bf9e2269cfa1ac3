import { describe, expect, it } from '@jest/globals';
import { routeMessage } from '../../shared/app/route-events.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';

const own = exampleNetwork();
const ARN = `arn:aws:ecs:${own.region}:123456789012:service/gitpod/runner`;
const named = { ...own, id: 'named', runnerServiceArn: ARN };
const [deleted] = exampleJson('broken.events.json') as readonly [{ readonly detail: Record<string, unknown> }];

/** What UpdateService leaves in CloudTrail: the request may name the service in short, the answer has the ARN. */
const update = (arn: string, eventName = 'UpdateService') =>
  JSON.stringify({
    ...deleted,
    source: 'aws.ecs',
    detail: {
      ...deleted.detail,
      eventSource: 'ecs.amazonaws.com',
      eventName,
      requestParameters: { cluster: 'gitpod', service: 'runner' },
      responseElements: {
        service: { serviceArn: arn, clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/gitpod' },
      },
      resources: [],
    },
  });

const about = (body: string) => {
  const message = routeMessage(body, [own, named]);
  return message.is === 'scan' ? message.networks : message;
};

describe('a change of an ECS service', () => {
  it('is about the networks that name the service, and names it', () => {
    expect(about(update(ARN))).toEqual(['named']);
    const message = routeMessage(update(ARN), [named]);
    expect(message.is === 'scan' && message.change?.objects).toEqual([ARN]);
  });

  it('is about nobody when nobody names the service, and when the call changes none', () => {
    expect(about(update(ARN.replace(/runner$/, 'shop')))).toEqual({ is: 'ignored', why: 'not-watched' });
    expect(about(update(ARN, 'RunTask'))).toEqual({ is: 'ignored', why: 'no-effect' });
  });

  it('leaves changes of EC2 to be about all', () => {
    expect(about(JSON.stringify(deleted))).toEqual([own.id, 'named']);
  });
});
