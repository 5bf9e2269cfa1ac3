import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { instant } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import type { DriftBatch, Remembered } from '../core/drift/transition.ts';
import type { Commit, NetworkHead, NetworkState, StateStore } from '../ports.ts';

const FILE = 'runnerwatch.db';

/** Layout of the tables; a file of another version is refused, never rewritten. */
const LAYOUT_VERSION = 1;

/** How long a second process waits for the first one's transaction, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS network (name TEXT PRIMARY KEY, version INTEGER NOT NULL, head TEXT NOT NULL, findings TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS batch (network TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (network, version)) STRICT;
  CREATE TABLE IF NOT EXISTS change (network TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (network, event_id)) STRICT;
  PRAGMA user_version = ${LAYOUT_VERSION};
`;

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

const parse = <T>(row: Row, column: string, key: string): T => {
  try {
    return JSON.parse(String(row[column])) as T;
  } catch (cause) {
    throw new WatcherError('bad-input', `state of \`${key}\` is damaged (${column})`, { cause });
  }
};

/**
 * State in one SQLite file of a directory. A commit is one transaction in write-ahead mode with full synchronisation, so a process may be killed at any
 * moment. Throws `bad-input` for a directory that holds something else or was written by a newer version.
 */
export function embeddedState(directory: string): EmbeddedState {
  const database = open(directory);
  const [layout] = database.pragma('user_version') as readonly Row[];
  const version = Number(layout?.['user_version'] ?? 0);
  if (version > LAYOUT_VERSION)
    throw new WatcherError(
      'bad-input',
      `\`${directory}\` was written by a newer version of runnerwatch (layout ${version})`,
    );
  if (version === 0) database.exec(SCHEMA);

  const selectNetwork = database.prepare('SELECT version, head, findings FROM network WHERE name = ?');
  const selectChanges = database.prepare('SELECT body FROM change WHERE network = ? ORDER BY at, event_id');

  const read = (network: string): NetworkState => {
    const row = selectNetwork.get(network) as Row | undefined;
    const changes = (selectChanges.all(network) as readonly Row[]).map((one) =>
      parse<ChangeEvent>(one, 'body', network),
    );
    if (!row) return { head: undefined, findings: [], changes };
    return {
      head: parse<NetworkHead>(row, 'head', network),
      findings: parse<readonly Remembered[]>(row, 'findings', network),
      changes,
    };
  };

  const write = (network: string, commit: Commit): void => {
    const row = selectNetwork.get(network) as Row | undefined;
    const stored = Number(row?.['version'] ?? 0);
    if (stored !== commit.expectedVersion) {
      throw new WatcherError(
        'stale-state',
        `network \`${network}\` is at version ${stored}, not ${commit.expectedVersion}: another scan was faster`,
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
    if (batch.baseline || batch.transitions.length > 0) {
      database
        .prepare('INSERT INTO batch (network, version, body) VALUES (?, ?, ?)')
        .run(network, next, JSON.stringify(batch));
    }
    const drop = database.prepare('DELETE FROM change WHERE network = ? AND event_id = ?');
    for (const eventId of commit.settledChanges) drop.run(network, eventId);
  };

  const record = (network: string, changes: readonly ChangeEvent[]): void => {
    const insert = database.prepare(
      'INSERT INTO change (network, event_id, at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const change of changes) insert.run(network, change.eventId, change.at, JSON.stringify(change));
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
      (database.prepare('SELECT name, head FROM network ORDER BY name').all() as readonly Row[]).map((row) =>
        parse<NetworkHead>(row, 'head', String(row['name'])),
      ),
    history: async (network, limit) =>
      (
        database
          .prepare('SELECT body FROM batch WHERE network = ? ORDER BY version DESC LIMIT ?')
          .all(network, limit) as readonly Row[]
      ).map((row) => parse<DriftBatch>(row, 'body', network)),
    close: () => database.close(),
  };
}
