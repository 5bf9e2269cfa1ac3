import type { Instant } from '../core/base/instant.ts';
import type { ChangeEvent } from '../core/drift/change.ts';
import { isHeartbeat } from '../core/drift/heartbeat.ts';
import { type NotAChange, readChange } from '../core/drift/read-change.ts';
import { type Gathered, readGathered } from '../core/drift/scan-message.ts';
import { readConfirmations } from '../core/facts/in-transition.ts';
import { mayChangeNetwork } from '../core/facts/operations.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';

/** What a message on the scan queue asks for. */
export type Message =
  | {
      readonly is: 'scan';
      readonly networks: readonly string[];
      readonly why: 'change' | 'request' | 'schedule';
      readonly change: ChangeEvent | undefined;
      /** Scans that have been made to confirm an earlier one; none when absent. */
      readonly confirmations?: number;
      /** Changes that have led to the request. */
      readonly gathered?: Gathered;
    }
  /** The watcher's own change, which shows that changes are announced. */
  | { readonly is: 'heartbeat'; readonly sentAt: Instant }
  /** Nothing to scan, but it tells who is behind other changes in these networks. */
  | { readonly is: 'context'; readonly networks: readonly string[]; readonly change: ChangeEvent }
  /** Understood, and nothing to do. */
  | { readonly is: 'ignored'; readonly why: NotAChange | 'no-effect' | 'not-watched' }
  /** Nobody can make sense of it: to the dead-letter queue. */
  | { readonly is: 'poison'; readonly why: string };

/** Of ECS only the runner's own service matters, and its calls name it; everything else may be about anybody. */
const isOfRunner = ({ source, objects }: ChangeEvent, { runnerServiceArn }: WatchedNetwork): boolean =>
  source !== 'aws.ecs' || (runnerServiceArn !== undefined && objects.includes(runnerServiceArn));

/**
 * Decides which watched networks a message is about. An event only schedules and attributes: every network of its account and Region is re-read,
 * since effects are often indirect (a shared prefix list, a transit gateway). `heartbeatListId` is the prefix list that the watcher renames itself.
 */
export function routeMessage(body: string, networks: readonly WatchedNetwork[], heartbeatListId?: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch (cause) {
    return { is: 'poison', why: `the message is not JSON: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
  if (message === null || typeof message !== 'object') return { is: 'poison', why: 'the message is not an object' };
  const own = message as {
    readonly runnerwatch?: unknown;
    readonly network?: unknown;
    readonly confirmation?: unknown;
    readonly since?: unknown;
    readonly dueAt?: unknown;
  };
  if (own.runnerwatch === 'reconcile' && own.network === undefined)
    return { is: 'scan', why: 'schedule', networks: networks.map((network) => network.id), change: undefined };
  if (own.runnerwatch === 'rescan' || own.runnerwatch === 'reconcile') {
    const watched = networks.find((network) => network.id === own.network);
    const why = own.runnerwatch === 'rescan' ? 'request' : 'schedule';
    const confirmations = readConfirmations(own.confirmation);
    const gathered = readGathered(own);
    return watched
      ? {
          is: 'scan',
          why,
          networks: [watched.id],
          change: undefined,
          confirmations,
          ...(gathered === undefined ? {} : { gathered }),
        }
      : { is: 'ignored', why: 'not-watched' };
  }
  const read = readChange(message);
  if (read.is === 'malformed') return { is: 'poison', why: 'the message is neither a scan request nor an AWS event' };
  if (read.is !== 'change') return { is: 'ignored', why: read.is };
  const { change } = read;
  if (heartbeatListId !== undefined && isHeartbeat(message, change, heartbeatListId))
    return { is: 'heartbeat', sentAt: change.at };
  if (!change.stackCall && !mayChangeNetwork(change.source, change.operation))
    return { is: 'ignored', why: 'no-effect' };
  const concerned = networks.filter(
    (network) =>
      network.region === change.region &&
      (network.accountId ?? change.account) === change.account &&
      isOfRunner(change, network),
  );
  if (concerned.length === 0) return { is: 'ignored', why: 'not-watched' };
  const ids = concerned.map((network) => network.id);
  return change.stackCall
    ? { is: 'context', networks: ids, change }
    : { is: 'scan', why: 'change', networks: ids, change };
}
