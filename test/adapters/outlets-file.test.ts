import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseOutlets } from '../../shared/adapters/yaml-outlets.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf';

const file = (...lines: readonly string[]): string => ['outlets:', ...lines].join('\n');

describe('an outlets file', () => {
  it('has a row for each outlet', () => {
    const outlets = parseOutlets(
      file(
        '  - id: oncall',
        '    kind: pagerduty',
        '    secretArn: arn:aws:ssm:eu-central-1:111122223333:parameter/runnerwatch/oncall',
        '    only: { severity: [required], kind: [broken, mended, mixed], network: [prod-eu] }',
        '  - { id: chat, kind: teams, secretArn: "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a/b-AbCdEf" }',
        '  - { id: bus, kind: eventbridge, eventBusArn: "arn:aws:events:eu-west-1:111122223333:event-bus/alerts" }',
      ),
      'outlets.yaml',
    );

    expect(outlets.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'oncall pagerduty',
      'chat teams',
      'bus eventbridge',
    ]);
    expect(outlets[0]?.only).toEqual({
      severity: ['required'],
      kind: ['broken', 'mended', 'mixed'],
      network: ['prod-eu'],
    });
  });

  it.each(['', 'outlets:', 'outlets: []', '# nothing'])('may have none: %j', (text) => {
    expect(parseOutlets(text, 'outlets.yaml')).toEqual([]);
  });

  it('comes with the project and has none', () => {
    expect(parseOutlets(readFileSync('outlets.yaml', 'utf8'), 'outlets.yaml')).toEqual([]);
  });

  it.each([
    [['  - { id: ops, kind: pager, secretArn: x }'], 'outlets.yaml:2: `outlets[0].kind`: invalid option'],
    [
      ['  - id: ops', '    kind: slack'],
      'outlets.yaml:3: `outlets[0].kind`: an outlet of kind `slack` needs `secretArn`',
    ],
    [
      ['  - id: ops', '    kind: slack', '    secretArn: https://hooks.slack.com/services/hidden'],
      'outlets.yaml:4: `outlets[0].secretArn`: expected an ARN such as ',
    ],
    [
      ['  - id: ops', '    kind: slack', '    url: https://hooks.slack.com/services/hidden'],
      'outlets.yaml:4: `outlets[0].url`: there is no such field',
    ],
    [
      [`  - { id: ops, kind: slack, secretArn: "${SECRET}" }`, `  - { id: ops, kind: teams, secretArn: "${SECRET}" }`],
      'outlets.yaml:3: `outlets[1].id`: `ops` is the id of two outlets',
    ],
    [
      [
        '  - id: bus',
        '    kind: eventbridge',
        '    eventBusArn: arn:aws:events:eu-west-1:111122223333:event-bus/alerts',
        `    secretArn: ${SECRET}`,
      ],
      'outlets.yaml:5: `outlets[0].secretArn`: an outlet of kind `eventbridge` has no use for it',
    ],
    [['  - { id: My-Ops, kind: slack, secretArn: x }'], 'outlets.yaml:2: `outlets[0].id`: expected 1 to 20 of a-z'],
    [
      [`  - { id: ops, kind: slack, secretArn: "${SECRET}", only: { severity: [high] } }`],
      'outlets.yaml:2: `outlets[0].only.severity[0]`: invalid option',
    ],
    [['  - id: ops', '   kind: slack'], 'outlets.yaml:3: not YAML: '],
  ])('names file, line and field of what is wrong: %j', (lines, message) => {
    const parse = () => parseOutlets(file(...lines), 'outlets.yaml');

    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/hidden/);
  });
});
