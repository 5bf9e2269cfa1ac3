import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'golden');

/** The exact text that people read. `GOLDEN=write npm test` writes the files; read the difference as prose before committing it. */
export function expectGolden(name: string, text: string): void {
  const path = join(FOLDER, name);
  if (process.env['GOLDEN'] === 'write' && !process.env['CI']) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (!existsSync(path)) throw new Error(`test/golden/${name} is missing; GOLDEN=write npm test makes it`);
  expect(text).toBe(readFileSync(path, 'utf8'));
}
