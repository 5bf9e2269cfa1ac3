import * as z from 'zod';
import { instant } from '../base/instant.ts';
import type { ChangeEvent } from './change.ts';
import { fromStored, type StoredBatch } from './stored-batch.ts';
import type { DriftBatch, Remembered } from './transition.ts';

/** What the code relies on in what comes back from a store: a state that somebody edited, or another version wrote, must not pass for ours. */
const at = z.number();
const status = z.enum(['pass', 'fail', 'unknown', 'waived']);
const severity = z.enum(['required', 'recommended', 'optional', 'informational']);
const reasons = z.array(z.looseObject({ code: z.string(), component: z.string(), message: z.string() }));
const fixes = z.array(z.looseObject({ title: z.string() }));
const cause = z.looseObject({
  eventId: z.string(),
  operation: z.string(),
  at,
  actor: z.string(),
  tool: z.string(),
  objects: z.array(z.string()),
  region: z.string().optional(),
});
const summary = z.looseObject({
  pass: z.number(),
  fail: z.number(),
  unknown: z.number(),
  notApplicable: z.number(),
  waived: z.number(),
});

const REMEMBERED = z.array(
  z.looseObject({
    requirement: z.string(),
    subject: z.string(),
    title: z.string(),
    severity,
    status,
    lastKnown: z.enum(['pass', 'fail', 'waived']).nullable(),
    since: at,
    cause: z.string(),
    reasons,
    fixes,
    incident: z
      .looseObject({
        id: z.string(),
        openedAt: at,
        lastSeenAt: at,
        reminded: z.union([z.literal(1), z.literal(2)]).optional(),
        isWaived: z.literal(true).optional(),
        waivedUntil: at.optional(),
      })
      .optional(),
    waiver: z.looseObject({ endsAt: at, since: at, toldAt: at.optional() }).optional(),
  }),
);

const CHANGE = z.looseObject({
  ...cause.shape,
  source: z.string(),
  account: z.string(),
  region: z.string(),
  stackRole: z.string().optional(),
  stackCall: z
    .looseObject({
      effect: z.enum(['runs', 'prepares']),
      stack: z.string().optional(),
      changeSet: z.string().optional(),
      role: z.string().optional(),
    })
    .optional(),
});

const HEAD = z.looseObject({
  network: z.string(),
  version: z.number(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  summary,
  lastScanAt: at,
});

const news = {
  requirement: z.string(),
  subject: z.string(),
  title: z.string(),
  severity,
  at,
  reasons,
  fixes,
  attribution: z.array(
    z.union([
      z.looseObject({ cause: z.number(), confidence: z.string() }),
      z.looseObject({ ...cause.shape, confidence: z.string() }),
    ]),
  ),
};

const REMINDER = z.discriminatedUnion('kind', [
  z.looseObject({
    ...news,
    kind: z.enum(['reminder', 'escalated']),
    incident: z.string(),
    openedAt: at,
    unseenSince: at.optional(),
  }),
  z.looseObject({
    ...news,
    kind: z.literal('waiver-ends'),
    waiver: z.looseObject({ owner: z.string(), reason: z.string(), endsAt: at }),
  }),
]);

const BATCH = z.looseObject({
  network: z.string(),
  version: z.number(),
  at,
  baseline: z.boolean(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  summary,
  causes: z.array(cause).default([]),
  transitions: z.array(
    z.looseObject({
      ...news,
      kind: z.enum(['opened', 'changed', 'resolved', 'lost-sight', 'regained-sight', 'gone']),
      incident: z.string(),
      openedAt: at,
    }),
  ),
  reminders: z.array(REMINDER).optional(),
});

export interface StoredHead {
  readonly network: string;
  readonly version: number;
  readonly verdict: DriftBatch['verdict'];
  readonly summary: DriftBatch['summary'];
  readonly lastScanAt: DriftBatch['at'];
}

/** Each throws when the value is not what a store of this version has written. The types hold what the schemas have checked. */
export const headOf = (value: unknown): StoredHead => {
  const { lastScanAt, ...head } = HEAD.parse(value);
  return { ...head, lastScanAt: instant(lastScanAt) };
};

export const rememberedOf = (value: unknown): readonly Remembered[] =>
  REMEMBERED.parse(value) as unknown as readonly Remembered[];

export const changeOf = (value: unknown): ChangeEvent => CHANGE.parse(value) as unknown as ChangeEvent;

export const batchOf = (value: unknown): DriftBatch => fromStored(BATCH.parse(value) as unknown as StoredBatch);
