import { holds } from '../conditions.ts';
import type { Check } from '../requirement.ts';
import { checkEgress } from './egress.ts';
import { checkEndpoint } from './endpoint.ts';
import { type Case, failBecause, type SubjectAnswer } from './judgement.ts';

/** An endpoint must be usable; where there is none, the service must be reached by another way, or an endpoint was promised. */
export function checkEndpointOrWay(asked: Case, check: Extract<Check, { kind: 'endpoint' }>): readonly SubjectAnswer[] {
  const { network } = asked;
  const answers = checkEndpoint(asked, check);
  if (answers.length > 0) return answers;
  const { neededWhen = [], onlyOnHosts = [] } = check;
  const services = check.services.filter(
    (service) => network.launchType !== 'FARGATE' || !onlyOnHosts.includes(service),
  );
  const said = neededWhen.find((condition) => holds(network, condition));
  if (said)
    return [
      {
        subject: network.vpcId,
        answer: failBecause(
          'NO_POSSIBLE_DESTINATION',
          network.vpcId,
          `there is no endpoint for \`${services.join(', ')}\` in \`${network.vpcId}\`, though \`${said.input}\` is ${network[said.input]}`,
        ),
      },
    ];
  if (!check.orInternet || services.length === 0) return [];
  return checkEgress(asked, { kind: 'egress', to: { kind: 'aws-services', services }, protocol: 'tcp', port: 443 })
    .filter(({ answer }) => answer.verdict !== 'pass')
    .map(({ subject, answer }) => ({
      subject,
      answer: {
        ...answer,
        reasons: [
          ...answer.reasons,
          {
            code: 'NO_POSSIBLE_DESTINATION',
            component: network.vpcId,
            message: `there is no endpoint for \`${services.join(', ')}\` in \`${network.vpcId}\` either`,
          },
        ],
      },
    }));
}
