import type { SubjectAnswer } from './checks/judgement.ts';
import { inputMissing } from './checks/judgement.ts';
import type { Severity } from './report.ts';
import type { Condition, DeploymentOption, Requirement } from './requirement.ts';
import type { WatchedNetwork } from './watch-file.ts';

/** Undefined while the watch file does not say. */
export function holds(network: WatchedNetwork, { input, is }: Condition): boolean | undefined {
  const said = network[input];
  if (said === undefined) return undefined;
  return is === undefined ? said !== null : said === is;
}

/** Whether the documents ask it of a network with these options. */
const isForAll = ({ applies }: Requirement, options: readonly DeploymentOption[]): boolean =>
  options.every((option) => applies.includes(option));

/** Whether the sentence is about such a network at all. */
export const isAsked = (
  requirement: Requirement,
  network: WatchedNetwork,
  options: readonly DeploymentOption[],
): boolean =>
  isForAll(requirement, options) ||
  (requirement.elsewhere !== undefined && holds(network, requirement.elsewhere.when) === true);

export function severityOf(requirement: Requirement, network: WatchedNetwork, hasFindings: boolean): Severity {
  const { severity, severityWhen = [], requiredWhenPresent, treatedAs, elsewhere } = requirement;
  const isElsewhere = !isForAll(requirement, [network.deploymentOption]);
  if (elsewhere && isElsewhere && holds(network, elsewhere.when)) return elsewhere.severity;
  const said = severityWhen.find(({ when }) => holds(network, when) === true);
  return treatedAs?.severity ?? said?.severity ?? (requiredWhenPresent && hasFindings ? 'required' : severity);
}

/** Nothing when it does not apply; a failure of what may not apply is unknown. */
export function applying(
  { onlyIf }: Requirement,
  network: WatchedNetwork,
  judge: () => readonly SubjectAnswer[],
): readonly SubjectAnswer[] {
  const applies = onlyIf ? holds(network, onlyIf) : true;
  if (applies === false) return [];
  const answers = judge();
  if (applies || !onlyIf) return answers;
  const { reasons } = inputMissing(onlyIf.input, 'whether this is needed');
  return answers.map(({ subject, answer }) => ({
    subject,
    answer:
      answer.verdict === 'fail'
        ? { verdict: 'unknown', reasons: [...reasons, ...answer.reasons], assumptions: answer.assumptions }
        : answer,
  }));
}
