import {
  allOfEach,
  type Case,
  failBecause,
  GROUP_INPUTS,
  groupsOf,
  inputMissing,
  PASSED,
  type SubjectAnswer,
  subnetsOf,
  unknownBecause,
  unseen,
} from './judgement.ts';
import { checkPublicAddresses, checkRouteTo } from './topology.ts';

/** Behind an internet gateway everything needs a public address of its own, ECS tasks too. */
export const checkPublicWorkloads = (asked: Case): readonly SubjectAnswer[] =>
  allOfEach([...checkRouteTo(asked, 'internet-gateway'), ...checkPublicAddresses(asked), ...taskAddresses(asked)]);

/** Whether ECS gives tasks public addresses (`assignPublicIp`) shows on those that run. */
function taskAddresses({ engine, network }: Case): readonly SubjectAnswer[] {
  const groupIds = groupsOf(network, 'runner-task');
  const hidden = unseen(engine, 'networkInterface');
  return subnetsOf(network, 'runner-task').map((subnetId): SubjectAnswer => {
    const subject = `runner-task@${subnetId}`;
    if (groupIds.length === 0)
      return {
        subject,
        answer: inputMissing(GROUP_INPUTS['runner-task'], 'which security groups the runner-task has'),
      };
    const tasks = engine.model
      .interfacesIn(subnetId)
      .filter((eni) => eni.groupIds.some((groupId) => groupIds.includes(groupId)));
    const bare = tasks.find((eni) => eni.privateAddresses.every((item) => item.publicIp === undefined));
    if (bare)
      return {
        subject,
        answer: failBecause(
          'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
          bare.id,
          `task interface \`${bare.id}\` has no public IPv4 address`,
        ),
      };
    const unshown = unknownBecause(
      'X_NOT_MODELLED',
      'ecs:DescribeServices',
      `no task runs in \`${subnetId}\`, and whether ECS would give it a public address is not read; by hand: aws ecs describe-services, assignPublicIp must be ENABLED`,
    );
    return { subject, answer: hidden ?? (tasks.length > 0 ? PASSED : unshown) };
  });
}
