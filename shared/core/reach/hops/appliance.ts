import type { NetworkInterface } from '../../facts/kinds/network-interface.ts';
import type { Subnet } from '../../facts/kinds/subnet.ts';
import { addressesOf, publicIpOf } from '../../model/network-model.ts';
import { type AddressSet, fromAddresses, isEmpty } from '../../net/interval-set.ts';
import { hasPorts } from '../../net/protocol.ts';
import { checkAcl } from '../check-acl.ts';
import { checkGroups } from '../check-groups.ts';
import { closedAddresses, publicAddressesOf } from '../ends.ts';
import { EPHEMERAL_PORTS, type Flow, replyTo } from '../flow.ts';
import type { Ledger } from '../ledger.ts';
import { comeHome, stopHidden, stopMissing, stopUnseen } from '../unseen.ts';
import { goOnFromEdge, leaveSubnet } from '../walk.ts';
import { markHidden, type RouteHandler, type Walk } from '../walk-context.ts';
import { dropReference } from './peering.ts';

/** A NAT instance or another appliance (semantics.md 1.7). What its guest does is invisible; what AWS would stop is not. */
export const toNetworkInterface: RouteHandler = (walk, flow, hop) => {
  const found = walk.model.find('networkInterface', hop.route.target.id);
  if (found.is === 'hidden')
    stopHidden(walk, flow, found.gap, hop.route.target.id, `network interface \`${hop.route.target.id}\``);
  else if (found.is === 'absent') stopMissing(walk, flow, hop.route.target.id, 'network interface');
  if (found.is !== 'there') goOnFromEdge(walk, flow, hop);
  else through(walk, flow, found.value, hop.subnet?.id);
};

export const toInstance: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const [eni] = walk.model.all('networkInterface').filter((item) => item.instanceId === id);
  if (eni) {
    through(walk, flow, eni, hop.subnet?.id);
    return;
  }
  const gap = walk.model.gapOf('networkInterface');
  if (gap) stopHidden(walk, flow, gap, id, `the network interface of instance \`${id}\``);
  else stopMissing(walk, flow, id, 'the network interface of instance');
};

function through(walk: Walk, flow: Flow, eni: NetworkInterface, fromSubnetId: string | undefined): void {
  const { ledger, model } = walk;
  if (eni.sourceDestCheck) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'ENI_SOURCE_DEST_CHECK_RESTRICTION',
      component: eni.id,
      message: `network interface \`${eni.id}\` drops packets that are not for itself: its source/destination check is on`,
    });
  }
  if (eni.status !== 'in-use')
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE',
      component: eni.id,
      message: `network interface \`${eni.id}\` is ${eni.status}`,
    });
  checkInstance(walk, flow, eni);
  const subnet = eni.subnetId === undefined ? undefined : model.find('subnet', eni.subnetId);
  if (subnet?.is !== 'there') {
    stopUnseen(walk, flow, {
      code: 'X_FACT_UNREADABLE',
      component: eni.id,
      message: `the subnet of network interface \`${eni.id}\` cannot be seen`,
    });
    return;
  }
  if (fromSubnetId !== subnet.value.id) checkAcl(walk, flow, subnet.value, 'ingress');
  else
    ledger.mark(flow, {
      effect: 'deny',
      code: 'X_NAT_LOOP',
      component: eni.id,
      message: `network interface \`${eni.id}\` is in the subnet that sends to it, so what it forwards comes back to it`,
    });
  const holder = { groupIds: [...eni.groupIds].sort(), component: eni.id, vpcId: subnet.value.vpcId };
  if (flow.leg === 'forward') {
    checkGroups(walk, flow, holder, 'ingress');
    dropReference(ledger, flow, eni.id);
  }
  ledger.mark(flow, {
    effect: 'unknown',
    code: 'X_GUEST_FORWARDING_UNKNOWN',
    component: eni.id,
    message: `whether the appliance at network interface \`${eni.id}\` forwards the packets cannot be seen: AWS does not show it`,
  });
  if (flow.leg === 'return') {
    leaveSubnet(walk, { ...flow, isForwarded: true }, subnet.value);
    return;
  }
  comeHome(walk, flow);
  const onward: Flow = {
    ...flow,
    sender: undefined,
    identityLost: flow.sender !== undefined || flow.identityLost,
    byReference: undefined,
    isForwarded: true,
  };
  const own = fromAddresses(addressesOf(eni, flow.family));
  const go = (one: (branch: Walk) => Flow): Ledger => {
    const branch = { ...walk, ledger: ledger.fork() };
    const sent = one(branch);
    checkGroups(branch, sent, holder, 'egress');
    leaveSubnet(branch, sent, subnet.value);
    return branch.ledger;
  };
  ledger.agree([
    go(() => onward),
    ...(isEmpty(own) ? [] : [go((branch) => masqueraded(branch, onward, { eni, own, subnet: subnet.value }))]),
  ]);
}

interface Appliance {
  readonly eni: NetworkInterface;
  readonly own: AddressSet;
  readonly subnet: Subnet;
}

/** The appliance may send the packets on under its own address, as NAT instances do; then replies come back to it first. */
function masqueraded(walk: Walk, flow: Flow, { eni, own, subnet }: Appliance): Flow {
  const { home } = flow;
  const toClient = (arrived: Flow): void => {
    const reply = replyTo(flow);
    if (reply) leaveSubnet(walk, { ...reply, src: arrived.src }, subnet);
  };
  const bare = addressesOf(eni, 'ipv4').filter((address) => publicIpOf(eni, address) === undefined);
  return {
    ...flow,
    isForwarded: false,
    src: own,
    asked: (_src, dst) => flow.asked(flow.src, dst),
    home: home && {
      ...home,
      kind: 'interface',
      vpcId: subnet.vpcId,
      subnet,
      reply:
        home.reply &&
        (hasPorts(flow.protocol) ? { ports: EPHEMERAL_PORTS, partly: 'unknown', of: 'client' } : home.reply),
      onArrival: toClient,
      noPublicIp: fromAddresses(bare),
      publicAddresses: publicAddressesOf([eni]),
      component: eni.id,
      closedToGateways: closedAddresses([eni]),
    },
  };
}

function checkInstance(walk: Walk, flow: Flow, eni: NetworkInterface): void {
  if (eni.instanceId === undefined) return;
  const instance = walk.model.find('instance', eni.instanceId);
  const { instanceId } = eni;
  const deny = (what: string): void =>
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE',
      component: instanceId,
      message: `instance \`${instanceId}\` is ${what}`,
    });
  if (instance.is === 'hidden') markHidden(walk, flow, instance.gap, instanceId, `instance \`${instanceId}\``);
  else if (instance.is === 'absent')
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_FACT_UNREADABLE',
      component: instanceId,
      message: `instance \`${instanceId}\` was not seen, though network interface \`${eni.id}\` is attached to it`,
    });
  else if (instance.value.state !== 'running') deny(instance.value.state || 'in an unknown state');
}
