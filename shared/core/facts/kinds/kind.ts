import type { Fields } from '../fields.ts';

/** AWS services that facts are read from, as IAM prefixes its actions. */
export type FactService = 'ec2' | 'ecs' | 'iam' | 'network-firewall' | 'route53' | 'route53resolver' | 'ssm';

/** Ids that facts refer to, and for which a call each is made (`facts/references.ts`). */
export type ReferenceList =
  | 'vpcIds'
  | 'watchedVpcIds'
  | 'prefixListIds'
  | 'transitGatewayRouteTableIds'
  | 'firewallRuleGroupIds'
  | 'firewallDomainListIds'
  | 'networkFirewallArns'
  | 'runnerServiceArns'
  | 'deploymentRoleArns';

type Input = Readonly<Record<string, unknown>>;

/**
 * How the collector narrows the call: `vpc` = server-side filter of this name with the ids of the watched VPC and of those it refers to; `group` = the
 * same with the ids of the security groups that were read; `all` = whole account and Region; `each` = the requests for each id that other facts, or the
 * watch file, refer to; `given` = not by the collector of networks, but from whoever made the bundle.
 */
export type Collect =
  /** `filterInput`: how the request names its filters, `Filters` when absent. */
  | { readonly by: 'vpc'; readonly filter: string; readonly filterInput?: string; readonly input?: Input }
  /** `idsInput`: the member of the request that takes the ids as they are. */
  | { readonly by: 'vpc'; readonly idsInput: string; readonly input?: Input }
  | { readonly by: 'group'; readonly filter: string; readonly input?: Input }
  | { readonly by: 'all'; readonly input?: Input }
  /** `absentCode`: the error that says that there is no such object; the bundle then has null for it. */
  | {
      readonly by: 'each';
      readonly of: ReferenceList;
      readonly requests: (id: string, region: string) => readonly Input[];
      readonly absentCode?: string;
    }
  | { readonly by: 'given' };

/** Where the answer of the call has what the bundle keeps. */
export type AnswerPlace =
  /** In this member; with `inside`, objects are in a list of each element. `cutShortBy` is the flag that says that there is more than can be read. */
  | {
      readonly is: 'member';
      readonly at: string;
      readonly inside?: string;
      /** Sorts objects without an id of their own. */
      readonly orderBy?: string;
      readonly cutShortBy?: string;
    }
  /** The answer itself; one without this member is none. */
  | { readonly is: 'whole'; readonly knownBy: string }
  /** The answers of several calls put together. */
  | { readonly is: 'merged'; readonly without: readonly string[] };

/**
 * All the house knows of one AWS kind, as data: the collector, the IAM policy and the gaps follow from it.
 */
export interface Kind<Fact extends { readonly id: string }> {
  /** Key of the describe bundle: the output member of the call. */
  readonly member: string;
  /** EC2 when absent. */
  readonly service?: FactService;
  /** API operation; its IAM action is the service and the operation. */
  readonly operation: string;
  /** What the action may be limited to, as an ARN without `arn:` and partition; absent where IAM knows no resource for it. */
  readonly resource?: string;
  /** Member that holds the object's own id; absent for the shapes `map` and `object`. */
  readonly idMember?: string;
  /** How the bundle holds it: a list of objects, a record by id, one object, or a list of texts that is one fact. */
  readonly shape: 'list' | 'map' | 'object' | 'texts';
  readonly collect: Collect;
  /** The member that the bundle's key names, when absent. */
  readonly answer?: AnswerPlace;
  /** How request and answer name the token of the next page: `NextToken` when absent. */
  readonly token?: string;
  /** Bundles did without it before it was read: its absence is assumed, only a refusal is a gap. */
  readonly optional?: true;
  /** Families of operations that change such objects (`facts/operations.data.json`); none when only AWS changes them. */
  readonly changedBy: readonly string[];
  /** What makes such objects; none when only AWS does, or the tool cannot. */
  readonly types: { readonly cloudFormation: readonly string[]; readonly terraform: readonly string[] };
  /** `fields` is the object; for the shape `map`, `key` is its id and `fields` holds the value under `value`. */
  readonly parse: (fields: Fields, key: string) => Fact;
}

/** `ec2:DescribeVpcs`; undefined for what no call of AWS gives. */
export const actionOf = ({ service, operation, collect }: Kind<{ readonly id: string }>): string | undefined =>
  collect.by === 'given' && service === undefined ? undefined : `${service ?? 'ec2'}:${operation}`;
