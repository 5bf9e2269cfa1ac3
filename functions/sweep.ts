import type { ScheduledEvent } from 'aws-lambda';
import { type SweepPorts, sweepAlerts } from '../shared/app/sweep-alerts.ts';
import { logger, thrown } from './wire/environment.ts';
import { lambda } from './wire/lambda.ts';
import { measureSwept } from './wire/metrics.ts';
import { wireSweep } from './wire/sweep.ts';

/** Tells what the stream lost. Throws when an alert was not taken, so that Lambda's alarm tells of it; the next sweep tries again. */
export const createHandler = (wiring: () => SweepPorts) => {
  let wired: SweepPorts | undefined;
  return lambda<ScheduledEvent, void>().handler(async () => {
    wired ??= wiring();
    const swept = await sweepAlerts(wired);
    for (const one of swept) {
      if (one.kind === 'told') logger.warn('alert told by the sweep', { network: one.network, version: one.version });
      else logger.error('alert not told by the sweep', { network: one.network, error: thrown(one.error) });
    }
    measureSwept(swept.filter(({ kind }) => kind === 'told').length);
    const failures = swept.flatMap((one) => (one.kind === 'failed' ? [one.error] : []));
    if (failures.length > 0) throw new AggregateError(failures, `alerts of ${failures.length} networks were not taken`);
  });
};

export const handler = createHandler(wireSweep);
