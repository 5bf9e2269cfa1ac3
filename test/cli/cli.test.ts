import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderReport } from '../../cli/render-report.ts';
import { embeddedState } from '../../shared/adapters/embedded-state.ts';
import { readJson } from '../../shared/adapters/json-file.ts';
import { readWatchFile } from '../../shared/adapters/yaml-watch-file.ts';
import { runScan } from '../../shared/app/run-scan.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { reachCases, storyFile } from '../support/corpus.ts';
import { exampleFile } from '../support/example.ts';
import { expectGolden } from '../support/golden.ts';
import { freePort } from '../support/moto.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BIN = join(ROOT, 'bin', 'runnerwatch.js');

let folder: string;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const env = options.env ?? { PATH: process.env['PATH'], HOME: folder };
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}

function watchedDemo(): WatchedNetwork {
  const [network] = readWatchFile(CONFIG).networks;
  if (!network) throw new Error('the example watches no network');
  return network;
}

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runnerwatch-cli-'));
  execFileSync(process.execPath, [join('scripts', 'build.mjs')], { cwd: ROOT });
  file('broken.json', '{"a": 1,\n "b": }');
  file('number-id.json', '{"Subnets": [{"SubnetId": 5}]}');
  file('not-a-list.json', '{"Subnets": {}}');
  file('empty.json', '{}');
  const watched = readFileSync(exampleFile('runnerwatch.yaml'), 'utf8');
  file('two.yaml', `${watched}${watched.slice(watched.indexOf('  - id')).replace('id: demo', 'id: other')}`);
  file('list.json', '[]');
  file('bad-id.yaml', 'version: 1\nnetworks:\n  - id: Bad_ID\n');
  file('broken.yaml', 'version: 1\nnetworks:\n  - id: [a\n');
  file(
    'misspelt.yaml',
    readFileSync(exampleFile('runnerwatch.yaml'), 'utf8').replace('production: true', 'prodduction: true'),
  );
  file(
    'catalogue.yaml',
    readFileSync(exampleFile('runnerwatch.yaml'), 'utf8').replace('gitpod-aws-2025', 'gitpod-aws-1999'),
  );
  file('option.yaml', watched.replace('deploymentOption: private-nat', 'deploymentOption: private-endpoints'));
  file(
    'waiver.yaml',
    `${readFileSync(exampleFile('runnerwatch.yaml'), 'utf8')}    waivers: [{ requirement: NOT AN ID, reason: r, owner: o, expires: 2036-01-01 }]\n`,
  );
  file(
    'event.json',
    JSON.stringify({ source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail', detail: { readOnly: true } }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = exampleFile('runnerwatch.yaml');
const BUNDLE = exampleFile('bundle.json');

describe('bad input gets one line and code 2', () => {
  it.each([
    [['scan'], 'runnerwatch: scan needs --config, or --region and --vpc'],
    [['scan', '--bundle', BUNDLE], 'runnerwatch: --bundle needs --config'],
    [
      ['scan', '--config', CONFIG, '--region', 'eu-central-1'],
      'runnerwatch: --region and --vpc are for a scan without --config',
    ],
    [['scan', '--region', 'eu-central-1', '--vpc', 'main'], 'runnerwatch: --vpc: expected an id such as vpc-0a1b2c3d'],
    [['nonsense'], "error: unknown command 'nonsense'"],
    [['scna'], "error: unknown command 'scna' (Did you mean scan?)"],
    [['watch'], "error: required option '--config <file>' not specified"],
    [['scan', '--config', CONFIG, '--bogus'], "error: unknown option '--bogus'"],
    [['scan', '--config', 'nope.yaml', '--bundle', BUNDLE], 'runnerwatch: cannot read `nope.yaml`: no such file'],
    [['scan', '--config', CONFIG, '--bundle', 'nope.json'], 'runnerwatch: cannot read `nope.json`: no such file'],
    [['scan', '--config', CONFIG, '--bundle', '.'], 'runnerwatch: cannot read `.`: it is a directory'],
    [['scan', '--config', CONFIG, '--bundle', 'broken.json'], 'runnerwatch: broken.json:2:7: not JSON: value expected'],
    [
      ['scan', '--config', CONFIG, '--bundle', 'number-id.json'],
      'runnerwatch: number-id.json:1:27: `Subnets[0].SubnetId`: expected a string, got number 5',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', 'not-a-list.json'],
      'runnerwatch: not-a-list.json:1:13: `Subnets`: expected a list, got an object',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', 'list.json'],
      'runnerwatch: list.json:1:1: `bundle`: expected an object, got a list',
    ],
    [
      ['reach', '--bundle', 'number-id.json', '--questions', '-'],
      'runnerwatch: number-id.json:1:27: `Subnets[0].SubnetId`: expected a string, got number 5',
    ],
    [
      ['scan', '--config', 'two.yaml', '--bundle', BUNDLE],
      'runnerwatch: two.yaml: a bundle is of one network; name it with --network (`demo`, `other`)',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', BUNDLE, '--format', 'xml'],
      'runnerwatch: --format: expected text or json, got `xml`',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', BUNDLE, '--network', 'prod'],
      `runnerwatch: ${CONFIG}: there is no network \`prod\`; there is \`demo\``,
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', BUNDLE, '--event', 'event.json'],
      'runnerwatch: --event needs --store: without a store nothing is compared',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', BUNDLE, '--store', 'state', '--event', 'event.json'],
      'runnerwatch: event.json: not a change of the network: read-only',
    ],
    [
      ['scan', '--config', CONFIG, '--bundle', BUNDLE, '--store', '.'],
      'runnerwatch: `.` holds other files and no state of runnerwatch',
    ],
    [
      ['scan', '--config', 'bad-id.yaml', '--bundle', BUNDLE],
      'runnerwatch: bad-id.yaml:3: `networks[0].id`: expected 1 to 63 of a-z, 0-9 and -',
    ],
    [
      ['scan', '--config', 'broken.yaml', '--bundle', BUNDLE],
      'runnerwatch: broken.yaml:4: not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      ['scan', '--config', 'misspelt.yaml', '--bundle', BUNDLE],
      'runnerwatch: misspelt.yaml:15: `networks[0].prodduction`: there is no such field',
    ],
    [
      ['scan', '--config', 'catalogue.yaml', '--bundle', BUNDLE],
      'runnerwatch: catalogue.yaml:5: `networks[0].catalogue`: unknown catalogue `gitpod-aws-1999`; there are `gitpod-aws-2025`, `ona-enterprise`',
    ],
    [
      ['scan', '--config', 'waiver.yaml', '--bundle', BUNDLE],
      'runnerwatch: waiver.yaml:30: `networks[0].waivers[0].requirement`: the catalogue `gitpod-aws-2025` has no requirement `NOT AN ID`',
    ],
    [
      ['scan', '--config', 'option.yaml', '--bundle', BUNDLE],
      'runnerwatch: option.yaml:9: `networks[0].deploymentOption`: the catalogue `gitpod-aws-2025` has no deployment option `private-endpoints`; it has `default-vpc`, `public-subnet`, `private-nat`, `private-tgw`',
    ],
    [
      ['requirements', '--catalogue', 'foo'],
      'runnerwatch: unknown catalogue `foo`; there are `gitpod-aws-2025`, `ona-enterprise`',
    ],
    [['snapshot', '--output', 'x.json'], 'runnerwatch: snapshot needs --config, or --region and --vpc'],
    [
      ['snapshot', '--region', 'nowhere', '--vpc', 'vpc-1', '--output', 'x.json'],
      'runnerwatch: --region: expected a region such as eu-central-1',
    ],
    [
      ['watch', '--config', CONFIG, '--every', 'soon'],
      'runnerwatch: --every: expected a number of seconds, at least 1, got `soon`',
    ],
    [['demo', '--port', 'http'], 'runnerwatch: --port: expected 0-65535, got `http`'],
  ])('%j', async (args, line) => {
    const { code, out, err } = await run(args);

    expect(err).toBe(`${line}\n`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(existsSync(join(folder, 'x.json'))).toBe(false);
  });

  it('shows the stack only with --debug', async () => {
    expect((await run(['scan', '--config', 'nope.yaml', '--debug'])).err).toMatch(/\n\s+at /);
  });
});

describe('AWS that does not answer', () => {
  const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

  it('is code 4 with the endpoint in the one line', async () => {
    const port = await freePort();

    const { code, out, err } = await run(['snapshot', '--config', CONFIG, '--output', 'x.json'], {
      env: { PATH: process.env['PATH'], HOME: folder, ...credentials, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    });

    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toBe(
      `runnerwatch: EC2 in region \`eu-central-1\` could not be read at all (Error: connect ECONNREFUSED 127.0.0.1:${port})\n`,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('x.json'))).toEqual([]);
  }, 30_000);

  it('is code 4 without credentials', async () => {
    const { code, err } = await run(['scan', '--config', CONFIG], {
      env: { PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
    });

    expect(code).toBe(4);
    expect(err).toBe(
      'runnerwatch: EC2 in region `eu-central-1` could not be read at all (CredentialsProviderError: Could not load credentials from any providers)\n',
    );
  }, 30_000);
});

describe('scan', () => {
  it('is code 0 when all holds, and reads well in a pipe', async () => {
    const { code, out, err } = await run(['scan', '--config', CONFIG, '--bundle', BUNDLE]);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expectGolden('cli/scan-pass.txt', out);
  });

  it.each([60, 80, 100])('fits a terminal of %d columns', (width) => {
    const report = scanNetwork(parseBundle(readJson(BUNDLE)), watchedDemo(), instant(Date.UTC(2026, 10, 20)));

    const lines = renderReport(report, { colour: false, width }).split('\n');

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const { id, severity, verdict } of report.requirements) {
      const isTold = severity !== 'informational' && verdict !== 'not-applicable';
      expect({ id, rows: lines.filter((line) => line.includes(` ${id} `)).length }).toEqual({
        id,
        rows: isTold ? 1 : 0,
      });
    }
  });

  it('reads a bundle that begins with a byte order mark', async () => {
    const marked = file('marked.json', `\uFEFF${readFileSync(BUNDLE, 'utf8')}`);

    expect((await run(['scan', '--config', CONFIG, '--bundle', marked])).code).toBe(0);
  });

  it('is code 1 when something fails, and says what', async () => {
    const story = 'acl-low-number-deny-8443';
    const { code, out } = await run([
      'scan',
      '--config',
      storyFile(story, 'runnerwatch.yaml'),
      '--bundle',
      storyFile(story, 'bundle.json'),
    ]);

    expect(code).toBe(1);
    expectGolden('cli/scan-fail.txt', out);
  });

  it('is code 3 when nothing fails but something is unknown', async () => {
    const { code, out } = await run(['scan', '--config', CONFIG, '--bundle', 'empty.json', '--format', 'json']);

    const report = JSON.parse(out) as ScanReport;
    expect(code).toBe(3);
    expect(report).toMatchObject({ schemaVersion: 1, network: 'demo', verdict: 'unknown', summary: { fail: 0 } });
    const passing = report.requirements.filter(
      ({ verdict, severity }) => verdict === 'pass' && severity !== 'informational',
    );
    // What the watch file alone can say.
    expect(passing.map(({ id }) => id)).toEqual([
      'account-no-conflicting-services',
      'capacity-plan-present',
      'connectivity-verified',
    ]);
  });

  it('tells the drift of the sequences', async () => {
    for (const story of ['seq-nat-deleted-rebuilt', 'seq-env-egress-trimmed']) {
      const { steps } = readJson(storyFile(story, 'transitions.json')) as {
        readonly steps: readonly { readonly opened: string[]; readonly resolved: string[] }[];
      };
      expect(steps[0]?.opened.length).toBeGreaterThan(2);
      const store = join(folder, story);
      const scan = async (step: number) => {
        const events = step === 0 ? [] : ['--event', storyFile(story, `change-${step}.json`)];
        const { out } = await run([
          'scan',
          '--config',
          storyFile(story, 'runnerwatch.yaml'),
          '--bundle',
          storyFile(story, `bundle-${step}.json`),
          '--store',
          store,
          '--format',
          'json',
          ...events,
        ]);
        return JSON.parse(out) as {
          baseline: boolean;
          transitions: { kind: string; requirement: string; attribution: { confidence: string }[] }[];
        };
      };
      const kindsOf = (report: Awaited<ReturnType<typeof scan>>, kind: string) =>
        [...new Set(report.transitions.filter((one) => one.kind === kind).map((one) => one.requirement))].sort();

      const [baseline, broken, repaired] = [await scan(0), await scan(1), await scan(2)];

      expect([baseline.baseline, baseline.transitions]).toEqual([true, []]);
      for (const [index, report] of [broken, repaired].entries())
        expect({ opened: kindsOf(report, 'opened'), resolved: kindsOf(report, 'resolved') }).toMatchObject({
          opened: steps[index]?.opened,
          resolved: steps[index]?.resolved,
        });
      expect(new Set([...broken.transitions, ...repaired.transitions].map((one) => one.kind))).toEqual(
        new Set(['opened', 'resolved']),
      );
      for (const one of broken.transitions) expect(one.attribution.map((by) => by.confidence)).toEqual(['certain']);
    }
  }, 30_000);
});

describe('what a store remembers', () => {
  const STORY = 'seq-env-egress-trimmed';
  let store: string;

  beforeAll(async () => {
    store = join(folder, 'remembered');
    for (const step of [0, 1])
      await run([
        'scan',
        '--config',
        storyFile(STORY, 'runnerwatch.yaml'),
        '--bundle',
        storyFile(STORY, `bundle-${step}.json`),
        '--store',
        store,
        ...(step === 0 ? [] : ['--event', storyFile(STORY, 'change-1.json')]),
      ]);
  }, 60_000);

  it('is told of all networks, of one, and of what changed, as text and as JSON', async () => {
    const network = readWatchFile(storyFile(STORY, 'runnerwatch.yaml')).networks[0]?.id ?? '';
    const networks = await run(['networks', '--store', store]);
    const findings = await run(['findings', '--store', store, '--network', network]);
    const history = await run(['history', '--store', store]);

    expect([networks.code, findings.code, history.code]).toEqual([1, 1, 0]);
    expect(networks.out).toMatch(new RegExp(`${network}.*FAIL`));
    expect(findings.out).toContain('[egress-gateway-8443, required]');
    expect(findings.out).toMatch(new RegExp(`incident ${network}/egress-gateway-8443/2, open since \\d`));
    expect(findings.out).toContain(': RevokeSecurityGroupEgress, ');
    expect(history.out).toMatch(/requirements broken[\s\S]*---[\s\S]*first scan/);

    const asJson = async (command: string) =>
      JSON.parse((await run([command, '--store', store, '--format', 'json'])).out) as Record<string, unknown[]>;
    expect((await asJson('networks'))['networks']).toMatchObject([{ network, version: 2, verdict: 'fail' }]);
    expect(
      ((await asJson('findings'))['findings'] as { status: string }[]).filter((one) => one.status === 'fail').length,
    ).toBeGreaterThan(3);
    expect((await asJson('history'))['batches']).toMatchObject([{ version: 2 }, { version: 1, baseline: true }]);
  }, 30_000);

  it('is told again when it stays broken, once, and the history keeps it', async () => {
    const directory = join(folder, 'reminded');
    const [network] = readWatchFile(storyFile(STORY, 'runnerwatch.yaml')).networks;
    const past = embeddedState(directory);
    for (const [step, hours] of [26, 25].entries())
      await runScan(
        {
          store: past,
          facts: { collect: async () => readJson(storyFile(STORY, `bundle-${step}.json`)) as Bundle },
          clock: { now: () => instant(Date.now() - hours * 3_600_000) },
        },
        network as WatchedNetwork,
      );
    past.close();
    const scan = (...format: readonly string[]) => {
      const files = ['--config', storyFile(STORY, 'runnerwatch.yaml'), '--bundle', storyFile(STORY, 'bundle-1.json')];
      return run(['scan', ...files, '--store', directory, ...format]);
    };

    const first = JSON.parse((await scan('--format', 'json')).out) as {
      transitions: [];
      reminders: { kind: string }[];
    };
    const again = await scan('--format', 'json');
    const history = await run(['history', '--store', directory]);
    const asJson = JSON.parse((await run(['history', '--store', directory, '--format', 'json'])).out) as {
      readonly batches: readonly { readonly version: number; readonly reminders?: readonly unknown[] }[];
    };

    expect(first.transitions).toEqual([]);
    expect(new Set(first.reminders.map(({ kind }) => kind))).toEqual(new Set(['reminder']));
    expect(first.reminders[0]).toMatchObject({ openedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    expect(Object.keys(JSON.parse(again.out) as object)).not.toContain('reminders');
    expect(history.out).toMatch(
      /unresolved after a day[\s\S]*STILL BROKEN AFTER A DAY[\s\S]*---[\s\S]*broken[\s\S]*first scan/,
    );
    expect(asJson.batches.map(({ version, reminders }) => [version, reminders?.length])).toEqual([
      [3, first.reminders.length],
      [2, undefined],
      [1, undefined],
    ]);
  }, 60_000);

  it('is refused in one line where there is none, and nothing is made on the way', async () => {
    const nowhere = join(folder, 'nowhere');
    const lines = {
      [`runnerwatch: \`${nowhere}\` holds no state of runnerwatch\n`]: ['networks', '--store', nowhere],
      [`runnerwatch: --limit: expected a whole number, at least 1, got \`0\`\n`]: ['history', '--limit', '0'],
    };
    for (const [line, args] of Object.entries(lines)) expect(await run(args)).toEqual({ code: 2, out: '', err: line });
    expect((await run(['findings', '--store', store, '--network', 'other'])).err).toMatch(
      /^runnerwatch: --network: .* knows no `other`; there are `.*`\n$/,
    );
    expect(existsSync(nowhere)).toBe(false);
  }, 30_000);
});

describe('reach', () => {
  const [first] = reachCases();
  const question = JSON.stringify(first?.question);

  it('answers line by line and names the bad ones', async () => {
    const bundle = file('reach.json', JSON.stringify(first?.bundle));
    const questions = file(
      'questions.jsonl',
      `${question}\n{bad\n\n${JSON.stringify({ ...first?.question, id: 'zz', from: { subnet: 'subnet-zzz', securityGroups: [] } })}\n${JSON.stringify({ ...first?.question, id: 'p', port: 99999 })}\n`,
    );

    const { code, out } = await run(['reach', '--bundle', bundle, '--questions', questions]);

    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      expect.objectContaining({ id: '001a', verdict: 'pass' }),
      { id: null, error: 'question 2: not JSON' },
      { id: 'zz', error: 'question 4: unknown subnet `subnet-zzz`' },
      { id: 'p', error: expect.stringMatching(/^question 5: `port`/) },
    ]);
    expect(code).toBe(2);
  });

  it('reads questions from standard input, and ends quietly when nobody listens', async () => {
    const bundle = file('reach.json', JSON.stringify(first?.bundle));
    expect((await run(['reach', '--bundle', bundle, '--questions', '-'], { input: `${question}\n` })).code).toBe(0);

    const child = spawn(process.execPath, [BIN, 'reach', '--bundle', bundle, '--questions', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.on('error', () => {});
    child.stdin.end(`${question}\n`.repeat(20_000));
    await new Promise((resolve) => child.once('exit', resolve));
    expect(errors).toBe('');
  }, 30_000);
});

describe('requirements', () => {
  it('prints each with the sentence it comes from', async () => {
    const { code, out } = await run(['requirements', '--format', 'json']);

    expect(code).toBe(0);
    const list = JSON.parse(out) as { id: string; title: string; severity: string; source: { quote: string }[] }[];
    expect(list.length).toBeGreaterThanOrEqual(6);
    for (const one of list)
      expect(
        [one.id, one.title, one.severity, one.source[0]?.quote].every(
          (text) => typeof text === 'string' && text !== '',
        ),
      ).toBe(true);
  });

  it('prints those of another catalogue, each with the documents of its sentences', async () => {
    const { code, out } = await run(['requirements', '--catalogue', 'ona-enterprise', '--format', 'json']);
    const { out: text } = await run(['requirements', '--catalogue', 'ona-enterprise']);

    const list = JSON.parse(out) as { id: string; source: { document: string; asOf: string; quote: string }[] }[];
    expect({ code, rows: list.length }).toEqual({ code: 0, rows: 76 });
    for (const { id, source } of list) {
      expect(source.length).toBeGreaterThan(0);
      for (const { document, asOf, quote } of source) {
        expect(document).toMatch(/^https:\/\//);
        expect(asOf).not.toBe('');
        expect(text).toContain(`${document}: "${quote}"`);
      }
      expect(text).toContain(`## \`${id}\``);
    }
  });
});

const demoLeftovers = (): string[] => readdirSync(folder).filter((name) => name.startsWith('runnerwatch-demo-'));

describe('demo', () => {
  it('plays the whole night and ends by itself', async () => {
    const { code, out, err } = await run(['demo', '--once'], {
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
    });

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expectGolden('cli/demo.txt', out);
    expect(demoLeftovers()).toEqual([]);
  }, 30_000);

  it('shows a page on the loopback interface until it is told to stop', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, 'demo', '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
    });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes(`http://127.0.0.1:${port} until Ctrl-C`)) resolve();
      });
    });
    const get = async (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

    const page = await get('/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<title>runnerwatch</title>');
    expect(await (await get('/networks')).json()).toMatchObject({
      networks: [{ network: 'demo', verdict: 'pass', version: 3 }],
    });
    expect(((await (await get('/networks/demo/history')).json()) as { batches: unknown[] }).batches).toHaveLength(3);
    expect((await get('/networks/..%2f/findings')).status).toBe(404);
    expect((await get('/web/../package.json')).status).toBe(404);

    const busy = await run(['demo', '--port', String(port)]);
    expect([busy.code, busy.out, busy.err]).toEqual([
      2,
      '',
      `runnerwatch: port ${port} on 127.0.0.1 is taken; choose another with --port\n`,
    ]);

    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(demoLeftovers()).toEqual([]);
  }, 30_000);
});
