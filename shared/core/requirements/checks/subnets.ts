import type { Subnet } from '../../facts/kinds/subnet.ts';
import type { Answer } from '../../reach/answer.ts';
import { environmentsOf } from '../environments.ts';
import type { Check } from '../requirement.ts';
import {
  type Case,
  failBecause,
  hiddenAnswer,
  inputMissing,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
} from './judgement.ts';
import { chosenSubnets, startUnseen, subnetsOf } from './members.ts';

/** For every chosen subnet. Nothing passes while it is not known which those of the runner are. */
export function forEachChosenSubnet(asked: Case, ask: (subnet: Subnet) => Answer): readonly SubjectAnswer[] {
  const answers = forEachSubnet(asked, chosenSubnets(asked.network), ask);
  const unseen = startUnseen(asked.network, 'runner-task');
  return unseen
    ? answers.map((one) => (one.answer.verdict === 'pass' ? { subject: one.subject, answer: unseen } : one))
    : answers;
}

export function forEachSubnet(
  asked: Case,
  ids: readonly string[],
  ask: (subnet: Subnet) => Answer,
): readonly SubjectAnswer[] {
  return ids.map((id): SubjectAnswer => {
    const seen = asked.engine.model.find('subnet', id);
    if (seen.is === 'there') return { subject: id, answer: ask(seen.value) };
    return {
      subject: id,
      answer:
        seen.is === 'hidden'
          ? hiddenAnswer({ is: 'hidden', gap: seen.gap, component: id }, `subnet \`${id}\``)
          : failBecause('NO_SOURCE_OR_DESTINATION', id, `subnet \`${id}\` of the watch file does not exist`),
    };
  });
}

export function checkZones(
  asked: Case,
  { least, leastWhenLarge, of = 'environment', covering }: Extract<Check, { kind: 'zones' }>,
): readonly SubjectAnswer[] {
  const { network } = asked;
  const { vpcId } = network;
  const unseen = startUnseen(network, of) ?? (covering && startUnseen(network, covering));
  if (unseen) return [{ subject: vpcId, answer: unseen }];
  const ids = subnetsOf(network, of);
  if (ids.length === 0) return [{ subject: vpcId, answer: LOAD_BALANCER_UNSAID }];
  const zones = new Set<string>();
  const others = new Set<string>();
  const collect = (into: Set<string>, from: readonly string[]): readonly SubjectAnswer[] =>
    forEachSubnet(asked, from, ({ id, zone }) => {
      if (zone === undefined)
        return unknownBecause(
          'X_FACT_UNREADABLE',
          id,
          `DescribeSubnets does not say in which zone subnet \`${id}\` is`,
        );
      into.add(zone);
      return PASSED;
    });
  const each = [...collect(zones, ids), ...collect(others, covering ? subnetsOf(network, covering) : [])];
  const bad = each.filter(({ answer }) => answer.verdict !== 'pass');
  if (bad.length > 0) return bad;
  const wanted = leastWhenLarge !== undefined && network.runnerSize === 'large' ? leastWhenLarge : least;
  const uncovered = [...others].filter((zone) => !zones.has(zone)).sort();
  const answer =
    zones.size < wanted
      ? failBecause(
          'NO_SOURCE_OR_DESTINATION',
          vpcId,
          `the chosen subnets of VPC \`${vpcId}\` are in ${[...zones].sort().join(', ')} only, not in ${wanted} Availability Zones or more`,
        )
      : uncovered.length > 0
        ? failBecause(
            'NO_SOURCE_OR_DESTINATION',
            vpcId,
            `no subnet of the ${of} is in ${uncovered.join(', ')}, where the ${covering} is`,
          )
        : PASSED;
  return [{ subject: vpcId, answer }];
}

export const LOAD_BALANCER_UNSAID = inputMissing('loadBalancerSubnetIds', 'in which subnets the load balancer is');

export const checkSameOwner = (asked: Case): readonly SubjectAnswer[] =>
  forEachChosenSubnet(asked, ({ id, vpcId, ownerId }) => {
    const { network, engine } = asked;
    const account = network.accountId ?? engine.model.snapshot.accountId;
    if (vpcId !== network.vpcId)
      return failBecause('DISCONNECTED_VPCS', id, `subnet \`${id}\` is in \`${vpcId}\`, not in \`${network.vpcId}\``);
    if (ownerId === undefined || account === undefined)
      return unknownBecause('X_FACT_UNREADABLE', id, `DescribeSubnets does not say who owns subnet \`${id}\``);
    return ownerId === account
      ? PASSED
      : failBecause(
          'NO_SOURCE_OR_DESTINATION',
          id,
          `subnet \`${id}\` belongs to account ${ownerId}, not to ${account}`,
        );
  });

export function checkPlanPresent({ network }: Case): readonly SubjectAnswer[] {
  return network.environmentSubnetIds.map((id) => ({
    subject: id,
    answer: network.capacityPlan?.[id]
      ? PASSED
      : failBecause(
          'X_INPUT_MISSING',
          'capacityPlan',
          `the capacity plan of the watch file says nothing about subnet \`${id}\` (\`capacityPlan\`)`,
        ),
  }));
}

export function checkPlannedSubnets(asked: Case): readonly SubjectAnswer[] {
  const { network } = asked;
  const plan = network.capacityPlan;
  if (!plan)
    return [{ subject: network.vpcId, answer: inputMissing('capacityPlan', 'how many environments are planned') }];
  const unplanned = network.environmentSubnetIds.filter((id) => !plan[id]);
  return [
    ...forEachSubnet(asked, Object.keys(plan), ({ id, state }) =>
      state === 'available' ? PASSED : failBecause('BAD_STATE', id, `subnet \`${id}\` is in state ${state}`),
    ),
    ...unplanned.map((id) => ({
      subject: id,
      answer: failBecause(
        'NO_SOURCE_OR_DESTINATION',
        id,
        `subnet \`${id}\` is not in the capacity plan of the watch file`,
      ),
    })),
  ];
}

/** AWS keeps five addresses of every subnet (VPC guide, subnet sizing, read 2026-11-25). */
const KEPT_BY_AWS = 5;

/** The longest prefix that holds so many hosts. */
const prefixFor = (hosts: number): number => 32 - Math.ceil(Math.log2(hosts + KEPT_BY_AWS));

export function checkSubnetSizes(asked: Case): readonly SubjectAnswer[] {
  const { network, engine } = asked;
  const plan = network.capacityPlan;
  if (!plan)
    return [{ subject: network.vpcId, answer: inputMissing('capacityPlan', 'how many environments are planned') }];
  const environments = environmentsOf(asked);
  return forEachSubnet(asked, Object.keys(plan), (subnet) => {
    const planned = plan[subnet.id]?.plannedEnvironments ?? 0;
    const reserved = plan[subnet.id]?.reservedForOther ?? 0;
    const block = subnet.cidrs.find((cidr) => cidr.family === 'ipv4');
    if (!block) return failBecause('UNASSOCIATED_COMPONENT', subnet.id, `subnet \`${subnet.id}\` has no IPv4 block`);
    const { plannedPrefixLength } = plan[subnet.id] ?? {};
    if (plannedPrefixLength !== undefined && block.length > plannedPrefixLength)
      return failBecause(
        'NO_POSSIBLE_DESTINATION',
        subnet.id,
        `subnet \`${subnet.id}\` is a /${block.length}, and a /${plannedPrefixLength} is planned (\`plannedPrefixLength\`)`,
      );
    const usable = 2 ** (32 - block.length) - KEPT_BY_AWS - reserved;
    if (usable < planned)
      return failBecause(
        'NO_POSSIBLE_DESTINATION',
        subnet.id,
        `subnet \`${subnet.id}\` (/${block.length}) holds ${usable} environments, and ${planned} are planned; that takes a /${prefixFor(planned + reserved)}`,
      );
    const free = subnet.availableAddresses;
    const hidden = unseen(engine, 'networkInterface');
    if (hidden) return hidden;
    if (free === undefined)
      return unknownBecause(
        'X_FACT_UNREADABLE',
        subnet.id,
        `DescribeSubnets does not say how many addresses of subnet \`${subnet.id}\` are free`,
      );
    const running = environments.filter((eni) => eni.subnetId === subnet.id).length;
    return free >= planned - running
      ? PASSED
      : failBecause(
          'NO_POSSIBLE_DESTINATION',
          subnet.id,
          `subnet \`${subnet.id}\` has ${free} free addresses, and ${planned - running} more environments are planned (${planned} less the ${running} that are there)`,
        );
  });
}
