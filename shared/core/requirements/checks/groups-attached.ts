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
          'no environment is there whose security groups could be looked at',
        ),
      },
    ];
  return environments.map((eni): SubjectAnswer => {
    const other = [
      ...eni.groupIds.filter((id) => !wanted.includes(id)),
      ...wanted.filter((id) => !eni.groupIds.includes(id)),
    ];
    return {
      subject: eni.id,
      answer:
        other.length === 0
          ? PASSED
          : failBecause(
              'ENI_SG_RULES_MISMATCH',
              eni.id,
              `environment interface \`${eni.id}\` has the groups ${eni.groupIds.map((id) => `\`${id}\``).join(', ')}, not those of the watch file`,
            ),
    };
  });
}
