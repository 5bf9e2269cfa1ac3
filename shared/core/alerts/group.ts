import { type Instant, instant } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import { fingerprint } from '../drift/fingerprint.ts';
import type { Transition } from '../drift/transition.ts';
import type { Reason } from '../reach/answer.ts';
import type { Fix, Severity } from '../requirements/report.ts';
import { type News, newsOf } from './news.ts';

/** What a reader should see as one thing: the same news with the same cause, over all its requirements and subjects. */
export interface NewsItem {
  readonly kind: News;
  readonly requirements: readonly { readonly id: string; readonly title: string }[];
  readonly subjects: readonly string[];
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
  readonly fixes: readonly Fix[];
  readonly attribution: readonly Attribution[];
  /** How many more changes may have done it. */
  readonly moreCauses: number;
  readonly openedAt: Instant;
  readonly at: Instant;
}

const SEVERITIES: readonly Severity[] = ['required', 'recommended', 'optional', 'informational'];

export const worstSeverity = (severities: readonly Severity[]): Severity =>
  SEVERITIES.find((one) => severities.includes(one)) ?? 'informational';

/** The first reasons are the root: what comes after them differs with the destination. */
const rootCause = (transition: Transition): string => fingerprint(transition.reasons.slice(0, 1));

/** Groups in the order of the transitions, worst severity first. */
export function groupNews(transitions: readonly Transition[]): readonly NewsItem[] {
  const groups = new Map<string, Transition[]>();
  for (const transition of transitions) {
    const key = `${newsOf(transition)}|${rootCause(transition)}`;
    const group = groups.get(key);
    if (group) group.push(transition);
    else groups.set(key, [transition]);
  }
  return [...groups.values()]
    .map(toItem)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function toItem(group: readonly Transition[]): NewsItem {
  const [first] = group;
  if (!first) throw new Error('a group of news has at least one transition');
  return {
    kind: newsOf(first),
    requirements: distinct(
      group.map(({ requirement, title }) => ({ id: requirement, title })),
      (one) => one.id,
    ),
    subjects: [...new Set(group.map((one) => one.subject))].sort(),
    severity: worstSeverity(group.map((one) => one.severity)),
    reasons: distinct(
      group.flatMap((one) => one.reasons),
      (one) => `${one.code}|${one.component}|${one.leg ?? ''}`,
    ),
    fixes: distinct(
      group.flatMap((one) => one.fixes),
      (one) => one.title,
    ),
    attribution: distinct(
      group.flatMap((one) => one.attribution),
      (one) => one.eventId,
    ),
    moreCauses: Math.max(...group.map((one) => one.moreCauses ?? 0)),
    openedAt: instant(Math.min(...group.map((one) => one.openedAt))),
    at: first.at,
  };
}
