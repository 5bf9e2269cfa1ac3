import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { instant } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { hasNews } from '../core/drift/has-news.ts';
import { CHANGE_DAYS, HISTORY_DAYS, SETTLED_DAYS } from '../core/drift/retention.ts';
import { toStored } from '../core/drift/stored-batch.ts';
import { batchOf, changeOf, headOf, rememberedOf } from '../core/drift/stored-shape.ts';
import type { Commit, NetworkHead, NetworkState, StateStore } from '../ports.ts';

const FILE = 'runnerwatch.db';

/** Layout of the tables; a file of a newer version is refused, never rewritten. */
const LAYOUT_VERSION = 2;

const DAY = 24 * 60 * 60_000;

/** How long a second process waits for the first one's transaction, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS network (name TEXT PRIMARY KEY, version INTEGER NOT NULL, head TEXT NOT NULL, findings TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS batch (network TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (network, version)) STRICT;
  CREATE TABLE IF NOT EXISTS change (network TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, settled_at INTEGER, PRIMARY KEY (network, event_id)) STRICT;
  PRAGMA user_version = ${LAYOUT_VERSION};
`;

/** What each older layout lacks. */
const UPGRADES: Readonly<Record<number, string>> = {
  1: `
    ALTER TABLE change ADD COLUMN settled_at INTEGER;
    ALTER TABLE batch ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
    UPDATE batch SET at = json_extract(body, '$.at');
    PRAGMA user_version = 2;
  `,
};

type Row = Readonly<Record<string, unknown>>;

export type EmbeddedState = StateStore & { close(): void };

function open(directory: string): InstanceType<typeof Database> {
  if (existsSync(directory)) {
    let names: string[];
    try {
      names = readdirSync(directory);
    } catch (cause) {
      throw new WatcherError('bad-input', `\`${directory}\` is not a directory`, { cause });
    }
    if (names.length > 0 && !names.includes(FILE))
      throw new WatcherError('bad-input', `\`${directory}\` holds other files and no state of runnerwatch`);
  } else {
    mkdirSync(directory, { recursive: true });
  }
  try {
    const database = new Database(join(directory, FILE));
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    return database;
  } catch (cause) {
    throw new WatcherError(
      'bad-input',
      `\`${join(directory, FILE)}\` cannot be opened as a state file: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Undefined, with a line in `damaged`, when the column holds nothing that `read` understands. */
function parse<T>(
  row: Row,
  column: string,
  key: string,
  damaged: string[],
  read: (value: unknown) => T,
): T | undefined {
  try {
    return read(JSON.parse(String(row[column])));
  } catch {
    damaged.push(`${key} is damaged (${column})`);
    return undefined;
  }
}

export interface EmbeddedOptions {
  /** Told of what had to be left out of an answer; one line each. */
  readonly report?: (line: string) => void;
  /** Throws `bad-input` where there is no state, instead of beginning one. */
  readonly mustExist?: boolean;
}

/**
 * State in one SQLite file of a directory. A commit is one transaction in write-ahead mode with full synchronisation, so a process may be killed at any
 * moment. Throws `bad-input` for a directory that holds something else or was written by a newer version.
 */
export function embeddedState(
  directory: string,
  { report = () => {}, mustExist = false }: EmbeddedOptions = {},
): EmbeddedState {
  if (mustExist && !existsSync(join(directory, FILE)))
    throw new WatcherError('bad-input', `\`${directory}\` holds no state of runnerwatch`);
  const database = open(directory);
  const [layout] = database.pragma('user_version') as readonly Row[];
  const stored = Number(layout?.['user_version'] ?? 0);
  if (stored > LAYOUT_VERSION)
    throw new WatcherError(
      'bad-input',
      `\`${directory}\` was written by a newer version of runnerwatch (layout ${stored})`,
    );
  if (stored < LAYOUT_VERSION) database.transaction(() => database.exec(UPGRADES[stored] ?? SCHEMA)).immediate();

  const selectNetwork = database.prepare('SELECT version, head, findings FROM network WHERE name = ?');
  const selectChanges = database.prepare(
    'SELECT event_id, body FROM change WHERE network = ? AND settled_at IS NULL ORDER BY at, event_id',
  );
  const selectNewest = database.prepare('SELECT max(version) AS version FROM batch WHERE network = ?');

  /** Of the row, or of the history when there is none any more. */
  const versionOf = (network: string, row: Row | undefined): number =>
    Number(row?.['version'] ?? (selectNewest.get(network) as Row | undefined)?.['version'] ?? 0);

  const read = (network: string): NetworkState => {
    const row = selectNetwork.get(network) as Row | undefined;
    const damaged: string[] = [];
    const name = `state of \`${network}\``;
    const changes = (selectChanges.all(network) as readonly Row[]).flatMap(
      (one) => parse(one, 'body', `change \`${String(one['event_id'])}\` of \`${network}\``, damaged, changeOf) ?? [],
    );
    const head = row && parse(row, 'head', name, damaged, headOf);
    const findings = row && parse(row, 'findings', name, damaged, rememberedOf);
    const version = versionOf(network, row);
    if (!row && version > 0) damaged.push(`${name} is missing, although there is history`);
    return {
      ...(head && findings ? { head: { ...head, version }, findings } : { head: undefined, findings: [] }),
      changes,
      ...(damaged.length > 0 ? { damage: { items: damaged, version } } : {}),
    };
  };

  const write = (network: string, commit: Commit): void => {
    const now = versionOf(network, selectNetwork.get(network) as Row | undefined);
    if (now !== commit.expectedVersion) {
      throw new WatcherError(
        'stale-state',
        `network \`${network}\` is at version ${now}, not ${commit.expectedVersion}: another scan was faster`,
      );
    }
    const { batch, findings } = commit;
    const next = commit.expectedVersion + 1;
    const head: NetworkHead = {
      network,
      version: next,
      verdict: batch.verdict,
      summary: batch.summary,
      lastScanAt: instant(batch.at),
    };
    database
      .prepare(
        'INSERT INTO network (name, version, head, findings) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version, head = excluded.head, findings = excluded.findings',
      )
      .run(network, next, JSON.stringify(head), JSON.stringify(findings));
    if (hasNews(batch)) {
      database
        .prepare('INSERT INTO batch (network, version, at, body) VALUES (?, ?, ?, ?)')
        .run(network, next, batch.at, JSON.stringify(toStored(batch)));
    }
    const settle = database.prepare('UPDATE change SET settled_at = ? WHERE network = ? AND event_id = ?');
    for (const eventId of commit.settledChanges) settle.run(batch.at, network, eventId);
    forgetBefore(network, batch.at);
  };

  const forgetBefore = (network: string, now: number): void => {
    database.prepare('DELETE FROM batch WHERE network = ? AND at < ?').run(network, now - HISTORY_DAYS * DAY);
    database
      .prepare('DELETE FROM change WHERE network = ? AND (settled_at < ? OR at < ?)')
      .run(network, now - SETTLED_DAYS * DAY, now - CHANGE_DAYS * DAY);
  };

  const record = (network: string, changes: readonly ChangeEvent[]): void => {
    const insert = database.prepare(
      'INSERT INTO change (network, event_id, at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const change of changes) insert.run(network, change.eventId, change.at, JSON.stringify(change));
  };

  /** What cannot be read is reported and left out: one damaged row must not hide the others. */
  const readableOnly = <T>(rows: readonly Row[], column: string, parseRow: (value: unknown) => T): readonly T[] => {
    const damaged: string[] = [];
    const all = rows.flatMap((row) => parse(row, column, `row \`${String(row['key'])}\``, damaged, parseRow) ?? []);
    for (const line of damaged) report(line);
    return all;
  };

  return {
    load: async (network) => database.transaction(read)(network) as NetworkState,
    commit: async (network, commit) => {
      database.transaction(write).immediate(network, commit);
    },
    recordChanges: async (network, changes) => {
      database.transaction(record).immediate(network, changes);
    },
    networks: async () =>
      readableOnly(
        database.prepare("SELECT 'network ' || name AS key, head FROM network ORDER BY name").all() as readonly Row[],
        'head',
        (value): NetworkHead => headOf(value),
      ),
    history: async (network, limit) =>
      readableOnly(
        database
          .prepare(
            "SELECT 'batch ' || network || '/' || version AS key, body FROM batch WHERE network = ? ORDER BY version DESC LIMIT ?",
          )
          .all(network, limit) as readonly Row[],
        'body',
        batchOf,
      ),
    close: () => database.close(),
  };
}
