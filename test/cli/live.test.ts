import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildCli } from '../support/build-cli.ts';
import { type Ec2Stub, startEc2Stub } from '../support/ec2-stub.ts';
import { exampleFile } from '../support/example.ts';

const _ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const CONFIG = exampleFile('runnerwatch.yaml');
const VPC = 'vpc-0d3a10c5b7e24f681';
const VPCS = `<vpcSet><item><vpcId>${VPC}</vpcId><state>available</state><cidrBlock>10.40.0.0/16</cidrBlock></item></vpcSet>`;
const ADDRESSES = '<addressesSet/>';
const SUBNETS = `<subnetSet><item><subnetId>subnet-0aa</subnetId><vpcId>${VPC}</vpcId><state>available</state><cidrBlock>10.40.1.0/24</cidrBlock><availabilityZone>eu-central-1a</availabilityZone></item></subnetSet>`;

let folder: string;
let cli: string;
let stub: Ec2Stub;

const environment = () => ({
  PATH: process.env['PATH'],
  HOME: folder,
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_ENDPOINT_URL: stub.endpoint,
});

const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd: folder, env: environment() }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

interface Watching {
  readonly child: ChildProcess;
  text(): { readonly out: string; readonly err: string };
  /** Resolves as soon as what was written fits. */
  until(fits: (text: { out: string; err: string }) => boolean): Promise<void>;
}

function watch(...args: string[]): Watching {
  const child = spawn(process.execPath, [cli, 'watch', ...args], { cwd: folder, env: environment() });
  const text = { out: '', err: '' };
  const checks = new Set<() => void>();
  const keep = (name: 'out' | 'err') => (chunk: Buffer) => {
    text[name] += chunk.toString();
    for (const check of checks) check();
  };
  child.stdout.on('data', keep('out'));
  child.stderr.on('data', keep('err'));
  return {
    child,
    text: () => text,
    until: (fits) =>
      new Promise((resolve) => {
        const check = () => {
          if (fits(text)) resolve();
        };
        checks.add(check);
        check();
      }),
  };
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runnerwatch-live-'));
  cli = buildCli('live-test');
  stub = await startEc2Stub();
});

afterAll(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(dirname(cli), { recursive: true, force: true });
});

beforeEach(() => {
  stub.answers.clear();
  stub.answers.set('DescribeAddresses', ADDRESSES).set('DescribeVpcs', VPCS).set('DescribeSubnets', SUBNETS);
});

describe('scan without a watch file', () => {
  const bare = ['scan', '--region', 'eu-central-1', '--vpc', VPC, '--format', 'json'];

  it('looks at every subnet of the VPC and calls undeclared inputs and refused calls unknown', async () => {
    const { code, out, err } = await run(...bare);

    const report = JSON.parse(out) as {
      summary: { pass: number; fail: number };
      requirements: {
        id: string;
        verdict: string;
        severity: string;
        findings: { subject: string; reasons: { code: string }[] }[];
      }[];
      gaps: { operation: string; code: string }[];
    };
    expect(code).toBe(3);
    expect(report).toMatchObject({ network: VPC, verdict: 'unknown', summary: { fail: 0 } });
    const passing = report.requirements.filter((one) => one.verdict === 'pass' && one.severity !== 'informational');
    expect(passing.map(({ id }) => id)).toEqual([]);
    expect(report.requirements.flatMap((one) => one.findings.map((finding) => finding.subject))).toContain(
      'environment@subnet-0aa',
    );
    expect(report.gaps).toContainEqual(
      expect.objectContaining({ operation: 'DescribeRouteTables', code: 'UnauthorizedOperation' }),
    );
    expect(err).toMatch(/^vpc-\w+: \d+ calls were refused or failed; what depends on them is unknown\n$/);
  }, 30_000);

  it('says so when the subnets are refused, and is code 2', async () => {
    stub.answers.delete('DescribeSubnets');

    expect(await run(...bare)).toEqual({
      code: 2,
      out: '',
      err: `runnerwatch: --vpc: no subnet of \`${VPC}\` can be seen with these credentials (DescribeSubnets), so there is nothing to judge\n`,
    });
  }, 30_000);
});

describe('snapshot', () => {
  it('saves refused calls as errors of the bundle, and is code 3', async () => {
    const { code } = await run('snapshot', '--config', CONFIG, '--output', 'saved.json');

    const saved = JSON.parse(readFileSync(join(folder, 'saved.json'), 'utf8')) as Record<string, unknown[]>;
    expect(code).toBe(3);
    expect(saved['Vpcs']).toHaveLength(1);
    expect(saved['RouteTables']).toBeUndefined();
    expect(saved['Errors']).toContainEqual(expect.objectContaining({ Operation: 'DescribeRouteTables' }));
  }, 30_000);

  it('explains on standard error which calls were made, and what was refused', async () => {
    const { code, err } = await run('snapshot', '--config', CONFIG, '--output', 'explained.json', '--explain');

    const lines = err.split('\n');
    expect(code).toBe(3);
    expect(lines[0]).toMatch(/^operation +pages +objects +ms$/);
    expect(err).toMatch(/^DescribeVpcs +1 +1 +\d+$/m);
    expect(err).toMatch(/^DescribeRouteTables +0 +0 +\d+ +UnauthorizedOperation$/m);
    expect(err).toMatch(new RegExp(`^DescribeVpcAttribute ${VPC} +0 +0 +\\d+ +UnauthorizedOperation$`, 'm'));
    expect(err).toMatch(/^\d+ calls, 3 pages, \d+ refused or failed$/m);
  }, 30_000);

  it('leaves no file when nothing could be read', async () => {
    stub.answers.clear();

    const { code } = await run('snapshot', '--config', CONFIG, '--output', 'nothing.json');

    expect(code).toBe(4);
    expect(existsSync(join(folder, 'nothing.json'))).toBe(false);
  }, 30_000);
});

describe('watch', () => {
  it('is code 4 when the first scan cannot read anything', async () => {
    stub.answers.clear();

    const { code, err } = await run('watch', '--config', CONFIG, '--store', 'never', '--quiet');

    expect(code).toBe(4);
    expect(err).toMatch(/^runnerwatch: EC2 in region `eu-central-1` could not be read at all .*\n$/);
  }, 30_000);

  it('tells the first scan, tells a round that failed, goes on, and ends with 0 on Ctrl-C', async () => {
    const watching = watch('--config', CONFIG, '--store', 'kept', '--every', '1');
    await watching.until(({ out }) => out.includes('demo'));
    stub.answers.clear();
    await watching.until(({ err }) => err.split('runnerwatch: demo was not scanned: EC2 in region').length > 2);
    const told = watching.text().out;
    stub.answers.set('DescribeAddresses', ADDRESSES).set('DescribeVpcs', VPCS);
    stub.answers.set('DescribeSubnets', SUBNETS.replace('subnet-0aa', 'subnet-0c39e50b7d4fa6182'));
    // A subnet of the watch file is now known to be missing: the round that works again tells it.
    await watching.until(({ out }) => out.length > told.length);

    watching.child.kill('SIGINT');

    expect(await ended(watching.child)).toBe(0);
    expect(watching.text().err).toContain('watching demo every 1 s; Ctrl-C ends\n');
    expect(watching.text().err).not.toContain('internal error');
  }, 60_000);
});
