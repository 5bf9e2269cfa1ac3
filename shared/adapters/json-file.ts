import { readFileSync } from 'node:fs';
import { text as readStream } from 'node:stream/consumers';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
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

/** `name` is what the error calls the text. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
    const [first] = errors;
    const before = text.slice(0, first?.offset ?? text.length);
    const place = `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
    const why = first ? words(printParseErrorCode(first.error)) : 'it does not parse';
    throw new WatcherError('bad-input', `${name}:${place}: not JSON: ${why}`, { cause });
  }
}

/** `CommaExpected` → `comma expected`. */
const words = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** All of standard input, whatever it is connected to. */
export const readStandardInput = (): Promise<string> => readStream(process.stdin);
