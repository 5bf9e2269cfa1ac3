import { cidrSet, cidrsToSet, formatCidr } from '../../net/cidr.ts';
import { intersect, isEmpty } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { workloadSource } from '../../reach/ends.ts';
import { cidrOf } from '../../reach/questions.ts';
import type { Check } from '../requirement.ts';
import {
  ANY_CLIENT_PORTS,
  type Case,
  failBecause,
  hiddenAnswer,
  inputMissing,
  judge,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
} from './judgement.ts';
import { forEachSubnet, LOAD_BALANCER_UNSAID } from './subnets.ts';
import { checkRouteTo } from './topology.ts';

/** RFC 6598: shared address space, which people's networks do not route. */
const SHARED = cidrSet(cidrOf('100.64.0.0/10'));

export function checkLoadBalancerRoutes(asked: Case): readonly SubjectAnswer[] {
  const { network } = asked;
  const { loadBalancerSubnetIds: ids, loadBalancerVisibility: visibility } = network;
  if (!ids) return [{ subject: network.vpcId, answer: LOAD_BALANCER_UNSAID }];
  if (visibility === 'internet-facing') return checkRouteTo(asked, 'internet-gateway', ids);
  if (visibility === undefined) {
    const answer = inputMissing('loadBalancerVisibility', 'whether the load balancer is internal or internet-facing');
    return forEachSubnet(asked, ids, () => answer);
  }
  return forEachSubnet(asked, ids, ({ id, cidrs }) => {
    const shared = cidrs.find((cidr) => cidr.family === 'ipv4' && !isEmpty(intersect(cidrSet(cidr), SHARED)));
    return shared
      ? failBecause(
          'CANNOT_ROUTE',
          id,
          `subnet \`${id}\` of the load balancer has the block ${formatCidr(shared)}, which is not routed outside`,
        )
      : wayToUsers(asked, id);
  });
}

/** Routes and gateways of the way back to the people; the filters are another requirement's business. */
function wayToUsers({ engine, network }: Case, subnetId: string): Answer {
  const { userCidrs } = network;
  if (!userCidrs || userCidrs.length === 0) return inputMissing('userCidrs', 'where users come from');
  const found = workloadSource(engine.model, subnetId, [], false, 'ipv4');
  if (found.is === 'hidden') return hiddenAnswer(found);
  return judge(
    engine,
    {
      sources: [{ ...found.value, groupIds: undefined }],
      dst: cidrsToSet(userCidrs.map(cidrOf), 'ipv4'),
      family: 'ipv4',
      protocol: PROTOCOLS.tcp,
      ports: ANY_CLIENT_PORTS,
      routesOnly: true,
      forwardOnly: true,
      assumeFarHalf: true,
    },
    [],
  );
}

/** InterfaceType of its nodes (EC2 API, NetworkInterface, read 2026-11-26). */
const NODE = 'network_load_balancer';

export function checkLoadBalancerRoom(
  asked: Case,
  { longest }: Extract<Check, { kind: 'load-balancer-room' }>,
): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const { loadBalancerSubnetIds: ids } = network;
  if (!ids) return [{ subject: network.vpcId, answer: LOAD_BALANCER_UNSAID }];
  return forEachSubnet(asked, ids, ({ id, cidrs, availableAddresses: free }) => {
    const block = cidrs.find((cidr) => cidr.family === 'ipv4');
    if (!block) return failBecause('UNASSOCIATED_COMPONENT', id, `subnet \`${id}\` has no IPv4 block`);
    if (block.length > longest)
      return failBecause(
        'NO_POSSIBLE_DESTINATION',
        id,
        `subnet \`${id}\` is a /${block.length}, not a /${longest} or larger`,
      );
    if (free === undefined)
      return unknownBecause('X_FACT_UNREADABLE', id, `how many addresses of subnet \`${id}\` are free cannot be seen`);
    if (free > 0 || engine.model.interfacesIn(id).some((eni) => eni.type === NODE)) return PASSED;
    return (
      unseen(engine, 'networkInterface') ??
      failBecause('NO_POSSIBLE_DESTINATION', id, `subnet \`${id}\` has no free address for the load balancer`)
    );
  });
}
