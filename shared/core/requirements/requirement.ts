import type { Severity, SourceQuote } from './report.ts';

export type DeploymentOption = 'default-vpc' | 'public-subnet' | 'private-nat' | 'private-tgw';

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
  | { readonly kind: 'ingress-from-runner'; readonly protocol: 'tcp'; readonly port: number };

export type EgressDestination =
  | { readonly kind: 'cidrs'; readonly cidrs: readonly string[] }
  /** `gatewayAddresses` of the watch file, when given, are its answers. */
  | { readonly kind: 'name'; readonly name: string; readonly answers?: 'gatewayAddresses' };

/** One checkable sentence of the source document. */
export interface Requirement {
  /** Stable; never used again for another meaning. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
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
