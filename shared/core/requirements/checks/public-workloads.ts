import type { Answer } from '../../reach/answer.ts';
import { allOfEach, type Case, failBecause, PASSED, type SubjectAnswer, unknownBecause, unseen } from './judgement.ts';
import { groupsOf, subnetsOf, unsaid } from './members.ts';
import { checkPublicAddresses, checkRouteTo } from './topology.ts';

/** Behind an internet gateway everything needs a public address of its own, ECS tasks too. */
export const checkPublicWorkloads = (asked: Case): readonly SubjectAnswer[] =>
  allOfEach([...checkRouteTo(asked, 'internet-gateway'), ...checkPublicAddresses(asked), ...taskAddresses(asked)]);

/** Whether ECS gives tasks public addresses (`assignPublicIp`) is in the service, and shows on the tasks that run. */
function taskAddresses({ engine, network }: Case): readonly SubjectAnswer[] {
  const groupIds = groupsOf(network, 'runner-task');
  const hidden = unseen(engine, 'networkInterface');
  const service = serviceOf(engine, network);
  return subnetsOf(network, 'runner-task').map((subnetId): SubjectAnswer => {
    const subject = `runner-task@${subnetId}`;
    const missing = unsaid(network, 'runner-task');
    if (missing) return { subject, answer: missing };
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
    if (service) return { subject, answer: service };
    const unshown = unknownBecause(
      'X_NOT_MODELLED',
      'ecs:DescribeServices',
      `no task runs in \`${subnetId}\`, and the watch file does not name the ECS service that would tell whether tasks get a public address (\`runnerServiceArn\`)`,
    );
    return { subject, answer: hidden ?? (tasks.length > 0 ? PASSED : unshown) };
  });
}

/** What the service says for all of its tasks; undefined when there is none to ask. */
function serviceOf({ model }: Case['engine'], { runnerServiceArn: arn }: Case['network']): Answer | undefined {
  const found = arn === undefined ? undefined : model.find('ecsService', arn);
  if (found?.is !== 'there' || !found.value.network) return undefined;
  return found.value.network.assignPublicIp
    ? PASSED
    : failBecause(
        'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
        found.value.id,
        `ECS service \`${found.value.id}\` starts its tasks without a public IPv4 address (\`assignPublicIp\`)`,
      );
}
