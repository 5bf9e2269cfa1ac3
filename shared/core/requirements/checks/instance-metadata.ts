import { environmentsOf } from '../environments.ts';
import { type Case, failBecause, PASSED, type SubjectAnswer, unknownBecause, unseen } from './judgement.ts';

/** Nothing on the network filters 169.254.169.254 (semantics.md 1.2); only the instance's own options close it. */
export function checkInstanceMetadata(asked: Case): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const hidden = unseen(engine, 'networkInterface') ?? unseen(engine, 'instance');
  if (hidden) return [{ subject: network.vpcId, answer: hidden }];
  const ids = [...new Set(environmentsOf(asked).flatMap((eni) => eni.instanceId ?? []))].sort();
  if (ids.length === 0)
    return [
      {
        subject: network.vpcId,
        answer: unknownBecause(
          'X_NO_SOURCES',
          network.vpcId,
          'no environment shows whether its launch leaves the metadata service on; launch templates are not read',
        ),
      },
    ];
  return ids.map((id): SubjectAnswer => {
    const instance = engine.model.find('instance', id);
    const endpoint = instance.is === 'there' ? instance.value.metadataEndpoint : undefined;
    if (endpoint === 'enabled') return { subject: id, answer: PASSED };
    return {
      subject: id,
      answer:
        endpoint === 'disabled'
          ? failBecause('UNSUPPORTED_COMPONENT', id, `the metadata service of instance \`${id}\` is off (HttpEndpoint)`)
          : unknownBecause(
              'X_FACT_UNREADABLE',
              id,
              `whether instance \`${id}\` has its metadata service cannot be seen`,
            ),
    };
  });
}
