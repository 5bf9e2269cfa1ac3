import { type Instant, instant, toIso } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Bundle, BundleError } from '../core/facts/bundle.ts';
import { contradictionsIn, movedPrefixLists, versionedPrefixLists } from '../core/facts/contradictions.ts';
import type { Collect, Kind } from '../core/facts/kinds/kind.ts';
import { KINDS } from '../core/facts/kinds/registry.ts';
import { groupsIn, referencedVpcs, referencesIn } from '../core/facts/references.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { Clock, CloudFacts } from '../ports.ts';
import { accountKey } from './account-credentials.ts';
import { AwsCalls, type Call, type CallMade, type Outcome } from './aws-calls.ts';
import { type ClientConfig, Clients, type CollectedKind, OPERATIONS } from './aws-operations.ts';
import { bundleValue, isCutShort, type Json } from './bundle-value.ts';
import { CallPace } from './call-pace.ts';
import { failureOf } from './failure.ts';
import { SharedReads } from './shared-reads.ts';

const MAX_ATTEMPTS = 5;

/** A request may have up to 200 values for a filter (Amazon EC2 API reference, filtering, read 2026-11-26). */
const MAX_FILTER_VALUES = 200;

export interface Ec2FactsOptions {
  readonly clock: Clock;
  /** Told after each call, for progress on a terminal. */
  readonly onCall?: (call: CallMade) => void;
  readonly client?: Omit<ClientConfig, 'region'>;
  /** Of the whole process; a new one when absent. */
  readonly pace?: CallPace;
  /** Of the batch; nothing is shared when absent. */
  readonly reads?: SharedReads<Outcome>;
}

const KIND_NAMES = Object.keys(OPERATIONS) as CollectedKind[];

/** What must be known before anything is asked by VPC. */
const LEADS_OUT: readonly CollectedKind[] = ['vpcPeeringConnection', 'transitGatewayVpcAttachment'];

/** What the references of the network are found in; the rest need not be waited for. */
const REFERS: readonly CollectedKind[] = [
  'vpc',
  'routeTable',
  'securityGroup',
  'securityGroupVpcAssociation',
  'networkFirewall',
];

const kindOf = (name: CollectedKind): Kind<{ readonly id: string }> => KINDS[name];

const namesBy = (by: Collect['by']): readonly CollectedKind[] =>
  KIND_NAMES.filter((name) => kindOf(name).collect.by === by);

/**
 * Reads what a watched network needs from EC2 and its neighbours, in the bundle format. A call that fails is an entry of `Errors` and its key is left
 * out.
 */
export function ec2Facts({ clock, onCall, client: configuration, pace, reads }: Ec2FactsOptions): CloudFacts {
  const ownPace = pace ?? new CallPace();
  return {
    collect: async (network, deadline) => {
      const config = {
        maxAttempts: MAX_ATTEMPTS,
        retryMode: 'adaptive',
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
        ...configuration,
        region: network.region,
      } as const;
      const clients = new Clients(config);
      const calls = new AwsCalls({
        clients,
        clock,
        deadline,
        pace: ownPace,
        account: accountKey(network),
        reads: reads ?? new SharedReads(),
        onCall,
      });
      try {
        return await new Collection(calls, network, clock.now()).run();
      } finally {
        calls.end();
        clients.destroy();
      }
    },
  };
}

const chunks = <T>(items: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));

function requestsFor(collect: Collect, ids: readonly string[]): readonly Json[] {
  if (collect.by === 'given' || collect.by === 'each') return [{}];
  const { input = {} } = collect;
  if (collect.by === 'all') return [input];
  return chunks(ids, MAX_FILTER_VALUES).map((Values) => {
    if ('idsInput' in collect) return { ...input, [collect.idsInput]: Values };
    const filters = collect.by === 'vpc' ? (collect.filterInput ?? 'Filters') : 'Filters';
    return { ...input, [filters]: [{ Name: collect.filter, Values }] };
  });
}

/** AWS says that there is no such object, which is an answer too. */
const isAbsent = (outcome: Outcome, absentCode: string | undefined): boolean =>
  outcome.is === 'failed' && absentCode !== undefined && outcome.error.Code === absentCode;

class Collection {
  private readonly calls: AwsCalls;
  private readonly network: WatchedNetwork;
  private readonly errors = new Map<string, BundleError>();
  private readonly bundle: Record<string, unknown> = {};
  private collectedAt: Instant;
  private answered = 0;
  private firstFailure: unknown;

  constructor(calls: AwsCalls, network: WatchedNetwork, now: Instant) {
    this.calls = calls;
    this.network = network;
    this.collectedAt = now;
  }

  /** The account beside the VPCs that matter, then what those refer to, then a second look at what does not fit together. */
  async run(): Promise<Bundle> {
    const outward = this.readLists(LEADS_OUT);
    const account = this.readLists(namesBy('all').filter((name) => !LEADS_OUT.includes(name)));
    await outward;
    if (this.answered === 0) await account;
    if (this.answered === 0) throw this.unreachable();
    const vpcIds = referencedVpcs(this.soFar(), this.network.vpcId);
    const referring = this.readLists(REFERS, vpcIds);
    const rest = this.readLists(
      namesBy('vpc').filter((name) => !REFERS.includes(name)),
      vpcIds,
    );
    await Promise.all([account, referring]);
    this.checkVisible();
    await Promise.all([rest, this.readReferences()]);
    await this.mendContradictions(vpcIds);
    await this.mendPrefixLists();
    const accountId = this.network.accountId ?? ownerOf(this.bundle, this.network.vpcId);
    const errors = [...this.errors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, error]) => error);
    return {
      Meta: {
        ...(accountId === undefined ? {} : { AccountId: accountId }),
        Region: this.network.region,
        CollectedAt: toIso(this.collectedAt),
      },
      ...Object.fromEntries(Object.entries(this.bundle).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(errors.length === 0 ? {} : { Errors: errors }),
    };
  }

  private soFar(): Bundle {
    return { ...this.bundle, Errors: [...this.errors.values()] };
  }

  private async readLists(
    names: readonly CollectedKind[],
    ids: readonly string[] = [],
    isFresh = false,
  ): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const value = await this.readList(name, ids, isFresh);
        if (value !== undefined) this.bundle[kindOf(name).member] = value;
      }),
    );
  }

  /** Undefined when any part of it was not answered. */
  private async readList(name: CollectedKind, ids: readonly string[], isFresh: boolean): Promise<unknown> {
    const { collect } = kindOf(name);
    const outcomes = await Promise.all(
      requestsFor(collect, ids).map((input) => this.call({ kind: name, input }, isFresh)),
    );
    const pages = answersIn(outcomes);
    return pages && bundleValue(kindOf(name), pages);
  }

  private async readReferences(): Promise<void> {
    const { own, lent } = groupsIn(this.soFar());
    // Of groups that were not seen nobody can say that they have no rules.
    const byGroup = this.bundle[kindOf('securityGroup').member] === undefined ? [] : namesBy('group');
    await Promise.all([this.readLent(lent), this.readLists(byGroup, [...own, ...lent]), this.readReferred()]);
  }

  /** What was read may refer to more: a rule group of DNS Firewall to domain lists. A kind of which nothing is referred to is read, and empty. */
  private async readReferred(): Promise<void> {
    const asked = new Map<CollectedKind, string>();
    for (;;) {
      const references = referencesIn(this.soFar(), this.network);
      const wanted = namesBy('each').flatMap((name) => {
        const { collect } = kindOf(name);
        return collect.by === 'each' ? [{ name, ids: references[collect.of] }] : [];
      });
      const fresh = wanted.filter(({ name, ids }) => asked.get(name) !== ids.join());
      if (fresh.length === 0) return;
      for (const { name, ids } of fresh) asked.set(name, ids.join());
      await Promise.all(fresh.map(({ name, ids }) => this.readEach(name, ids)));
    }
  }

  /** Groups of other VPCs that are associated with one of ours: the filter by VPC does not find them. */
  private async readLent(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const inputs = chunks(ids, MAX_FILTER_VALUES).map((Values) => ({ Filters: [{ Name: 'group-id', Values }] }));
    const outcomes = await Promise.all(inputs.map((input) => this.call({ kind: 'securityGroup', input }, false)));
    const pages = answersIn(outcomes);
    const { member } = kindOf('securityGroup');
    const read = this.bundle[member];
    if (pages && Array.isArray(read))
      this.bundle[member] = bundleValue(kindOf('securityGroup'), [...pages, { [member]: read }]);
  }

  /** A `map` kind: the value of an id is left out unless every call for it was answered. */
  private async readEach(name: CollectedKind, ids: readonly string[], isFresh = false): Promise<void> {
    const kind = kindOf(name);
    const { collect, member, operation } = kind;
    if (collect.by !== 'each') return;
    const known = (this.bundle[member] ?? {}) as Json;
    const entries = await Promise.all(
      ids.map(async (id): Promise<readonly (readonly [string, unknown])[]> => {
        if (!isFresh && id in known) return [[id, known[id]]];
        const calls = collect.requests(id, this.network.region);
        const outcomes = await Promise.all(
          calls.map((input) => this.call({ kind: name, input, resourceId: id }, isFresh, collect.absentCode)),
        );
        if (outcomes.some((outcome) => isAbsent(outcome, collect.absentCode))) return [[id, null]];
        const pages = answersIn(outcomes);
        if (!pages) return [];
        if (!isCutShort(kind, pages)) return [[id, bundleValue(kind, pages)]];
        this.failed({
          Operation: operation,
          Code: 'MoreThanCanBeRead',
          ResourceId: id,
          Message: 'the table has more routes than one search returns',
        });
        return [];
      }),
    );
    this.bundle[member] = { ...(isFresh ? known : {}), ...Object.fromEntries(entries.flat()) };
  }

  /** Lists that do not fit together were read while something changed: both are read once more. What still does not fit, the engine takes for unseen. */
  private async mendContradictions(vpcIds: readonly string[]): Promise<void> {
    const found = contradictionsIn(this.soFar());
    if (found.length === 0) return;
    const names = new Set(found.flatMap(({ from, to }) => [from.kind, to.kind]));
    await this.readLists(
      KIND_NAMES.filter((name) => names.has(name)),
      vpcIds,
      true,
    );
    await this.readReferences();
  }

  /** The blocks of a managed prefix list belong to a version: a list that moved while it was read is read once more, and is unseen when it still moves. */
  private async mendPrefixLists(): Promise<void> {
    const name = 'prefixListEntries';
    const ids = versionedPrefixLists(this.soFar(), referencesIn(this.soFar(), this.network).prefixListIds);
    const moved = await this.movedSince(ids);
    if (moved.length === 0) return;
    await this.readEach(name, moved, true);
    const restless = await this.movedSince(moved);
    for (const ResourceId of restless)
      this.failed({
        Operation: kindOf(name).operation,
        Code: 'Contradiction',
        ResourceId,
        Message: `the prefix list \`${ResourceId}\` changed while it was read, twice`,
      });
    const { member } = kindOf(name);
    this.bundle[member] = Object.fromEntries(
      Object.entries(this.bundle[member] as Json).filter(([id]) => !restless.includes(id)),
    );
  }

  /** Looks at the versions again, and keeps what it sees. */
  private async movedSince(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const before = this.soFar();
    await this.readLists(['managedPrefixList'], [], true);
    return movedPrefixLists(before, this.soFar(), ids);
  }

  private async call(call: Call, isFresh: boolean, absentCode?: string): Promise<Outcome> {
    const outcome = await this.calls.make(call, isFresh);
    if (outcome.is === 'answer') {
      this.answered += 1;
      this.collectedAt = instant(Math.min(this.collectedAt, outcome.at));
    } else if (!isAbsent(outcome, absentCode)) {
      this.firstFailure ??= outcome.cause;
      this.failed(outcome.error);
    }
    return outcome;
  }

  private failed(error: BundleError): void {
    this.errors.set(`${error.Operation}|${error.ResourceId ?? ''}|${error.Code}`, error);
  }

  private unreachable(): WatcherError {
    const cause = this.firstFailure;
    const { code, message } = failureOf(cause ?? 'no answer');
    return new WatcherError(
      'aws-unreachable',
      `EC2 in region \`${this.network.region}\` could not be read at all (${cause === undefined ? message : `${code}: ${message}`})`,
      { cause },
    );
  }

  /** A VPC that is not there is the wrong account or Region far more often than a deleted VPC; judging it would be a false alarm. */
  private checkVisible(): void {
    const vpcs = this.bundle['Vpcs'];
    if (!Array.isArray(vpcs) || vpcs.some((vpc: { VpcId?: unknown }) => vpc.VpcId === this.network.vpcId)) return;
    throw new WatcherError(
      'bad-input',
      `network \`${this.network.id}\`: VPC \`${this.network.vpcId}\` is not visible in region \`${this.network.region}\` with these credentials (wrong account, wrong region, or deleted)`,
    );
  }
}

/** The pages of all outcomes; undefined when any of them failed. */
const answersIn = (outcomes: readonly Outcome[]): readonly Json[] | undefined =>
  outcomes.every((outcome) => outcome.is === 'answer') ? outcomes.flatMap(({ pages }) => pages) : undefined;

function ownerOf(bundle: Json, vpcId: string): string | undefined {
  const vpcs = bundle['Vpcs'] as readonly { readonly VpcId?: string; readonly OwnerId?: string }[] | undefined;
  return vpcs?.find((vpc) => vpc.VpcId === vpcId)?.OwnerId;
}
