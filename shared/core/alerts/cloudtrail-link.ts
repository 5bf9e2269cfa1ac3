import type { Attribution } from '../drift/change.ts';

/**
 * Where the console of a Region is, by partition (General Reference, AWS Management Console endpoints; the console links of the ECS developer guide for
 * GovCloud; those of the Amazon Web Services China solutions, read 2026-11-26). The first that fits; other partitions have no link.
 */
const CONSOLES: readonly (readonly [RegExp, string])[] = [
  [/^us-gov-[a-z]+-\d+$/, 'console.amazonaws-us-gov.com'],
  [/^cn-[a-z]+-\d+$/, 'console.amazonaws.cn'],
  [/^[a-z]{2}-[a-z]+-\d+$/, 'console.aws.amazon.com'],
];

/**
 * Page of one event in CloudTrail's event history, which keeps 90 days (viewing CloudTrail event history, read 2026-11-26), for those who are signed in to
 * the account. The form is the console's own; AWS documents none. Undefined when the Region is not known (batches of old stores) or has no public console.
 */
export function cloudTrailLink({ region, eventId }: Pick<Attribution, 'region' | 'eventId'>): string | undefined {
  const host = CONSOLES.find(([regions]) => region !== undefined && regions.test(region))?.[1];
  return host && `https://${region}.${host}/cloudtrailv2/home?region=${region}#/events/${encodeURIComponent(eventId)}`;
}

/** With its link, where it has one. */
export function linked<T extends Attribution>(attribution: T): T & { readonly link?: string } {
  const link = cloudTrailLink(attribution);
  return link === undefined ? attribution : { ...attribution, link };
}
