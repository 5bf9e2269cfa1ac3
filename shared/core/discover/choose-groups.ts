import { RUNNER_TAG } from './marks.ts';
import { idsInStacks, type Runner } from './runners.ts';
import { type Chosen, chooseOnce, type Said } from './said.ts';
import type { Scene } from './scene.ts';
import type { Sighting } from './sightings.ts';
import type { ServiceTrace } from './traces.ts';
import { inWords, several } from './words.ts';

/** Subnets or groups that tasks of the services are in. */
export const ofServices = (services: readonly ServiceTrace[], ids: (service: ServiceTrace) => readonly string[]) =>
  chooseOnce(
    services.flatMap((service) =>
      ids(service).map((id) => ({ id, why: `tasks of ECS service ${service.name}`, guess: false })),
    ),
  );

const ENVIRONMENT_NAME = /environment|(?:^|[^a-z])env(?:[^a-z]|$)/i;

/** Not of tasks: caches, load balancers and endpoints have groups that carry the runner's tag too. */
const OTHER_NAME = /memorydb|elasticache|redis|cache|load.?balancer|(?:^|[^a-z])[an]?lb(?:[^a-z]|$)|endpoint|vpce/i;

/** Groups that names in stacks, or names of groups with the runner's tag, tell of. */
function groupsByName(scene: Scene, runner: Runner | undefined, fits: (name: string) => boolean): readonly Chosen[] {
  const named = idsInStacks(runner?.stacks ?? [], 'sg')
    .filter(({ name }) => fits(inWords(name)))
    .map(({ id, where }) => ({ id, why: `${where}, by its name`, guess: true }));
  const tagged = scene.model
    .all('securityGroup')
    .filter(
      (group) =>
        group.vpcId === scene.vpcId &&
        runner?.runnerId !== undefined &&
        group.tags[RUNNER_TAG] === runner.runnerId &&
        fits(inWords(group.name)),
    )
    .map((group) => ({ id: group.id, why: `group ${group.name} of the runner, by its name`, guess: true }));
  return chooseOnce([...named, ...tagged]);
}

export function runnerGroups(scene: Scene, runner: Runner | undefined): readonly Chosen[] {
  const attached = ofServices(runner?.services ?? [], (service) => service.groupIds);
  return attached.length > 0
    ? attached
    : groupsByName(scene, runner, (name) => !ENVIRONMENT_NAME.test(name) && !OTHER_NAME.test(name));
}

export function environmentGroups(
  scene: Scene,
  runner: Runner | undefined,
  sightings: readonly Sighting[],
): readonly Chosen[] {
  const attached = [...new Set(sightings.flatMap(({ groupIds }) => groupIds))].map((id) => ({
    id,
    why: `on ${several(sightings.filter(({ groupIds }) => groupIds.includes(id)).length, 'environment')}`,
    guess: false,
  }));
  return attached.length > 0
    ? chooseOnce(attached)
    : groupsByName(scene, runner, (name) => ENVIRONMENT_NAME.test(name) && !OTHER_NAME.test(name));
}

/** `default` when the groups came with the runner's stack; that they are somebody's own cannot be seen. */
export function groupModeOf(runner: Runner | undefined, groups: readonly Chosen[]): Said<'default'> {
  const made = idsInStacks(runner?.stacks ?? [], 'sg').filter(({ isResource }) => isResource);
  const isOwn = groups.length > 0 && groups.every(({ id }) => made.some((resource) => resource.id === id));
  return isOwn
    ? { value: 'default', why: ["the environments' groups are resources of the runner's stack"], guess: false }
    : { value: undefined, why: [], guess: false };
}
