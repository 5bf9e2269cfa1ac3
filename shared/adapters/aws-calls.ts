import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { canonicalJson } from '../core/base/canonical-json.ts';
import type { Instant } from '../core/base/instant.ts';
import type { BundleError } from '../core/facts/bundle.ts';
import type { Kind } from '../core/facts/kinds/kind.ts';
import { KINDS } from '../core/facts/kinds/registry.ts';
import type { Clock } from '../ports.ts';
import { type Clients, type CollectedKind, OPERATIONS } from './aws-operations.ts';
import { countObjects, expectedMember, type Json, plain } from './bundle-value.ts';
import type { CallPace } from './call-pace.ts';
import { failureOf, retriesOf } from './failure.ts';
import type { SharedReads } from './shared-reads.ts';

/** Calls under way at once: well below the smallest EC2 request bucket, which other tools of the account share. */
const PARALLEL = 8;

/** One call with all of its pages, as `snapshot --explain` tells it. */
export interface CallMade {
  readonly operation: string;
  /** Of a call for one object: its id. */
  readonly resourceId?: string;
  readonly pages: number;
  readonly objects: number;
  /** Attempts beyond the first of each page, the failed one included. */
  readonly retries: number;
  /** Waiting for a turn and retries included. */
  readonly milliseconds: number;
  /** Code of the failure. */
  readonly error?: string;
}

export interface Call {
  readonly kind: CollectedKind;
  readonly input: Json;
  /** Of a `map` kind: whose value this is. */
  readonly resourceId?: string;
}

export type Outcome =
  | { readonly is: 'answer'; readonly pages: readonly Json[]; readonly at: Instant }
  | { readonly is: 'failed'; readonly error: BundleError; readonly cause: unknown };

export interface AwsCallsOptions {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly deadline: Instant;
  readonly pace: CallPace;
  /** Account, role and Region: what makes two equal calls the same. */
  readonly account: string;
  readonly reads: SharedReads<Outcome>;
  readonly onCall: ((call: CallMade) => void) | undefined;
}

const LATE = Symbol('late');

/** Makes calls with all their pages, in turn, each once for a batch, until the deadline. What fails is an outcome, never a throw. */
export class AwsCalls {
  private readonly options: AwsCallsOptions;
  private readonly limit = pLimit(PARALLEL);
  private readonly ended = new AbortController();

  constructor(options: AwsCallsOptions) {
    this.options = options;
    // Every call under way listens; Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.ended.signal);
  }

  /** `isFresh` asks again, whatever the batch has read. */
  make(call: Call, isFresh = false): Promise<Outcome> {
    const { account, reads } = this.options;
    const key = `${account} ${KINDS[call.kind].operation} ${canonicalJson(call.input)}`;
    const read = (): Promise<Outcome> => this.limit(() => this.told(call));
    return isFresh ? reads.anew(key, read) : reads.once(key, read, (outcome) => outcome.is === 'answer');
  }

  /** Whatever waits or is under way is given up: nothing is asked of AWS any more. */
  end(): void {
    this.ended.abort();
  }

  private async told(call: Call): Promise<Outcome> {
    const { clock, onCall } = this.options;
    const { operation } = KINDS[call.kind];
    const start = clock.now();
    const seen = { pages: [] as Json[], retries: 0 };
    const outcome = await this.allPages(call, seen);
    if (this.ended.signal.aborted) return outcome;
    onCall?.({
      operation,
      ...(call.resourceId === undefined ? {} : { resourceId: call.resourceId }),
      pages: seen.pages.length,
      objects: countObjects(KINDS[call.kind], seen.pages),
      retries: seen.retries,
      milliseconds: clock.now() - start,
      ...(outcome.is === 'failed' ? { error: outcome.error.Code } : {}),
    });
    return outcome;
  }

  private async allPages(
    { kind, input, resourceId }: Call,
    seen: { readonly pages: Json[]; retries: number },
  ): Promise<Outcome> {
    const { pages } = seen;
    const { clients, clock, pace, account } = this.options;
    const { operation, service, token: tokenName = 'NextToken' }: Kind<{ readonly id: string }> = KINDS[kind];
    const failed = (Code: string, Message: string, cause: unknown): Outcome => ({
      is: 'failed',
      cause,
      error: { Operation: operation, Code, Message, ...(resourceId === undefined ? {} : { ResourceId: resourceId }) },
    });
    const late = (cause?: unknown): Outcome => failed('OutOfTime', 'the time for this scan was over', cause);
    const at = clock.now();
    const tokens = new Set<string>();
    let token: unknown;
    do {
      if (this.ended.signal.aborted) return late();
      if ((await this.inTime(pace.turn(account, service ?? 'ec2', operation))) === LATE) return late();
      try {
        const answer = await this.inTime(
          OPERATIONS[kind](clients, token === undefined ? input : { ...input, [tokenName]: token }, {
            abortSignal: AbortSignal.any([AbortSignal.timeout(this.left()), this.ended.signal]),
          }),
        );
        if (answer === LATE) return late();
        seen.retries += retriesOf(answer);
        const page = plain(answer);
        const expected = expectedMember(KINDS[kind]);
        if (expected !== undefined && page[expected] === undefined)
          return failed('UnexpectedAnswer', `the answer has no \`${expected}\``, undefined);
        pages.push(page);
        token = page[tokenName];
      } catch (cause) {
        seen.retries += retriesOf(cause);
        const { code, message } = failureOf(cause);
        return code === 'AbortError' || code === 'TimeoutError' ? late(cause) : failed(code, message, cause);
      }
      if (typeof token === 'string') {
        if (tokens.has(token)) return failed('UnexpectedAnswer', 'the pages go round in circles', undefined);
        tokens.add(token);
      }
    } while (typeof token === 'string' && token !== '');
    return { is: 'answer', pages, at };
  }

  private left(): number {
    return Math.max(this.options.deadline - this.options.clock.now(), 1);
  }

  /** Whatever retries and queues are up to: nothing is waited for beyond the deadline. */
  private async inTime<T>(work: Promise<T>): Promise<T | typeof LATE> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), this.left());
    });
    try {
      return this.options.deadline <= this.options.clock.now() ? LATE : await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
      work.catch(() => {});
    }
  }
}
