import type { NetworkInterface } from '../facts/kinds/network-interface.ts';
import type { Case } from './checks/judgement.ts';

/** On instances (and interfaces) that a runner starts for an environment. */
export const ENVIRONMENT_TAG = 'gitpod.dev/environment-id';

/** An interface or instance with the tag, or in an environment subnet with an environment group (semantics.md section 8, ruling 10). */
export function isEnvironment({ engine, network }: Case, eni: NetworkInterface): boolean {
  if (eni.tags[ENVIRONMENT_TAG] !== undefined) return true;
  const instance = eni.instanceId === undefined ? undefined : engine.model.find('instance', eni.instanceId);
  if (instance?.is === 'there' && instance.value.tags[ENVIRONMENT_TAG] !== undefined) return true;
  return (
    network.environmentSubnetIds.includes(eni.subnetId ?? '') &&
    eni.groupIds.some(
      (id) => network.environmentSecurityGroupIds.includes(id) && !network.runnerSecurityGroupIds.includes(id),
    )
  );
}

export const environmentsOf = (asked: Case): readonly NetworkInterface[] =>
  asked.engine.model.all('networkInterface').filter((eni) => isEnvironment(asked, eni));
