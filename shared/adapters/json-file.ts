import { readFileSync } from 'node:fs';
import { WatcherError } from '../core/base/watcher-error.ts';

/** The text of a file. Throws `bad-input` naming the file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const why =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? 'it is a directory'
          : code === 'EACCES'
            ? 'permission denied'
            : String(code ?? cause);
    throw new WatcherError('bad-input', `cannot read \`${path}\`: ${why}`, { cause });
  }
}

/** Parses JSON from a file. Throws `bad-input` naming file, line and column. */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WatcherError('bad-input', `${name}:${place(text, message)}: not JSON: ${reason(message)}`, { cause });
  }
}

/** V8 tells the offset in most messages; at the end of the input it tells nothing. */
function place(text: string, message: string): string {
  const match = /position (\d+)/.exec(message);
  const before = text.slice(0, match ? Number(match[1]) : text.length);
  const line = before.split('\n').length;
  return `${line}:${before.length - before.lastIndexOf('\n')}`;
}

function reason(message: string): string {
  const short = message
    .replace(/ in JSON at position.*$/s, '')
    .replace(/, ?"[\s\S]*$/, '')
    .replace(/ \(line .*$/, '');
  return short.charAt(0).toLowerCase() + short.slice(1);
}
