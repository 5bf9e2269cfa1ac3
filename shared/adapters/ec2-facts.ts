import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Instant, toIso } from '../core/base/instant.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import type { Bundle, BundleError } from '../core/facts/bundle.ts';
import type { Kind } from '../core/facts/kinds/kind.ts';
import { KINDS } from '../core/facts/kinds/registry.ts';
import { referencedVpcs, referencesIn } from '../core/facts/references.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import type { Clock, CloudFacts } from '../ports.ts';
import { EC2_OPERATIONS, type Ec2Kind } from './ec2-operations.ts';

/** Calls under way at once: well below the smallest EC2 request bucket, which other tools of the account share. */
const PARALLEL = 8;

const MAX_ATTEMPTS = 5;

export interface Ec2FactsOptions {
  readonly clock: Clock;
  /** Told after each call, for progress on a terminal. */
  readonly onCall?: (operation: string) => void;
  readonly client?: Omit<EC2ClientConfig, 'region'>;
}

const KIND_NAMES = Object.keys(EC2_OPERATIONS) as Ec2Kind[];

const kindOf = (name: Ec2Kind): Kind<{ readonly id: string }> => KINDS[name];

type Json = Record<string, unknown>;

/** Plain JSON as the AWS CLI would print it: dates as text, nothing of the SDK. */
const plain = (value: object): Json => JSON.parse(JSON.stringify({ ...value, $metadata: undefined })) as Json;

interface Call {
  readonly kind: Ec2Kind;
  readonly input: Json;
  /** Of a `map` kind: whose value this is. */
  readonly resourceId?: string;
}

type Outcome =
  | { readonly is: 'answer'; readonly pages: readonly Json[] }
  | { readonly is: 'failed'; readonly error: BundleError; readonly cause: unknown };

/** Reads what a watched network needs from EC2, in the bundle format. A call that fails is an entry of `Errors` and its key is left out. */
export function ec2Facts({ clock, onCall, client: configuration }: Ec2FactsOptions): CloudFacts {
  return {
    collect: async (network, deadline) => {
      const client = new EC2Client({
        maxAttempts: MAX_ATTEMPTS,
        retryMode: 'adaptive',
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
        ...configuration,
        region: network.region,
      });
      try {
        return await new Collection(client, network, clock, deadline, onCall).run();
      } finally {
        client.destroy();
      }
    },
  };
}

class Collection {
  private readonly client: EC2Client;
  private readonly network: WatchedNetwork;
  private readonly clock: Clock;
  private readonly deadline: Instant;
  private readonly onCall: ((operation: string) => void) | undefined;
  private readonly limit: LimitFunction = pLimit(PARALLEL);
  private readonly errors: BundleError[] = [];
  private readonly bundle: Json = {};
  private answered = 0;
  private firstFailure: unknown;

  constructor(
    client: EC2Client,
    network: WatchedNetwork,
    clock: Clock,
    deadline: Instant,
    onCall: ((operation: string) => void) | undefined,
  ) {
    this.client = client;
    this.network = network;
    this.clock = clock;
    this.deadline = deadline;
    this.onCall = onCall;
  }

  /** Three waves: the account, the VPCs that matter, and what those refer to. */
  async run(): Promise<Bundle> {
    const collectedAt = toIso(this.clock.now());
    await this.readLists('all', {});
    if (this.answered === 0) throw this.unreachable();
    const vpcIds = referencedVpcs(this.soFar(), this.network.vpcId);
    await this.readLists('vpc', vpcIds);
    this.checkVisible();
    await this.readReferences();
    const accountId = this.network.accountId ?? ownerOf(this.bundle, this.network.vpcId);
    return {
      Meta: {
        ...(accountId === undefined ? {} : { AccountId: accountId }),
        Region: this.network.region,
        CollectedAt: collectedAt,
      },
      ...Object.fromEntries(Object.entries(this.bundle).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(this.errors.length === 0
        ? {}
        : { Errors: [...this.errors].sort((a, b) => (errorKey(a) < errorKey(b) ? -1 : 1)) }),
    };
  }

  private soFar(): Bundle {
    return { ...this.bundle, Errors: this.errors };
  }

  private async readLists(by: 'all' | 'vpc', vpcIds: readonly string[] | Record<string, never>): Promise<void> {
    const kinds = KIND_NAMES.filter((name) => kindOf(name).collect.by === by);
    await Promise.all(
      kinds.map(async (name) => {
        const { collect, member } = kindOf(name);
        const input =
          collect.by === 'vpc'
            ? { Filters: [{ Name: collect.filter, Values: vpcIds }] }
            : collect.by === 'all'
              ? (collect.input ?? {})
              : {};
        const outcome = await this.call({ kind: name, input });
        if (outcome.is === 'answer') this.bundle[member] = bundleValue(name, outcome.pages);
      }),
    );
  }

  private async readReferences(): Promise<void> {
    const references = referencesIn(this.soFar());
    await Promise.all([
      this.readMap('vpcAttributes', references.vpcIds, (id) =>
        ['enableDnsSupport', 'enableDnsHostnames'].map((Attribute) => ({ VpcId: id, Attribute })),
      ),
      this.readMap('prefixListEntries', references.prefixListIds, (id) => [{ PrefixListId: id }]),
      this.readMap('transitGatewayRoutes', references.transitGatewayRouteTableIds, (id) => [
        { TransitGatewayRouteTableId: id, Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }] },
      ]),
    ]);
  }

  /** A `map` kind: the value of an id is left out unless every call for it was answered. */
  private async readMap(name: Ec2Kind, ids: readonly string[], inputs: (id: string) => readonly Json[]): Promise<void> {
    const { member } = kindOf(name);
    const entries = await Promise.all(
      ids.map(async (id) => {
        const outcomes = await Promise.all(inputs(id).map((input) => this.call({ kind: name, input, resourceId: id })));
        const pages = outcomes.flatMap((outcome) => (outcome.is === 'answer' ? outcome.pages : []));
        if (pages.some((page) => page['AdditionalRoutesAvailable'] === true && page['NextToken'] === undefined)) {
          this.errors.push({
            Operation: kindOf(name).operation,
            Code: 'MoreThanCanBeRead',
            ResourceId: id,
            Message: 'the table has more routes than one search returns',
          });
          return undefined;
        }
        return outcomes.every((outcome) => outcome.is === 'answer')
          ? ([id, bundleValue(name, pages)] as const)
          : undefined;
      }),
    );
    this.bundle[member] = Object.fromEntries(entries.flatMap((entry) => (entry ? [entry] : [])));
  }

  private async call(call: Call): Promise<Outcome> {
    const outcome = await this.limit(() => this.allPages(call));
    this.onCall?.(kindOf(call.kind).operation);
    if (outcome.is === 'answer') this.answered += 1;
    else {
      this.firstFailure ??= outcome.cause;
      this.errors.push(outcome.error);
    }
    return outcome;
  }

  private async allPages({ kind, input, resourceId }: Call): Promise<Outcome> {
    const { operation } = kindOf(kind);
    const failed = (Code: string, Message: string, cause: unknown): Outcome => ({
      is: 'failed',
      cause,
      error: { Operation: operation, Code, Message, ...(resourceId === undefined ? {} : { ResourceId: resourceId }) },
    });
    const pages: Json[] = [];
    let token: unknown;
    do {
      const left = this.deadline - this.clock.now();
      if (left <= 0) return failed('OutOfTime', 'the time for this scan was over', undefined);
      try {
        const answer = await EC2_OPERATIONS[kind].send(
          this.client,
          token === undefined ? input : { ...input, NextToken: token },
          { abortSignal: AbortSignal.timeout(left) },
        );
        const page = plain(answer);
        const expected = IS_ALL_OF_ITS_ANSWER.has(kind) ? 'State' : answerMemberOf(kind);
        if (expected !== undefined && page[expected] === undefined)
          return failed('UnexpectedAnswer', `the answer has no \`${expected}\``, undefined);
        pages.push(page);
        token = page['NextToken'];
      } catch (cause) {
        const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
        return name === 'AbortError' || name === 'TimeoutError'
          ? failed('OutOfTime', 'the time for this scan was over', cause)
          : failed(name, firstLine(message), cause);
      }
    } while (typeof token === 'string' && token !== '');
    return { is: 'answer', pages };
  }

  private unreachable(): WatcherError {
    const cause = this.firstFailure;
    const why = cause instanceof Error ? `${cause.name}: ${firstLine(cause.message)}` : 'no answer';
    return new WatcherError(
      'aws-unreachable',
      `EC2 in region \`${this.network.region}\` could not be read at all (${why})`,
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

const errorKey = (error: BundleError): string => `${error.Operation}|${error.ResourceId ?? ''}|${error.Code}`;

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 300);

function ownerOf(bundle: Json, vpcId: string): string | undefined {
  const vpcs = bundle['Vpcs'] as readonly { readonly VpcId?: string; readonly OwnerId?: string }[] | undefined;
  return vpcs?.find((vpc) => vpc.VpcId === vpcId)?.OwnerId;
}

/** Kinds that are the answer itself, not a member of it. */
const IS_ALL_OF_ITS_ANSWER: ReadonlySet<Ec2Kind> = new Set(['allowedImagesSettings']);

const answerMemberOf = (kind: Ec2Kind): string | undefined =>
  kind === 'vpcAttributes' ? undefined : (memberOf(kind) ?? kindOf(kind).member);

/** The pages as the bundle holds them; lists by id, so that equal networks give equal bundles. */
function bundleValue(name: Ec2Kind, pages: readonly Json[]): unknown {
  const { shape, member, idMember } = kindOf(name);
  if (name === 'vpcAttributes')
    return Object.assign({}, ...pages.map((page) => ({ ...page, VpcId: undefined }))) as unknown;
  const key = memberOf(name) ?? member;
  if (IS_ALL_OF_ITS_ANSWER.has(name)) return pages[0];
  if (shape === 'object') return pages[0]?.[key];
  const items = pages.flatMap((page) => (page[key] ?? []) as readonly Json[]);
  const list =
    name === 'instance' ? items.flatMap((reservation) => (reservation['Instances'] ?? []) as readonly Json[]) : items;
  const order = (item: Json): string => String(item[idMember ?? 'Cidr'] ?? item['DestinationCidrBlock'] ?? '');
  return [...list].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

const memberOf = (name: Ec2Kind): string | undefined => (EC2_OPERATIONS[name] as { readonly member?: string }).member;
