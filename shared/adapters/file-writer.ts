import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Throws `bad-input` when there is something at the path. */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw exists(path);
}

/** Writes a file that must not be there yet, whole or not at all. Throws `bad-input` naming the file; what was there is left as it is. */
export function writeNew(path: string, text: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'wx');
    writeFileSync(file, text);
  } catch (cause) {
    if (file !== undefined) rmSync(path, { force: true });
    const { code } = cause as { code?: string };
    throw code === 'EEXIST'
      ? exists(path)
      : new WatcherError('bad-input', `cannot write \`${path}\`: ${code ?? String(cause)}`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const exists = (path: string): WatcherError =>
  new WatcherError('bad-input', `\`${path}\` exists already and is left as it is; name another file, or remove it`);
