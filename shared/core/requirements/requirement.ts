import type { DeclaredInput } from './checks/places.ts';
import type { Severity, SourceQuote } from './report.ts';

/** Of all catalogues; each knows some of them. */
export const DEPLOYMENT_OPTIONS = [
  'default-vpc',
  'public-subnet',
  'private-nat',
  'private-tgw',
  'private-endpoints',
  'restricted-ingress',
] as const;

export type DeploymentOption = (typeof DEPLOYMENT_OPTIONS)[number];

export type Role = 'environment' | 'runner-task' | 'proxy-task' | 'metrics-task' | 'load-balancer' | 'cache';

/** What the watch file says: that an input has this value or, without `is`, that it is given and not null. */
export interface Condition {
  readonly input:
    | 'imageSource'
    | 'launchType'
    | 'managementPlaneConnection'
    | 'prometheusRemoteWriteUrl'
    | 'runnerSize'
    | 'capacityPlan';
  readonly is?: string;
}

/** What a requirement asks of the network. One kind, many rows: another port is another row. */
export type Check =
  /** The subnet's route table and next hop reach the Internet; filters and the way back are other requirements' business. */
  | { readonly kind: 'outbound-path' }
  /** From every role in every subnet of it to an address or a name; `from`: environments and the runner task, unless told. */
  | {
      readonly kind: 'egress';
      readonly from?: readonly Role[];
      readonly to: EgressDestination;
      readonly protocol: 'tcp' | 'udp';
      readonly port: number;
    }
  | FlowCheck
  /** From the declared ranges of people to every environment. */
  | { readonly kind: 'ingress-from-users'; readonly protocol: 'tcp'; readonly port: number }
  /** From the runner task in every subnet of it to every environment. */
  | { readonly kind: 'ingress-from-runner'; readonly protocol: 'tcp'; readonly port: number }
  /** Every route of the chosen subnets to the Internet leads to a working gateway of this sort. */
  | { readonly kind: 'route-to'; readonly via: 'internet-gateway' | 'nat-gateway' }
  | { readonly kind: 'default-vpc-gateway' }
  | { readonly kind: 'nat-gateways' }
  | { readonly kind: 'private-subnets'; readonly onlyIf?: 'production' }
  | { readonly kind: 'public-addresses' }
  /** Routes to an internet gateway, with public addresses for environments and runner tasks alike. */
  | { readonly kind: 'public-workloads' }
  | { readonly kind: 'transit-path' }
  /**
   * An endpoint that exists must be usable. Services as in endpoint names, whole ones (`com.amazonaws.iam`) where the Region is no part of it.
   * `together`: all of the services or none. `onlyOnHosts`: not needed by Fargate tasks. `everyTable`: a gateway must be in every subnet's table.
   * `orInternet`: without one, the service must be reached by another way. `neededWhen`: without one it fails when any of these holds.
   */
  | {
      readonly kind: 'endpoint';
      readonly services: readonly string[];
      readonly together?: boolean;
      readonly onlyOnHosts?: readonly string[];
      readonly everyTable?: boolean;
      readonly orInternet?: boolean;
      readonly neededWhen?: readonly Condition[];
    }
  /** Zones of the subnets `of` a role (environments unless told); `covering`: in every zone of that role too. */
  | {
      readonly kind: 'zones';
      readonly least: number;
      readonly leastWhenLarge?: number;
      readonly of?: Role;
      readonly covering?: Role;
    }
  /** An internet-facing load balancer's subnets are public; an internal one's have a routable block and a way back to the users. */
  | { readonly kind: 'load-balancer-routes' }
  /** The load balancer's subnets have a prefix of at most this length, and an address left unless a node is there. */
  | { readonly kind: 'load-balancer-room'; readonly longest: number }
  | { readonly kind: 'same-owner' }
  | { readonly kind: 'plan-present' }
  | { readonly kind: 'planned-subnets' }
  | { readonly kind: 'subnet-sizes' }
  | { readonly kind: 'groups-attached' }
  | { readonly kind: 'network-acls'; readonly flows: readonly Flow[] }
  /** `hostNames`: needed even if no endpoint relies on them. */
  | { readonly kind: 'dns'; readonly hostNames?: 'always' }
  /** Enabled for the account; one that is not `among` these is unknown, for the list is of its day. */
  | { readonly kind: 'region'; readonly among?: readonly string[] }
  | { readonly kind: 'services'; readonly codes: readonly string[] }
  | { readonly kind: 'image'; readonly need: ImageNeed; readonly onlyOnHosts?: boolean }
  | { readonly kind: 'allow-list'; readonly need: ImageNeed }
  | { readonly kind: 'deployment-role' }
  /** Environments can ask the instance metadata service; nothing on the network filters it. */
  | { readonly kind: 'instance-metadata' }
  /** When a proxy is configured, these go around it. */
  | { readonly kind: 'no-proxy'; readonly entries: readonly string[] }
  /** What runnerwatch does not read, and how a person looks: never better than unknown. `call` is the API that would tell. */
  | { readonly kind: 'not-read'; readonly what: string; readonly call: string; readonly byHand: string }
  | { readonly kind: 'attestation' }
  /** What other requirements say, put together; with `layer`, only what they say of security groups. */
  | { readonly kind: 'aggregate'; readonly of: readonly string[]; readonly layer?: 'groups' }
  /** A sentence that asks for nothing: kept so that every sentence of the document is accounted for. */
  | { readonly kind: 'record' };

export type EgressDestination =
  | { readonly kind: 'cidrs'; readonly cidrs: readonly string[] }
  /** `gatewayAddresses` of the watch file, when given, are its answers. */
  | { readonly kind: 'name'; readonly name: string; readonly answers?: 'gatewayAddresses' }
  /** All of these names. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** The ECR registry of an account in the Region; `own` is the network's account. */
  | { readonly kind: 'registry'; readonly account: string }
  /** Service names as in endpoint names: `s3`, `ecr.api`, … */
  | { readonly kind: 'aws-services'; readonly services: readonly string[] }
  | { readonly kind: 'declared'; readonly input: DeclaredInput };

/**
 * Inside the network, or into it: to the members of a role, in every subnet of it. `users` are `userCidrs`, `scm-callbacks` are `scmCallbackCidrs`.
 * `keepsClient`: on these ports the load balancer leaves the client's address on the packets. `wholeRange`: wanted too, but what of it is used is not
 * known, so that less than all of it is unknown. `only`: the target's groups must admit nothing else.
 */
export interface FlowCheck {
  readonly kind: 'flow';
  readonly from: Role | 'users' | 'scm-callbacks';
  readonly to: Role;
  readonly protocol: 'tcp';
  readonly ports: readonly number[];
  readonly keepsClient?: readonly number[];
  readonly wholeRange?: { readonly from: number; readonly to: number };
  readonly only?: boolean;
}

/** A way out that network ACLs must let through. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** `internet` or a CIDR block. */
  readonly to: string;
}

export interface ImageNeed {
  /** Pattern of its name. */
  readonly name: string;
  /** Account id, or an owner alias such as `amazon`. */
  readonly owner: string;
}

/** One checkable sentence of the source document. */
export interface Requirement {
  /** Stable; never used again for another meaning. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Optional in the document, but required once it is there: an endpoint takes traffic over, a declared host is needed. */
  readonly requiredWhenPresent?: boolean;
  /** What the severity is when the watch file says so; the first that holds. */
  readonly severityWhen?: readonly { readonly when: Condition; readonly severity: Severity }[];
  /** How a known ambiguity of the sources weakens it (docs/decisions.md). */
  readonly treatedAs?: { readonly ambiguity: string; readonly severity: Severity };
  /** Applies only then. While the watch file does not say, what would fail is unknown. */
  readonly onlyIf?: Condition;
  readonly applies: readonly DeploymentOption[];
  /** Judged with other options too, with this severity, when the watch file says so. */
  readonly elsewhere?: { readonly when: Condition; readonly severity: Severity };
  readonly source: readonly SourceQuote[];
  readonly check: Check;
}

/** One copy of one document. */
export interface SourceDocument {
  readonly id: string;
  readonly url: string;
  /** Of when the copy is: an ISO date, or words where the copy bears none. */
  readonly asOf: string;
}

export interface Catalogue {
  readonly id: string;
  readonly title: string;
  readonly documents: readonly SourceDocument[];
  /** The deployment options that its documents know. */
  readonly options: readonly DeploymentOption[];
  readonly requirements: readonly Requirement[];
}
