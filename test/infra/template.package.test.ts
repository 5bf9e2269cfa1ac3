import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

let template: Template;
/** The same without any outlet. */
let bare: Template;
let unpacked: string;

const ofType = (type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

const SLACK = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf';

/** Of a deployment with every kind of outlet: one from the parameter, the others from a file. */
const OUTLETS = ['bus', 'chat', 'hook', 'oncall', 'slack'];
const FUNCTIONS = ['alert', 'api', 'heartbeat', 'scan', 'sweep', ...OUTLETS].sort();

const idOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

beforeAll(() => {
  const {
    AWS_ACCESS_KEY_ID: _key,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_PROFILE: _profile,
    ...environment
  } = process.env;
  const pack = (...parameters: readonly string[]): Template => {
    const given = parameters.flatMap((one) => ['--param', one]);
    execFileSync('npx', ['osls', 'package', ...given], { cwd: ROOT, env: environment, stdio: 'pipe' });
    return JSON.parse(
      readFileSync(join(ROOT, '.serverless', 'cloudformation-template-update-stack.json'), 'utf8'),
    ) as Template;
  };
  bare = pack();
  template = pack('outlets=test/infra/outlets.yaml', `slackWebhookSecretArn=${SLACK}`);
  unpacked = mkdtempSync(join(tmpdir(), 'runnerwatch-package-'));
  for (const name of FUNCTIONS)
    execFileSync('python3', ['-m', 'zipfile', '-e', join(ROOT, '.serverless', `${name}.zip`), join(unpacked, name)]);
}, 180_000);

afterAll(() => rmSync(unpacked, { recursive: true, force: true }));

/** Every name that a Ref, GetAtt, Sub, If or DependsOn points at, with where it stands. */
function* references(
  value: unknown,
  path: string,
): Iterable<{ readonly kind: 'resource' | 'condition'; readonly name: string; readonly path: string }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* references(item, `${path}[${index}]`);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'Ref' && typeof member === 'string') yield { kind: 'resource', name: member, path };
    else if (key === 'Fn::GetAtt')
      yield { kind: 'resource', name: String(Array.isArray(member) ? member[0] : String(member).split('.')[0]), path };
    else if (key === 'Fn::If' && Array.isArray(member)) yield { kind: 'condition', name: String(member[0]), path };
    else if (key === 'Fn::Sub') {
      const text = String(Array.isArray(member) ? member[0] : member);
      for (const match of text.matchAll(/\$\{([^!}.]+)[^}]*\}/g))
        yield { kind: 'resource', name: match[1] as string, path };
    }
    yield* references(member, `${path}.${key}`);
  }
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Every policy statement of the template, `Fn::If` resolved to its first branch. */
function* statements(value: unknown): Iterable<Statement> {
  if (Array.isArray(value)) {
    for (const item of value) yield* statements(item);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const record = value as Record<string, unknown>;
  if (typeof record['Effect'] === 'string' && record['Action'] !== undefined) yield record as unknown as Statement;
  for (const member of Object.values(record)) yield* statements(member);
}

describe('the packaged template', () => {
  it('has no dangling reference', () => {
    const known = new Set([
      ...Object.keys(template.Resources),
      'AWS::AccountId',
      'AWS::Region',
      'AWS::Partition',
      'AWS::NoValue',
      'AWS::StackName',
      'AWS::URLSuffix',
      'AWS::StackId',
    ]);
    const conditions = new Set(Object.keys(template.Conditions ?? {}));
    const all = [...references(template, '$')];
    const dangling = all.filter((one) => !(one.kind === 'resource' ? known : conditions).has(one.name));
    const dependencies = Object.entries(template.Resources).flatMap(([id, resource]) =>
      listOf(resource.DependsOn ?? [])
        .filter((name) => !known.has(name))
        .map((name) => `${id} → ${name}`),
    );
    const guards = Object.entries(template.Resources).filter(
      ([, resource]) => resource.Condition !== undefined && !conditions.has(resource.Condition),
    );

    expect(all.length).toBeGreaterThan(60);
    expect(dangling).toEqual([]);
    expect(dependencies).toEqual([]);
    expect(guards).toEqual([]);
  });

  it('holds nothing that is resolved too late', () => {
    expect(JSON.stringify(template)).not.toMatch(/\$\{(?:self|sls|param|opt|file)/);
  });

  it('gives every function a timeout, memory, its own role and kept logs', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(FUNCTIONS.length);
    const roles = new Set<string>();
    for (const [id, { Properties }] of functions) {
      expect(Properties['Timeout']).toEqual(expect.any(Number));
      expect(Properties['MemorySize']).toEqual(expect.any(Number));
      expect(Properties['Runtime']).toBe('nodejs24.x');
      expect(Properties['Architectures']).toEqual(['arm64']);
      roles.add(JSON.stringify(Properties['Role']));
      const group = ofType('AWS::Logs::LogGroup').find(
        ([, one]) => one.Properties['LogGroupName'] === `/aws/lambda/${String(Properties['FunctionName'])}`,
      );
      expect({ id, retention: group?.[1].Properties['RetentionInDays'] }).toEqual({ id, retention: 30 });
    }
    expect(roles.size).toBe(FUNCTIONS.length);
  });

  it('gives every function that nobody waits for a place for failures', () => {
    const textOf = (type: string, from: string): string =>
      JSON.stringify(ofType(type).filter(([, one]) => JSON.stringify(one.Properties).includes(from)));
    const places: Readonly<Record<string, string>> = {
      scan: JSON.stringify(
        ['ChangeQueue', 'ScanQueue'].map((id) => template.Resources[id]?.Properties['RedrivePolicy']),
      ),
      alert: textOf('AWS::Lambda::EventSourceMapping', 'AlertLambdaFunction'),
      sweep: textOf('AWS::Lambda::EventInvokeConfig', 'SweepLambdaFunction'),
      ...Object.fromEntries(
        OUTLETS.map((name) => [name, textOf('AWS::Lambda::EventInvokeConfig', `${idOf(name)}LambdaFunction`)]),
      ),
    };
    const mappings = ofType('AWS::Lambda::EventSourceMapping');

    // The caller of `api` gets its failures as answers; a heartbeat that failed is followed by the next, and there is an alarm for those that do not come.
    expect([...Object.keys(places), 'api', 'heartbeat'].sort()).toEqual(FUNCTIONS);
    for (const queue of ['ChangeDeadLetters', 'ScanDeadLetters']) expect(places['scan']).toContain(queue);
    expect(places['alert']).toContain('AlertDeadLetters');
    expect(places['sweep']).toContain('AlertDeadLetters');
    for (const name of OUTLETS) {
      expect(places[name]).toContain(`${idOf(name)}DeadLetters`);
      expect(JSON.stringify(template.Resources[`${idOf(name)}Subscription`]?.Properties['RedrivePolicy'])).toContain(
        `${idOf(name)}DeadLetters`,
      );
    }
    expect(mappings).toHaveLength(3);
    for (const [, { Properties }] of mappings)
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
  });

  it('lets only the rules and the topic write into the queues that a service fills', () => {
    const allowed = ofType('AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) =>
      [...statements(Properties)].map((one) => ({
        queue: one.Resource,
        service: one.Principal,
        action: one.Action,
        source: one.Condition,
      })),
    );
    const rules = (...names: readonly string[]) => ({
      ArnEquals: { 'aws:SourceArn': names.map((name) => ({ 'Fn::GetAtt': [name, 'Arn'] })) },
    });
    const topic = { ArnEquals: { 'aws:SourceArn': { Ref: 'AlertTopic' } } };
    const entry = (queue: string, service: string, source: object) => ({
      queue: { 'Fn::GetAtt': [queue, 'Arn'] },
      service: { Service: service },
      action: 'sqs:SendMessage',
      source,
    });

    expect(allowed).toHaveLength(2 + OUTLETS.length);
    expect(allowed).toEqual(
      expect.arrayContaining([
        entry('ChangeQueue', 'events.amazonaws.com', rules('ChangeRule', 'OtherChangeRule', 'StackRule')),
        entry(
          'EventDeadLetters',
          'events.amazonaws.com',
          rules('ChangeRule', 'OtherChangeRule', 'StackRule', 'TamperRule'),
        ),
        ...OUTLETS.map((name) => entry(`${idOf(name)}DeadLetters`, 'sns.amazonaws.com', topic)),
      ]),
    );
  });

  it('subscribes each outlet to the alerts that it is for, and lets nobody else call it', () => {
    for (const name of OUTLETS) {
      const lambda = { 'Fn::GetAtt': [`${idOf(name)}LambdaFunction`, 'Arn'] };
      expect(template.Resources[`${idOf(name)}Subscription`]?.Properties).toMatchObject({
        TopicArn: { Ref: 'AlertTopic' },
        Protocol: 'lambda',
        Endpoint: lambda,
      });
      expect(template.Resources[`${idOf(name)}Permission`]?.Properties).toEqual({
        FunctionName: lambda,
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'AlertTopic' },
      });
    }
    expect(template.Resources['OncallSubscription']?.Properties['FilterPolicy']).toEqual({
      severity: ['required'],
      kind: ['broken', 'mended', 'mixed'],
    });
  });

  it('lets each outlet reach its own secret or bus and nothing of the others', () => {
    const reach = OUTLETS.map((name) => [
      name,
      [...statements(template.Resources[`${idOf(name)}Role`])]
        .filter((one) => !/^(?:logs|xray|sqs|sts):/.test(String(listOf(one.Action)[0])))
        .map((one) => `${String(one.Action)} ${String(one.Resource).split(':').slice(5).join(':')}`),
    ]);

    expect(Object.fromEntries(reach)).toEqual({
      bus: ['events:PutEvents event-bus/alerts'],
      chat: ['ssm:GetParameter parameter/runnerwatch/teams', 'kms:Decrypt key/0a1b2c3d-0000-0000-0000-000000000000'],
      hook: ['secretsmanager:GetSecretValue secret:hook-AbCdEf'],
      oncall: ['secretsmanager:GetSecretValue secret:oncall-AbCdEf'],
      slack: ['secretsmanager:GetSecretValue secret:slack-AbCdEf'],
    });
  });

  it('has nothing of an outlet when there is none', () => {
    const gone = Object.keys(template.Resources).filter((id) => !(id in bare.Resources));

    expect(Object.keys(bare.Resources).filter((id) => !(id in template.Resources))).toEqual([]);
    expect(gone.length).toBeGreaterThanOrEqual(9 * OUTLETS.length);
    for (const id of gone) expect(OUTLETS.some((name) => id.startsWith(idOf(name)))).toBe(true);
  });

  it('lets only the functions that tell alerts publish them', () => {
    const allowed = [...statements(template.Resources['AlertTopicPolicy'])].filter((one) => one.Effect === 'Allow');

    expect(allowed.map((one) => one.Principal)).toEqual([
      { AWS: ['AlertRole', 'SweepRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })) },
    ]);
  });

  it('tells somebody about every dead letter, every function and missing or failing scans', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm');
    const watched = JSON.stringify(alarms.map(([, { Properties }]) => Properties['Dimensions']));
    const deadLetters = ofType('AWS::SQS::Queue').map(([id]) => id);

    for (const id of deadLetters.filter((name) => name !== 'ScanQueue' && name !== 'ChangeQueue'))
      expect(watched).toContain(`["${id}","QueueName"]`);
    for (const [id] of ofType('AWS::Lambda::Function')) expect(watched).toContain(`{"Ref":"${id}"}`);
    for (const [id, { Properties }] of alarms)
      expect({ id, actions: Properties['AlarmActions'] }).toEqual({ id, actions: [{ Ref: 'WatcherTopic' }] });
    expect(
      alarms
        .filter(([, one]) => one.Properties['Namespace'] === 'runnerwatch-prod')
        .map(([id]) => id)
        .sort(),
    ).toEqual(['BlindAlarm', 'MissedEventsAlarm', 'NoHeartbeatAlarm', 'NoScansAlarm', 'ScanFailuresAlarm']);
    for (const [, { Properties }] of ofType('AWS::Lambda::Function'))
      expect(Properties['Environment']).toMatchObject({
        Variables: { POWERTOOLS_METRICS_NAMESPACE: 'runnerwatch-prod' },
      });
  });

  it('asks for scans and for heartbeats, and takes their absence for trouble', () => {
    expect(template.Resources['ReconcileSchedule']?.Properties['ScheduleExpression']).toBe('rate(15 minutes)');
    expect(
      Object.values(template.Resources)
        .filter(({ Type }) => Type === 'AWS::Events::Rule')
        .filter((rule) => JSON.stringify(rule).includes('HeartbeatLambdaFunction'))
        .map(({ Properties }) => Properties['ScheduleExpression']),
    ).toEqual(['rate(15 minutes)']);
    for (const [id, MetricName] of [
      ['NoScansAlarm', 'ScanTime'],
      ['NoHeartbeatAlarm', 'HeartbeatLag'],
    ] as const)
      expect(template.Resources[id]?.Properties).toMatchObject({
        MetricName,
        Dimensions: [{ Name: 'service', Value: 'runnerwatch' }],
        Statistic: 'SampleCount',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        Period: 900,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
      });
  });

  it('has no resources that wait for each other', () => {
    const needs = new Map(
      Object.entries(template.Resources).map(([id, resource]) => [
        id,
        [
          ...[...references(resource, id)].filter((one) => one.kind === 'resource').map((one) => one.name),
          ...listOf(resource.DependsOn ?? []),
        ].filter((name) => name in template.Resources),
      ]),
    );
    for (let before = -1; before !== needs.size; ) {
      before = needs.size;
      for (const [id, names] of needs) if (!names.some((name) => needs.has(name))) needs.delete(id);
    }

    expect([...needs.keys()]).toEqual([]);
  });

  it('keeps a scan message hidden for at least six times the time of a scan', () => {
    const scan = template.Resources['ScanLambdaFunction']?.Properties['Timeout'] as number;

    for (const queue of ['ChangeQueue', 'ScanQueue'])
      expect(template.Resources[queue]?.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * scan);
  });

  it('grants no wildcard but for calls that have no resource', () => {
    const withoutResource =
      /^(?:ec2:(?:Describe|Get|Search)\w+|network-firewall:ListFirewalls|route53(?:resolver)?:List\w+|xray:Put\w+)$/;
    const all = [...statements(template)];
    expect(all.length).toBeGreaterThan(12);
    for (const statement of all) {
      const actions = listOf(statement.Action);
      if (statement.Effect !== 'Allow') continue;
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
      if (listOf(statement.Resource).includes('*'))
        expect(actions.filter((action) => !withoutResource.test(action))).toEqual([]);
      expect(JSON.stringify(statement.Principal ?? '')).not.toContain('"*"');
      const service = (statement.Principal as { Service?: string } | undefined)?.Service;
      if (statement.Principal !== undefined && service !== 'lambda.amazonaws.com' && service !== undefined)
        expect(JSON.stringify(statement.Condition ?? '')).toMatch(/SourceArn|SourceAccount/);
    }
  });

  it('grants nothing that writes to EC2, but for the name of the list that belongs to the stack', () => {
    const writing = [...statements(template)].filter((statement) =>
      listOf(statement.Action).some((action) => /^ec2:(?!Describe|Get|Search)/.test(action)),
    );
    const ofScan = [...statements(template.Resources['ScanRole'])].flatMap((statement) => listOf(statement.Action));

    expect(ofScan.filter((action) => action.startsWith('ec2:')).length).toBeGreaterThan(25);
    expect([...statements(template.Resources['HeartbeatRole'])]).toEqual(expect.arrayContaining(writing));
    expect(writing).toEqual([
      expect.objectContaining({
        Action: 'ec2:ModifyManagedPrefixList',
        Resource: { 'Fn::GetAtt': ['HeartbeatList', 'Arn'] },
      }),
    ]);
  });

  it('has a list of its own for the heartbeat, with nothing in it, which both ends of its way know', () => {
    const list = { 'Fn::GetAtt': ['HeartbeatList', 'PrefixListId'] };
    const known = (name: string) => template.Resources[name]?.Properties['Environment'];

    expect(template.Resources['HeartbeatList']).toMatchObject({
      Type: 'AWS::EC2::PrefixList',
      Properties: { MaxEntries: 1, AddressFamily: 'IPv4' },
    });
    expect(template.Resources['HeartbeatList']?.Properties).not.toHaveProperty('Entries');
    for (const name of ['ScanLambdaFunction', 'HeartbeatLambdaFunction'])
      expect(known(name)).toMatchObject({ Variables: { HEARTBEAT_LIST_ID: list } });
  });

  it('has event patterns within the quota', () => {
    const pattern = (rule: string) => template.Resources[rule]?.Properties['EventPattern'];

    for (const rule of ['ChangeRule', 'OtherChangeRule', 'StackRule', 'TamperRule'])
      expect(JSON.stringify(pattern(rule)).length).toBeLessThanOrEqual(2048);
    expect(pattern('ChangeRule')).toMatchObject({ source: ['aws.ec2'] });
  });

  it('authorises every route with IAM', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route');

    expect(routes).toHaveLength(4);
    for (const [, { Properties }] of routes) expect(Properties['AuthorizationType']).toBe('AWS_IAM');
  });

  it('keeps the table encrypted, recoverable and streamed', () => {
    expect(template.Resources['StateTable']?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('has no secret in any environment', () => {
    for (const [, { Properties }] of ofType('AWS::Lambda::Function')) {
      const names = Object.keys((Properties['Environment'] as { Variables?: object } | undefined)?.Variables ?? {});
      expect(
        names.filter((name) => /url$|token|password|key/i.test(name) && !['SCAN_QUEUE_URL', 'PAGE_URL'].includes(name)),
      ).toEqual([]);
    }
  });
});

describe('the packaged functions', () => {
  /** Kilobytes of minified code; the EC2 client alone is about 540, with one call or with all, the one of Route 53 Resolver with the older runtime that it brings about 300. */
  const BOUNDS: Readonly<Record<string, number>> = {
    scan: 2100,
    alert: 520,
    api: 700,
    sweep: 700,
    heartbeat: 950,
    ...Object.fromEntries(OUTLETS.map((name) => [name, 650])),
  };

  it.each(FUNCTIONS)('%s stays small, carries the calls of EC2 only when it reads it, and can be loaded', (name) => {
    const file = join(unpacked, name, 'functions', OUTLETS.includes(name) ? 'outlet.mjs' : `${name}.mjs`);
    const code = readFileSync(file, 'utf8');

    expect(code.length / 1024).toBeLessThan(BOUNDS[name] ?? 0);
    expect(/["'`]DescribeNetworkAcls["'`]/.test(code)).toBe(name === 'scan');
    const kind = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { handler } = await import(${JSON.stringify(file)}); process.stdout.write(typeof handler)`,
      ],
      { encoding: 'utf8' },
    );
    expect(kind).toBe('function');
  });

  it('that need the watch file have it', () => {
    for (const name of ['scan', 'api'])
      expect(readFileSync(join(unpacked, name, 'runnerwatch.yaml'), 'utf8')).toContain('networks:');
  });
});
