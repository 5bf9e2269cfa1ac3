import { inspect } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SNSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from '../../functions/outlet.ts';
import { logger } from '../../functions/wire/environment.ts';
import { wireOutlet } from '../../functions/wire/outlet.ts';
import type { Outlet } from '../../shared/adapters/outlet.ts';
import { lambdaContext } from '../support/lambda.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { brokenAlert } from '../support/sample-alerts.ts';

const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ROUTING = 'R0123456789abcdefghijklmnopqrstu';
const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf';

/** What each kind keeps secret, for a service at this URL. */
const SECRETS: Readonly<Record<Exclude<Outlet['kind'], 'eventbridge'>, (url: string) => string>> = {
  slack: (url) => url,
  teams: (url) => url,
  webhook: (url) => JSON.stringify({ url, signingSecret: SIGNING }),
  pagerduty: (url) => JSON.stringify({ url, routingKey: ROUTING }),
};

const HIDDEN = ['T000', 'services', SIGNING, ROUTING];

const event = { Records: [{ Sns: { Message: JSON.stringify(brokenAlert()) } }] } as unknown as SNSEvent;

describe('the outlet function', () => {
  const secrets = mockClient(SecretsManagerClient);
  let receiver: Receiver;
  let logged: string;

  beforeEach(async () => {
    receiver = await startReceiver();
    logged = '';
    secrets.reset();
    logger.setLogLevel('TRACE');
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        logged += String(text);
        return true;
      });
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
      for (const sink of [console, (logger as unknown as { console: Console }).console])
        jest.spyOn(sink, method).mockImplementation((...parts: unknown[]) => {
          logged += parts.map(String).join(' ');
        });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    logger.setLogLevel('SILENT');
    delete process.env['OUTLET'];
    await receiver.stop();
  });

  const run = async (kind: keyof typeof SECRETS): Promise<unknown> => {
    secrets.on(GetSecretValueCommand, { SecretId: ARN }).resolves({ SecretString: SECRETS[kind](receiver.url) });
    process.env['OUTLET'] = JSON.stringify({ id: 'ops', kind, secretArn: ARN, allowHosts: ['127.0.0.1'] });
    return createHandler(wireOutlet)(event, lambdaContext()).catch((error: unknown) => error);
  };

  it.each(Object.keys(SECRETS) as (keyof typeof SECRETS)[])(
    'delivers to %s from a row and a secret, and neither logs nor throws what is secret',
    async (kind) => {
      expect(await run(kind)).toBeUndefined();
      expect(receiver.taken).toHaveLength(1);
      expect(logged).toContain('alert delivered');

      receiver.always = { status: 404, body: `no such webhook: ${receiver.url} ${SIGNING} ${ROUTING}` };
      const failure = inspect(await run(kind), { depth: 20, showHidden: true });

      expect(failure).toContain('refused alert');
      for (const hidden of HIDDEN) {
        expect(failure).not.toContain(hidden);
        expect(logged).not.toContain(hidden);
        expect(process.env['OUTLET']).not.toContain(hidden);
      }
    },
  );
});
