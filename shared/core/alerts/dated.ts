import { type Instant, toIso } from '../base/instant.ts';
import type { Attribution } from '../drift/change.ts';
import { linked } from './cloudtrail-link.ts';

/** For programs: its time as ISO 8601 in UTC. */
export const dated = <T extends { readonly at: Instant }>(one: T) => ({ ...one, at: toIso(one.at) });

/** A cause for programs, with the page of its event in CloudTrail where there is one. */
export const datedCause = (cause: Attribution) => dated(linked(cause));
