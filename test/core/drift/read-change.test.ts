import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { objectIdsIn } from '../../../shared/core/drift/object-id.ts';
import { readChange } from '../../../shared/core/drift/read-change.ts';
import { storyFile } from '../../support/corpus.ts';

const natDeleted = (): Record<string, unknown> =>
  JSON.parse(readFileSync(storyFile('n1-nat-deleted', 'change.json'), 'utf8')) as Record<string, unknown>;

const withDetail = (extra: Record<string, unknown>): Record<string, unknown> => {
  const event = natDeleted();
  return { ...event, detail: { ...(event['detail'] as object), ...extra } };
};

describe('readChange', () => {
  it('tells who did what, when, with what and to which objects', () => {
    expect(readChange(natDeleted())).toEqual({
      is: 'change',
      change: {
        eventId: '279c6da0-a37c-451e-827f-95d846473d17',
        source: 'aws.ec2',
        operation: 'DeleteNatGateway',
        at: Date.parse('2026-11-20T08:50:44Z'),
        account: '417266352109',
        region: 'eu-central-1',
        actor: 'm.keller@example.com',
        tool: 'console',
        sourceIp: '62.96.12.77',
        objects: ['nat-003e96a5bd4f45f17'],
      },
    });
  });

  it('reads the event of every story', () => {
    const events = readdirSync(storyFile('.', '.')).flatMap((story) =>
      readdirSync(storyFile(story, '.'))
        .filter((name) => name.startsWith('change'))
        .map((name) => storyFile(story, name)),
    );
    expect(events.length).toBeGreaterThan(15);
    for (const path of events) {
      const content = JSON.parse(readFileSync(path, 'utf8')) as unknown;
      for (const event of Array.isArray(content) ? (content as unknown[]) : [content])
        expect(readChange(event).is).toBe('change');
    }
  });

  it('takes ids from all that names what was changed, not from how the call came', () => {
    const event = withDetail({
      vpcEndpointId: 'vpce-0123456789abcdef0',
      requestParameters: null,
      responseElements: null,
      serviceEventDetails: { attachment: 'tgw-attach-0123456789abcdef0' },
    });

    expect(readChange({ ...event, resources: ['arn:aws:ec2:eu-central-1:1:subnet/subnet-0a1b2c3d'] })).toMatchObject({
      change: { objects: ['subnet-0a1b2c3d', 'tgw-attach-0123456789abcdef0'] },
    });
  });

  it.each([
    [
      'items',
      {
        securityGroupRuleSet: { items: [{ groupId: 'sg-0a1b2c3d', referencedGroupInfo: { groupId: 'sg-0b1b2c3d' } }] },
      },
      ['sg-0a1b2c3d', 'sg-0b1b2c3d'],
    ],
    [
      'one item without a list',
      { networkInterfaceIdSet: { items: { networkInterfaceId: 'eni-0a1b2c3d' } } },
      ['eni-0a1b2c3d'],
    ],
    [
      'content beside a tag',
      { DeleteVpcEndpointsRequest: { VpcEndpointId: { tag: 1, content: 'vpce-0a1b2c3d' } } },
      ['vpce-0a1b2c3d'],
    ],
    [
      'a list where another record has one',
      {
        DeleteVpcEndpointsRequest: {
          VpcEndpointId: [
            { tag: 1, content: 'vpce-0a1b2c3d' },
            { tag: 2, content: 'vpce-0b1b2c3d' },
          ],
        },
      },
      ['vpce-0a1b2c3d', 'vpce-0b1b2c3d'],
    ],
    [
      'a request inside a request',
      {
        ModifyVpcEndpointRequest: {
          AddRouteTableId: { tag: 1, content: 'rtb-0a1b2c3d' },
          VpcEndpointId: 'vpce-0a1b2c3d',
        },
      },
      ['rtb-0a1b2c3d', 'vpce-0a1b2c3d'],
    ],
  ])('finds ids in %s', (_shape, requestParameters, objects) => {
    const event = withDetail({ requestParameters, responseElements: { _return: true } });

    expect(readChange({ ...event, resources: [] })).toMatchObject({ change: { objects } });
  });

  it('takes nothing for an id that only looks like one', () => {
    expect(
      objectIdsIn(
        'build-20251125 my-sg-0f0f0f0f deadbeef-aaaa-bbbb-cccc-0123456789ab sg-0a1b2c3d0a1b2c3d0a1b sg-xyz "sg-0a1b2c3d"',
      ),
    ).toEqual(['sg-0a1b2c3d']);
    expect(objectIdsIn('vpce-svc-0123456789abcdef0 vpcbpa-exclude-0123456789abcdef0')).toHaveLength(2);
  });

  it.each([
    ['a call that failed', withDetail({ errorCode: 'Client.UnauthorizedOperation' }), 'failed-call'],
    ['a call that only reads', withDetail({ readOnly: true }), 'read-only'],
    ['a forged source', { ...natDeleted(), source: 'my.app' }, 'foreign-source'],
    [
      'another kind of event',
      { ...natDeleted(), 'detail-type': 'EC2 Instance State-change Notification' },
      'not-cloudtrail',
    ],
    ['a truncated record', withDetail({ eventName: undefined }), 'malformed'],
    ['something else', { hello: 1 }, 'malformed'],
    ['nothing', null, 'malformed'],
  ])('takes %s for no change', (_name, event, why) => {
    expect(readChange(event)).toEqual({ is: why });
  });

  it.each([
    [{ sessionCredentialFromConsole: undefined, userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8' }, 'terraform'],
    [{ sessionCredentialFromConsole: undefined, userAgent: 'aws-cli/2.17.0 md/awscrt' }, 'aws-cli'],
    [{ sessionCredentialFromConsole: undefined, userAgent: 'cloudformation.amazonaws.com' }, 'cloudformation'],
    [{ sessionCredentialFromConsole: undefined, userAgent: 'Boto3/1.34' }, 'sdk'],
    [{ sessionCredentialFromConsole: undefined, userAgent: 'autoscaling.amazonaws.com' }, 'service'],
  ])('tells the tool from %j', (detail, tool) => {
    expect(readChange(withDetail(detail))).toMatchObject({ change: { tool } });
  });
});
