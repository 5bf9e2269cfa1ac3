import type { Instant } from '../base/instant.ts';
import type { StackCall } from './stack-calls.ts';

/** One AWS API call that changed the network, or made CloudFormation do so, read out of a CloudTrail record. */
export interface ChangeEvent {
  readonly eventId: string;
  /** EventBridge source, e.g. `aws.ec2`. */
  readonly source: string;
  /** API operation, e.g. `DeleteNatGateway`. */
  readonly operation: string;
  readonly at: Instant;
  readonly account: string;
  readonly region: string;
  /** Who, in words a person knows: user name, or role session (an e-mail under SSO), or the service. */
  readonly actor: string;
  /** `console`, `aws-cli`, `terraform`, `cloudformation`, `sdk` or `service`. */
  readonly tool: string;
  readonly sourceIp?: string;
  /** Ids of AWS objects found anywhere in the record, sorted. */
  readonly objects: readonly string[];
  /** ARN of the role that CloudFormation made the call with, if it did: `actor` is no person then. */
  readonly stackRole?: string;
  /** Of a call to CloudFormation. It changes no network and is no cause: it tells who is behind the calls that CloudFormation makes. */
  readonly stackCall?: StackCall;
}

/** A change joined to a transition. */
export interface Attribution {
  readonly actor: string;
  readonly operation: string;
  readonly at: Instant;
  readonly tool: string;
  readonly sourceIp?: string;
  readonly objects: readonly string[];
  readonly eventId: string;
  /** Where CloudTrail recorded it; absent in batches of old stores. */
  readonly region?: string;
  readonly confidence: 'certain' | 'likely' | 'possible';
}
