import { type Instant, instant } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import { fingerprint } from '../drift/fingerprint.ts';
import type { EndingWaiver, Reminder } from '../drift/reminder.ts';
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
  /** Since when a part of it cannot be seen. */
  readonly unseenSince?: Instant;
  /** The waiver that ends. */
  readonly waiver?: EndingWaiver;
}

export type Told = Transition | Reminder;

const SEVERITIES: readonly Severity[] = ['required', 'recommended', 'optional', 'informational'];

export const worstSeverity = (severities: readonly Severity[]): Severity =>
  SEVERITIES.find((one) => severities.includes(one)) ?? 'informational';

/** The first reasons are the root: what comes after them differs with the destination. */
const rootCause = ({ reasons }: Told): string => fingerprint(reasons.slice(0, 1));

const unseenSinceOf = (one: Told): Instant | undefined => ('unseenSince' in one ? one.unseenSince : undefined);
const waiverOf = (one: Told): EndingWaiver | undefined => ('waiver' in one ? one.waiver : undefined);

/** Two waivers are two things, whatever they waive. */
const keyOf = (one: Told): string => `${newsOf(one)}|${rootCause(one)}|${JSON.stringify(waiverOf(one) ?? null)}`;

/** Groups in the order of what is told, worst severity first. */
export function groupNews(told: readonly Told[]): readonly NewsItem[] {
  const groups = new Map<string, Told[]>();
  for (const one of told) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()]
    .map(toItem)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function toItem(group: readonly Told[]): NewsItem {
  const [first] = group;
  if (!first) throw new Error('a group of news is never empty');
  const unseen = group.flatMap((one) => unseenSinceOf(one) ?? []);
  const waiver = waiverOf(first);
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
    moreCauses: Math.max(...group.map((one) => ('moreCauses' in one ? one.moreCauses : 0))),
    openedAt: instant(Math.min(...group.map((one) => ('openedAt' in one ? one.openedAt : one.at)))),
    at: first.at,
    ...(unseen.length > 0 ? { unseenSince: instant(Math.min(...unseen)) } : {}),
    ...(waiver ? { waiver } : {}),
  };
}
