import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { hasNews } from '../core/drift/has-news.ts';
import { CHANGE_DAYS, HISTORY_DAYS, SETTLED_DAYS } from '../core/drift/retention.ts';
import { toStored } from '../core/drift/stored-batch.ts';
import { changeOf, headOf, rememberedOf } from '../core/drift/stored-shape.ts';
import type { DriftBatch } from '../core/drift/transition.ts';
import type { Commit, NetworkHead, NetworkState, StateStore } from '../ports.ts';
import {
  bodyOf,
  driftBatchOf,
  type Item,
  keyOf,
  LAYOUT,
  PART_BYTES,
  pack,
  padded,
  partsOf,
  type ReadItems,
  split,
  unpack,
} from './dynamo-items.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** How many items one BatchWriteItem takes (DynamoDB quotas, read 2026-11-25). */
const BATCH_ITEMS = 25;

/** What DynamoDB did not take of a batch is asked again so often, with pauses that double; milliseconds. */
const BATCH_ATTEMPTS = 6;
const BATCH_PAUSE = 50;

const HEAD = 'HEAD';
const INDEX = 'NETWORKS';
const CHANGE = 'CHANGE#';
const SETTLED = 'SETTLED#';
const DRIFT = 'DRIFT#';
const STATE_PART = 'STATE#';
const DRIFT_PART = 'DRIFTPART#';
const SETTLED_PART = 'SETTLEDPART#';

const EVENT_IDS = z.array(z.string());

const partition = (network: string): string => `NETWORK#${network}`;

export interface DynamoStateOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Told of what had to be left out of an answer, and of what could not be tidied up; one line each. */
  readonly report?: (line: string) => void;
}

const documentsOf = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** For what reads parts but keeps no state. */
export const itemReader =
  ({ client, table }: DynamoStateOptions): ReadItems =>
  (pk, prefix) =>
    query(documentsOf(client), table, pk, prefix);

async function query(
  documents: DynamoDBDocumentClient,
  table: string,
  pk: string,
  prefix: string,
  options: { readonly newestFirst?: boolean; readonly limit?: number; readonly keysOnly?: boolean } = {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
        ConsistentRead: true,
        ScanIndexForward: !(options.newestFirst ?? false),
        ...(options.keysOnly ? { ProjectionExpression: 'pk, sk' } : {}),
        ...(options.limit === undefined ? {} : { Limit: options.limit - items.length }),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start && (options.limit === undefined || items.length < options.limit));
  return items;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * State in one table. All items of a network share a partition: `HEAD` with the remembered findings, one `DRIFT#version` for each batch with news, one
 * `CHANGE#id` for each change that waits for a scan, and one `SETTLED#version` with the ids of the changes that a commit has taken into account.
 *
 * A commit is one transaction of these few items, on the version of the head. A body that is too large for an item is written before, in parts under a
 * name that nobody else uses, and is part of the state only when the transaction puts the item that names it. Parts and changes that are no longer
 * needed are deleted afterwards; whatever is left behind by a crash is not read, and goes with the next commit or by its time to live.
 */
export function dynamoState({ client, table, report = () => {} }: DynamoStateOptions): StateStore {
  const documents = documentsOf(client);
  const read: ReadItems = (pk, prefix) => query(documents, table, pk, prefix);
  /** Changes that are settled, or cannot be read, and are still there, as the last `load` saw them. */
  const leftovers = new Map<string, readonly string[]>();

  async function load(network: string): Promise<NetworkState> {
    const pk = partition(network);
    const damaged: string[] = [];
    const readable = async <T>(item: Item, parse: (value: unknown) => T): Promise<T | undefined> => {
      try {
        return unpack(item, await bodyOf(item, read), parse);
      } catch (error) {
        if (!(error instanceof WatcherError)) throw error;
        damaged.push(error.message);
        return undefined;
      }
    };
    const [headItem] = await query(documents, table, pk, HEAD);
    const known = headItem && (await stateOf(pk, headItem, damaged));
    const recorded = await query(documents, table, pk, CHANGE);
    const settled = new Set<string>();
    for (const item of await query(documents, table, pk, SETTLED))
      for (const id of (await readable(item, (value) => EVENT_IDS.parse(value))) ?? []) settled.add(id);
    const waiting = recorded.filter((item) => !settled.has(String(item['sk']).slice(CHANGE.length)));
    const changes = (await Promise.all(waiting.map((item) => readable(item, changeOf)))).filter(
      (change) => change !== undefined,
    );
    const useful = new Set(changes.map((change) => change.eventId));
    leftovers.set(
      network,
      recorded.map((item) => String(item['sk']).slice(CHANGE.length)).filter((id) => !useful.has(id)),
    );
    const version = known?.head.version ?? (await newestVersion(pk, headItem));
    if (!headItem && version > 0) damaged.push(`item \`${pk} ${HEAD}\` is missing, although there is history`);
    return {
      head: known?.head,
      findings: known?.findings ?? [],
      changes: [...changes].sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1)),
      ...(damaged.length > 0 ? { damage: { items: damaged, version } } : {}),
    };
  }

  /** Head and findings; undefined, with a line in `damaged`, when they cannot be read. */
  async function stateOf(
    pk: string,
    first: Item,
    damaged: string[],
  ): Promise<(Pick<NetworkState, 'findings'> & { readonly head: NetworkHead }) | undefined> {
    let item = first;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const body = await bodyOf(item, read);
      const [again] = body === undefined && partsOf(item) ? await query(documents, table, pk, HEAD) : [item];
      if (again && again['version'] !== item['version']) {
        // The parts went with a commit that came between.
        item = again;
        continue;
      }
      try {
        const head = headOf(item['head']);
        if (head.version !== item['version']) throw new Error('two versions');
        return { findings: unpack(item, body, rememberedOf), head };
      } catch (error) {
        damaged.push(error instanceof WatcherError ? error.message : `item \`${keyOf(item)}\` is damaged`);
        return undefined;
      }
    }
    throw new WatcherError('stale-state', `state of \`${pk}\` kept changing while it was read`);
  }

  /** Of a network whose head cannot be read: what the item says, or what the history has come to. */
  async function newestVersion(pk: string, headItem: Item | undefined): Promise<number> {
    const stored = headItem?.['version'];
    if (typeof stored === 'number') return stored;
    const [newest] = await query(documents, table, pk, DRIFT, { newestFirst: true, limit: 1, keysOnly: true });
    return newest ? Number(String(newest['sk']).slice(DRIFT.length)) : 0;
  }

  async function commit(network: string, { expectedVersion, batch, findings, settledChanges }: Commit): Promise<void> {
    const pk = partition(network);
    const version = expectedVersion + 1;
    const head: NetworkHead = {
      network,
      version,
      verdict: batch.verdict,
      summary: batch.summary,
      lastScanAt: batch.at,
    };
    const token = randomUUID().slice(0, 8);
    const seconds = Math.floor(batch.at / 1000);
    const parts: Item[] = [];
    /** The body itself when it fits, else where its parts will be. */
    const stash = (prefix: string, value: unknown, days?: number): Item => {
      const bytes = pack(value);
      const expiry = days === undefined ? {} : { expiresAt: seconds + days * DAY_SECONDS };
      if (bytes.length <= PART_BYTES) return { body: bytes, ...expiry };
      const partPrefix = `${prefix}${padded(version)}#${token}#`;
      const bodies = split(bytes);
      for (const [index, body] of bodies.entries())
        parts.push({ pk, sk: `${partPrefix}${String(index).padStart(4, '0')}`, layout: LAYOUT, body, ...expiry });
      return { parts: bodies.length, partPrefix, ...expiry };
    };
    const items: Item[] = [{ pk: INDEX, sk: network, layout: LAYOUT, head }];
    const headItem = { pk, sk: HEAD, layout: LAYOUT, version, head, ...stash(STATE_PART, findings) };
    if (hasNews(batch)) {
      const body = stash(DRIFT_PART, toStored(batch), HISTORY_DAYS);
      items.push({ pk, sk: `${DRIFT}${padded(version)}`, layout: LAYOUT, type: 'drift', network, version, ...body });
    }
    if (settledChanges.length > 0) {
      const body = stash(SETTLED_PART, settledChanges, SETTLED_DAYS);
      items.push({ pk, sk: `${SETTLED}${padded(version)}`, layout: LAYOUT, ...body });
    }
    await writeAll(parts.map((Item) => ({ PutRequest: { Item } })));
    await putOnVersion(network, expectedVersion, headItem, items);
    try {
      await tidy(pk, version, token, [...settledChanges, ...(leftovers.get(network) ?? [])]);
    } catch (error) {
      report(`network \`${network}\`: version ${version} is committed, tidying up failed: ${messageOf(error)}`);
    }
  }

  /** A head whose version is no number, or that is missing, is damaged: whoever has looked at it may replace it. */
  async function putOnVersion(network: string, expected: number, head: Item, items: readonly Item[]): Promise<void> {
    const put = (item: Item) => ({ TableName: table, Item: { ...item } });
    try {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                ...put(head),
                ConditionExpression: `${expected === 0 ? '' : '#version = :expected OR '}NOT attribute_type(#version, :number)`,
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: { ...(expected === 0 ? {} : { ':expected': expected }), ':number': 'N' },
              },
            },
            ...items.map((item) => ({ Put: put(item) })),
          ],
        }),
      );
    } catch (cause) {
      const isStale =
        cause instanceof TransactionCanceledException &&
        (cause.CancellationReasons ?? []).some(
          ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
        );
      if (!isStale) throw cause;
      throw new WatcherError(
        'stale-state',
        `network \`${network}\` is no longer at version ${expected}: another scan was faster`,
        { cause },
      );
    }
  }

  /** Parts of earlier versions, and of those who lost against this commit. Parts of later versions may be waiting for their commit. */
  async function tidy(pk: string, version: number, token: string, changes: readonly string[]): Promise<void> {
    const own = `${STATE_PART}${padded(version)}#${token}#`;
    const next = `${STATE_PART}${padded(version + 1)}`;
    const parts = (await query(documents, table, pk, STATE_PART, { keysOnly: true })).map((item) => String(item['sk']));
    const gone = [
      ...parts.filter((sk) => sk < next && !sk.startsWith(own)),
      ...new Set(changes.map((id) => `${CHANGE}${id}`)),
    ];
    await writeAll(gone.map((sk) => ({ DeleteRequest: { Key: { pk, sk } } })));
  }

  type Write = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

  /** Throws when DynamoDB keeps refusing a part of it. */
  async function writeAll(writes: readonly Write[]): Promise<void> {
    for (let at = 0; at < writes.length; at += BATCH_ITEMS) {
      let open: readonly Write[] = writes.slice(at, at + BATCH_ITEMS);
      for (let attempt = 0; open.length > 0; attempt += 1) {
        if (attempt === BATCH_ATTEMPTS)
          throw new WatcherError('aws-unreachable', `table \`${table}\` does not take ${open.length} of the writes`);
        if (attempt > 0) await sleep(BATCH_PAUSE * 2 ** attempt);
        const answer = await documents.send(new BatchWriteCommand({ RequestItems: { [table]: [...open] } }));
        open = answer.UnprocessedItems?.[table] ?? [];
      }
    }
  }

  async function recordChanges(network: string, changes: readonly ChangeEvent[]): Promise<void> {
    const pk = partition(network);
    // A batch refuses the same item twice, and events are delivered at least once.
    const distinct = [...new Map(changes.map((change) => [change.eventId, change])).values()];
    await writeAll(
      distinct.map((change) => ({
        PutRequest: {
          Item: {
            pk,
            sk: `${CHANGE}${change.eventId}`,
            layout: LAYOUT,
            body: pack(change),
            expiresAt: Math.floor(change.at / 1000) + CHANGE_DAYS * DAY_SECONDS,
          },
        },
      })),
    );
  }

  /** What cannot be read is reported and left out: one damaged item must not hide the others. */
  async function readableOnly<T>(items: readonly Item[], parse: (item: Item) => T | Promise<T>): Promise<readonly T[]> {
    const all = await Promise.all(
      items.map(async (item) => {
        try {
          return [await parse(item)];
        } catch (error) {
          if (!(error instanceof WatcherError || error instanceof z.ZodError)) throw error;
          report(error instanceof WatcherError ? error.message : `item \`${keyOf(item)}\` is damaged`);
          return [];
        }
      }),
    );
    return all.flat();
  }

  return {
    load,
    commit,
    recordChanges,
    networks: async () =>
      readableOnly(await query(documents, table, INDEX, ''), (item): NetworkHead => headOf(item['head'])),
    history: async (network, limit) =>
      readableOnly(
        await query(documents, table, partition(network), DRIFT, { newestFirst: true, limit }),
        (item): Promise<DriftBatch> => driftBatchOf(item, read),
      ),
  };
}
