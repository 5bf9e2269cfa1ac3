import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outletTemplate, slackRow } from '../../infra/outlets.ts';
import { parseOutlets } from '../../shared/adapters/yaml-outlets.ts';

const statementsOf = (
  yaml: string,
): readonly { readonly Sid: string; readonly Action: unknown; readonly Resource: unknown }[] => {
  const { resources } = outletTemplate(parseOutlets(yaml, 'outlets.yaml'), 'runnerwatch-prod');
  const role = resources.Resources['OpsRole'] as {
    Properties: { Policies: [{ PolicyDocument: { Statement: [] } }] };
  };
  return role.Properties.Policies[0].PolicyDocument.Statement;
};

const ALWAYS = ['WriteLogs', 'WriteTraces', 'KeepUndelivered'];
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d';

describe('what an outlet may do', () => {
  it.each([
    [
      'kind: slack, secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf"',
      [
        {
          Sid: 'ReadSecret',
          Action: 'secretsmanager:GetSecretValue',
          Resource: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf',
        },
      ],
    ],
    [
      `kind: webhook, secretArn: "arn:aws:ssm:eu-central-1:111122223333:parameter/ops", kmsKeyArn: "${KEY}"`,
      [
        {
          Sid: 'ReadSecret',
          Action: 'ssm:GetParameter',
          Resource: 'arn:aws:ssm:eu-central-1:111122223333:parameter/ops',
        },
        { Sid: 'DecryptSecret', Action: 'kms:Decrypt', Resource: KEY },
      ],
    ],
    [
      'kind: eventbridge, eventBusArn: "arn:aws:events:eu-west-1:111122223333:event-bus/alerts"',
      [
        {
          Sid: 'PutEvents',
          Action: 'events:PutEvents',
          Resource: 'arn:aws:events:eu-west-1:111122223333:event-bus/alerts',
        },
      ],
    ],
  ])(
    'is to write its logs and traces, keep what it could not deliver, and reach its own secret or bus: %s',
    (row, own) => {
      const statements = statementsOf(`outlets: [{ id: ops, ${row} }]`);

      expect(statements.slice(0, 3).map(({ Sid }) => Sid)).toEqual(ALWAYS);
      expect(statements.slice(3)).toEqual(own.map((one) => ({ ...one, Effect: 'Allow' })));
    },
  );

  it('is what the parameter for Slack has always stood for', () => {
    const { functions, resources } = outletTemplate([slackRow('arn')], 'runnerwatch-prod');

    expect(Object.keys(functions)).toEqual(['slack']);
    expect(Object.keys(resources.Resources).sort()).toEqual([
      'SlackDeadLetters',
      'SlackDeadLettersAlarm',
      'SlackDeadLettersPolicy',
      'SlackErrorsAlarm',
      'SlackPermission',
      'SlackRole',
      'SlackSubscription',
    ]);
  });
});

describe('the script behind the template', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'runnerwatch-outlets-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (
    yaml: string,
    ...rest: readonly string[]
  ): { readonly code: number; readonly out: string; readonly err: string } => {
    const file = join(folder, 'outlets.yaml');
    writeFileSync(file, yaml);
    try {
      const program = ['scripts/run-ts.mjs', 'scripts/template.ts', 'runnerwatch-prod', '15', file, ...rest];
      return { code: 0, out: execFileSync(process.execPath, program, { encoding: 'utf8', stdio: 'pipe' }), err: '' };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, out: stdout, err: stderr };
    }
  };

  it('prints functions and resources, Slack of the parameter first', () => {
    const { out } = run(
      'outlets: [{ id: bus, kind: eventbridge, eventBusArn: "arn:aws:events:eu-west-1:111122223333:event-bus/alerts" }]',
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf',
    );

    expect(Object.keys((JSON.parse(out) as { functions: object }).functions)).toEqual(['slack', 'bus']);
  });

  it.each([
    [
      'outlets: [{ id: ops, kind: slack }]',
      /outlets\.yaml:1: `outlets\[0\]\.kind`: an outlet of kind `slack` needs `secretArn`\n$/,
    ],
    [
      'outlets: [{ id: scan, kind: eventbridge, eventBusArn: "arn:aws:events:eu-west-1:111122223333:event-bus/alerts" }]',
      /outlets\.yaml: `scan` is the name of another function\n$/,
    ],
  ])('ends with code 2 and one line for %s', (yaml, message) => {
    const { code, out, err } = run(yaml);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(2);
  });
});
