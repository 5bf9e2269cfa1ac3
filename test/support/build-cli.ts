import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Builds the command line into a folder of its own below `dist`, where packages are found; test files build at the same time. Its main file. */
export function buildCli(name: string): string {
  const folder = join('dist', name);
  execFileSync(process.execPath, [join('scripts', 'build.mjs'), folder], { cwd: ROOT, stdio: 'inherit' });
  return join(ROOT, folder, 'cli.js');
}
