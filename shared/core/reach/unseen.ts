import type { Gap } from '../facts/snapshot.ts';
import { checkAcl } from './check-acl.ts';
import { type Flow, replyTo } from './flow.ts';
import type { Mark } from './ledger.ts';
import { markHidden, type Walk } from './walk-context.ts';

/** The way goes on where nothing can be seen. Whatever is there, replies must still come into the subnet that they are for. */
export function stopUnseen(walk: Walk, flow: Flow, mark: Omit<Mark, 'effect'>): void {
  walk.ledger.mark(flow, { effect: 'unknown', ...mark });
  comeHome(walk, flow);
}

export function stopHidden(walk: Walk, flow: Flow, gap: Gap, component: string, what: string): void {
  markHidden(walk, flow, gap, component, what);
  comeHome(walk, flow);
}

/** An active route to something that is not there: AWS would call the route a blackhole, so what we were given contradicts itself. */
export const stopMissing = (walk: Walk, flow: Flow, id: string, name: string): void =>
  stopUnseen(walk, flow, {
    code: 'X_FACT_UNREADABLE',
    component: id,
    message: `${name} \`${id}\` was not seen, though an active route leads to it`,
  });

/** The last step of a reply that we lost sight of. */
export function comeHome(walk: Walk, flow: Flow): void {
  const { home } = flow;
  if (walk.forwardOnly || flow.leg === 'return' || !home?.subnet) return;
  const reply = replyTo(flow);
  if (!reply || mayMeetNoAcl(walk, home.subnet.id)) return;
  checkAcl(walk, reply, home.subnet, 'ingress');
  home.onArrival?.(reply);
}

/** A transit gateway delivers into its own subnet without a network ACL (semantics.md 1.8). */
export function mayMeetNoAcl({ model }: Walk, subnetId: string): boolean {
  return (
    model.gapOf('transitGatewayVpcAttachment') !== undefined ||
    model.all('transitGatewayVpcAttachment').some((attachment) => attachment.subnetIds.includes(subnetId))
  );
}
