import type { Route, RouteTable, RouteTargetKind } from '../facts/kinds/route-table.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Gap } from '../facts/snapshot.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Flow, Target } from './flow.ts';
import type { Ledger } from './ledger.ts';
import type { Memo } from './memo.ts';

/** Where a route look-up stands: what the handler of the route's target needs to know. */
export interface Hop {
  readonly vpcId: string;
  /** Undefined at a regional NAT gateway. */
  readonly subnet: Subnet | undefined;
  readonly zone: string | undefined;
  readonly table: RouteTable;
  readonly route: Route;
  /** The packets come straight out of a NAT gateway or a transit gateway, or from a host of the subnet. */
  readonly from: 'host' | 'nat' | 'transit-gateway';
}

export type RouteHandler = (walk: Walk, flow: Flow, hop: Hop) => void;

/** Everything that the hops of one question share. */
export interface Walk {
  readonly model: NetworkModel;
  readonly memo: Memo;
  readonly ledger: Ledger;
  readonly target: Target | undefined;
  readonly handlers: Readonly<Record<RouteTargetKind, RouteHandler>>;
  /** For declared user and service ranges the far half of a private network is assumed to work (semantics.md section 8, ruling 5). */
  readonly assumeFarHalf: boolean;
  /** Where the VPN or transit gateway ends is the answer (only the way out is judged, not the reply). */
  readonly forwardOnly: boolean;
  /** Network ACLs are somebody else's business. */
  readonly routesOnly: boolean;
  /** How the packets come to the VPC is somebody else's business. */
  readonly filtersOnly: boolean;
  /** What the way turned out to depend on. */
  readonly noticed: { sender: boolean };
}

/** Codes by which AWS refuses a call; its message is long, and the report has it once (EC2 API, client errors, read 2026-11-26). */
const REFUSALS: ReadonlySet<string> = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);

export function describeGap(gap: Gap): string {
  const { operation, resourceId } = gap;
  if (REFUSALS.has(gap.code))
    return `${operation}${resourceId === undefined ? '' : ` of \`${resourceId}\``} was refused: ${gap.code}`;
  const why = gap.message ?? gap.code;
  return resourceId === undefined || why.includes(resourceId)
    ? `${operation}: ${why}`
    : `${operation}: \`${resourceId}\`: ${why}`;
}

export function markHidden(walk: Walk, flow: Flow, gap: Gap, component: string, what: string): void {
  walk.ledger.mark(flow, {
    effect: 'unknown',
    code: 'X_FACT_UNREADABLE',
    component,
    message: `${what} cannot be seen (${describeGap(gap)})`,
  });
}
