import type { DeclaredInput } from './checks/places.ts';
import type { Severity, SourceQuote } from './report.ts';

export const DEPLOYMENT_OPTIONS = ['default-vpc', 'public-subnet', 'private-nat', 'private-tgw'] as const;

export type DeploymentOption = (typeof DEPLOYMENT_OPTIONS)[number];

export type Role = 'environment' | 'runner-task';

/** What a requirement asks of the network. One kind, many rows: another port is another row. */
export type Check =
  /** The subnet's route table and next hop reach the Internet; filters and the way back are other requirements' business. */
  | { readonly kind: 'outbound-path' }
  /** From every role in every subnet of it to an address or a name. */
  | { readonly kind: 'egress'; readonly to: EgressDestination; readonly protocol: 'tcp' | 'udp'; readonly port: number }
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
  | { readonly kind: 'transit-path' }
  /** An endpoint that exists must be usable. `together`: all of the services or none. `onlyOnHosts`: not needed by Fargate tasks. */
  | {
      readonly kind: 'endpoint';
      readonly services: readonly string[];
      readonly together?: boolean;
      readonly onlyOnHosts?: readonly string[];
    }
  | { readonly kind: 'zones'; readonly least: number }
  | { readonly kind: 'same-owner' }
  | { readonly kind: 'plan-present' }
  | { readonly kind: 'planned-subnets' }
  | { readonly kind: 'subnet-sizes' }
  | { readonly kind: 'groups-attached' }
  | { readonly kind: 'network-acls'; readonly flows: readonly Flow[] }
  | { readonly kind: 'dns' }
  | { readonly kind: 'region' }
  | { readonly kind: 'services'; readonly codes: readonly string[] }
  | { readonly kind: 'image'; readonly need: ImageNeed; readonly onlyOnHosts?: boolean }
  | { readonly kind: 'allow-list'; readonly need: ImageNeed }
  | { readonly kind: 'deployment-role' }
  | { readonly kind: 'attestation' }
  /** What other requirements say, put together; with `layer`, only what they say of security groups. */
  | { readonly kind: 'aggregate'; readonly of: readonly string[]; readonly layer?: 'groups' }
  /** A sentence that asks for nothing: kept so that every sentence of the document is accounted for. */
  | { readonly kind: 'record' };

export type EgressDestination =
  | { readonly kind: 'cidrs'; readonly cidrs: readonly string[] }
  /** `gatewayAddresses` of the watch file, when given, are its answers. */
  | { readonly kind: 'name'; readonly name: string; readonly answers?: 'gatewayAddresses' }
  /** Service names as in endpoint names: `s3`, `ecr.api`, … */
  | { readonly kind: 'aws-services'; readonly services: readonly string[] }
  | { readonly kind: 'declared'; readonly input: DeclaredInput };

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
  readonly applies: readonly DeploymentOption[];
  readonly source: readonly SourceQuote[];
  readonly check: Check;
}

export interface Catalogue {
  readonly id: string;
  readonly title: string;
  readonly document: string;
  /** ISO date of the copy that the quotes come from. */
  readonly retrieved: string;
  readonly requirements: readonly Requirement[];
}
