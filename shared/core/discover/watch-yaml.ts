import { EFFECTS, OPERATOR_INPUTS } from './operator-inputs.ts';
import type { Proposal } from './propose.ts';
import type { Chosen, Said } from './said.ts';
import { READ_FROM, type ReadField, tracesNotRead, unreadFor, unreadText } from './unread.ts';
import { plain } from './words.ts';

export interface WatchFileAbout {
  /** What made the file: `runnerwatch init`. */
  readonly command: string;
  /** ISO 8601; when the network was read. */
  readonly collectedAt: string | undefined;
  readonly region: string;
  /** Further lines for the head of the file. */
  readonly notes?: readonly string[];
}

const GUESS = 'GUESS, check it: ';
const NOT_READ = 'NOT READ: ';

const comment = (text: string): string => `# ${plain(text)}`;

const item = (text: string): string => `# - ${plain(text)}`;

/** Ready to be uncommented: no blank after `#`, which tells it from a sentence. */
const prepared = (line: string): string => `#${line}`;

/** In quotes where YAML would not read it as this text. */
const scalar = (value: string): string =>
  /^[a-zA-Z][a-zA-Z0-9-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);

const notRead = (field: ReadField, proposal: Proposal): readonly string[] => {
  const unread = unreadFor(field, proposal.unread);
  return unread.length === 0
    ? []
    : [comment(`${NOT_READ}${unread.map(unreadText).join(', ')}; what it would have shown is missing here`)];
};

const reasons = ({ why, guess }: Said<string>): readonly string[] =>
  why.map((line, index) => comment(`${guess && index === 0 ? GUESS : ''}${line}`));

/** A field with one value; `otherwise` is said when there is none, with an example to fill in. */
function one(
  name: ReadField,
  proposal: Proposal,
  said: Said<string>,
  otherwise: { readonly text: string; readonly example: string },
): readonly string[] {
  return [
    ...(said.value === undefined ? [comment(otherwise.text)] : []),
    ...reasons(said),
    ...notRead(name, proposal),
    said.value === undefined ? prepared(`${name}: ${otherwise.example}`) : `${name}: ${scalar(said.value)}`,
  ];
}

function many(
  name: ReadField,
  proposal: Proposal,
  choices: readonly Chosen[],
  otherwise: { readonly text: string; readonly example: string },
): readonly string[] {
  if (choices.length === 0)
    return [comment(otherwise.text), ...notRead(name, proposal), prepared(`${name}: [${otherwise.example}]`)];
  return [
    ...notRead(name, proposal),
    `${name}:`,
    ...choices.map(({ id, why, guess }) => `  - ${id} ${comment(`${guess ? GUESS : ''}${why}`)}`),
  ];
}

function operatorInputs(proposal: Proposal): readonly string[] {
  const subnet = proposal.environmentSubnetIds[0]?.id ?? '';
  return [
    comment('What AWS cannot show. Take the "#" away and put in what is true for you.'),
    ...OPERATOR_INPUTS.flatMap(({ name, example, purpose, needs, effect }) => [
      comment(`${name}: ${purpose}. ${EFFECTS[effect]}: ${needs.join(', ')}`),
      prepared(`${name}: ${example.replace('SUBNET', subnet)}`),
    ]),
  ];
}

const TRACES = 'no ECS service, stack, instance, interface or group has a tag or a name of one';

const found = ({ evidence, certain, runnerId, unread }: Proposal): readonly string[] => {
  if (evidence.length === 0) {
    const missing = tracesNotRead(unread);
    return missing.length === 0
      ? [comment(`No runner was found in this VPC: ${TRACES}. What follows is read from the network alone.`)]
      : [
          comment('No runner was seen in this VPC, but not everything could be read.'),
          comment(`${NOT_READ}${missing.map(unreadText).join(', ')}`),
        ];
  }
  const whose = runnerId === undefined ? 'a runner' : `runner ${runnerId}`;
  return [comment(`${certain ? `Of ${whose}` : `${GUESS}this may be ${whose}`}, found by:`), ...evidence.map(item)];
};

const NO_RUNNER_GROUPS =
  'nothing shows the groups of the runner tasks; every way from the runner task is unknown without them (egress-*, ingress-environment-runner-22999)';
const NO_ENVIRONMENT_GROUPS =
  'nothing shows the groups of environments; every way to and from environments is unknown without them (egress-*, ingress-environment-*, environment-security-group-attached)';

function entry(proposal: Proposal): readonly string[] {
  const { id, region, vpcId, vpcLooks } = proposal;
  const fields = [
    'catalogue: gitpod-aws-2025',
    ...one('accountId', proposal, proposal.accountId, {
      text: 'accountId: the account was not seen; it is only compared with the owner of the subnets',
      example: '"111122223333"',
    }),
    `region: ${region}`,
    `vpcId: ${vpcId}${vpcLooks === '' ? '' : ` ${comment(vpcLooks)}`}`,
    ...one('deploymentOption', proposal, proposal.deploymentOption, {
      text: 'deploymentOption: default-vpc, public-subnet, private-nat or private-tgw',
      example: 'private-nat',
    }),
    ...many('environmentSubnetIds', proposal, proposal.environmentSubnetIds, { text: '', example: '' }),
    ...many('runnerSubnetIds', proposal, proposal.runnerSubnetIds, {
      text: 'runnerSubnetIds: nothing shows where the runner tasks are; without it they are taken to be in environmentSubnetIds',
      example: proposal.environmentSubnetIds.map((choice) => choice.id).join(', '),
    }),
    ...many('runnerSecurityGroupIds', proposal, proposal.runnerSecurityGroupIds, {
      text: `runnerSecurityGroupIds: ${NO_RUNNER_GROUPS}`,
      example: 'sg-00000000000000000',
    }),
    ...many('environmentSecurityGroupIds', proposal, proposal.environmentSecurityGroupIds, {
      text: `environmentSecurityGroupIds: ${NO_ENVIRONMENT_GROUPS}`,
      example: 'sg-00000000000000001',
    }),
    ...one('securityGroupMode', proposal, proposal.securityGroupMode, {
      text: 'securityGroupMode: default (the groups that came with the runner) or custom (your own); no requirement depends on it',
      example: 'custom',
    }),
    ...one('launchType', proposal, proposal.launchType, {
      text: 'launchType: FARGATE or EC2, not shown; without it what only hosts need is asked for too (ami-access-runner-bottlerocket, vpce-ecs-interface)',
      example: 'FARGATE',
    }),
    ...one('runnerServiceArn', proposal, proposal.runnerServiceArn, {
      text: 'runnerServiceArn: the ECS service of the runner; with it a scan reads where its tasks start and whether they get public addresses',
      example: 'arn:aws:ecs:eu-central-1:111122223333:service/CLUSTER/SERVICE',
    }),
    ...operatorInputs(proposal),
  ];
  return [
    ...[...found(proposal), ...proposal.remarks.map(comment)].map((line) => `  ${line}`),
    `  - id: ${scalar(id)}`,
    ...fields.map((line) => `    ${line}`),
  ];
}

/** Operations that no field names: a scan will miss them all the same. */
function elsewhere(proposals: readonly Proposal[]): readonly string[] {
  const named = new Set<string>(Object.values(READ_FROM).flat());
  const texts = proposals.flatMap(({ unread }) =>
    unread.filter(({ operation }) => !named.has(operation)).map(unreadText),
  );
  return [...new Set(texts)].sort();
}

/** A watch file with its reasons. Accepted by the parser of watch files as it is, and with its prepared lines uncommented. */
export function watchFileText(proposals: readonly Proposal[], about: WatchFileAbout): string {
  const missing = elsewhere(proposals);
  const head = [
    `Made by \`${about.command}\` from what AWS showed in ${about.region}${about.collectedAt === undefined ? '' : ` at ${about.collectedAt}`}.`,
    '"GUESS" is what AWS did not say but what it looks like: check it. "NOT READ" is a call that was refused or failed.',
    ...(about.notes ?? []),
    ...(missing.length === 0
      ? []
      : [`${NOT_READ}${missing.join(', ')}; nothing here needs it, but a scan calls what depends on it unknown`]),
  ];
  return [...head.map(comment), 'version: 1', 'networks:', ...proposals.flatMap(entry), ''].join('\n');
}
