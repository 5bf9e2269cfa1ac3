import type { VpcEndpoint } from '../../facts/kinds/vpc-endpoint.ts';
import type { NetworkModel } from '../../model/network-model.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import { checkAcl } from '../check-acl.ts';
import { type Flow, passedBy, replyTo } from '../flow.ts';
import { stopHidden, stopMissing, stopUnseen } from '../unseen.ts';
import { arrive, goOnFromEdge, leaveSubnet } from '../walk.ts';
import type { Hop, RouteHandler, Walk } from '../walk-context.ts';

/** Routes to gateway endpoints and to Gateway Load Balancer endpoints look alike; the endpoint says which it is. */
export const toVpcEndpoint: RouteHandler = (walk, flow, hop) => {
  const id = hop.route.target.id;
  const found = walk.model.find('vpcEndpoint', id);
  if (found.is === 'hidden') {
    stopHidden(walk, flow, found.gap, id, `VPC endpoint \`${id}\``);
    goOnFromEdge(walk, flow, hop);
    return;
  }
  if (found.is === 'absent') {
    stopMissing(walk, flow, id, 'VPC endpoint');
    goOnFromEdge(walk, flow, hop);
    return;
  }
  if (found.value.state !== 'available') {
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: 'BAD_STATE',
      component: id,
      message: `VPC endpoint \`${id}\` is ${found.value.state}`,
    });
    return;
  }
  const handler = BY_TYPE[found.value.type];
  if (handler) handler(walk, flow, hop, found.value);
  else
    stopUnseen(walk, flow, {
      code: 'X_NOT_MODELLED',
      component: id,
      message: `a route to VPC endpoint \`${id}\` of type ${found.value.type} is not modelled`,
    });
};

/** ICMP type of a ping, by protocol (RFC 792, RFC 4443). */
const ECHO_REQUEST: Readonly<Record<number, number>> = { [PROTOCOLS.icmp]: 8, [PROTOCOLS.icmpv6]: 128 };

type EndpointHandler = (walk: Walk, flow: Flow, hop: Hop, endpoint: VpcEndpoint) => void;

/** S3 and DynamoDB: public addresses, so network ACLs and groups see them as such; TCP and ping only; for hosts of this VPC only. */
const throughGatewayEndpoint: EndpointHandler = (walk, flow, hop, endpoint) => {
  const { ledger } = walk;
  if (flow.leg === 'return') {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'NO_POSSIBLE_DESTINATION',
      component: endpoint.id,
      message: `route table \`${hop.table.id}\` sends the reply to gateway endpoint \`${endpoint.id}\`, which carries only connections that begin inside`,
    });
    return;
  }
  const echoType = ECHO_REQUEST[flow.protocol];
  const echo = echoType !== undefined && flow.ports.from >= echoType * 256 && flow.ports.to < (echoType + 1) * 256;
  if (flow.protocol !== PROTOCOLS.tcp && !echo) {
    ledger.mark(flow, {
      effect: 'deny',
      code: 'VPCE_GATEWAY_PROTOCOL_RESTRICTION',
      component: endpoint.id,
      message: `gateway endpoint \`${endpoint.id}\` carries TCP and ping only`,
    });
    return;
  }
  if (hop.from !== 'host' || flow.crossings.length > 0) {
    if (hop.from === 'transit-gateway' || flow.home?.vpcId !== hop.vpcId) {
      ledger.mark(flow, {
        effect: 'deny',
        code: 'VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION',
        component: endpoint.id,
        message: `gateway endpoint \`${endpoint.id}\` serves only hosts of its own VPC`,
      });
      return;
    }
  }
  if (endpoint.policyDocument !== undefined && !isFullAccess(endpoint.policyDocument)) {
    ledger.assume(
      `X_ENDPOINT_POLICY: the policy of \`${endpoint.id}\` is not full access; what it permits is not a question of the network`,
    );
  }
  ledger.pass(flow, endpoint.id, () => `gateway endpoint \`${endpoint.id}\` carries it to ${endpoint.serviceName}`);
  const reply = walk.forwardOnly ? undefined : replyTo(flow);
  const back = flow.home?.subnet;
  if (!reply || !back) return;
  checkAcl(walk, reply, back, 'ingress');
  arrive(walk, reply, back, endpoint.id);
};

/** AWS Network Firewall's own endpoints look like those of other appliances; the firewall says which are its. */
function applianceBehind(model: NetworkModel, endpointId: string): string {
  const firewall = model.all('networkFirewallEndpoints').find(({ endpointIds }) => endpointIds.includes(endpointId));
  if (!firewall) return `the appliance behind endpoint \`${endpointId}\``;
  const policy = firewall.policyArn === undefined ? '' : ` with policy \`${firewall.policyArn}\``;
  return `Network Firewall \`${firewall.name}\` behind endpoint \`${endpointId}\`${policy}`;
}

/** A firewall or appliance behind the endpoint decides, out of sight; what comes after it must still work. */
const throughLoadBalancerEndpoint: EndpointHandler = (walk, flow, _hop, endpoint) => {
  const { ledger, model } = walk;
  ledger.mark(flow, {
    effect: 'unknown',
    code: 'PATH_THROUGH_GWLB_NOT_CHECKED',
    component: endpoint.id,
    message: `what ${applianceBehind(model, endpoint.id)} lets through cannot be seen`,
  });
  const subnetId = endpoint.subnetIds[0];
  const subnet = subnetId === undefined ? undefined : model.find('subnet', subnetId);
  if (subnet?.is !== 'there') {
    ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_FACT_UNREADABLE',
      component: endpoint.id,
      message: `the subnet of endpoint \`${endpoint.id}\` cannot be seen`,
    });
    return;
  }
  checkAcl(walk, flow, subnet.value, 'ingress');
  leaveSubnet(
    walk,
    passedBy({ ...flow, sender: undefined, identityLost: flow.sender !== undefined || flow.identityLost }, endpoint.id),
    subnet.value,
  );
};

const BY_TYPE: Readonly<Record<string, EndpointHandler>> = {
  Gateway: throughGatewayEndpoint,
  GatewayLoadBalancer: throughLoadBalancerEndpoint,
};

/** One statement that allows everything to everybody without a condition, as AWS writes it by default. */
export function isFullAccess(policyDocument: string): boolean {
  let policy: unknown;
  try {
    policy = JSON.parse(policyDocument);
  } catch {
    return false;
  }
  const statements =
    policy !== null && typeof policy === 'object' ? (policy as { Statement?: unknown }).Statement : undefined;
  const list = Array.isArray(statements) ? (statements as unknown[]) : [statements];
  const [only] = list;
  if (list.length !== 1 || only === null || typeof only !== 'object') return false;
  const { Effect, Principal, Action, Resource, ...rest } = only as Record<string, unknown>;
  const isAll = (value: unknown): boolean =>
    value === '*' || (Array.isArray(value) && value.length === 1 && value[0] === '*');
  const everybody =
    isAll(Principal) ||
    (Principal !== null && typeof Principal === 'object' && isAll((Principal as Record<string, unknown>)['AWS']));
  return (
    Effect === 'Allow' &&
    everybody &&
    isAll(Action) &&
    isAll(Resource) &&
    Object.keys(rest).every((key) => key === 'Sid')
  );
}
