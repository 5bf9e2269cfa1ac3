import { cidrsToSet } from '../../net/cidr.ts';
import { intersect, isEmpty, minus } from '../../net/interval-set.ts';
import { type Crossing, type Flow, toward } from '../flow.ts';
import { stopHidden, stopMissing, stopUnseen } from '../unseen.ts';
import { deliver } from '../walk.ts';
import type { RouteHandler } from '../walk-context.ts';

/** Only between the two VPCs, only for their own addresses (peering guide, how peering works, read 2026-11-25). */
export const toPeeringConnection: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const { ledger, model } = walk;
  const found = model.find('vpcPeeringConnection', id);
  if (found.is === 'hidden') {
    stopHidden(walk, flow, found.gap, id, `peering connection \`${id}\``);
    return;
  }
  if (found.is === 'absent') {
    stopMissing(walk, flow, id, 'peering connection');
    return;
  }
  if (found.value.status !== 'active') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE',
      component: id,
      message: `peering connection \`${id}\` is ${found.value.status}`,
    });
    return;
  }
  const { accepter, requester } = found.value;
  const [near, far] = accepter.vpcId === hop.vpcId ? [accepter, requester] : [requester, accepter];
  const nearSpace = model.vpcSpace(hop.vpcId, flow.family);
  const foreign = minus(flow.src, isEmpty(nearSpace) ? cidrsToSet(near.cidrs, flow.family) : nearSpace);
  if (!isEmpty(foreign)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR',
      component: id,
      message: `peering connection \`${id}\` carries only packets that begin in \`${hop.vpcId}\``,
      src: foreign,
    });
  }
  const known = far.vpcId === undefined ? [] : model.vpcSpace(far.vpcId, flow.family);
  const farSpace = isEmpty(known) ? cidrsToSet(far.cidrs, flow.family) : known;
  const beyond = minus(flow.dst, farSpace);
  if (!isEmpty(beyond)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR',
      component: id,
      message: `peering connection \`${id}\` reaches only addresses of the VPC at its other end`,
      dst: beyond,
    });
  }
  const part = toward(flow, intersect(flow.dst, farSpace));
  if (!part) return;
  if (far.vpcId === undefined || model.find('vpc', far.vpcId).is !== 'there') {
    stopUnseen(walk, part, {
      code: 'UNKNOWN_DESTINATION',
      component: id,
      message: `the VPC at the other end of peering connection \`${id}\` (${far.vpcId ?? 'unknown'}) cannot be seen`,
    });
    return;
  }
  const sameRegion = near.region === undefined || far.region === undefined || near.region === far.region;
  const crossing: Crossing = {
    component: id,
    kind: 'peering',
    keepsIngressReferences: sameRegion,
    keepsEgressReferences: sameRegion,
  };
  ledger.pass(part, id, () => `peering connection \`${id}\` carries it to \`${far.vpcId}\``);
  const beyondFlow: Flow = { ...part, crossings: [...part.crossings, crossing] };
  if (!sameRegion && beyondFlow.byReference) dropReference(walk.ledger, beyondFlow, id);
  deliver(walk, beyondFlow, far.vpcId, undefined, id);
};

/** Outbound rules that refer to a group match nothing across this hop. */
export function dropReference(ledger: Parameters<RouteHandler>[0]['ledger'], flow: Flow, hopId: string): void {
  const { byReference } = flow;
  if (!byReference) return;
  const dst = intersect(flow.dst, byReference.set);
  if (!isEmpty(dst)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'SG_REFERENCES_NOT_PRESERVED',
      component: byReference.groupId,
      message: `security group \`${byReference.groupId}\` allows this only by a reference to a group, which \`${hopId}\` does not carry`,
      dst,
    });
  }
}
