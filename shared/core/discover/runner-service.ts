import { ECS_SERVICE_ARN } from '../facts/kinds/ecs-service.ts';
import type { Said } from './said.ts';
import type { ServiceTrace } from './traces.ts';

/** What a watch file can name. */
const USABLE = new RegExp(`^${ECS_SERVICE_ARN}$`);

/** The service whose tasks are the runner's: the only one, else the only one that is called so. */
export function runnerServiceOf(services: readonly ServiceTrace[]): Said<string> {
  const usable = services.filter(({ arn }) => USABLE.test(arn));
  const named = usable.filter(({ name }) => /runner/i.test(name));
  const chosen = usable.length === 1 ? usable : named;
  const [service] = chosen;
  if (!service || chosen.length > 1)
    return { value: undefined, why: usable.map(({ arn }) => `one of several: ${arn}`), guess: false };
  const isOnly = services.length === 1;
  return {
    value: service.arn,
    why: [isOnly ? 'the only ECS service of the runner' : `ECS service ${service.name}, by its name`],
    guess: !isOnly,
  };
}
