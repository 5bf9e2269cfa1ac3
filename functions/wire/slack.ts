import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretUrl } from '../../shared/adapters/secret-url.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import type { Notifier } from '../../shared/ports.ts';
import { need } from './environment.ts';

/** Less than the function's timeout, so that a slow Slack ends in another delivery and not in a killed function; milliseconds. */
const BUDGET = 40_000;

export const wireSlack = (): Notifier =>
  slackNotifier({ url: secretUrl(new SecretsManagerClient({}), need('SLACK_WEBHOOK_SECRET')), budget: BUDGET });
