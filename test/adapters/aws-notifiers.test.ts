import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { eventBridgeNotifier } from '../../shared/adapters/eventbridge-notifier.ts';
import { snsNotifier } from '../../shared/adapters/sns-notifier.ts';
import { awsNotifierContract } from '../contracts/notifier.contract.ts';
import { brokenAlert } from '../support/sample-alerts.ts';

const sns = mockClient(SNSClient);
const events = mockClient(EventBridgeClient);
const BUS = 'arn:aws:events:eu-central-1:111122223333:event-bus/alerts';

/** Throws one failure after the other, then answers. */
const failing = (failures: readonly Error[], answer: object) => {
  const left = [...failures];
  return async () => {
    const failure = left.shift();
    if (failure) throw failure;
    return answer;
  };
};

const toBus = () =>
  eventBridgeNotifier({ name: 'bus', client: new EventBridgeClient({ region: 'eu-central-1' }), eventBusArn: BUS });

awsNotifierContract({
  name: 'sns',
  notifier: () => snsNotifier(new SNSClient({ region: 'eu-central-1' }), 'arn:aws:sns:eu-central-1:1:alerts'),
  answer: (...failures) => {
    sns.reset();
    sns.on(PublishCommand).callsFake(failing(failures, {}));
  },
  sent: () => sns.commandCalls(PublishCommand).map((call) => call.args[0].input.Message ?? ''),
  limit: 256 * 1024,
  leftOut: /and (\d+) more that did not fit/,
});

awsNotifierContract({
  name: 'eventbridge',
  notifier: toBus,
  answer: (...failures) => {
    events.reset();
    events.on(PutEventsCommand).callsFake(failing(failures, { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }));
  },
  sent: () => events.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries?.[0]?.Detail ?? ''),
  limit: 256 * 1024 - 'runnerwatchrunnerwatch alert'.length - 14,
  leftOut: /"leftOut":(\d+)/,
});

describe('the eventbridge notifier', () => {
  it('puts one event, of the time of the scan, on the bus', async () => {
    events.reset();
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });

    await toBus().deliver(brokenAlert());

    expect(events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: BUS,
        Source: 'runnerwatch',
        DetailType: 'runnerwatch alert',
        Detail: expect.stringContaining('"kind":"broken"'),
        Time: new Date('2026-11-20T02:01:30Z'),
      },
    ]);
  });

  it.each([
    [
      { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }] },
      'ThrottlingException',
    ],
    [{ FailedEntryCount: 1 }, 'an entry failed'],
    [{}, 'an entry failed'],
  ])('does not take %j for success', async (answer, why) => {
    events.reset();
    events.on(PutEventsCommand).resolves(answer);

    await expect(toBus().deliver(brokenAlert())).rejects.toMatchObject({
      fault: 'delivery-failed',
      message: `outlet \`bus\` refused alert \`prod-eu/2\`: ${why}`,
    });
  });
});
