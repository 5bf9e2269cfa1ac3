import { stopUnseen } from '../unseen.ts';
import type { RouteHandler } from '../walk-context.ts';
import { checkAttachment, checkEncryption } from './gateway-state.ts';

/** To an on-premises network: AWS's half can be judged, the far half cannot be seen. */
export const toVpnGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const { ledger, model } = walk;
  if (!checkAttachment(walk, flow, model.find('vpnGateway', id), id, hop.vpcId, 'virtual private gateway')) return;
  checkEncryption(walk, flow, hop.vpcId);
  const connections = model.all('vpnConnection').filter((item) => item.vpnGatewayId === id && item.state !== 'deleted');
  const down = connections.filter(
    (item) => item.tunnels.length > 0 && item.tunnels.every((status) => status === 'DOWN'),
  );
  const [first] = down;
  if (first && down.length === connections.length && !model.gapOf('vpnConnection')) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE_VPN',
      component: first.id,
      message: `every tunnel of VPN connection \`${first.id}\` is down`,
    });
    return;
  }
  if (hop.from === 'transit-gateway') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS',
      component: id,
      message: `virtual private gateway \`${id}\` takes packets from interfaces of \`${hop.vpcId}\` only`,
    });
    return;
  }
  if (walk.assumeFarHalf) {
    ledger.assume(`the network behind virtual private gateway \`${id}\` carries the packets`);
    return;
  }
  stopUnseen(walk, flow, {
    code: 'UNKNOWN_DESTINATION',
    component: id,
    message: `the network behind virtual private gateway \`${id}\` cannot be seen`,
  });
};
