import type { deliverAlerts, inOrder } from '../../shared/app/deliver-alerts.ts';
import type { QueuedMessage, scanBatch } from '../../shared/app/scan-batch.ts';
import type { Alert } from '../../shared/core/alerts/alert.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { hasNews } from '../../shared/core/drift/has-news.ts';
import { reconcileMessage, rescanMessage } from '../../shared/core/drift/scan-message.ts';
import type { DriftBatch } from '../../shared/core/drift/transition.ts';
import type { Notifier, PendingScans, StateStore } from '../../shared/ports.ts';
import { memoryPending } from '../support/memory-pending.ts';
import { memoryState } from '../support/memory-state.ts';
import { bundleOf, changeEvent, networkOf, TOGGLES, type Toggle, type Wrong } from './account.ts';
import { Random } from './random.ts';

/** The code under test; handed in, because a test may have wrapped parts of it. */
export interface App {
  readonly scanBatch: typeof scanBatch;
  readonly deliverAlerts: typeof deliverAlerts;
  readonly inOrder: typeof inOrder;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const NETWORKS = ['north', 'south'] as const;
const START = Date.UTC(2026, 10, 20, 8);

/** The parts around our code, as the templates set them up. */
const BATCHING = 5 * SECOND;
const VISIBILITY = 740 * SECOND;
const MOST_RECEIVES = 5;
const SCANNERS = 2;
const SCAN_TIMEOUT = 120 * SECOND;
const ALERT_TIMEOUT = 60 * SECOND;
const SCHEDULE = 15 * MINUTE;

/** EC2 may show what was true so long ago; less than the pause before the second look. */
const LAG = 4 * SECOND;
const SECOND_LOOK = 5 * SECOND;

const MOST_SKEW = 20 * SECOND;

/** How often each fault strikes a call of a port. */
const CRASH_BEFORE = 0.012;
const CRASH_AFTER = 0.012;
const REFUSED = 0.03;
const LOST_ANSWER = 0.012;

interface Process {
  readonly name: string;
  readonly skew: number;
  readonly deadline: number;
  isDead: boolean;
  /** What AWS sees of a function that dies or takes too long. */
  readonly onDeath: () => void;
}

interface Step {
  readonly process: Process;
  readonly act: () => unknown;
  /** Least and most time that the call takes. */
  readonly takes: readonly [number, number];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Queued {
  readonly id: string;
  readonly body: string;
  /** Networks it is about, and the event that it carries. */
  readonly networks: readonly string[];
  readonly eventId?: string;
  visibleAt: number;
  receives: number;
}

/** What one outlet has taken. */
export interface Delivery {
  readonly outlet: string;
  readonly at: number;
  readonly alert: Alert;
}

export interface Committed {
  readonly network: string;
  readonly batch: DriftBatch;
  readonly settled: readonly string[];
  readonly firstLook: number;
  readonly at: number;
}

/**
 * Everything around the code under test, in one thread and with one source of chance: a queue that delivers at least once and out of order, functions that
 * crash before or after any call of a port, an AWS that answers late or from the past, a stream, outlets that are down. A step is one call of a port; which
 * process takes the next step is chance, so all interleavings occur.
 */
export class World {
  readonly store: StateStore = memoryState();
  readonly deliveries: Delivery[] = [];
  readonly commits: Committed[] = [];
  /** What is not as it should be, noticed on the way. */
  readonly complaints: string[] = [];
  readonly #random: Random;
  readonly #app: App;
  #now = START;
  #isFaulty = true;
  #ids = 0;
  #queue: Queued[] = [];
  #dead: Queued[] = [];
  #steps: Step[] = [];
  #processes: Process[] = [];
  readonly #wrong = new Map<string, { readonly at: number; readonly wrong: Wrong }[]>(
    NETWORKS.map((network) => [network, [{ at: START, wrong: [] }]]),
  );
  readonly #stream = new Map<string, { batches: DriftBatch[]; told: number; isBusy: boolean; retryAt: number }>(
    NETWORKS.map((network) => [network, { batches: [], told: 0, isBusy: false, retryAt: 0 }]),
  );
  readonly #recorded = new Map<string, Set<string>>(NETWORKS.map((network) => [network, new Set()]));
  readonly #lastLoaded = new Map<string, number>();
  readonly #pending = memoryPending();
  readonly #claims = new Map<string, 'claimed' | 'asked'>();
  readonly #lastHandedOn = new Map<string, number>();
  #outage: readonly [number, number];
  readonly #plan: { readonly at: number; readonly act: () => void }[] = [];

  constructor(seed: number, app: App) {
    this.#random = new Random(seed);
    this.#app = app;
    const begins = START + this.#random.between(0, 60) * MINUTE;
    this.#outage = this.#random.chance(0.5) ? [begins, begins + 60 * MINUTE] : [0, 0];
    this.#planEverything();
  }

  /** The story of one run: changes, the schedule and requests by hand, over two hours. */
  #planEverything(): void {
    const random = this.#random;
    const plan = (at: number, act: () => void): void => {
      this.#plan.push({ at, act });
    };
    for (let at = START; at < START + 120 * MINUTE; at += SCHEDULE)
      plan(at, () => this.#send({ runnerwatch: 'reconcile' }, NETWORKS));
    const changes = 2 + Math.floor(random.next() * 8);
    for (let index = 0; index < changes; index += 1) {
      const network = random.pick(NETWORKS);
      const toggle = random.pick(Object.keys(TOGGLES) as Toggle[]);
      const at = START + random.between(2, 110) * MINUTE;
      plan(at, () => this.#toggle(network, toggle));
      // What is undone at once, or a moment later.
      if (random.chance(0.4)) plan(at + random.between(0.1, 90) * SECOND, () => this.#toggle(network, toggle));
    }
    if (random.chance(0.5)) {
      const network = random.pick(NETWORKS);
      plan(START + random.between(1, 110) * MINUTE, () => this.#send(rescanMessage(network, 'by-hand'), [network]));
    }
    this.#plan.sort((a, b) => a.at - b.at);
  }

  #wrongAt(network: string, at: number): Wrong {
    const history = this.#wrong.get(network) ?? [];
    return history.filter((one) => one.at <= at).at(-1)?.wrong ?? [];
  }

  #toggle(network: string, toggle: Toggle): void {
    const before = this.#wrongAt(network, this.#now);
    const isMended = before.includes(toggle);
    const wrong = isMended ? before.filter((one) => one !== toggle) : [...before, toggle].sort();
    this.#wrong.get(network)?.push({ at: this.#now, wrong });
    const change = TOGGLES[toggle];
    if (!change) return;
    this.#ids += 1;
    const eventId = `event-${this.#ids}`;
    const event = changeEvent(eventId, isMended ? change.mends : change.breaks, change.object, this.#now);
    const copies = this.#random.chance(0.2) ? 0 : this.#random.chance(0.25) ? 2 : 1;
    // An event is of an account and Region: every network there is read anew.
    for (let copy = 0; copy < copies; copy += 1)
      this.#send(
        event,
        NETWORKS,
        eventId,
        BATCHING + (this.#random.chance(0.3) ? this.#random.between(0, 300) * SECOND : 0),
      );
  }

  #send(body: unknown, networks: readonly string[], eventId?: string, late = BATCHING): void {
    this.#ids += 1;
    this.#queue.push({
      id: `message-${this.#ids}`,
      body: JSON.stringify(body),
      networks,
      ...(eventId === undefined ? {} : { eventId }),
      visibleAt: this.#now + late,
      receives: 0,
    });
  }

  /** One call of a port, which happens when its turn comes. */
  #call<T>(process: Process, takes: readonly [number, number], act: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!process.isDead)
        this.#steps.push({ process, takes, act, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #start(name: string, timeout: number, onDeath: () => void): Process {
    const skew = this.#random.between(-MOST_SKEW, MOST_SKEW);
    const process: Process = { name, skew, deadline: this.#now + timeout, isDead: false, onDeath };
    this.#processes.push(process);
    return process;
  }

  #end(process: Process, isDeath: boolean): void {
    if (process.isDead) return;
    process.isDead = true;
    this.#processes = this.#processes.filter((one) => one !== process);
    this.#steps = this.#steps.filter((step) => step.process !== process);
    if (isDeath) process.onDeath();
  }

  async #take(step: Step): Promise<void> {
    const { process } = step;
    this.#steps = this.#steps.filter((one) => one !== step);
    this.#now += this.#random.between(...step.takes);
    if (this.#now > process.deadline) return this.#end(process, true);
    const fate = this.#isFaulty ? this.#random.next() : 1;
    if (fate < CRASH_BEFORE) return this.#end(process, true);
    if (fate < CRASH_BEFORE + REFUSED) return step.reject(new Error('throttled'));
    try {
      const value = await step.act();
      if (fate < CRASH_BEFORE + REFUSED + CRASH_AFTER) return this.#end(process, true);
      if (fate < CRASH_BEFORE + REFUSED + CRASH_AFTER + LOST_ANSWER) return step.reject(new Error('no answer'));
      step.resolve(value);
    } catch (error) {
      step.reject(error);
    }
  }

  #startScanner(): void {
    const random = this.#random;
    const visible = this.#queue.filter((message) => message.visibleAt <= this.#now).sort(() => random.next() - 0.5);
    const taken = visible.slice(0, 1 + Math.floor(random.next() * 10));
    for (const message of taken) {
      message.visibleAt = this.#now + VISIBILITY;
      message.receives += 1;
    }
    const begun = this.#now;
    const process = this.#start('scan', SCAN_TIMEOUT, () => this.#giveBack(taken));
    const messages: QueuedMessage[] = taken.map(({ id, body }) => ({ id, body }));
    const looks = new Map<string, number>();
    const watched = NETWORKS.map((id) => networkOf(id, this.#wrongAt(id, this.#now).includes('waiver')));
    const quick = [5, 100] as const;
    this.#app
      .scanBatch(
        {
          clock: { now: () => instant(Math.round(this.#now + process.skew)) },
          beforeSecondLook: () => this.#call(process, [SECOND_LOOK, SECOND_LOOK + SECOND], () => {}),
          queue: {
            enqueue: ({ network, requestId, isReconcile, gathered, delaySeconds = 0 }) =>
              this.#call(process, quick, () => {
                this.#lastHandedOn.set(network, this.#now);
                const body = isReconcile
                  ? reconcileMessage(network)
                  : rescanMessage(network, requestId, undefined, gathered);
                if (gathered !== undefined) this.#claims.set(network, 'asked');
                this.#send(body, [network], undefined, BATCHING + delaySeconds * SECOND);
              }),
          },
          pending: this.#pendingFor(process),
          facts: {
            collect: ({ id }) =>
              this.#call(process, [SECOND, 20 * SECOND], () => {
                if (this.#isFaulty && random.chance(0.02)) throw new WatcherError('aws-unreachable', 'no answer');
                if (!looks.has(id)) looks.set(id, this.#now);
                const lag = this.#isFaulty && random.chance(0.4) ? random.between(0, LAG) : 0;
                return bundleOf(this.#wrongAt(id, this.#now - lag));
              }),
          },
          store: this.#storeFor(process, looks),
        },
        watched,
        messages,
      )
      .then(
        ({ failed }) => {
          if (process.isDead) return;
          this.#end(process, false);
          const again = new Set(failed);
          const done = taken.filter((message) => !again.has(message.id));
          for (const message of done) this.#checkDone(message, begun);
          this.#queue = this.#queue.filter((message) => !done.includes(message));
          this.#giveBack(taken.filter((message) => again.has(message.id)));
        },
        (error: unknown) => {
          this.complaints.push(`the scan function threw: ${String(error)}`);
          this.#end(process, true);
        },
      );
  }

  /** A change may wait for a scan only while that is on its way: asked for, and not begun. */
  #pendingFor(process: Process): PendingScans {
    const quick = [5, 100] as const;
    return {
      claim: (network, now, notBefore, dueAt) =>
        this.#call(process, quick, async () => {
          const isFirst = await this.#pending.claim(network, now, notBefore, dueAt);
          if (isFirst) this.#claims.set(network, 'claimed');
          else {
            this.#lastHandedOn.set(network, this.#now);
            const isComing = this.#queue.some((one) => one.networks[0] === network && one.networks.length === 1);
            if (this.#claims.get(network) === 'asked' && !isComing)
              this.complaints.push(`a change of ${network} waits for a scan that is over`);
          }
          return isFirst;
        }),
      release: (network, dueAt) => this.#call(process, quick, () => this.#pending.release(network, dueAt)),
    };
  }

  #storeFor(process: Process, looks: Map<string, number>): StateStore {
    const { store } = this;
    const quick = [5, 100] as const;
    const loadedAt = new Map<string, number>();
    return {
      networks: () => this.#call(process, quick, () => store.networks()),
      history: (network, limit) => this.#call(process, quick, () => store.history(network, limit)),
      load: (network) =>
        this.#call(process, quick, () => {
          loadedAt.set(network, this.#now);
          looks.delete(network);
          return store.load(network);
        }),
      recordChanges: (network, changes) =>
        this.#call(process, quick, async () => {
          await store.recordChanges(network, changes);
          for (const { eventId } of changes) this.#recorded.get(network)?.add(eventId);
        }),
      commit: (network, commit) =>
        this.#call(process, quick, async () => {
          await store.commit(network, commit);
          this.#lastLoaded.set(network, loadedAt.get(network) ?? 0);
          const { batch } = commit;
          this.commits.push({
            network,
            batch,
            settled: commit.settledChanges,
            firstLook: looks.get(network) ?? 0,
            at: this.#now,
          });
          if (hasNews(batch)) this.#stream.get(network)?.batches.push(batch);
        }),
    };
  }

  #giveBack(messages: readonly Queued[]): void {
    for (const message of messages) {
      if (message.receives < MOST_RECEIVES) continue;
      this.#queue = this.#queue.filter((one) => one !== message);
      this.#dead.push(message);
    }
  }

  /** A message may be deleted only when its network has been read since it was taken, or gets a message of its own, and its event is kept. */
  #checkDone(message: Queued, begun: number): void {
    for (const network of message.networks) {
      const seen = Math.max(this.#lastLoaded.get(network) ?? 0, this.#lastHandedOn.get(network) ?? 0);
      if (seen < begun) this.complaints.push(`${message.body} was done without a scan of ${network}`);
      const { eventId } = message;
      if (eventId !== undefined && this.#recorded.get(network)?.has(eventId) !== true)
        this.complaints.push(`${eventId} was not recorded for ${network}`);
    }
  }

  #startAlert(network: string): void {
    const shard = this.#stream.get(network);
    if (!shard) return;
    const records = shard.batches.slice(shard.told, shard.told + 1 + Math.floor(this.#random.next() * 3));
    shard.isBusy = true;
    const begunAt = shard.told;
    const retry = (): void => {
      shard.isBusy = false;
      shard.retryAt = this.#now + this.#random.between(1, 120) * SECOND;
    };
    const process = this.#start('alert', ALERT_TIMEOUT, retry);
    const outlet = (name: string, isDown: () => boolean): Notifier => ({
      name,
      deliver: (alert) =>
        this.#call(process, [20, 2 * SECOND], () => {
          if (isDown()) throw new WatcherError('delivery-failed', `${name} is down`);
          this.deliveries.push({ outlet: name, at: this.#now, alert });
        }),
    });
    const [from, to] = this.#outage;
    const notifiers = [outlet('steady', () => false), outlet('fragile', () => this.#now >= from && this.#now < to)];
    this.#app
      .inOrder(records, async (batch) => {
        await this.#app.deliverAlerts(notifiers, batch);
      })
      .then((failure) => {
        if (process.isDead) return;
        this.#end(process, false);
        shard.told = begunAt + (failure ? records.indexOf(failure.item) : records.length);
        if (failure) retry();
        else shard.isBusy = false;
      });
  }

  /** Everything that may happen next; empty when only time can pass. */
  #choices(): readonly (() => void | Promise<void>)[] {
    const due = this.#plan[0];
    const scanners = this.#processes.filter((one) => one.name === 'scan').length;
    return [
      ...this.#steps.map((step) => () => this.#take(step)),
      ...(due && due.at <= this.#now
        ? [
            () => {
              this.#plan.shift();
              due.act();
            },
          ]
        : []),
      ...(scanners < SCANNERS && this.#queue.some((message) => message.visibleAt <= this.#now)
        ? [() => this.#startScanner()]
        : []),
      ...[...this.#stream]
        .filter(([, shard]) => !shard.isBusy && shard.told < shard.batches.length && shard.retryAt <= this.#now)
        .map(
          ([network]) =>
            () =>
              this.#startAlert(network),
        ),
    ];
  }

  #nextTime(): number | undefined {
    const times = [
      ...this.#plan.slice(0, 1).map((one) => one.at),
      ...this.#queue.map((message) => message.visibleAt),
      ...[...this.#stream.values()].filter((shard) => shard.told < shard.batches.length).map((shard) => shard.retryAt),
    ].filter((at) => at > this.#now);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Until nothing can happen any more. */
  async #settle(): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      if (turn > 50_000) {
        this.complaints.push('does not come to rest');
        return;
      }
      const choices = this.#choices();
      if (choices.length > 0) {
        await this.#random.pick(choices)();
        // Lets the code under test go on to its next call.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const next = this.#nextTime();
      if (next === undefined) return;
      this.#now = next;
    }
  }

  /** Nothing happens for a while, but that time passes; then the schedule comes round, with faults. */
  async #wait(time: number): Promise<void> {
    this.#now += time;
    for (let round = 0; round < 2; round += 1) {
      this.#send({ runnerwatch: 'reconcile' }, NETWORKS);
      await this.#settle();
      this.#now += SCHEDULE;
    }
  }

  /** Two hours of faults and days in which only reminders fall due, then no faults any more: sight is back, the dead letters are sent again, and the schedule comes round twice. */
  async run(): Promise<void> {
    await this.#settle();
    for (let waits = Math.floor(this.#random.next() * 3); waits > 0; waits -= 1)
      await this.#wait(this.#random.pick([20, 25, 75]) * 60 * MINUTE);
    this.#isFaulty = false;
    this.#outage = [0, 0];
    for (const network of NETWORKS)
      if (this.#wrongAt(network, this.#now).includes('blindness')) this.#toggle(network, 'blindness');
    const letters = this.#dead;
    this.#dead = [];
    for (const message of letters) this.#queue.push({ ...message, receives: 0, visibleAt: this.#now });
    for (let round = 0; round < 2; round += 1) {
      const known = this.commits.length;
      this.#send({ runnerwatch: 'reconcile' }, NETWORKS);
      await this.#settle();
      this.#now += SCHEDULE;
      const news = this.commits.slice(known).flatMap(({ batch }) => batch.transitions);
      if (round > 0 && news.length > 0) this.complaints.push(`${news.length} transitions although nothing has changed`);
    }
  }

  get networks(): readonly string[] {
    return NETWORKS;
  }

  /** What is wrong with a network in the end, and everything that was between two times. */
  wrongInTheEnd(network: string): Wrong {
    return this.#wrongAt(network, this.#now);
  }

  wrongBetween(network: string, from: number, to: number): readonly Wrong[] {
    const during = (this.#wrong.get(network) ?? []).filter((one) => one.at > from && one.at <= to);
    return [this.#wrongAt(network, from), ...during.map((one) => one.wrong)];
  }

  /** What is still under way; empty after quiet. */
  get stuck(): readonly string[] {
    return [
      ...this.#queue.map((message) => `message ${message.body}`),
      ...this.#dead.map((message) => `dead letter ${message.body}`),
      ...this.#processes.map((process) => `function ${process.name}`),
      ...[...this.#stream]
        .filter(([, shard]) => shard.told < shard.batches.length)
        .map(([network]) => `stream of ${network}`),
    ];
  }
}
