import type { Subnet } from '../facts/kinds/subnet.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { buildNetworkModel, type NetworkModel } from '../model/network-model.ts';
import { RUNNER_TAG } from './marks.ts';
import { idsInStacks, type Runner, runnersIn } from './runners.ts';
import { environmentsIn, type Sighting } from './sightings.ts';
import type { RunnerTraces, ServiceTrace } from './traces.ts';
import { shortened } from './words.ts';

/** A VPC, with what ECS and CloudFormation show. */
export interface Scene {
  readonly model: NetworkModel;
  readonly region: string;
  readonly vpcId: string;
  readonly traces: RunnerTraces;
  readonly subnets: readonly Subnet[];
  readonly groups: ReadonlySet<string>;
  readonly sightings: readonly Sighting[];
}

export function sceneOf(snapshot: Snapshot, region: string, vpcId: string, traces: RunnerTraces): Scene {
  const model = buildNetworkModel(snapshot);
  return {
    model,
    region,
    vpcId,
    traces,
    subnets: model.subnetsOf(vpcId),
    groups: new Set(
      model
        .all('securityGroup')
        .filter((group) => group.vpcId === vpcId)
        .map((group) => group.id),
    ),
    sightings: environmentsIn(model, vpcId),
  };
}

export const isIn = (scene: Scene, { subnetIds, groupIds }: ServiceTrace): boolean =>
  scene.subnets.some((subnet) => subnetIds.includes(subnet.id)) || groupIds.some((id) => scene.groups.has(id));

/** A service, or something that a stack names, is in the VPC. */
export function isRunnerHere(scene: Scene, { services, stacks }: Runner): boolean {
  return (
    services.some((service) => isIn(scene, service)) ||
    idsInStacks(stacks, 'vpc').some(({ id }) => id === scene.vpcId) ||
    idsInStacks(stacks, 'subnet').some(({ id }) => scene.subnets.some((subnet) => subnet.id === id)) ||
    idsInStacks(stacks, 'sg').some(({ id }) => scene.groups.has(id))
  );
}

/** Runners of the VPC: those that ECS and CloudFormation show, and those that only tags of EC2 objects tell of. */
export function runnersOf(scene: Scene): readonly Runner[] {
  const everywhere = runnersIn(scene.traces);
  const here = everywhere.filter((runner) => isRunnerHere(scene, runner));
  const tagged = new Map<string, string[]>();
  const note = (id: string | undefined, text: string): void => {
    if (id !== undefined) tagged.set(id, [...(tagged.get(id) ?? []), text]);
  };
  for (const { id, runnerId } of scene.sightings) note(runnerId, `environment ${id} (tag ${RUNNER_TAG}=${runnerId})`);
  for (const group of scene.model.all('securityGroup'))
    if (group.vpcId === scene.vpcId)
      note(group.tags[RUNNER_TAG], `security group ${group.id} (tag ${RUNNER_TAG}=${group.tags[RUNNER_TAG]})`);
  const strangers = [...tagged].filter(([id]) => !here.some((runner) => runner.runnerId === id)).sort();
  const [nameless, ...more] = here.filter((runner) => runner.certain || runner.services.length > 0);
  const [stranger, ...others] = strangers;
  // One runner that nothing names, and one name: they are the same.
  if (nameless && more.length === 0 && nameless.runnerId === undefined && stranger && others.length === 0) {
    const evidence = [...nameless.evidence, ...shortened(stranger[1])];
    return [{ ...nameless, runnerId: stranger[0], certain: true, evidence }];
  }
  const sure = [
    ...here.filter((runner) => runner.certain),
    ...strangers.map(([runnerId, texts]) => ({
      runnerId,
      name: runnerId,
      certain: true,
      evidence: shortened(texts),
      services: [],
      stacks: [],
    })),
  ];
  // Beside a runner that is sure, a stack that only its name tells of is more likely its network or a build.
  return sure.length > 0 ? [...sure, ...here.filter((runner) => !runner.certain && runner.services.length > 0)] : here;
}
