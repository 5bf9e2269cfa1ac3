import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { driftBatchOfImage, dynamoState } from '../shared/adapters/dynamo-state.ts';
import { ec2Facts } from '../shared/adapters/ec2-facts.ts';
import { secretUrl } from '../shared/adapters/secret-url.ts';
import { slackNotifier } from '../shared/adapters/slack-notifier.ts';
import { snsNotifier } from '../shared/adapters/sns-notifier.ts';
import { sqsQueue } from '../shared/adapters/sqs-queue.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { readWatchFile } from '../shared/adapters/yaml-watch-file.ts';
import type { ScanPorts } from '../shared/app/run-scan.ts';
import { WatcherError } from '../shared/core/base/watcher-error.ts';
import type { WatchedNetwork } from '../shared/core/requirements/watch-file.ts';
import type { Notifier, ScanQueue, StateStore } from '../shared/ports.ts';

/** The one place that reads the environment and makes adapters. Each function takes what it needs, so bundles stay small. */

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new WatcherError('bad-input', `environment variable \`${name}\` is not set`);
  return value;
}

export const logger = new Logger({ serviceName: 'runnerwatch' });

export { driftBatchOfImage, randomUUID as newRequestId };

const store = (): StateStore => dynamoState({ client: new DynamoDBClient({}), table: need('STATE_TABLE') });

const networks = (): readonly WatchedNetwork[] => readWatchFile(need('WATCH_FILE')).networks;

export interface ScanWiring {
  readonly ports: ScanPorts;
  readonly networks: readonly WatchedNetwork[];
}

export const wireScan = (): ScanWiring => ({
  ports: { store: store(), facts: ec2Facts({ clock: systemClock }), clock: systemClock },
  networks: networks(),
});

export interface AlertWiring {
  readonly notifiers: readonly Notifier[];
  readonly link: string | undefined;
}

export const wireAlert = (): AlertWiring => ({
  notifiers: [snsNotifier(new SNSClient({}), need('ALERT_TOPIC_ARN'))],
  link: process.env['PAGE_URL'] || undefined,
});

/** Less than the function's timeout, so that a slow Slack ends in a retry of the delivery and not in a killed function. */
const SLACK_BUDGET = 40_000;

export const wireSlack = (): Notifier =>
  slackNotifier({ url: secretUrl(new SecretsManagerClient({}), need('SLACK_WEBHOOK_SECRET')), budget: SLACK_BUDGET });

export interface ApiWiring {
  readonly store: StateStore;
  readonly queue: ScanQueue;
  readonly networks: readonly WatchedNetwork[];
}

export const wireApi = (): ApiWiring => ({
  store: store(),
  queue: sqsQueue(new SQSClient({}), need('SCAN_QUEUE_URL')),
  networks: networks(),
});
