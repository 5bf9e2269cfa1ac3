import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Notifier } from '../ports.ts';
import { eventBridgeNotifier } from './eventbridge-notifier.ts';
import type { HttpSender } from './http-sender.ts';
import { pagerDutyNotifier } from './pagerduty-notifier.ts';
import { slackNotifier } from './slack-notifier.ts';
import { teamsNotifier } from './teams-notifier.ts';
import { webhookNotifier } from './webhook-notifier.ts';

/** What an outlet is made of. */
export interface OutletTools {
  /** Its id in the outlets file. */
  readonly name: string;
  readonly http: HttpSender;
  /** The text behind `secretArn`. */
  readonly secret: () => Promise<string>;
  readonly eventBus: () => { readonly client: EventBridgeClient; readonly eventBusArn: string };
}

/** `needs` is the field of the outlets file that the kind cannot do without, and what its function may reach. */
export interface OutletKind {
  readonly needs: 'secretArn' | 'eventBusArn';
  readonly make: (tools: OutletTools) => Notifier;
}

/** Every kind of outlet behind the alert topic. One more is one file and one line here. */
export const OUTLET_KINDS = {
  slack: { needs: 'secretArn', make: slackNotifier },
  teams: { needs: 'secretArn', make: teamsNotifier },
  webhook: { needs: 'secretArn', make: webhookNotifier },
  pagerduty: { needs: 'secretArn', make: pagerDutyNotifier },
  eventbridge: { needs: 'eventBusArn', make: ({ name, eventBus }) => eventBridgeNotifier({ name, ...eventBus() }) },
} as const satisfies Record<string, OutletKind>;

export type OutletKindName = keyof typeof OUTLET_KINDS;
