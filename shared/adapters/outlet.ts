import * as z from 'zod';
import type { Alert } from '../core/alerts/alert.ts';
import { networkId } from '../core/requirements/watch-file.ts';
import { OUTLET_KINDS, type OutletKindName } from './notifiers.ts';

const KINDS = Object.keys(OUTLET_KINDS) as [OutletKindName, ...OutletKindName[]];

const namesOf = <Name extends string>(all: Readonly<Record<Name, true>>): [Name, ...Name[]] =>
  Object.keys(all) as [Name, ...Name[]];
const ALERT_KINDS = namesOf<Alert['kind']>({
  baseline: true,
  broken: true,
  mended: true,
  mixed: true,
  progress: true,
  waived: true,
  blind: true,
  reminder: true,
  escalated: true,
  'waiver-ends': true,
});
const SEVERITIES = namesOf<Alert['severity']>({
  required: true,
  recommended: true,
  optional: true,
  informational: true,
});

const ARN = 'arn:aws(?:-cn|-us-gov)?';
const arn = (rest: string, example: string) =>
  z.string().regex(new RegExp(`^${ARN}:${rest}$`), `expected an ARN such as ${example}`);

/** Part of the names of a function and its resources, so nothing but letters and digits. */
const outletId = z.string().regex(/^[a-z][a-z0-9]{0,19}$/, 'expected 1 to 20 of a-z and 0-9, a letter first');

export const outletSchema = z.strictObject({
  id: outletId,
  kind: z.enum(KINDS),
  secretArn: arn(
    '(?:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[\\w/+=.@-]+|ssm:[a-z0-9-]+:\\d{12}:parameter/[\\w/.-]+)',
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-AbCdEf or arn:aws:ssm:eu-central-1:123456789012:parameter/name',
  ).optional(),
  /** Only for a secret that is encrypted with a key of one's own. */
  kmsKeyArn: arn('kms:[a-z0-9-]+:\\d{12}:key/[\\w-]+', 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d').optional(),
  eventBusArn: arn(
    'events:[a-z0-9-]+:\\d{12}:event-bus/[\\w/.-]+',
    'arn:aws:events:eu-central-1:123456789012:event-bus/name',
  ).optional(),
  /** Hosts that may have a private address, or no TLS. */
  allowHosts: z.array(z.string().regex(/^[a-z0-9.:[\]-]+$/, 'expected a host in small letters')).default([]),
  /** Which alerts the outlet gets: those with one of the values in every field that is there. */
  only: z
    .strictObject({
      severity: z.array(z.enum(SEVERITIES)).min(1).optional(),
      kind: z.array(z.enum(ALERT_KINDS)).min(1).optional(),
      network: z.array(networkId).min(1).optional(),
    })
    .optional(),
});

/** One outlet of a deployment: where its secret is, and never what is in it. */
export type Outlet = z.infer<typeof outletSchema>;
