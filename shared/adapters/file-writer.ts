import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { WatcherError } from '../core/base/watcher-error.ts';

/** Writes a file whole or not at all. Throws `bad-input` naming the file. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.part`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new WatcherError(
      'bad-input',
      `cannot write \`${path}\`: ${(cause as { code?: string }).code ?? String(cause)}`,
      { cause },
    );
  }
}
