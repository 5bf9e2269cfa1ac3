import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import Database from 'libsql';
import { embeddedState } from '../../shared/adapters/embedded-state.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { commitOf, greatDrift, remembered, stateStoreContract } from '../contracts/state-store.contract.ts';
import { memoryState } from '../support/memory-state.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

stateStoreContract('the embedded store', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'runnerwatch-state-'));
  const store = embeddedState(directory);
  return {
    store,
    close: async () => {
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

stateStoreContract('the store of the tests', async () => ({ store: memoryState(), close: async () => {} }));

describe('the embedded store', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runnerwatch-state-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('outlives the process that wrote it', async () => {
    const first = embeddedState(directory);
    await first.commit('prod', commitOf('prod', 0, []));
    first.close();

    const second = embeddedState(directory);
    expect((await second.load('prod')).head?.version).toBe(1);
    second.close();
  });

  it('refuses a directory that holds something else', () => {
    writeFileSync(join(directory, 'notes.txt'), 'mine');

    expect(() => embeddedState(directory)).toThrow(/holds other files/);
  });

  it('refuses a file that is not its own', () => {
    writeFileSync(
      join(directory, 'runnerwatch.db'),
      'this is not a database, it only has its name, and is long enough to tell',
    );

    expect(() => embeddedState(directory)).toThrow(/runnerwatch\.db/);
  });

  it.each([
    ['findings that are none', "UPDATE network SET findings = '[{}]'", 'state of `prod` is damaged (findings)'],
    ['a head that is no JSON', "UPDATE network SET head = '{'", 'state of `prod` is damaged (head)'],
    ['a head that is missing', 'DELETE FROM network', 'state of `prod` is missing, although there is history'],
  ])('begins anew behind the history with %s', async (_name, damage, line) => {
    const store = embeddedState(directory);
    await store.commit('prod', commitOf('prod', 0, [remembered(1)]));
    const database = new Database(join(directory, 'runnerwatch.db'));
    database.exec(damage);
    database.close();

    expect(await store.load('prod')).toMatchObject({
      head: undefined,
      findings: [],
      damage: { items: [line], version: 1 },
    });
    await store.commit('prod', commitOf('prod', 1, [remembered(2)], greatDrift(1).transitions.slice(0, 1)));
    expect(await store.load('prod')).toMatchObject({ head: { version: 2 }, findings: [remembered(2)] });
    expect((await store.history('prod', 10)).map((batch) => batch.version)).toEqual([2, 1]);
    store.close();
  });

  it('reports damaged history and hides nothing else', async () => {
    const reports: string[] = [];
    const store = embeddedState(directory, { report: (line) => reports.push(line) });
    await store.commit('prod', commitOf('prod', 0, []));
    await store.commit('prod', commitOf('prod', 1, [], greatDrift(1).transitions.slice(0, 1)));
    const database = new Database(join(directory, 'runnerwatch.db'));
    database.exec("UPDATE batch SET body = '{}' WHERE version = 1");
    database.close();

    expect((await store.history('prod', 10)).map((batch) => batch.version)).toEqual([2]);
    expect(reports).toEqual(['row `batch prod/1` is damaged (body)']);
    store.close();
  });

  it('forgets history after 400 days', async () => {
    const store = embeddedState(directory);
    const day = 24 * 60 * 60_000;
    for (const [index, days] of [0, 399, 401].entries()) {
      const commit = commitOf('prod', index, [], greatDrift(1).transitions.slice(0, 1));
      await store.commit('prod', { ...commit, batch: { ...commit.batch, at: instant(days * day) } });
    }

    expect((await store.history('prod', 10)).map((batch) => batch.version)).toEqual([3, 2]);
    store.close();
  });

  it('takes over a file of the first layout', async () => {
    const database = new Database(join(directory, 'runnerwatch.db'));
    database.exec(`
      CREATE TABLE network (name TEXT PRIMARY KEY, version INTEGER NOT NULL, head TEXT NOT NULL, findings TEXT NOT NULL) STRICT;
      CREATE TABLE batch (network TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (network, version)) STRICT;
      CREATE TABLE change (network TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (network, event_id)) STRICT;
      PRAGMA user_version = 1;
    `);
    const { batch } = commitOf('prod', 0, [], greatDrift(1).transitions.slice(0, 1));
    database.prepare('INSERT INTO batch VALUES (?, ?, ?)').run('prod', 1, JSON.stringify(batch));
    database
      .prepare('INSERT INTO network VALUES (?, ?, ?, ?)')
      .run('prod', 1, JSON.stringify({ ...batch, lastScanAt: batch.at }), JSON.stringify([remembered(1)]));
    database.close();

    const store = embeddedState(directory);
    expect((await store.load('prod')).findings).toEqual([remembered(1)]);
    expect((await store.history('prod', 10))[0]?.transitions).toEqual(batch.transitions);
    await store.commit('prod', commitOf('prod', 1, []));
    store.close();
  });

  it('survives being killed between any two writes', async () => {
    const script = join(directory, 'writer.mjs');
    await build({
      entryPoints: [join(HERE, '..', 'support', 'endless-writer.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      outfile: join(HERE, '..', '..', 'dist', 'endless-writer.mjs'),
      logLevel: 'error',
    });
    const stateDirectory = join(directory, 'state');
    rmSync(script, { force: true });
    let last = 0;
    for (let round = 0; round < 4; round += 1) {
      await killAfter(join(HERE, '..', '..', 'dist', 'endless-writer.mjs'), stateDirectory, 15 + round * 13);
      const store = embeddedState(stateDirectory);
      const state = await store.load('prod');
      const history = await store.history('prod', 100_000);
      const version = state.head?.version ?? 0;
      expect(version).toBeGreaterThan(last);
      expect(history).toHaveLength(version);
      expect(state.findings).toHaveLength(version);
      last = version;
      store.close();
    }
  }, 60_000);
});

/** Starts the writer, lets it make `commits` commits, and kills it without warning. */
async function killAfter(script: string, stateDirectory: string, commits: number): Promise<void> {
  const child = spawn(process.execPath, [script, stateDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen >= commits) child.kill('SIGKILL');
    });
    child.on('exit', () => resolve());
  });
}
