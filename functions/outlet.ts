import type { SNSEvent } from 'aws-lambda';
import type { Alert } from '../shared/core/alerts/alert.ts';
import type { Notifier } from '../shared/ports.ts';
import { logger } from './wire/environment.ts';
import { lambda } from './wire/lambda.ts';
import { wireOutlet } from './wire/outlet.ts';

/** Alerts from the topic to one outlet. A throw makes Lambda deliver again, and after that hand the event to the dead-letter queue. */
export const createHandler = (wiring: () => Notifier) => {
  let outlet: Notifier | undefined;
  return lambda<SNSEvent, void>().handler(async (event) => {
    outlet ??= wiring();
    for (const record of event.Records) {
      const alert = JSON.parse(record.Sns.Message) as Alert;
      try {
        await outlet.deliver(alert);
      } catch (error) {
        // The secret may have been changed since it was read: the next delivery reads it again.
        outlet = undefined;
        throw error;
      }
      logger.info('alert delivered', { outlet: outlet.name, network: alert.network, dedupeKey: alert.dedupeKey });
    }
  });
};

export const handler = createHandler(wireOutlet);
