import type { FactOf, ResourceKind } from './kinds/registry.ts';
import type { Snapshot } from './snapshot.ts';

/** An object that AWS is still busy with: what was read of it will soon be otherwise, without another call. */
export interface ObjectInTransition {
  readonly kind: ResourceKind;
  readonly id: string;
  /** As AWS prints it. */
  readonly state: string;
}

type States = { readonly [K in ResourceKind]?: (fact: FactOf<K>) => readonly (string | undefined)[] };

const attachmentsOf = ({ attachments }: { readonly attachments: readonly { readonly state: string }[] }) =>
  attachments.map(({ state }) => state);

/**
 * Where each kind has its states. Instances and their interfaces are left out: environments start and stop all day long, and no verdict waits for one of
 * them.
 */
const STATES: States = {
  subnet: ({ state }) => [state],
  routeTable: ({ associations }) => associations.map(({ state }) => state),
  internetGateway: attachmentsOf,
  egressOnlyInternetGateway: attachmentsOf,
  natGateway: ({ state, addresses }) => [state, ...addresses.map(({ status }) => status)],
  vpcEndpoint: ({ state }) => [state],
  vpcPeeringConnection: ({ status }) => [status],
  vpnGateway: (fact) => [fact.state, ...attachmentsOf(fact)],
  vpnConnection: ({ state }) => [state],
  customerGateway: ({ state }) => [state],
  carrierGateway: ({ state }) => [state],
  managedPrefixList: ({ state }) => [state],
  transitGateway: ({ state }) => [state],
  transitGatewayAttachment: ({ state, association }) => [state, association?.state],
  transitGatewayVpcAttachment: ({ state }) => [state],
  transitGatewayRouteTable: ({ state }) => [state],
  blockPublicAccessOptions: ({ state }) => [state],
  blockPublicAccessExclusion: ({ state }) => [state],
  securityGroupVpcAssociation: ({ state }) => [state],
  resolverRule: ({ state }) => [state],
  resolverRuleAssociation: ({ state }) => [state],
  firewallRuleGroupAssociation: ({ state }) => [state],
};

/** What waits for a person (`pending-acceptance`) is at rest. */
const BUSY =
  /^(?:pending|creating|updating|deleting|modifying|attaching|detaching|associating|disassociating|unassigning|provisioning|initiating|initiating-request|rolling-back|.*-in-progress)$/i;

/** Objects of the snapshot that are on their way to another state; sorted by kind and id. */
export function objectsInTransition({ facts }: Snapshot): readonly ObjectInTransition[] {
  const busy = <K extends ResourceKind>(kind: K): readonly ObjectInTransition[] => {
    const statesOf = STATES[kind] as ((fact: FactOf<K>) => readonly (string | undefined)[]) | undefined;
    if (!statesOf) return [];
    return [...(facts[kind].items as ReadonlyMap<string, FactOf<K>>)].flatMap(([id, fact]) => {
      const state = statesOf(fact).find((text) => text !== undefined && BUSY.test(text));
      return state === undefined ? [] : [{ kind, id, state }];
    });
  };
  return (Object.keys(STATES) as ResourceKind[])
    .flatMap((kind) => busy(kind))
    .sort((a, b) => (`${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1));
}

/** Seconds until each look at a network that is still moving; then the next reconciliation is soon enough. */
const CONFIRM_AFTER: readonly number[] = [60, 180, 600];

/** When to look again, after so many looks that were made to confirm the first; undefined when nothing moves, or there were enough. */
export function confirmingScan(
  moving: readonly ObjectInTransition[],
  confirmations: number,
): { readonly delaySeconds: number; readonly confirmation: number } | undefined {
  const delaySeconds = moving.length === 0 ? undefined : CONFIRM_AFTER[confirmations];
  return delaySeconds === undefined ? undefined : { delaySeconds, confirmation: confirmations + 1 };
}

/** Of a message; what is no number of looks counts as enough of them. */
export const readConfirmations = (value: unknown): number =>
  value === undefined ? 0 : typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : Infinity;
