import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { WatcherError } from '../core/base/watcher-error.ts';
import { findCatalogue, requireOption } from '../core/requirements/catalogue.ts';
import { type WatchFile, watchFileSchema } from '../core/requirements/watch-file.ts';
import { readText } from './json-file.ts';

/** Reads and checks a watch file. Throws `bad-input` naming file, line and field of the first problem. */
export const readWatchFile = (path: string): WatchFile => parseWatchFile(readText(path), path);

export function parseWatchFile(text: string, path: string): WatchFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new WatcherError(
      'bad-input',
      `${path}:${broken.linePos?.[0].line ?? 1}: not YAML: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').toLowerCase()}`,
    );
  const parsed = watchFileSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const field = [...(issue?.path ?? []), ...keys];
    const why =
      keys.length > 0
        ? 'there is no such field'
        : (issue?.message ?? 'not a watch file').replace(/^Invalid input: /, '');
    throw new WatcherError(
      'bad-input',
      `${path}:${lineOf(document.contents, field, lines)}: \`${fieldName(field)}\`: ${why.charAt(0).toLowerCase()}${why.slice(1)}`,
    );
  }
  const checking = <T>(index: number, field: string, check: () => T): T => {
    try {
      return check();
    } catch (cause) {
      if (!(cause instanceof WatcherError)) throw cause;
      throw new WatcherError(
        'bad-input',
        `${path}:${lineOf(document.contents, ['networks', index, field], lines)}: \`networks[${index}].${field}\`: ${cause.message}`,
        { cause },
      );
    }
  };
  parsed.data.networks.forEach((network, index) => {
    const catalogue = checking(index, 'catalogue', () => findCatalogue(network.catalogue));
    checking(index, 'deploymentOption', () => requireOption(catalogue, network.deploymentOption));
  });
  return parsed.data;
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
