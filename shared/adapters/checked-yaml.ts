import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';
import { WatcherError } from '../core/base/watcher-error.ts';

export interface CheckedYaml<T> {
  readonly data: T;
  /** What `check` gives; its `WatcherError` comes out with file, line and field in front of it. */
  readonly checking: <R>(field: readonly PropertyKey[], check: () => R) => R;
}

/** YAML that is what `schema` says. Throws `bad-input` naming file, line and field of the first problem. */
export function parseCheckedYaml<T>(text: string, path: string, schema: z.ZodType<T>, what: string): CheckedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new WatcherError(
      'bad-input',
      `${path}:${broken.linePos?.[0].line ?? 1}: not YAML: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').toLowerCase()}`,
    );
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const field = [...(issue?.path ?? []), ...keys];
    const why =
      keys.length > 0 ? 'there is no such field' : (issue?.message ?? `not ${what}`).replace(/^Invalid input: /, '');
    throw new WatcherError(
      'bad-input',
      `${path}:${lineOf(document.contents, field, lines)}: \`${fieldName(field)}\`: ${why.charAt(0).toLowerCase()}${why.slice(1)}`,
    );
  }
  return {
    data: parsed.data,
    checking: (field, check) => {
      try {
        return check();
      } catch (cause) {
        if (!(cause instanceof WatcherError)) throw cause;
        throw new WatcherError(
          'bad-input',
          `${path}:${lineOf(document.contents, field, lines)}: \`${fieldName(field)}\`: ${cause.message}`,
          { cause },
        );
      }
    },
  };
}

const fieldName = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
        .join('');

/** The line of the deepest part of the path that is there. */
function lineOf(root: unknown, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = offsetOf(node) ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (!pair) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = offsetOf(node) ?? offset;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
}

const offsetOf = (node: unknown): number | undefined => (node as Node | undefined | null)?.range?.[0];
