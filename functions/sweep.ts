import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { type SweepPorts, sweepAlerts } from '../shared/app/sweep-alerts.ts';
import { logger } from './wire/environment.ts';
import { wireSweep } from './wire/sweep.ts';

/** Tells what the stream lost. Throws when an alert was not taken, so that Lambda's alarm tells of it; the next sweep tries again. */
export const createHandler = (wiring: () => SweepPorts) => {
  let wired: SweepPorts | undefined;
  return middy<ScheduledEvent, void, Error, Context>().handler(async () => {
    wired ??= wiring();
    const swept = await sweepAlerts(wired);
    for (const one of swept)
      if (one.kind === 'told') logger.warn('alert told by the sweep', { network: one.network, version: one.version });
    const failures = swept.flatMap((one) => (one.kind === 'failed' ? [one.error] : []));
    if (failures.length > 0) throw new AggregateError(failures, `alerts of ${failures.length} networks were not taken`);
  });
};

export const handler = createHandler(wireSweep);
