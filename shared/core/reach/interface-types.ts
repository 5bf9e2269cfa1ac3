import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import { isIcmp } from '../net/protocol.ts';
import type { Flow } from './flow.ts';
import { markHidden, type Walk } from './walk-context.ts';

/** Interfaces with a host behind them that answers (EC2 API, InterfaceType, read 2026-11-25). */
const HOSTS: ReadonlySet<string> = new Set(['interface', 'branch', 'trunk', 'efa', 'efa-only']);

const NATS: ReadonlySet<string> = new Set(['nat_gateway', 'natGateway']);

/** Classic and Application Load Balancers have plain interfaces, told by their description only. */
const isHost = (eni: NetworkInterface): boolean => HOSTS.has(eni.type) && !eni.description.startsWith('ELB ');

/** Those that AWS runs may have been made without security groups, and then none filters them (ELB guide, read 2026-11-25). */
export const hasNoGroups = (eni: NetworkInterface): boolean => eni.groupIds.length === 0 && !HOSTS.has(eni.type);

/** What kind of interface the packets come to, and whether somebody answers there. */
export function checkReceiver(walk: Walk, flow: Flow, eni: NetworkInterface): void {
  checkRunning(walk, flow, eni);
  const { ledger, model } = walk;
  const { id, type } = eni;
  if (NATS.has(type)) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NO_POSSIBLE_DESTINATION',
      component: id,
      message: `\`${id}\` belongs to a NAT gateway, which takes no connections`,
    });
    return;
  }
  if (model.endpointOf(id)) {
    checkEndpoint(walk, flow, id);
    return;
  }
  if (isHost(eni)) return;
  const gap = model.gapOf('vpcEndpoint');
  if (type === 'vpc_endpoint' && !gap) return;
  if (gap && ENDPOINTS.has(type)) markHidden(walk, flow, gap, id, `the VPC endpoint that \`${id}\` belongs to`);
  else
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: id,
      message: `\`${id}\` belongs to a service of AWS (${eni.description.startsWith('ELB ') ? 'load balancer' : type}) that is not modelled`,
    });
}

const ENDPOINTS: ReadonlySet<string> = new Set(['vpc_endpoint', 'gateway_load_balancer_endpoint']);

function checkEndpoint(walk: Walk, flow: Flow, eniId: string): void {
  const { ledger, model } = walk;
  const endpoint = model.endpointOf(eniId);
  if (!endpoint) return;
  const { id, type, state } = endpoint;
  if (type !== 'Interface')
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: id,
      message: `what answers at VPC endpoint \`${id}\` of type ${type} is not modelled`,
    });
  else if (state !== 'available')
    ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE',
      component: id,
      message: `VPC endpoint \`${id}\` is ${state}`,
    });
  else if (isIcmp(flow.protocol))
    ledger.mark(flow, {
      effect: 'deny',
      code: 'PROTOCOL_RESTRICTION',
      component: id,
      message: `VPC endpoint \`${id}\` does not answer pings`,
    });
}

/** Whoever is at the destination must be there to answer. It may be started again, so what stands still is unknown, not broken. */
function checkRunning(walk: Walk, flow: Flow, { id, status, instanceId }: NetworkInterface): void {
  const { model, ledger } = walk;
  const idle = (component: string, what: string): void =>
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'BAD_STATE',
      component,
      message: `${what}, so nobody answers there now`,
    });
  if (status !== 'in-use') idle(id, `network interface \`${id}\` is ${status}`);
  if (instanceId === undefined) return;
  const instance = model.find('instance', instanceId);
  if (instance.is === 'hidden') markHidden(walk, flow, instance.gap, instanceId, `instance \`${instanceId}\``);
  else if (instance.is === 'there' && instance.value.state !== 'running')
    idle(instanceId, `instance \`${instanceId}\` is ${instance.value.state || 'in an unknown state'}`);
}
