import type { NetworkModel } from '../model/network-model.ts';
import { ENVIRONMENT_TAG } from '../requirements/environments.ts';
import { RUNNER_TAG } from './marks.ts';
import type { Runner } from './runners.ts';

/** An environment that is there: an instance with the tag of environments, or an interface that carries it itself. */
export interface Sighting {
  readonly id: string;
  readonly runnerId: string | undefined;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
}

/** States in which the instance says nothing of where environments run now. */
const OVER: ReadonlySet<string> = new Set(['terminated', 'shutting-down']);

export function environmentsIn(model: NetworkModel, vpcId: string): readonly Sighting[] {
  const vpcOfSubnet = (id: string): string | undefined => {
    const subnet = model.find('subnet', id);
    if (subnet.is === 'there') return subnet.value.vpcId;
    return model.all('networkInterface').find((eni) => eni.subnetId === id)?.vpcId;
  };
  const instances = model
    .all('instance')
    .filter((instance) => instance.tags[ENVIRONMENT_TAG] !== undefined && !OVER.has(instance.state));
  const ids = new Set(instances.map((instance) => instance.id));
  const interfaces = model
    .all('networkInterface')
    .filter((eni) => eni.tags[ENVIRONMENT_TAG] !== undefined && !ids.has(eni.instanceId ?? ''));
  return [...instances, ...interfaces].flatMap(({ id, subnetId, groupIds, tags }) =>
    subnetId !== undefined && vpcOfSubnet(subnetId) === vpcId
      ? [{ id, runnerId: tags[RUNNER_TAG], subnetId, groupIds }]
      : [],
  );
}

/** Those of one runner: by tag, or because there is no other runner whose they could be. */
export function environmentsOfRunner(
  runner: Runner | undefined,
  isAlone: boolean,
  sightings: readonly Sighting[],
): readonly Sighting[] {
  if (!runner) return sightings;
  return sightings.filter(({ runnerId }) =>
    runnerId === undefined || runner.runnerId === undefined ? isAlone : runnerId === runner.runnerId,
  );
}
