import { nameInArn, RUNNER_TAG } from './marks.ts';
import { type Runner, runnersIn } from './runners.ts';
import type { Chosen } from './said.ts';
import { isIn, isRunnerHere, type Scene } from './scene.ts';
import type { Sighting } from './sightings.ts';
import { wayOutOf } from './way-out.ts';
import { several, shortened } from './words.ts';

/** What somebody should know who reads the entry, and no field of it says. */
export function remarksOf(
  scene: Scene,
  runner: Runner | undefined,
  mine: readonly Sighting[],
  chosen: readonly Chosen[],
  isAlone: boolean,
): readonly string[] {
  const remarks: string[] = [];
  const nobodys = scene.sightings.filter(({ runnerId }) => runnerId === undefined);
  if (runner && !isAlone && nobodys.length > 0)
    remarks.push(
      `${several(nobodys.length, 'environment')} of this VPC without tag ${RUNNER_TAG}, and more than one runner: not counted here (${shortened(nobodys.map(({ id }) => id)).join(', ')})`,
    );
  if (mine.length > 0) {
    const ids = new Set(chosen.map(({ id }) => id));
    const ways = new Set(
      scene.subnets.filter(({ id }) => ids.has(id)).map((subnet) => wayOutOf(scene.model, subnet).way),
    );
    const others = scene.subnets.filter((subnet) => !ids.has(subnet.id) && ways.has(wayOutOf(scene.model, subnet).way));
    if (others.length > 0)
      remarks.push(
        `subnets with the same sort of way out where nothing of the runner is now, add them if it may use them: ${others.map(({ id }) => id).join(', ')}`,
      );
  }
  const byName = runner?.certain
    ? runnersIn(scene.traces).filter(
        (other) => !other.certain && other.services.length === 0 && isRunnerHere(scene, other),
      )
    : [];
  if (byName.length > 0)
    remarks.push(
      `stacks of this VPC whose name looks like a runner's, taken for something else: ${byName.map(({ name }) => name).join(', ')}`,
    );
  if (!runner) {
    const services = scene.traces.services.filter((service) => isIn(scene, service));
    if (services.length > 0)
      remarks.push(
        `ECS services of this VPC that show no sign of being a runner: ${shortened(services.map(({ name, clusterArn }) => `${nameInArn(clusterArn)}/${name}`)).join(', ')}`,
      );
  }
  return remarks;
}
