import { environmentsOf } from '../environments.ts';
import {
  type Case,
  failBecause,
  inputMissing,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
} from './judgement.ts';

const namesOf = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(', ');

/** The groups that are judged are those that environments really have. */
export function checkGroupsAttached(asked: Case): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const { vpcId, environmentSecurityGroupIds: wanted } = network;
  const hidden = unseen(engine, 'networkInterface');
  if (hidden) return [{ subject: vpcId, answer: hidden }];
  if (wanted.length === 0)
    return [
      {
        subject: vpcId,
        answer: inputMissing('environmentSecurityGroupIds', 'which security groups environments have'),
      },
    ];
  const environments = environmentsOf(asked);
  if (environments.length === 0)
    return [
      {
        subject: vpcId,
        answer: unknownBecause(
          'X_NO_SOURCES',
          vpcId,
          'no environment is running whose security groups could be compared',
        ),
      },
    ];
  return environments.map((eni): SubjectAnswer => {
    const lacking = wanted.filter((id) => !eni.groupIds.includes(id));
    const foreign = eni.groupIds.filter((id) => !wanted.includes(id));
    const said = [
      ...(lacking.length > 0 ? [`lacks security group ${namesOf(lacking)}`] : []),
      ...(foreign.length > 0 ? [`has security group ${namesOf(foreign)}, which the watch file does not name`] : []),
    ];
    return {
      subject: eni.id,
      answer:
        said.length === 0
          ? PASSED
          : failBecause(
              'ENI_SG_RULES_MISMATCH',
              eni.id,
              `network interface \`${eni.id}\` of an environment ${said.join(' and ')}`,
            ),
    };
  });
}
