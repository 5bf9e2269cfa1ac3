import type { WatchedNetwork } from '../requirements/watch-file.ts';
import type { Said } from './said.ts';
import type { ServiceTrace } from './traces.ts';

export type LaunchType = NonNullable<WatchedNetwork['launchType']>;

const FARGATE_PROVIDERS: ReadonlySet<string> = new Set(['FARGATE', 'FARGATE_SPOT']);

const launchTypeOfService = ({ launchType, capacityProviders }: ServiceTrace): LaunchType | undefined => {
  if (launchType === 'FARGATE' || launchType === 'EC2') return launchType;
  if (launchType !== undefined || capacityProviders.length === 0) return undefined;
  return capacityProviders.every((provider) => FARGATE_PROVIDERS.has(provider)) ? 'FARGATE' : 'EC2';
};

export function launchTypeOf(services: readonly ServiceTrace[]): Said<LaunchType> {
  const each = services.map(launchTypeOfService);
  const types = [...new Set(each.filter((type) => type !== undefined))];
  const why = services.map(
    (service) =>
      `ECS service ${service.name}: ${service.launchType ?? `capacity providers ${service.capacityProviders.join(', ') || 'of the cluster'}`}`,
  );
  const [type] = types;
  // Hosts have requirements of their own, so EC2 is the answer that leaves none out.
  if (types.length > 1) return { value: 'EC2', why, guess: true };
  return { value: type, why, guess: type !== undefined && each.includes(undefined) };
}
