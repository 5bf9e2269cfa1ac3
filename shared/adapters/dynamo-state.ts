import { gunzipSync, gzipSync } from 'node:zlib';
import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { canonicalJson } from '../core/base/canonical-json.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import type { DriftBatch, Remembered } from '../core/drift/transition.ts';
import type { Commit, NetworkHead, NetworkState, StateStore } from '../ports.ts';

/** An item may have 400 KB, a transaction 100 items and 4 MB (DynamoDB quotas, read 2026-11-25); parts stay well below the first. */
const PART_BYTES = 350_000;
const MAX_PARTS = 10;

const DAY_SECONDS = 24 * 60 * 60;
const HISTORY_DAYS = 400;
const CHANGE_DAYS = 30;

/** Version of the item layout; items of a newer one are refused by name. */
const LAYOUT = 1;

const HEAD = 'HEAD';
const PART = 'STATE#';
const DRIFT = 'DRIFT#';
const CHANGE = 'CHANGE#';
const INDEX = 'NETWORKS';

type Item = Readonly<Record<string, unknown>>;

const partition = (network: string): string => `NETWORK#${network}`;

const padded = (version: number): string => String(version).padStart(12, '0');

const pack = (value: unknown): Buffer => gzipSync(canonicalJson(value));

function split(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) parts.push(bytes.subarray(at, at + PART_BYTES));
  return parts;
}

const keyOf = (item: Item): string => `${String(item['pk'])} ${String(item['sk'])}`;

function checkLayout(item: Item): void {
  const layout = item['layout'];
  if (layout !== LAYOUT)
    throw new WatcherError(
      'bad-input',
      `item \`${keyOf(item)}\` has layout ${String(layout)}, this version reads ${LAYOUT}`,
    );
}

function unpack<T>(bytes: unknown, item: Item): T {
  checkLayout(item);
  try {
    if (!(bytes instanceof Uint8Array)) throw new Error('no binary body');
    return JSON.parse(gunzipSync(bytes).toString('utf8')) as T;
  } catch (cause) {
    throw new WatcherError('bad-input', `item \`${keyOf(item)}\` is damaged`, { cause });
  }
}

const driftBatchOf = (item: Item): DriftBatch => unpack<DriftBatch>(item['body'], item);

/**
 * The batch in the new image of a stream record; undefined when the record is not of a drift item. Throws for a damaged one. Lambda hands binary
 * attributes over as base64 text, the SDK as bytes.
 */
export function driftBatchOfImage(image: unknown): DriftBatch | undefined {
  const item = unmarshall(image as Parameters<typeof unmarshall>[0]);
  if (item['type'] !== 'drift') return undefined;
  const body: unknown = item['body'];
  return driftBatchOf(typeof body === 'string' ? { ...item, body: Buffer.from(body, 'base64') } : item);
}

export interface DynamoStateOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/**
 * State in one table. All items of a network share a partition: `HEAD`, the remembered findings in `STATE#n` parts, one `DRIFT#version` for each batch
 * with news, and one `CHANGE#id` for each change that waits for a scan. A commit is one transaction on the version.
 */
export function dynamoState({ client, table }: DynamoStateOptions): StateStore {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

  async function query(
    pk: string,
    prefix: string,
    options: { readonly newestFirst?: boolean; readonly limit?: number } = {},
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
          ...(options.limit === undefined ? {} : { Limit: options.limit - items.length }),
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      items.push(...((page.Items ?? []) as Item[]));
      start = page.LastEvaluatedKey;
    } while (start && (options.limit === undefined || items.length < options.limit));
    return items;
  }

  /** Head and parts are read one after the other; parts of another version mean that a commit came between, and all is read again. */
  async function load(network: string): Promise<NetworkState> {
    const pk = partition(network);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const [headItem] = await query(pk, HEAD);
      const changes = (await query(pk, CHANGE)).map((item) => unpack<ChangeEvent>(item['body'], item));
      const oldestFirst = [...changes].sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1));
      if (!headItem) return { head: undefined, findings: [], changes: oldestFirst };
      checkLayout(headItem);
      const head = headItem['head'] as NetworkHead;
      const parts = (await query(pk, PART)).slice(0, Number(headItem['parts']));
      if (parts.length === headItem['parts'] && parts.every((part) => part['version'] === head.version)) {
        const bytes = parts.map((part) => {
          if (!(part['body'] instanceof Uint8Array))
            throw new WatcherError('bad-input', `item \`${keyOf(part)}\` is damaged`);
          return part['body'];
        });
        return {
          head,
          findings: unpack<readonly Remembered[]>(Buffer.concat(bytes), parts[0] ?? headItem),
          changes: oldestFirst,
        };
      }
    }
    throw new WatcherError('stale-state', `state of network \`${network}\` kept changing while it was read`);
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
    const parts = split(pack(findings));
    const drift = pack(batch);
    if (parts.length > MAX_PARTS || drift.length > PART_BYTES) {
      throw new WatcherError(
        'bad-input',
        `state of network \`${network}\` is too large for one transaction (${findings.length} findings, ${batch.transitions.length} transitions)`,
      );
    }
    const seconds = Math.floor(batch.at / 1000);
    const put = (item: Record<string, unknown>) => ({
      Put: { TableName: table, Item: { pk, layout: LAYOUT, ...item } },
    });
    const writes: NonNullable<TransactWriteCommandInput['TransactItems']> = [
      {
        Put: {
          TableName: table,
          Item: { pk, sk: HEAD, layout: LAYOUT, version, head, parts: parts.length },
          ConditionExpression: expectedVersion === 0 ? 'attribute_not_exists(pk)' : 'version = :expected',
          ...(expectedVersion === 0 ? {} : { ExpressionAttributeValues: { ':expected': expectedVersion } }),
        },
      },
      ...parts.map((body, index) => put({ sk: `${PART}${String(index).padStart(3, '0')}`, version, body })),
      { Put: { TableName: table, Item: { pk: INDEX, sk: network, layout: LAYOUT, head } } },
    ];
    if (batch.baseline || batch.transitions.length > 0) {
      writes.push(
        put({
          sk: `${DRIFT}${padded(version)}`,
          type: 'drift',
          network,
          version,
          body: drift,
          expiresAt: seconds + HISTORY_DAYS * DAY_SECONDS,
        }),
      );
    }
    try {
      await documents.send(new TransactWriteCommand({ TransactItems: writes }));
    } catch (cause) {
      if (
        cause instanceof TransactionCanceledException &&
        (cause.CancellationReasons ?? []).some(
          (reason) => reason.Code === 'ConditionalCheckFailed' || reason.Code === 'TransactionConflict',
        )
      ) {
        throw new WatcherError(
          'stale-state',
          `network \`${network}\` is no longer at version ${expectedVersion}: another scan was faster`,
          { cause },
        );
      }
      throw cause;
    }
    await forget(pk, settledChanges);
  }

  /** After the commit: a change that stays behind is told once more as a possible cause, and its time to live removes it. */
  async function forget(pk: string, eventIds: readonly string[]): Promise<void> {
    for (let at = 0; at < eventIds.length; at += 25) {
      let requests: unknown = {
        [table]: eventIds.slice(at, at + 25).map((id) => ({ DeleteRequest: { Key: { pk, sk: `${CHANGE}${id}` } } })),
      };
      for (let attempt = 0; attempt < 5 && Object.keys(requests as object).length > 0; attempt += 1) {
        const answer = await documents.send(
          new BatchWriteCommand({
            RequestItems: requests as Record<string, { DeleteRequest: { Key: Record<string, string> } }[]>,
          }),
        );
        requests = answer.UnprocessedItems ?? {};
      }
    }
  }

  async function recordChanges(network: string, changes: readonly ChangeEvent[]): Promise<void> {
    const pk = partition(network);
    // A transaction refuses the same item twice, and events are delivered at least once.
    const distinct = [...new Map(changes.map((change) => [change.eventId, change])).values()];
    for (let at = 0; at < distinct.length; at += 100) {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: distinct.slice(at, at + 100).map((change) => ({
            Put: {
              TableName: table,
              Item: {
                pk,
                sk: `${CHANGE}${change.eventId}`,
                layout: LAYOUT,
                body: pack(change),
                expiresAt: Math.floor(change.at / 1000) + CHANGE_DAYS * DAY_SECONDS,
              },
            },
          })),
        }),
      );
    }
  }

  return {
    load,
    commit,
    recordChanges,
    networks: async () => (await query(INDEX, '')).map((item) => item['head'] as NetworkHead),
    history: async (network, limit) =>
      (await query(partition(network), DRIFT, { newestFirst: true, limit })).map(driftBatchOf),
  };
}
