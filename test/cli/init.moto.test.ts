import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseWatchFile } from '../../shared/adapters/yaml-watch-file.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { buildCli } from '../support/build-cli.ts';
import { type Ec2Proxy, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildRunner, buildStack, type LiveRunner } from '../support/live-runner.ts';
import { freePort, type Moto, startMoto } from '../support/moto.ts';

const _ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

let folder: string;
let cli: string;
let moto: Moto;
let proxy: Ec2Proxy;
/** With everything: tags, an ECS service, environments. */
let one: LiveRunner;
/** Only names tell of it, and no environment runs. */
let two: LiveRunner;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise((resolve) => {
    const base = {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: proxy.endpoint,
    };
    execFile(process.execPath, [cli, ...args], { cwd: folder, env: { ...base, ...env } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

const file = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runnerwatch-init-'));
  cli = buildCli('init-test');
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
}, 60_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(dirname(cli), { recursive: true, force: true });
});

beforeEach(() => proxy.reset());

describe('in an account without a runner', () => {
  it('discover says so and how to go on, in every format, with code 0', async () => {
    const text = await run(['discover', '--region', 'eu-central-1']);
    const yaml = await run(['discover', '--format', 'yaml']);
    const json = await run(['discover', '--format', 'json']);

    expect(text).toEqual({
      code: 0,
      out: 'No runner was found in eu-central-1: no ECS service, CloudFormation stack, instance, interface or security group has a tag or a name of one\n\nIf you know of a runner, name its VPC: `runnerwatch init --region eu-central-1 --vpc-id vpc-…` reads it and makes a watch file.\n',
      err: '',
    });
    expect(yaml.out).toBe(
      `${text.out
        .trimEnd()
        .replace(/^(?=.)/gm, '# ')
        .replace(/^$/gm, '#')}\n`,
    );
    expect(JSON.parse(json.out)).toEqual({
      schemaVersion: 1,
      region: 'eu-central-1',
      runners: [],
      withoutVpc: [],
      troubles: [],
      notRead: [],
    });
  }, 60_000);
});

describe('in an account with runners', () => {
  beforeAll(async () => {
    one = await buildRunner(moto.endpoint, 'one', { environments: 2, tagged: true });
    two = await buildRunner(moto.endpoint, 'two', { environments: 0, tagged: false });
    await buildStack(moto.endpoint, 'from-template', two.vpcId);
  }, 60_000);

  it('init writes a file that scan takes', async () => {
    const made = await run(['init', '--vpc-id', one.vpcId, '--id', 'live', '--output', 'made.yaml']);
    const scanned = await run(['scan', '--config', 'made.yaml', '--format', 'json']);

    expect(made).toEqual({ code: 0, out: '', err: 'made.yaml: 1 runner, 0 guesses to check, everything was read\n' });
    expect(parseWatchFile(file('made.yaml'), 'made.yaml').networks).toMatchObject([
      {
        id: 'live',
        accountId: '123456789012',
        region: 'eu-central-1',
        vpcId: one.vpcId,
        deploymentOption: 'private-nat',
        environmentSubnetIds: [one.subnetId],
        runnerSubnetIds: [one.subnetId],
        runnerSecurityGroupIds: [one.runnerGroupId],
        environmentSecurityGroupIds: [one.environmentGroupId],
        launchType: 'FARGATE',
      },
    ]);
    const report = JSON.parse(scanned.out) as ScanReport;
    expect(report).toMatchObject({ network: 'live', gaps: [] });
    const verdict = (id: string) => report.requirements.find((requirement) => requirement.id === id)?.verdict;
    expect({
      outbound: verdict('subnet-outbound-path'),
      runner: verdict('ingress-environment-runner-22999'),
      attached: verdict('environment-security-group-attached'),
      option: verdict('private-route-via-nat'),
      scm: verdict('egress-scm-443'),
      plan: verdict('capacity-plan-present'),
    }).toEqual({
      outbound: 'pass',
      runner: 'pass',
      attached: 'pass',
      option: 'pass',
      scm: 'unknown',
      plan: 'fail',
    });
    expect(scanned.code).toBe(1);
  }, 60_000);

  it('init prints when no file is named, and leaves a file that is there as it is', async () => {
    const printed = await run(['init', '--vpc-id', one.vpcId, '--quiet']);
    const before = file('made.yaml');
    proxy.reset();
    const again = await run(['init', '--vpc-id', two.vpcId, '--output', 'made.yaml']);

    expect(printed).toMatchObject({ code: 0, err: '' });
    expect(printed.out).toContain(
      `# - ECS service runner-one in cluster gitpod-one (tag gitpod.dev/runner-id=one)\n  - id: gitpod-one\n`,
    );
    expect(again).toEqual({
      code: 2,
      out: '',
      err: 'runnerwatch: `made.yaml` exists already and is left as it is; name another file, or remove it\n',
    });
    expect(file('made.yaml')).toBe(before);
    expect(proxy.calls.size).toBe(0);
  }, 60_000);

  it('init makes an entry for each runner of the VPC, and marks what it guesses', async () => {
    const { code, out } = await run(['init', '--vpc-id', two.vpcId, '--id', 'two']);

    const networks = parseWatchFile(out, 'out').networks;
    expect(code).toBe(0);
    expect(networks.map(({ id }) => id)).toEqual(['two', 'two-2']);
    expect(networks.map(({ environmentSubnetIds }) => environmentSubnetIds)).toEqual([[two.subnetId], [two.subnetId]]);
    expect(out).toContain(
      '# GUESS, check it: this may be a runner, found by:\n  # - ECS service runner-two in cluster gitpod-two (its name)\n',
    );
    expect(out).toContain('# GUESS, check it: resource EnvironmentGroup of stack from-template, by its name\n');
    expect(out).not.toContain('a-secret-that-nobody-prints');
  }, 60_000);

  it('init tells every refused call in the file and on the side, with code 3', async () => {
    proxy.refuse
      .set('ListServices', 'AccessDeniedException')
      .set('DescribeStacks', 'AccessDenied')
      .set('DescribeRouteTables', 'UnauthorizedOperation')
      .set('DescribeImages', 'UnauthorizedOperation');

    const { code, err } = await run(['init', '--vpc-id', one.vpcId, '--output', 'refused.yaml']);
    const made = file('refused.yaml');

    expect(code).toBe(3);
    const told = [
      'cloudformation:DescribeStacks (AccessDenied)',
      'ec2:DescribeImages (UnauthorizedOperation)',
      'ec2:DescribeRouteTables (UnauthorizedOperation)',
      'ecs:ListServices of arn:aws:ecs:eu-central-1:123456789012:cluster/gitpod-one (AccessDeniedException)',
      'ecs:ListServices of arn:aws:ecs:eu-central-1:123456789012:cluster/gitpod-two (AccessDeniedException)',
    ];
    expect(err).toBe(
      `refused.yaml: 1 runner, 1 guess to check, 5 calls refused or failed\n${told.map((line) => `not read: ${line}\n`).join('')}`,
    );
    for (const line of told) expect(made).toContain(line);
    expect(made).toMatch(/NOT READ: ec2:DescribeRouteTables .*\n {4}deploymentOption: private-nat\n/);
    expect(made).toMatch(/NOT READ: ecs:ListServices .*\n {4}#runnerSubnetIds: /);
    expect(parseWatchFile(made, 'refused.yaml').networks).toMatchObject([{ runnerSecurityGroupIds: [] }]);
  }, 60_000);

  it('discover finds them all, and its watch file is accepted', async () => {
    const text = await run(['discover']);
    const yaml = await run(['discover', '--format', 'yaml', '--region', 'eu-central-1']);
    const json = await run(['discover', '--format', 'json']);

    expect(text.code).toBe(0);
    expect(text.out).toMatch(/^3 runners in eu-central-1\n/);
    const networks = parseWatchFile(yaml.out, 'out').networks;
    expect(networks.map(({ id, vpcId }) => [id, vpcId]).sort()).toEqual([
      ['from-template', two.vpcId],
      ['gitpod-one', one.vpcId],
      ['gitpod-two', two.vpcId],
    ]);
    const { runners } = JSON.parse(json.out) as { runners: { runnerId: string; certain: boolean; entry: object }[] };
    expect(runners.map(({ certain }) => certain).sort()).toEqual([false, true, true]);
    expect(runners.find(({ runnerId }) => runnerId === 'one')?.entry).toMatchObject({
      vpcId: one.vpcId,
      environmentSecurityGroupIds: [one.environmentGroupId],
    });
    expect(json.out + yaml.out + text.out).not.toContain('a-secret-that-nobody-prints');
  }, 120_000);

  it('discover tells what it could not read, with code 3', async () => {
    proxy.refuse.set('ListClusters', 'AccessDeniedException').set('DescribeInstances', 'UnauthorizedOperation');

    const { code, out, err } = await run(['discover']);

    expect(code).toBe(3);
    expect(out).toContain('ecs:ListClusters (AccessDeniedException)');
    expect(err).toContain('not read: ec2:DescribeInstances (UnauthorizedOperation)\n');
    expect(err).toContain('not read: ecs:ListClusters (AccessDeniedException)\n');
  }, 60_000);
});

describe('bad input and no AWS', () => {
  it.each([
    [['init'], "error: required option '--vpc-id <id>' not specified"],
    [['init', '--vpc-id', 'main'], 'runnerwatch: --vpc-id: expected an id such as vpc-0a1b2c3d'],
    [['init', '--vpc-id', 'vpc-1', '--region', 'x'], 'runnerwatch: --region: expected a region such as eu-central-1'],
    [
      ['init', '--vpc-id', 'vpc-1', '--id', 'Prod EU'],
      'runnerwatch: --id: expected 1 to 63 of a-z, 0-9 and -, got `Prod EU`',
    ],
    [['discover', '--region', 'x'], 'runnerwatch: --region: expected a region such as eu-central-1'],
    [['discover', '--format', 'xml'], 'runnerwatch: --format: expected text, json or yaml, got `xml`'],
  ])('%j is one line and code 2', async (args, line) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: `${line}\n` });
    expect(proxy.calls.size).toBe(0);
  });

  it('no Region anywhere is one line and code 2', async () => {
    expect(await run(['discover'], { AWS_REGION: '' })).toEqual({
      code: 2,
      out: '',
      err: 'runnerwatch: no Region: give --region, or set AWS_REGION or the Region of your AWS profile\n',
    });
  });

  it('a VPC that is not there is code 2, and nothing is written', async () => {
    const { code, err } = await run(['init', '--vpc-id', 'vpc-0123456789abcdef0', '--output', 'none.yaml']);

    expect(code).toBe(2);
    expect(err).toContain('VPC `vpc-0123456789abcdef0` is not visible in region `eu-central-1`');
    expect(existsSync(join(folder, 'none.yaml'))).toBe(false);
  }, 60_000);

  it('a folder that is not there is code 2', async () => {
    const { code, err } = await run(['init', '--vpc-id', one.vpcId, '--output', 'no/such/folder.yaml']);

    expect({ code, err }).toEqual({ code: 2, err: 'runnerwatch: cannot write `no/such/folder.yaml`: ENOENT\n' });
  }, 60_000);

  it.each([['init', '--vpc-id', 'vpc-1', '--output', 'none.yaml'], ['discover']])(
    '%s is code 4 when AWS cannot be reached',
    async (...args) => {
      const { code, out, err } = await run(args, { AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` });

      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(err).toMatch(/^runnerwatch: .* in region `eu-central-1` could not be read at all \(.*\)\n$/);
      expect(existsSync(join(folder, 'none.yaml'))).toBe(false);
    },
    120_000,
  );

  it('both explain themselves', async () => {
    for (const command of ['init', 'discover']) {
      const { code, out } = await run([command, '--help']);

      expect(code).toBe(0);
      expect(out).toContain(`Usage: runnerwatch ${command}`);
      expect(out).toContain('--quiet');
    }
  });
});
