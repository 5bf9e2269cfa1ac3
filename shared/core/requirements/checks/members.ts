import { cidrsToSet } from '../../net/cidr.ts';
import type { Answer } from '../../reach/answer.ts';
import { cidrSources } from '../../reach/answer-question.ts';
import { type Found, type Source, workloadSource, workloadTarget } from '../../reach/ends.ts';
import type { Engine } from '../../reach/engine.ts';
import type { Target } from '../../reach/flow.ts';
import { cidrOf } from '../../reach/questions.ts';
import type { Role } from '../requirement.ts';
import type { WatchedNetwork } from '../watch-file.ts';
import { type Case, failBecause, hiddenAnswer, inputMissing, type SubjectAnswer, unknownBecause } from './judgement.ts';

export const ROLES: readonly Role[] = ['environment', 'runner-task'];

/** Runner, proxy and metrics tasks share one group and the runner's subnets, where the cache is too (terraform-aws-ona-runner, 2026-08-07). */
export const GROUP_INPUTS = {
  environment: 'environmentSecurityGroupIds',
  'runner-task': 'runnerSecurityGroupIds',
  'proxy-task': 'runnerSecurityGroupIds',
  'metrics-task': 'runnerSecurityGroupIds',
  'load-balancer': 'loadBalancerSecurityGroupIds',
  cache: 'cacheSecurityGroupIds',
} as const satisfies Readonly<Record<Role, keyof WatchedNetwork>>;

export function subnetsOf(network: WatchedNetwork, role: Role): readonly string[] {
  if (role === 'environment') return network.environmentSubnetIds;
  if (role === 'load-balancer') return network.loadBalancerSubnetIds ?? [];
  return network.runnerSubnetIds ?? network.environmentSubnetIds;
}

/** Every chosen subnet, runner's and environments'. */
export const chosenSubnets = ({ environmentSubnetIds, runnerSubnetIds }: WatchedNetwork): readonly string[] => [
  ...new Set([...environmentSubnetIds, ...(runnerSubnetIds ?? [])]),
];

export const groupsOf = (network: WatchedNetwork, role: Role): readonly string[] => network[GROUP_INPUTS[role]] ?? [];

/** Roles that the runner's ECS service starts, or that live beside its tasks. */
const isOfRunner = (role: Role): boolean => role !== 'environment' && role !== 'load-balancer';

/** Why nobody knows where members of the role start; undefined when it is known, and for roles that ECS does not start. */
export const startUnseen = (
  { runnerTasksUnseen: why, runnerServiceArn }: WatchedNetwork,
  role: Role,
): Answer | undefined =>
  why === undefined || !isOfRunner(role)
    ? undefined
    : unknownBecause('X_FACT_UNREADABLE', runnerServiceArn ?? 'runnerServiceArn', why);

/** Why nothing can be said of the members of a role; undefined when their groups are known. */
export function unsaid(network: WatchedNetwork, role: Role): Answer | undefined {
  const unseen = startUnseen(network, role);
  if (unseen) return unseen;
  return groupsOf(network, role).length > 0
    ? undefined
    : inputMissing(GROUP_INPUTS[role], `which security groups the ${role} has`);
}

type Workload = Found<Source> | { readonly is: 'gone'; readonly answer: Answer };

/** By the list of groups, which the watch file gives, and by subnet: most requirements ask about the same workloads. */
const workloads = new WeakMap<Engine, WeakMap<readonly string[], Map<string, Workload>>>();

/** A subnet or group of the watch file that is known not to exist is a failure of the network, not of the watch file. */
export function workload(engine: Engine, subnetId: string, groupIds: readonly string[]): Workload {
  const byGroups = workloads.get(engine) ?? new WeakMap<readonly string[], Map<string, Workload>>();
  workloads.set(engine, byGroups);
  const bySubnet = byGroups.get(groupIds) ?? new Map<string, Workload>();
  byGroups.set(groupIds, bySubnet);
  const found = bySubnet.get(subnetId) ?? findWorkload(engine, subnetId, groupIds);
  bySubnet.set(subnetId, found);
  return found;
}

function findWorkload(engine: Engine, subnetId: string, groupIds: readonly string[]): Workload {
  for (const [kind, id] of [
    ['subnet', subnetId] as const,
    ...groupIds.map((groupId) => ['securityGroup', groupId] as const),
  ]) {
    if (engine.model.find(kind, id).is === 'absent') {
      const name = kind === 'subnet' ? 'subnet' : 'security group';
      return {
        is: 'gone',
        answer: failBecause('NO_SOURCE_OR_DESTINATION', id, `${name} \`${id}\` of the watch file does not exist`),
      };
    }
  }
  return workloadSource(engine.model, subnetId, groupIds, undefined, 'ipv4');
}

type Ask = (ask: (sources: readonly Source[]) => Answer) => Answer;

const asking = new WeakMap<Case, Map<Role, Ask>>();

/** Asks for a role in all of its subnets at once: it may start in any of them. */
export function askRole(asked: Case, role: Role): Ask {
  const roles = asking.get(asked) ?? new Map<Role, Ask>();
  asking.set(asked, roles);
  const ask = roles.get(role) ?? makeAsk(asked, role);
  roles.set(role, ask);
  return ask;
}

function makeAsk({ engine, network }: Case, role: Role): Ask {
  const unseen = startUnseen(network, role);
  if (unseen) return () => unseen;
  const sources: Source[] = [];
  for (const subnetId of subnetsOf(network, role)) {
    const found = workload(engine, subnetId, groupsOf(network, role));
    if (found.is === 'gone') return () => found.answer;
    if (found.is === 'hidden') return () => hiddenAnswer(found);
    sources.push(found.value);
  }
  return (ask) => ask(sources);
}

/** Asks for people or services in these IPv4 blocks, wherever they come from; the blocks are not empty. */
export function askBlocks({ engine }: Case, cidrs: readonly string[]): Ask {
  const found = cidrSources(engine.model, cidrsToSet(cidrs.map(cidrOf), 'ipv4'), cidrs.join(', '), { family: 'ipv4' });
  return found.is === 'hidden' ? () => hiddenAnswer(found) : (ask) => ask(found.value);
}

/** Asks for every role in every subnet of it. */
export function forEachWorkload(
  { engine, network }: Case,
  ask: (source: Source) => Answer,
  roles: readonly Role[] = ROLES,
): readonly SubjectAnswer[] {
  return roles.flatMap((role) =>
    subnetsOf(network, role).map((subnetId): SubjectAnswer => {
      const subject = `${role}@${subnetId}`;
      const missing = unsaid(network, role);
      if (missing) return { subject, answer: missing };
      const found = workload(engine, subnetId, groupsOf(network, role));
      if (found.is === 'gone') return { subject, answer: found.answer };
      return { subject, answer: found.is === 'hidden' ? hiddenAnswer(found) : ask(found.value) };
    }),
  );
}

/** Asks for every member of a role that may be reached; subjects are `role@subnet`. */
export function forEachTarget(
  { engine, network }: Case,
  role: Role,
  ask: (target: Target) => Answer,
): readonly SubjectAnswer[] {
  return subnetsOf(network, role).map((subnetId): SubjectAnswer => {
    const subject = `${role}@${subnetId}`;
    const missing = unsaid(network, role);
    if (missing) return { subject, answer: missing };
    const groupIds = groupsOf(network, role);
    const end = workload(engine, subnetId, groupIds);
    if (end.is === 'gone') return { subject, answer: end.answer };
    const target = workloadTarget(engine.model, subnetId, groupIds, undefined, 'ipv4');
    return { subject, answer: target.is === 'hidden' ? hiddenAnswer(target) : ask(target.value) };
  });
}
