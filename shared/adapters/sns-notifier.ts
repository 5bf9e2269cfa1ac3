import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../core/alerts/alert.ts';
import { renderText } from '../core/alerts/render-text.ts';
import type { Notifier } from '../ports.ts';
import { sendFitting, unlessTooLarge } from './send-fitting.ts';

/** SNS takes 256 KB for all bodies and attributes together (quotas, read 2026-11-25); some is kept for the attributes. */
const MAX_BYTES = 250_000;

/** A body for each protocol: text for people, the alert itself for functions. */
function messageOf(alert: Alert): string {
  const text = renderText(alert);
  return JSON.stringify({ default: text, email: text, lambda: JSON.stringify(alert) });
}

/** Subjects are one line of at most 100 printable ASCII characters. */
const subjectOf = (alert: Alert): string =>
  `runnerwatch: ${alert.headline}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);

const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

/** Publishes to a topic, with attributes by which subscribers can filter. */
export const snsNotifier = (client: SNSClient, topicArn: string): Notifier => ({
  name: 'sns',
  deliver: (alert) =>
    sendFitting('sns', alert, messageOf, MAX_BYTES, (Message) =>
      unlessTooLarge(
        client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: subjectOf(alert),
            MessageStructure: 'json',
            Message,
            MessageAttributes: {
              network: attribute(alert.network),
              severity: attribute(alert.severity),
              kind: attribute(alert.kind),
            },
          }),
        ),
      ),
    ),
});
