import { stopUnseen } from '../unseen.ts';
import type { RouteHandler } from '../walk-context.ts';
import { checkBlockPublicAccess } from './block-public-access.ts';

/** Wavelength zones (Wavelength guide, how it works, read 2026-11-25): IPv4, outbound only. What is beyond is not modelled. */
export const toCarrierGateway: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const deny = (code: string, message: string): void =>
    walk.ledger.mark(flow, { effect: 'deny', code, component: id, message });
  const found = walk.model.find('carrierGateway', id);
  if (flow.family === 'ipv6') return deny('PROTOCOL_RESTRICTION', `carrier gateway \`${id}\` carries no IPv6`);
  if (flow.leg === 'return')
    return deny('NO_POSSIBLE_DESTINATION', `carrier gateway \`${id}\` carries only connections that begin inside`);
  if (found.is === 'there' && found.value.state !== 'available')
    return deny('BAD_STATE', `carrier gateway \`${id}\` is ${found.value.state}`);
  if (hop.subnet) checkBlockPublicAccess(walk, flow, hop.subnet, 'internet-gateway');
  stopUnseen(walk, flow, {
    code: 'X_NOT_MODELLED',
    component: id,
    message: `carrier gateway \`${id}\` is not modelled`,
  });
};
