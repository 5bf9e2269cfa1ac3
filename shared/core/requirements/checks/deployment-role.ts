import type { SimulatedAction } from '../../facts/kinds/role-simulation.ts';
import type { Answer } from '../../reach/answer.ts';
import { describeGap } from '../../reach/walk-context.ts';
import { type Case, failBecause, type SubjectAnswer, unknownBecause } from './judgement.ts';

/** Calls that IAM cannot limit to resources: who may not make them on all makes them nowhere. */
const ON_ALL_ONLY = /^ec2:Describe/;

const isDenied = ({ action, decision, missingContext }: SimulatedAction): boolean =>
  missingContext.length === 0 &&
  (decision === 'explicitDeny' || (decision === 'implicitDeny' && ON_ALL_ONLY.test(action)));

const listed = (actions: readonly SimulatedAction[]): string => actions.map(({ action }) => `\`${action}\``).join(', ');

/**
 * The document has no list of actions, so that the role may do some is no proof that it may do all; that it may not do one of them is proof of the opposite.
 * A policy for certain resources says nothing about all of them, which is what is simulated.
 */
export function checkRole({ engine, network }: Case): readonly SubjectAnswer[] {
  const { deploymentRoleArn } = network;
  if (deploymentRoleArn === undefined || deploymentRoleArn === null) return [];
  const answered = (answer: Answer): readonly SubjectAnswer[] => [{ subject: deploymentRoleArn, answer }];
  const found = engine.model.find('roleSimulation', deploymentRoleArn);
  if (found.is !== 'there')
    return answered(
      unknownBecause(
        'X_FACT_UNREADABLE',
        deploymentRoleArn,
        `what the role \`${deploymentRoleArn}\` may do cannot be seen${found.is === 'hidden' ? ` (${describeGap(found.gap)})` : ''}`,
      ),
    );
  const { actions } = found.value;
  if (!actions)
    return answered(
      failBecause('NO_SOURCE_OR_DESTINATION', deploymentRoleArn, `the role \`${deploymentRoleArn}\` does not exist`),
    );
  const denied = actions.filter(isDenied);
  if (denied.length > 0)
    return answered(
      failBecause(
        'X_IAM_DENIED',
        deploymentRoleArn,
        `the role \`${deploymentRoleArn}\` may not call ${listed(denied)}, which a deployment of the runner needs`,
      ),
    );
  const open = actions.filter(({ decision }) => decision !== 'allowed');
  return answered(
    unknownBecause(
      'X_NOT_MODELLED',
      deploymentRoleArn,
      open.length === 0
        ? `the role \`${deploymentRoleArn}\` may call the ${actions.length} actions that were simulated; the document has no list to tell whether these are all`
        : `whether the role \`${deploymentRoleArn}\` may call ${listed(open)} on the resources of the runner cannot be told: on all resources it may not`,
    ),
  );
}
