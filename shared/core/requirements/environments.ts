import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { Case } from './checks/judgement.ts';

const TAG = 'gitpod.dev/environment-id';

/** Interfaces with the tag, of an instance with it, or in an environment subnet with an environment group (semantics.md section 8, ruling 10). */
export function environmentsOf({ engine, network }: Case): readonly NetworkInterface[] {
  const { environmentSubnetIds, environmentSecurityGroupIds, runnerSecurityGroupIds } = network;
  const tagged = new Set(
    engine.model.all('instance').flatMap((instance) => (instance.tags[TAG] === undefined ? [] : [instance.id])),
  );
  const own = environmentSecurityGroupIds.filter((id) => !runnerSecurityGroupIds.includes(id));
  return engine.model
    .all('networkInterface')
    .filter(
      (eni) =>
        eni.tags[TAG] !== undefined ||
        (eni.instanceId !== undefined && tagged.has(eni.instanceId)) ||
        (eni.groupIds.some((id) => own.includes(id)) && environmentSubnetIds.includes(eni.subnetId ?? '')),
    );
}
