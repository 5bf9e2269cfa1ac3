import { gunzipSync, gzipSync } from 'node:zlib';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { canonicalJson } from '../core/base/canonical-json.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import { batchOf } from '../core/drift/stored-shape.ts';
import type { DriftBatch } from '../core/drift/transition.ts';

/** An item may have 400 KB (DynamoDB quotas, read 2026-11-25); a body of more than this is kept in parts of at most so much. */
export const PART_BYTES = 350_000;

/** Version of the item layout; items of another one are not read. */
export const LAYOUT = 1;

export type Item = Readonly<Record<string, unknown>>;

export const keyOf = (item: Item): string => `${String(item['pk'])} ${String(item['sk'])}`;

/** Sort keys hold versions so that they sort by number. */
export const padded = (version: number): string => String(version).padStart(12, '0');

export const pack = (value: unknown): Buffer => gzipSync(canonicalJson(value));

export function split(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) parts.push(bytes.subarray(at, at + PART_BYTES));
  return parts;
}

/** What an item holds, read by `read`. Throws `bad-input` naming the item's key when it is damaged or of another layout. */
export function unpack<T>(item: Item, body: unknown, read: (value: unknown) => T): T {
  const layout = item['layout'];
  if (layout !== LAYOUT)
    throw new WatcherError(
      'bad-input',
      `item \`${keyOf(item)}\` has layout ${String(layout)}, this version reads ${LAYOUT}`,
    );
  try {
    if (!(body instanceof Uint8Array)) throw new Error('no binary body');
    return read(JSON.parse(gunzipSync(body).toString('utf8')));
  } catch (cause) {
    throw new WatcherError('bad-input', `item \`${keyOf(item)}\` is damaged`, { cause });
  }
}

/** Where the rest of an item is that was too large for one: parts with this prefix, so many. Undefined when the body is in the item. */
export function partsOf(item: Item): { readonly prefix: string; readonly count: number } | undefined {
  const { parts, partPrefix } = item;
  return typeof parts === 'number' && typeof partPrefix === 'string' ? { prefix: partPrefix, count: parts } : undefined;
}

/** Reads the items of one partition whose sort key begins with a prefix, in order. */
export type ReadItems = (pk: string, prefix: string) => Promise<readonly Item[]>;

/** The body of an item, with its parts put together. Undefined when parts are missing. */
export async function bodyOf(item: Item, read: ReadItems): Promise<unknown> {
  const where = partsOf(item);
  if (!where) return item['body'];
  const parts = (await read(String(item['pk']), where.prefix)).map((part) => part['body']);
  const bytes = parts.filter((part) => part instanceof Uint8Array);
  return bytes.length === where.count && parts.length === where.count ? Buffer.concat(bytes) : undefined;
}

export const driftBatchOf = async (item: Item, read: ReadItems): Promise<DriftBatch> =>
  unpack(item, await bodyOf(item, read), batchOf);

/**
 * The batch in the new image of a stream record; undefined when the record is not of a drift item. Rejects for a damaged one. Lambda hands binary
 * attributes over as base64 text, the SDK as bytes. `read` is asked only for what was too large for one item.
 */
export async function driftBatchOfImage(image: unknown, read: ReadItems): Promise<DriftBatch | undefined> {
  const item: Item = unmarshall(image as Parameters<typeof unmarshall>[0]);
  if (item['type'] !== 'drift') return undefined;
  const { body } = item;
  return driftBatchOf(typeof body === 'string' ? { ...item, body: Buffer.from(body, 'base64') } : item, read);
}
