import type { ScanReport } from '../requirements/report.ts';
import { objectIdsIn, prefixOf } from './object-id.ts';
import type { Remembered } from './transition.ts';

/** The call without which objects with this id prefix are not seen at all. */
const LISTED_BY: Readonly<Record<string, string>> = {
  vpc: 'DescribeVpcs',
  subnet: 'DescribeSubnets',
  rtb: 'DescribeRouteTables',
  acl: 'DescribeNetworkAcls',
  sg: 'DescribeSecurityGroups',
  nat: 'DescribeNatGateways',
  vpce: 'DescribeVpcEndpoints',
  eni: 'DescribeNetworkInterfaces',
};

/** Undefined when it cannot be told which calls bring the subject to light: then any of them may. */
function listersOf(subject: string): ReadonlySet<string> | undefined {
  const listers = objectIdsIn(subject).map((id) => LISTED_BY[prefixOf(id)]);
  return listers.length === 0 || listers.includes(undefined)
    ? undefined
    : new Set(listers.filter((one) => one !== undefined));
}

/** Whether a subject that is no longer judged may only be out of sight. In doubt it is: a gap never closes an incident. */
export function mayBeHidden(old: Remembered, report: ScanReport): boolean {
  const result = report.requirements.find((one) => one.id === old.requirement);
  if (result?.findings.some((finding) => finding.verdict === 'unknown')) return true;
  if (report.gaps.length > 0 && !result?.findings.length) return true;
  const listers = listersOf(old.subject);
  return report.gaps.some(
    (gap) =>
      (gap.resourceId === undefined || old.subject.includes(gap.resourceId)) &&
      (listers === undefined || listers.has(gap.operation)),
  );
}
