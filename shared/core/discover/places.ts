import { markOf, RUNNER_TAG } from './marks.ts';
import { idsInStacks, type Runner, runnersIn } from './runners.ts';
import type { PlaceTraces, RunnerTraces } from './traces.ts';

/** VPCs that runners may be in, and runners that no VPC can be told of. */
export interface Places {
  /** By VPC id, ascending: what says so, where it is no runner's own service or stack. */
  readonly hintsByVpc: ReadonlyMap<string, readonly string[]>;
  readonly withoutVpc: readonly Runner[];
}

const subnetsOf = ({ services, stacks }: Runner): readonly string[] => [
  ...services.flatMap((service) => service.subnetIds),
  ...idsInStacks(stacks, 'subnet').map(({ id }) => id),
];

/** Subnets whose VPC says where runners are. */
export const subnetsToAskFor = (traces: RunnerTraces): readonly string[] => runnersIn(traces).flatMap(subnetsOf);

export function placesOf(traces: RunnerTraces, { tagged, vpcOfSubnet }: PlaceTraces): Places {
  const hints = new Map<string, string[]>();
  const add = (vpcId: string, ...texts: readonly string[]): void => {
    hints.set(vpcId, [...(hints.get(vpcId) ?? []), ...texts]);
  };
  const withoutVpc = runnersIn(traces).filter((runner) => {
    const vpcIds = [
      ...subnetsOf(runner).flatMap((id) => vpcOfSubnet[id] ?? []),
      ...idsInStacks(runner.stacks, 'vpc').map(({ id }) => id),
      ...tagged
        .filter(({ tags }) => runner.runnerId !== undefined && tags[RUNNER_TAG] === runner.runnerId)
        .flatMap(({ vpcId }) => vpcId ?? []),
    ];
    for (const vpcId of new Set(vpcIds)) add(vpcId);
    return vpcIds.length === 0;
  });
  for (const { what, id, vpcId, tags } of tagged)
    if (vpcId !== undefined) add(vpcId, `${what} ${id} (${markOf(tags)?.text ?? 'tag of an environment'})`);
  return { hintsByVpc: new Map([...hints].sort(([a], [b]) => (a < b ? -1 : 1))), withoutVpc };
}
