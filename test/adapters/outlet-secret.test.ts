import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { z } from 'zod';
import { outletSecret, partsIn, urlIn } from '../../shared/adapters/outlet-secret.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf';
const PARAMETER = 'arn:aws:ssm:eu-central-1:111122223333:parameter/runnerwatch/slack';

describe('the secret of an outlet', () => {
  const secrets = mockClient(SecretsManagerClient);
  const parameters = mockClient(SSMClient);

  beforeEach(() => {
    secrets.reset();
    parameters.reset();
  });

  const secretAt = (arn: string) =>
    outletSecret(
      {
        secretsManager: () => new SecretsManagerClient({ region: 'eu-central-1' }),
        ssm: () => new SSMClient({ region: 'eu-central-1' }),
      },
      arn,
    );

  it('is read from Secrets Manager, once', async () => {
    secrets
      .on(GetSecretValueCommand, { SecretId: SECRET })
      .resolves({ SecretString: ' https://hooks.example.com/x\n' });
    const secret = secretAt(SECRET);

    expect([await secret(), await secret()]).toEqual(['https://hooks.example.com/x', 'https://hooks.example.com/x']);
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(1);
  });

  it('is read from a SecureString parameter, decrypted', async () => {
    parameters
      .on(GetParameterCommand, { Name: PARAMETER, WithDecryption: true })
      .resolves({ Parameter: { Type: 'SecureString', Value: 'https://hooks.example.com/x' } });

    expect(await secretAt(PARAMETER)()).toBe('https://hooks.example.com/x');
  });

  it('is not taken from a parameter that everybody can read', async () => {
    parameters.on(GetParameterCommand).resolves({ Parameter: { Type: 'String', Value: 'hunter2' } });

    await expect(secretAt(PARAMETER)()).rejects.toThrow(`parameter \`${PARAMETER}\` is not a SecureString`);
  });

  it('is read again after a failure', async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce(new Error('throttled')).resolves({ SecretString: 'hunter2' });
    const secret = secretAt(SECRET);

    await expect(secret()).rejects.toThrow('throttled');
    expect(await secret()).toBe('hunter2');
  });

  it('is an error when it is empty', async () => {
    secrets.on(GetSecretValueCommand).resolves({});

    await expect(secretAt(SECRET)()).rejects.toMatchObject({
      fault: 'bad-input',
      message: `secret \`${SECRET}\` is empty`,
    });
  });
});

describe('what a secret holds', () => {
  it('is a URL, plain or in JSON', () => {
    expect(urlIn('ops', 'https://hooks.example.com/x')).toBe('https://hooks.example.com/x');
    expect(urlIn('ops', '{"url":"https://hooks.example.com/x"}')).toBe('https://hooks.example.com/x');
  });

  it.each(['hunter2', '{"url":"hunter2"}', '{"url":hunter2}', '{"token":"hunter2"}', '{"url":{"hunter2":1}}'])(
    'is not told when it is %s',
    (text) => {
      expect(() => urlIn('ops', text)).toThrow(/^the secret of outlet `ops` does not hold what it should: `[a-z ]+`: /);
      expect(() => urlIn('ops', text)).not.toThrow(/hunter2/);
    },
  );

  it('is named by field when it is missing', () => {
    const schema = z.object({ url: z.string(), signingSecret: z.string() });

    expect(() => partsIn('ops', '{"url":"https://x"}', schema)).toThrow(
      'the secret of outlet `ops` does not hold what it should: `signingSecret`: it is missing',
    );
  });
});
