import { type Instant, parseInstant, toIso } from '../base/instant.ts';

/** Changes that wait for one scan. */
export interface Gathered {
  /** When the oldest was made. */
  readonly since: Instant;
  /** When the scan is to begin, as it was claimed. */
  readonly dueAt: Instant;
}

/**
 * A request for one network: by hand, because of changes (`gathered`), or (with `confirmation`) because AWS was still busy with it when it was read. Times
 * are ISO 8601.
 */
export const rescanMessage = (network: string, requestId: string, confirmation?: number, gathered?: Gathered) =>
  ({
    runnerwatch: 'rescan',
    network,
    requestId,
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(gathered === undefined ? {} : { since: toIso(gathered.since), dueAt: toIso(gathered.dueAt) }),
  }) as const;

/** What `rescanMessage` has said of changes; undefined when it has said nothing, or nothing that can be read. */
export function readGathered(message: { readonly since?: unknown; readonly dueAt?: unknown }): Gathered | undefined {
  const [since, dueAt] = [message.since, message.dueAt].map((at) =>
    typeof at === 'string' ? parseInstant(at) : undefined,
  );
  return since === undefined || dueAt === undefined ? undefined : { since, dueAt };
}

/** The message that a request becomes. */
export const scanMessage = (request: {
  readonly network: string;
  readonly requestId: string;
  readonly isReconcile?: boolean;
  readonly confirmation?: number;
  readonly gathered?: Gathered;
}) =>
  request.isReconcile
    ? reconcileMessage(request.network)
    : rescanMessage(request.network, request.requestId, request.confirmation, request.gathered);

/** The schedule's request for one network, out of its request for all. */
export const reconcileMessage = (network: string) => ({ runnerwatch: 'reconcile', network }) as const;
