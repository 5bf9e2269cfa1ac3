import { type Instant, toIso } from '../base/instant.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { buildNetworkModel } from '../model/network-model.ts';
import type { Reason, Verdict } from '../reach/answer.ts';
import { createEngine, type Engine } from '../reach/engine.ts';
import { RuleNumbers } from './advice/rule-numbers.ts';
import { adviceFor } from './advice.ts';
import { findCatalogue, requireOption, requireRequirement } from './catalogue.ts';
import type { Case, SubjectAnswer } from './checks/judgement.ts';
import { runCheck } from './checks/run-check.ts';
import { applying, isAsked, severityOf } from './conditions.ts';
import type { Finding, Fix, ReportGap, RequirementResult, RequirementVerdict, ScanReport } from './report.ts';
import type { Catalogue, Requirement } from './requirement.ts';
import { withRunnerService } from './runner-service.ts';
import { applyWaivers, broadWaivers, waiverStates } from './waivers.ts';
import type { WatchedNetwork } from './watch-file.ts';

/** Worst first. */
const ORDER: readonly RequirementVerdict[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'];

const worst = (verdicts: readonly RequirementVerdict[]): RequirementVerdict =>
  ORDER.find((verdict) => verdicts.includes(verdict)) ?? 'not-applicable';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isSame = (a: Reason, b: Reason): boolean =>
  a.code === b.code && a.component === b.component && a.leg === b.leg && a.message === b.message;

/** What an aggregate tells was found by its members, and what mends it follows from what they ask. */
function fixesFor(
  asked: Case,
  { requirements }: Catalogue,
  requirement: Requirement,
  { subject, answer }: SubjectAnswer,
  numbers: RuleNumbers,
): readonly Fix[] {
  const { engine, network } = asked;
  const { check } = requirement;
  const about = { model: engine.model, network, subject, numbers };
  if (check.kind !== 'aggregate') return adviceFor(answer.reasons, { ...about, check, witness: answer.witness });
  const fixes = check.of.flatMap((id) => {
    const member = requirements.find((candidate) => candidate.id === id);
    const finding = asked.resultOf(id)?.findings.find((one) => one.subject === subject && one.verdict === 'fail');
    if (!member || !finding) return [];
    const told = finding.reasons.filter((reason) => answer.reasons.some((other) => isSame(other, reason)));
    return adviceFor(told, { ...about, check: member.check, witness: finding.witness });
  });
  return [...new Map(fixes.map((one) => [`${one.title} ${one.command}`, one])).values()];
}

function toFinding(
  asked: Case,
  catalogue: Catalogue,
  requirement: Requirement,
  said: SubjectAnswer,
  numbers: RuleNumbers,
): Finding {
  const { subject, answer } = said;
  return {
    subject,
    verdict: answer.verdict,
    reasons: answer.reasons,
    ...(answer.witness ? { witness: answer.witness } : {}),
    ...(answer.uncovered ? { uncovered: answer.uncovered } : {}),
    ...(answer.assumptions.length > 0 ? { assumptions: answer.assumptions } : {}),
    fixes: answer.verdict === 'fail' ? fixesFor(asked, catalogue, requirement, said, numbers) : [],
  };
}

function judgeRequirement(
  asked: Case,
  catalogue: Catalogue,
  requirement: Requirement,
  answers: readonly SubjectAnswer[],
  numbers: RuleNumbers,
): RequirementResult {
  const found = answers.map((said) => toFinding(asked, catalogue, requirement, said, numbers));
  const findings = applyWaivers(found, requirement.id, asked.network.waivers, asked.at);
  return {
    id: requirement.id,
    severity: severityOf(requirement, asked.network, findings.length > 0),
    verdict: worst(findings.map((finding) => finding.verdict)),
    title: requirement.title,
    source: requirement.source,
    findings: [...findings].sort((a, b) => compare(a.subject, b.subject)),
  };
}

const reportGaps = (snapshot: Snapshot): readonly ReportGap[] =>
  snapshot.gaps
    .map((gap) => ({
      operation: gap.operation,
      code: gap.code,
      ...(gap.resourceId === undefined ? {} : { resourceId: gap.resourceId }),
      ...(gap.message === undefined ? {} : { message: gap.message }),
    }))
    .sort((a, b) =>
      compare(`${a.operation}|${a.resourceId ?? ''}|${a.code}`, `${b.operation}|${b.resourceId ?? ''}|${b.code}`),
    );

/** Judges one network against its catalogue. Pure: equal arguments, equal report. Throws `bad-input` for an unknown catalogue, or option of it. */
export const scanNetwork = (snapshot: Snapshot, network: WatchedNetwork, evaluatedAt: Instant): ScanReport =>
  scanWith(createEngine(buildNetworkModel(snapshot)), network, evaluatedAt);

/** The same with an engine that may already know something of the network. */
export function scanWith(engine: Engine, watched: WatchedNetwork, evaluatedAt: Instant): ScanReport {
  const { snapshot } = engine.model;
  const { network, remarks } = withRunnerService(engine.model, watched);
  const catalogue = findCatalogue(network.catalogue);
  const { requirements } = catalogue;
  requireOption(catalogue, network.deploymentOption);
  for (const entry of [...network.waivers, ...network.attestations]) requireRequirement(catalogue, entry.requirement);
  const judged = new Map<string, RequirementResult>();
  const numbers = new RuleNumbers();
  const judge = (requirement: Requirement): void => {
    const asked: Case = {
      engine,
      network,
      requirementId: requirement.id,
      at: evaluatedAt,
      resultOf: (id) => judged.get(id),
    };
    const options = network.undeclared ? catalogue.options : [network.deploymentOption];
    const answers = isAsked(requirement, network, options)
      ? applying(requirement, network, () => runCheck(asked, requirement.check))
      : [];
    judged.set(requirement.id, judgeRequirement(asked, catalogue, requirement, answers, numbers));
  };
  const isAggregate = ({ check }: Requirement): boolean => check.kind === 'aggregate';
  for (const requirement of requirements) if (!isAggregate(requirement)) judge(requirement);
  for (const requirement of requirements) if (isAggregate(requirement)) judge(requirement);
  const results = [...judged.values()].sort((a, b) => compare(a.id, b.id));
  const signed = new Set(requirements.filter(({ check }) => check.kind === 'attestation').map(({ id }) => id));
  const broad = broadWaivers(network.waivers, results, evaluatedAt);
  const count = (verdict: RequirementVerdict): number => results.filter((result) => result.verdict === verdict).length;
  const deciding = results
    .filter((result) => result.severity === 'required' && !signed.has(result.id))
    .map((result) => result.verdict);
  const overall = worst(deciding.filter((verdict) => verdict !== 'waived' && verdict !== 'not-applicable'));
  return {
    schemaVersion: 1,
    network: network.id,
    catalogue: network.catalogue,
    collectedAt: snapshot.collectedAt ?? null,
    evaluatedAt: toIso(evaluatedAt),
    verdict: overall === 'fail' || overall === 'unknown' ? (overall satisfies Verdict) : 'pass',
    summary: {
      pass: count('pass'),
      fail: count('fail'),
      unknown: count('unknown'),
      notApplicable: count('not-applicable'),
      waived: count('waived'),
    },
    requirements: results,
    gaps: reportGaps(snapshot),
    waivers: waiverStates(network.waivers, results, evaluatedAt),
    ...(broad.length === 0 ? {} : { broadWaivers: broad }),
    ...(remarks.length === 0 ? {} : { remarks }),
  };
}
