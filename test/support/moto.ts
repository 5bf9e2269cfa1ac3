import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A Python that has moto: named by the environment, made by `.ci/run`, or the machine's own. */
export function pythonWithMoto(): string | undefined {
  const candidates = [process.env['RUNNERWATCH_MOTO'], join(ROOT, '.cache', 'moto', 'bin', 'python'), 'python3'];
  return candidates.find(
    (python) =>
      python !== undefined &&
      (python === 'python3' || existsSync(python)) &&
      spawnSync(python, ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0,
  );
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts the emulator on a free port of the loopback interface. Throws when there is none: a missing emulator is an error, never a skipped test. */
export async function startMoto(): Promise<Moto> {
  const python = pythonWithMoto();
  if (python === undefined)
    throw new Error(
      "moto is missing: python3 -m venv .cache/moto && .cache/moto/bin/pip install 'moto[server]==5.2.5'",
    );
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await ready(endpoint, child);
  return {
    endpoint,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        // It has nothing to save, and takes its time to empty its accounts when asked politely.
        child.kill('SIGKILL');
      }),
  };
}

async function ready(endpoint: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`moto ended with code ${child.exitCode}`);
    try {
      await fetch(`${endpoint}/moto-api/`);
      return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('moto did not come up within 10 s');
}

/** What the SDK needs to talk to an emulator; none of it is a secret. */
export const emulatorConfig = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
});
