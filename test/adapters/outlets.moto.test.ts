import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outletTemplate } from '../../infra/outlets.ts';
import { eventBridgeNotifier } from '../../shared/adapters/eventbridge-notifier.ts';
import { outletSecret } from '../../shared/adapters/outlet-secret.ts';
import { snsNotifier } from '../../shared/adapters/sns-notifier.ts';
import { parseOutlets } from '../../shared/adapters/yaml-outlets.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { alertOf, brokenAlert, hugeAlert, transition } from '../support/sample-alerts.ts';

let moto: Moto;
let config: ReturnType<typeof emulatorConfig>;

beforeAll(async () => {
  moto = await startMoto();
  config = emulatorConfig(moto.endpoint);
}, 30_000);

afterAll(() => moto.stop());

const queue = async (name: string): Promise<{ readonly arn: string; readonly bodies: () => Promise<string[]> }> => {
  const sqs = new SQSClient(config);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  return {
    arn: `arn:aws:sqs:eu-central-1:123456789012:${name}`,
    bodies: async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return (Messages ?? []).map(({ Body }) => Body ?? '');
    },
  };
};

describe('secrets of outlets', () => {
  const clients = () => ({
    secretsManager: () => new SecretsManagerClient(config),
    ssm: () => new SSMClient(config),
  });

  it('are read from Secrets Manager', async () => {
    const { ARN = '' } = await new SecretsManagerClient(config).send(
      new CreateSecretCommand({ Name: 'slack', SecretString: 'https://hooks.example.com/x' }),
    );

    expect(await outletSecret(clients(), ARN)()).toBe('https://hooks.example.com/x');
  });

  it.each(['SecureString', 'String'] as const)(
    'are read from Parameter Store when they are a %s only if that is safe',
    async (Type) => {
      const Name = `/runnerwatch/${Type}`;
      await new SSMClient(config).send(new PutParameterCommand({ Name, Type, Value: 'https://hooks.example.com/x' }));
      const read = outletSecret(clients(), `arn:aws:ssm:eu-central-1:123456789012:parameter${Name}`)();

      if (Type === 'SecureString') expect(await read).toBe('https://hooks.example.com/x');
      else await expect(read).rejects.toThrow('is not a SecureString');
    },
  );
});

describe('the event bus', () => {
  it('gets alerts that a rule can match', async () => {
    const client = new EventBridgeClient(config);
    const { arn, bodies } = await queue('events');
    const { EventBusArn: eventBusArn = '' } = await client.send(new CreateEventBusCommand({ Name: 'alerts' }));
    const pattern = { source: ['runnerwatch'], detail: { kind: ['broken'], severity: ['required'] } };
    await client.send(
      new PutRuleCommand({ Name: 'broken', EventBusName: 'alerts', EventPattern: JSON.stringify(pattern) }),
    );
    await client.send(
      new PutTargetsCommand({ Rule: 'broken', EventBusName: 'alerts', Targets: [{ Id: 'queue', Arn: arn }] }),
    );
    const notifier = eventBridgeNotifier({ name: 'bus', client, eventBusArn });

    await notifier.deliver(brokenAlert());
    await notifier.deliver(alertOf([transition('resolved', 'r', 's')], { version: 3 }));

    const events = (await bodies()).map((body) => JSON.parse(body) as Record<string, unknown>);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      source: 'runnerwatch',
      'detail-type': 'runnerwatch alert',
      detail: { dedupeKey: 'prod-eu/2', kind: 'broken' },
    });
  });

  it('takes an alert that had to be shortened', async () => {
    const client = new EventBridgeClient(config);
    const notifier = eventBridgeNotifier({ name: 'bus', client, eventBusArn: 'default' });

    await expect(notifier.deliver(hugeAlert())).resolves.toBeUndefined();
  });
});

describe('an outlet with `only`', () => {
  it('is sent those alerts of the topic and no others', async () => {
    const sns = new SNSClient(config);
    const { arn, bodies } = await queue('oncall');
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    const { resources } = outletTemplate(
      parseOutlets(
        'outlets: [{ id: oncall, kind: pagerduty, secretArn: "arn:aws:ssm:eu-central-1:123456789012:parameter/x", only: { severity: [required], kind: [broken] } }]',
        'outlets.yaml',
      ),
      'runnerwatch-prod',
    );
    const { FilterPolicy } = (
      resources.Resources['OncallSubscription'] as { readonly Properties: { readonly FilterPolicy: object } }
    ).Properties;
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: arn,
        Attributes: { FilterPolicy: JSON.stringify(FilterPolicy), RawMessageDelivery: 'true' },
      }),
    );
    const notifier = snsNotifier(sns, TopicArn);

    await notifier.deliver(alertOf([transition('opened', 'r', 's', { severity: 'recommended' })], { version: 3 }));
    await notifier.deliver(alertOf([transition('resolved', 'r', 's')], { version: 4 }));
    await notifier.deliver(brokenAlert());

    expect(await bodies()).toEqual([expect.stringContaining('prod-eu: 1 requirement broken')]);
  });
});

describe('npm run try-outlet', () => {
  let receiver: Receiver;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    folder = mkdtempSync(join(tmpdir(), 'runnerwatch-try-'));
    file = join(folder, 'outlets.yaml');
    const { ARN } = await new SecretsManagerClient(config).send(
      new CreateSecretCommand({ Name: 'chat', SecretString: receiver.url }),
    );
    writeFileSync(file, `outlets: [{ id: chat, kind: teams, secretArn: "${ARN}", allowHosts: ["127.0.0.1"] }]`);
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await receiver.stop();
  });

  const run = async (...given: readonly string[]) => {
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      NODE_OPTIONS: '',
    };
    return promisify(execFile)(process.execPath, ['scripts/run-ts.mjs', 'scripts/try-outlet.ts', ...given], {
      env,
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  it('sends a broken and a mended alert, and says that they were taken', async () => {
    const { code, stdout } = await run('chat', file);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'chat (teams) took: outlet-test: 1 requirement broken\nchat (teams) took: outlet-test: 1 requirement mended, none fails\n',
    });
    expect(receiver.taken).toHaveLength(2);
  });

  it('ends with code 4 and one line when the outlet refuses', async () => {
    receiver.answers.push({ status: 404 });
    const { code, stdout, stderr } = await run('chat', file);

    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^outlet `chat` refused alert `outlet-test\/\d+`: HTTP 404\n$/);
  });

  it('ends with code 2 and one line for an outlet that is not in the file', async () => {
    const { code, stderr } = await run('pager', file);

    expect(code).toBe(2);
    expect(stderr).toBe(`${file} has no outlet \`pager\`, only chat\n`);
  });
});
