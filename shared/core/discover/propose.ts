import { WatcherError } from '../base/watcher-error.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { formatCidr } from '../net/cidr.ts';
import type { DeploymentOption } from '../requirements/requirement.ts';
import { environmentGroups, groupModeOf, ofServices, runnerGroups } from './choose-groups.ts';
import { environmentSubnets } from './choose-subnets.ts';
import { type LaunchType, launchTypeOf } from './launch-type.ts';
import { remarksOf } from './remarks.ts';
import { runnerServiceOf } from './runner-service.ts';
import type { Runner } from './runners.ts';
import type { Chosen, Said } from './said.ts';
import { runnersOf, type Scene, sceneOf } from './scene.ts';
import { environmentsOfRunner } from './sightings.ts';
import type { RunnerTraces } from './traces.ts';
import { type Unread, unreadOf } from './unread.ts';
import { deploymentOptionOf } from './way-out.ts';

/** An entry of a watch file, with what each part of it comes from. */
export interface Proposal {
  readonly id: string;
  readonly region: string;
  readonly vpcId: string;
  /** Name and blocks of the VPC, for people. */
  readonly vpcLooks: string;
  readonly runnerId: string | undefined;
  /** How the runner was found; empty when none was. */
  readonly evidence: readonly string[];
  /** False: nothing but names says that there is a runner. */
  readonly certain: boolean;
  readonly accountId: Said<string>;
  readonly deploymentOption: Said<DeploymentOption>;
  /** Never empty: a watch file needs one. */
  readonly environmentSubnetIds: readonly Chosen[];
  readonly runnerSubnetIds: readonly Chosen[];
  readonly runnerSecurityGroupIds: readonly Chosen[];
  readonly environmentSecurityGroupIds: readonly Chosen[];
  readonly securityGroupMode: Said<'default'>;
  readonly launchType: Said<LaunchType>;
  readonly runnerServiceArn: Said<string>;
  /** Lines for people that belong to no field. */
  readonly remarks: readonly string[];
  readonly unread: readonly Unread[];
}

function accountOf({ model, vpcId }: Scene, runner: Runner | undefined): Proposal['accountId'] {
  const arn = runner?.services[0]?.arn ?? runner?.stacks[0]?.id;
  const ofRunner = arn?.split(':')[4];
  const vpc = model.find('vpc', vpcId);
  const owner = vpc.is === 'there' ? vpc.value.ownerId : undefined;
  const isShared = ofRunner !== undefined && owner !== undefined && ofRunner !== owner;
  if (ofRunner !== undefined && /^\d{12}$/.test(ofRunner))
    return {
      value: ofRunner,
      why: [`account of the runner${isShared ? `; the VPC is shared by account ${owner}` : ''}`],
      guess: false,
    };
  const known = owner ?? model.snapshot.accountId;
  return { value: known, why: known === undefined ? [] : ['owner of the VPC'], guess: false };
}

function looksOf({ model, vpcId }: Scene): string {
  const vpc = model.find('vpc', vpcId);
  if (vpc.is !== 'there') return 'not read';
  const { tags, cidrs, isDefault } = vpc.value;
  return [tags['Name'], ...cidrs.map(formatCidr), isDefault ? 'the default VPC' : undefined]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}

/** `Prod EU (Frankfurt)` is `prod-eu-frankfurt`. */
export const toNetworkId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');

function nameOf({ model, vpcId }: Scene, runner: Runner | undefined): string {
  const vpc = model.find('vpc', vpcId);
  const ofVpc = vpc.is === 'there' ? vpc.value.tags['Name'] : undefined;
  // A bare runner id says nothing to people.
  const names = runner?.name === runner?.runnerId ? [ofVpc, runner?.name, vpcId] : [runner?.name, ofVpc, vpcId];
  return names.map((name) => toNetworkId(name ?? '')).find((name) => name !== '') ?? vpcId;
}

function proposalFor(scene: Scene, runner: Runner | undefined, isAlone: boolean): Proposal {
  const sightings = environmentsOfRunner(runner, isAlone, scene.sightings);
  const chosen = environmentSubnets(scene, runner, sightings);
  const unread = unreadOf(scene.model.snapshot.gaps, scene.traces.errors);
  if (chosen.length === 0)
    throw new WatcherError(
      'bad-input',
      `no subnet of \`${scene.vpcId}\` ${scene.model.gapOf('subnet') ? 'can be seen with these credentials (DescribeSubnets)' : 'exists'}, and a watch file needs one`,
    );
  const subnets = scene.subnets.filter((subnet) => chosen.some(({ id }) => id === subnet.id));
  // What is read decides, what is guessed only where nothing else is there.
  const sure = subnets.filter((subnet) => chosen.some(({ id, guess }) => id === subnet.id && !guess));
  const groups = environmentGroups(scene, runner, sightings);
  return {
    id: nameOf(scene, runner),
    region: scene.region,
    vpcId: scene.vpcId,
    vpcLooks: looksOf(scene),
    runnerId: runner?.runnerId,
    evidence: runner?.evidence ?? [],
    certain: runner?.certain ?? false,
    accountId: accountOf(scene, runner),
    deploymentOption: deploymentOptionOf(scene.model, scene.vpcId, sure.length > 0 ? sure : subnets),
    environmentSubnetIds: chosen.map((choice) => described(choice, subnets)),
    runnerSubnetIds: ofServices(runner?.services ?? [], (service) => service.subnetIds),
    runnerSecurityGroupIds: runnerGroups(scene, runner),
    environmentSecurityGroupIds: groups,
    securityGroupMode: groupModeOf(runner, groups),
    launchType: launchTypeOf(runner?.services ?? []),
    runnerServiceArn: runnerServiceOf(runner?.services ?? []),
    remarks: remarksOf(scene, runner, sightings, chosen, isAlone),
    unread,
  };
}

function described(choice: Chosen, subnets: readonly Subnet[]): Chosen {
  const subnet = subnets.find(({ id }) => id === choice.id);
  if (!subnet) return { ...choice, why: `${choice.why}; the subnet itself could not be read` };
  const looks = [...subnet.cidrs.map(formatCidr), subnet.zoneName ?? subnet.zone].filter((part) => part !== undefined);
  return { ...choice, why: `${looks.join(', ')}: ${choice.why}` };
}

/** Names of a watch file are unique: the second `prod` is `prod-2`. */
export function withUniqueIds(proposals: readonly Proposal[]): readonly Proposal[] {
  const used = new Set<string>();
  return proposals.map((proposal) => {
    let id = proposal.id;
    for (let number = 2; used.has(id); number += 1) id = `${proposal.id.slice(0, 59)}-${number}`;
    used.add(id);
    return { ...proposal, id };
  });
}

/**
 * Entries for the runners of one VPC; one without a runner when there is none, or nothing shows it: `hints` then say why there may be one. Pure: equal
 * facts, equal entries. Throws `bad-input` when no subnet of the VPC is known.
 */
export function proposeFor(
  snapshot: Snapshot,
  region: string,
  vpcId: string,
  traces: RunnerTraces,
  hints: readonly string[] = [],
): readonly Proposal[] {
  const scene = sceneOf(snapshot, region, vpcId, traces);
  const runners = runnersOf(scene);
  if (runners.length === 0) return [{ ...proposalFor(scene, undefined, true), evidence: hints }];
  return withUniqueIds(runners.map((runner) => proposalFor(scene, runner, runners.length === 1)));
}
