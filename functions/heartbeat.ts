import type { ScheduledEvent } from 'aws-lambda';
import { heartbeatName } from '../shared/core/drift/heartbeat.ts';
import { logger } from './wire/environment.ts';
import { type HeartbeatWiring, wireHeartbeat } from './wire/heartbeat.ts';
import { lambda } from './wire/lambda.ts';

/** Makes a change of its own, which has to come back to `scan` as an event. A throw makes Lambda try again twice; then the next beat is soon enough. */
export const createHandler = (wiring: () => HeartbeatWiring) => {
  let wired: HeartbeatWiring | undefined;
  return lambda<ScheduledEvent, void>().handler(async () => {
    wired ??= wiring();
    const name = heartbeatName(wired.clock.now());
    await wired.heartbeat.beat(name);
    logger.info('heartbeat sent', { name });
  });
};

export const handler = createHandler(wireHeartbeat);
