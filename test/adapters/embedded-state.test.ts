import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { embeddedState } from '../../shared/adapters/embedded-state.ts';
import { commitOf, stateStoreContract } from '../contracts/state-store.contract.ts';
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
