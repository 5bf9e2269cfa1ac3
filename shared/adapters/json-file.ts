import { readFileSync } from 'node:fs';
import { text as readStream } from 'node:stream/consumers';
import { findNodeAtLocation, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import { WatcherError } from '../core/base/watcher-error.ts';

/** The text of a file, without the byte order mark that Windows tools put first. Throws `bad-input` naming the file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
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
    const place = placeOf(text, first?.offset ?? text.length);
    const why = first ? words(printParseErrorCode(first.error)) : 'it does not parse';
    throw new WatcherError('bad-input', `${name}:${place}: not JSON: ${why}`, { cause });
  }
}

/** `line:column`, both from 1. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
}

/**
 * Checks JSON of a file with `check`, whose `bad-input` begins with the field in backticks (`Subnets[0].SubnetId`); the error that comes out
 * names file, line and column in front of it.
 */
export function readCheckedJson(path: string, check: (content: unknown) => void): unknown {
  const text = readText(path);
  const content = parseJson(text, path);
  try {
    check(content);
  } catch (cause) {
    if (!(cause instanceof WatcherError) || cause.fault !== 'bad-input') throw cause;
    const place = placeOfField(text, /^`([^`]+)`/.exec(cause.message)?.[1] ?? '');
    throw new WatcherError('bad-input', `${path}:${place}: ${cause.message}`, { cause });
  }
  return content;
}

/** Where the deepest part of a field that is there begins; the beginning for one that is nowhere. */
function placeOfField(text: string, field: string): string {
  const parts = [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
  const root = parseTree(text);
  if (!root) return placeOf(text, 0);
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const node = findNodeAtLocation(root, parts.slice(0, depth));
    if (node) return placeOf(text, node.offset);
  }
  return placeOf(text, root.offset);
}

/** `CommaExpected` → `comma expected`. */
const words = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** All of standard input, whatever it is connected to. */
export const readStandardInput = (): Promise<string> => readStream(process.stdin);
