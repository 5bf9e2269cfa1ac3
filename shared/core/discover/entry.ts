import type { WatchedNetwork } from '../requirements/watch-file.ts';
import type { Proposal } from './propose.ts';
import type { Chosen } from './said.ts';

/** What a watch file would say, without what nobody has said yet. */
export type Entry = Pick<
  WatchedNetwork,
  'id' | 'catalogue' | 'region' | 'vpcId' | 'deploymentOption' | 'environmentSubnetIds'
> &
  Partial<WatchedNetwork>;

const ids = (choices: readonly Chosen[]): string[] => choices.map(({ id }) => id);

export function entryOf(proposal: Proposal): Entry {
  const { accountId, deploymentOption, runnerSubnetIds, securityGroupMode, launchType, runnerServiceArn } = proposal;
  return {
    id: proposal.id,
    catalogue: 'gitpod-aws-2025',
    ...(accountId.value === undefined ? {} : { accountId: accountId.value }),
    region: proposal.region,
    vpcId: proposal.vpcId,
    deploymentOption: deploymentOption.value ?? 'private-nat',
    environmentSubnetIds: ids(proposal.environmentSubnetIds),
    ...(runnerSubnetIds.length === 0 ? {} : { runnerSubnetIds: ids(runnerSubnetIds) }),
    runnerSecurityGroupIds: ids(proposal.runnerSecurityGroupIds),
    environmentSecurityGroupIds: ids(proposal.environmentSecurityGroupIds),
    ...(securityGroupMode.value === undefined ? {} : { securityGroupMode: securityGroupMode.value }),
    ...(launchType.value === undefined ? {} : { launchType: launchType.value }),
    ...(runnerServiceArn.value === undefined ? {} : { runnerServiceArn: runnerServiceArn.value }),
  };
}

/** What somebody should check. */
export interface Guess {
  readonly field: string;
  readonly value: string;
  readonly why: string;
}

export function guessesOf(proposal: Proposal): readonly Guess[] {
  const single = (
    ['accountId', 'deploymentOption', 'securityGroupMode', 'launchType', 'runnerServiceArn'] as const
  ).flatMap((field) => {
    const { value, why, guess } = proposal[field];
    return guess && value !== undefined ? [{ field, value, why: why.join('; ') }] : [];
  });
  const listed = (
    ['environmentSubnetIds', 'runnerSubnetIds', 'runnerSecurityGroupIds', 'environmentSecurityGroupIds'] as const
  ).flatMap((field) => proposal[field].filter(({ guess }) => guess).map(({ id, why }) => ({ field, value: id, why })));
  return [...single, ...listed];
}
