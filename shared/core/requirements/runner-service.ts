import type { NetworkModel } from '../model/network-model.ts';
import { describeGap } from '../reach/walk-context.ts';
import type { WatchedNetwork } from './watch-file.ts';

/** The network as it is judged, and what of the watch file ECS knows better. */
export interface Settled {
  readonly network: WatchedNetwork;
  /** One sentence each, for people. */
  readonly remarks: readonly string[];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();

const listed = (ids: readonly string[]): string => [...ids].sort().join(', ');

/**
 * Where the runner's tasks start, and with which groups, is in the ECS service that the watch file names: what ECS says goes before the watch file. While it
 * cannot be seen, or the service is not there, nobody knows.
 */
export function withRunnerService(model: NetworkModel, network: WatchedNetwork): Settled {
  const { runnerServiceArn: arn } = network;
  if (arn === undefined) return { network, remarks: [] };
  const unseen = (why: string): Settled => ({
    network: {
      ...network,
      runnerTasksUnseen: `where the tasks of ECS service \`${arn}\` start cannot be seen (${why})`,
    },
    remarks: [],
  });
  const found = model.find('ecsService', arn);
  if (found.is !== 'there')
    return unseen(found.is === 'hidden' ? describeGap(found.gap) : 'DescribeServices does not have it');
  const { status, network: own } = found.value;
  if (status === undefined || status === 'INACTIVE')
    return unseen(status === undefined ? 'there is no such service' : 'it is deleted');
  // Tasks in the network of their hosts: only the watch file tells of these.
  if (!own) return { network, remarks: [] };
  const told = [
    ['runnerSubnetIds', network.runnerSubnetIds, own.subnetIds],
    ['runnerSecurityGroupIds', network.runnerSecurityGroupIds, own.groupIds],
  ] as const;
  return {
    network: { ...network, runnerSubnetIds: [...own.subnetIds], runnerSecurityGroupIds: [...own.groupIds] },
    remarks: told.flatMap(([input, said = [], seen]) =>
      said.length === 0 || isSame(said, seen)
        ? []
        : [
            `the watch file says \`${input}: ${listed(said)}\`, but ECS starts the runner's tasks with ${listed(seen) || 'none'}, which is what is judged`,
          ],
    ),
  };
}
