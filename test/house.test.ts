import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changePattern,
  otherChangePattern,
  readPolicy,
  STACK_RESOURCES,
  stackPattern,
  tamperPattern,
} from '../infra/generate.ts';
import { KINDS_DOCUMENT, kindsMarkdown } from '../infra/kinds-markdown.ts';
import { effectOf } from '../shared/core/facts/operations.ts';
import { CATALOGUES } from '../shared/core/requirements/catalogue.ts';
import { catalogueMarkdown, documentOf } from '../shared/core/requirements/catalogue-markdown.ts';

const { FLOW, default: RULES } = (await import('../.dependency-cruiser.mjs' as string)) as {
  readonly FLOW: readonly string[];
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
};

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const ROOMS = ['shared', 'functions', 'cli', 'infra', 'test', 'scripts'];

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory()
      ? ['node_modules', 'corpus', 'golden'].includes(entry.name)
        ? []
        : filesIn(path)
      : [path];
  });
}

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

function cruise(root: string): Cruise {
  const program = join(ROOT, 'node_modules', '.bin', 'depcruise');
  try {
    return JSON.parse(
      execFileSync(program, ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...ROOMS], {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      }),
    ) as Cruise;
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Cruise;
  }
}

/** One violation for each rule: where it is planted and what it imports. */
const PLANTED: readonly (readonly [rule: string, file: string, code: string])[] = [
  ...FLOW.slice(0, -1).map((room, index): [string, string, string] => [
    `core-${room}-imports-upstream-only`,
    `shared/core/${room}/planted.ts`,
    `import '../${FLOW[index + 1]}/planted-${index + 1}.ts';`,
  ]),
  ['core-is-pure', 'shared/core/base/planted-node.ts', "import 'node:fs';"],
  ['core-is-pure', 'shared/core/base/planted-npm.ts', "import 'yaml';"],
  ['core-stays-inside', 'shared/core/alerts/planted-app.ts', "import '../../app/planted-target.ts';"],
  ['ports-are-types', 'shared/ports.ts', "import './core/base/planted-target.ts';"],
  ['app-has-no-io', 'shared/app/planted-io.ts', "import 'node:fs';"],
  ['adapters-serve-ports', 'shared/adapters/planted-up.ts', "import '../app/planted-target.ts';"],
  ['only-wire-makes-adapters', 'functions/planted-adapter.ts', "import '../shared/adapters/planted-target.ts';"],
  ['only-wire-makes-adapters', 'cli/planted-adapter.ts', "import '../shared/adapters/planted-target.ts';"],
  ['sdk-only-in-adapters', 'functions/planted-sdk.ts', "import '@aws-sdk/client-sns';"],
  ['entry-points-do-not-meet', 'functions/planted-one.ts', "import './planted-two.ts';"],
  ['no-test-in-product', 'scripts/planted-test.ts', "import '../test/planted-target.ts';"],
  ['no-cycles', 'cli/planted-a.ts', "import './planted-b.ts';"],
  ['resolvable', 'cli/planted-nowhere.ts', "import './there-is-no-such-file.ts';"],
];

/** What the planted imports lead to. */
const TARGETS: readonly (readonly [string, string])[] = [
  ...FLOW.map((room, index): [string, string] => [
    `shared/core/${room}/planted-${index}.ts`,
    'export const planted = 1;',
  ]),
  ['shared/core/base/planted-target.ts', 'export const planted = 1;'],
  ['shared/app/planted-target.ts', 'export const planted = 1;'],
  ['shared/adapters/planted-target.ts', 'export const planted = 1;'],
  ['functions/planted-two.ts', 'export const planted = 1;'],
  ['test/planted-target.ts', 'export const planted = 1;'],
  ['cli/planted-b.ts', "import './planted-a.ts';"],
];

describe('import rules', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'runnerwatch-house-'));
    for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
      cpSync(join(ROOT, name), join(copy, name));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const room of ROOMS) mkdirSync(join(copy, room), { recursive: true });
    for (const [file, code] of [...TARGETS, ...PLANTED.map(([, file, code]) => [file, code] as const)]) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), `${code}\n`);
    }
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('see every module and find nothing to complain about', () => {
    const { modules, summary } = cruise(ROOT);
    const own = new Set(
      modules
        .map((module) => module.source)
        .filter((source) => /^(shared|functions|cli|infra|test|scripts)\//.test(source) && source.endsWith('.ts')),
    );
    const all = ROOMS.flatMap(filesIn).filter((file) => file.endsWith('.ts'));

    expect(all.filter((file) => !own.has(file))).toEqual([]);
    expect(own.size).toBeGreaterThan(120);
    expect(summary.violations).toEqual([]);
  }, 60_000);

  it('are all planted, but for the last room, after which there is none', () => {
    const planted = new Set(PLANTED.map(([rule]) => rule));

    expect(RULES.forbidden.map((rule) => rule.name).filter((name) => !planted.has(name))).toEqual([
      `core-${FLOW.at(-1)}-imports-upstream-only`,
    ]);
  });

  it('catch a planted violation of each rule', () => {
    const found = cruise(copy).summary.violations.map((violation) => `${violation.rule.name} ${violation.from}`);

    for (const [rule, file] of PLANTED) expect(found).toContain(`${rule} ${file}`);
  }, 60_000);
});

describe('the core', () => {
  const files = ['shared/core', 'shared/app'].flatMap(filesIn).filter((file) => file.endsWith('.ts'));

  it('asks no clock and no dice', () => {
    const guilty = files.filter((file) =>
      /Date\.now\(|new Date\(\)|Math\.random\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );

    expect(files.length).toBeGreaterThan(80);
    expect(guilty).toEqual([]);
  });

  it('swallows no error into an empty list', () => {
    const guilty = files.filter((file) =>
      /catch\s*(?:\([^)]*\))?\s*\{\s*return\s*(?:\[\]|\{\}|undefined|null);?\s*\}/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );

    expect(guilty).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read by wiring and tests only', () => {
    const readers = ['shared', 'functions', 'cli']
      .flatMap(filesIn)
      .filter((file) => /process\.env/.test(readFileSync(join(ROOT, file), 'utf8')));

    expect(readers.sort()).toEqual(['cli/wire.ts', 'functions/wire/environment.ts']);
  });
});

describe('generated files', () => {
  const generated = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, 'infra', 'generated', name), 'utf8'));

  it('are what the tables say (npm run generate)', () => {
    expect(generated('read-policy.json')).toEqual(readPolicy());
    expect(generated('change-pattern.json')).toEqual(changePattern());
    expect(generated('other-change-pattern.json')).toEqual(otherChangePattern());
    expect(generated('stack-pattern.json')).toEqual(stackPattern());
    expect(generated('tamper-pattern.json')).toEqual(tamperPattern(STACK_RESOURCES));
    expect(readFileSync(join(ROOT, KINDS_DOCUMENT), 'utf8')).toBe(kindsMarkdown());
    for (const catalogue of CATALOGUES)
      expect(readFileSync(join(ROOT, documentOf(catalogue)), 'utf8')).toBe(catalogueMarkdown(catalogue));
    expect(readdirSync(join(ROOT, 'docs')).filter((name) => name.startsWith('requirements'))).toHaveLength(
      CATALOGUES.length,
    );
  });

  it('let every call through that may change a network', () => {
    const left = changePattern().detail.eventName.flatMap((rule) => rule['anything-but']);

    expect(left.filter((name) => effectOf('aws.ec2', name) !== 'none')).toEqual([]);
  });
});

describe('tests', () => {
  const tests = filesIn('test').filter(
    (file) => file.endsWith('.test.ts') && file !== relative(ROOT, fileURLToPath(import.meta.url)),
  );

  it('are all run', () => {
    const guilty = tests.filter((file) =>
      /\b(?:it|describe|test)\.only\(|\bxit\(|\bfit\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );

    expect(tests.length).toBeGreaterThan(12);
    expect(guilty).toEqual([]);
  });

  it('give a reason in the title when they are skipped', () => {
    const skips = tests.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\b(?:it|describe|test)\.(?:skip|todo)\((.{0,30})/g)].map(
        (match) => `${file}: ${match[1]}`,
      ),
    );

    expect(skips.filter((skip) => !/: ['"`](?:needs|until) /.test(skip))).toEqual([]);
  });
});

describe('files', () => {
  const MADE = ['node_modules', '.git', '.cache', '.serverless', '.esbuild', 'dist', 'coverage', '.runnerwatch'];
  const here = relative(ROOT, fileURLToPath(import.meta.url));
  const files = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !MADE.includes(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? everythingIn(entry.name) : [entry.name]))
    .filter((file) => file !== here);

  function everythingIn(folder: string): string[] {
    return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? everythingIn(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  }

  it.each([
    ['registry host', /registry\.(?:npmjs|yarnpkg)\.|npm\.pkg\.github|pypi\.org|pythonhosted\.org|"resolved": "http/],
    ['path of one machine', /(?:^|[\s"'`=(:,])\/(?:home|root|work|workspace|tmp|Users|mnt)\/[\w.-]/m],
  ])('name no %s', (_what, pattern) => {
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});
