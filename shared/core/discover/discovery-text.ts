import { entryOf, guessesOf } from './entry.ts';
import type { Proposal } from './propose.ts';
import type { Runner } from './runners.ts';
import { type Unread, unreadText } from './unread.ts';
import { plain, several } from './words.ts';

/** What a look through a Region found. */
export interface Found {
  readonly region: string;
  readonly proposals: readonly Proposal[];
  readonly withoutVpc: readonly Runner[];
  readonly troubles: readonly string[];
  readonly unread: readonly Unread[];
}

const LABEL = 22;

const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${plain(text)}`;

const rows = (label: string, texts: readonly string[]): readonly string[] =>
  texts.map((text, index) => row(index === 0 ? label : '', text));

const listed = (ids: readonly string[] | undefined): string => (ids && ids.length > 0 ? ids.join(', ') : 'not shown');

function proposalText(proposal: Proposal): string {
  const entry = entryOf(proposal);
  const { evidence, certain, runnerId, vpcLooks } = proposal;
  return [
    `${entry.id}${certain ? '' : ' (a guess: nothing but names or single tags say so)'}`,
    ...(runnerId === undefined ? [] : [row('runner', runnerId)]),
    row('VPC', `${entry.vpcId}${vpcLooks === '' ? '' : ` (${vpcLooks})`}`),
    ...rows('found by', evidence),
    row('deployment option', entry.deploymentOption),
    row('environment subnets', listed(entry.environmentSubnetIds)),
    row('runner subnets', listed(entry.runnerSubnetIds)),
    row('environment groups', listed(entry.environmentSecurityGroupIds)),
    row('runner groups', listed(entry.runnerSecurityGroupIds)),
    row('launch type', entry.launchType ?? 'not shown'),
    ...rows(
      'guessed, check it',
      guessesOf(proposal).map(({ field, value, why }) => `${field}: ${value} (${why})`),
    ),
    ...rows('remark', proposal.remarks),
  ].join('\n');
}

const NOTHING =
  'no ECS service, CloudFormation stack, instance, interface or security group has a tag or a name of one';

function head({ region, proposals, withoutVpc, troubles, unread }: Found): string {
  const count = proposals.length + withoutVpc.length;
  if (count > 0) return `${several(count, 'runner')} in ${region}`;
  if (troubles.length > 0) return `Signs of runners in ${region}, but their VPCs could not be read`;
  return unread.length > 0
    ? `No runner was seen in ${region}, but not everything could be read`
    : `No runner was found in ${region}: ${NOTHING}`;
}

/** For people: what was found, and what to do next. */
export function discoveryText(found: Found): string {
  const { region, proposals, withoutVpc, troubles, unread } = found;
  const bare = withoutVpc.map((runner) =>
    [`${plain(runner.name)} (nothing tells its VPC)`, ...rows('found by', runner.evidence)].join('\n'),
  );
  const next =
    proposals.length > 0
      ? `\`runnerwatch discover --region ${region} --format yaml\` prints watch-file entries for these, \`runnerwatch init --region ${region} --vpc-id vpc-…\` those of one VPC.`
      : `If you know of a runner, name its VPC: \`runnerwatch init --region ${region} --vpc-id vpc-…\` reads it and makes a watch file.`;
  return `${[
    head(found),
    ...proposals.map(proposalText),
    ...bare,
    ...troubles.map(plain),
    ...(unread.length > 0 ? [`Not read: ${unread.map(unreadText).join(', ')}`] : []),
    next,
  ].join('\n\n')}\n`;
}

/** For programs. */
export const discoveryJson = ({ region, proposals, withoutVpc, troubles, unread }: Found): object => ({
  schemaVersion: 1,
  region,
  runners: proposals.map((proposal) => ({
    runnerId: proposal.runnerId ?? null,
    certain: proposal.certain,
    evidence: proposal.evidence,
    entry: entryOf(proposal),
    guesses: guessesOf(proposal),
    remarks: proposal.remarks,
  })),
  withoutVpc: withoutVpc.map(({ name, runnerId, certain, evidence }) => ({
    name,
    runnerId: runnerId ?? null,
    certain,
    evidence,
  })),
  troubles,
  notRead: unread,
});
