import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './environment.ts';

/** What every function begins with: each of its log lines has the id of the request. */
export const lambda = <Event, Result>() =>
  middy<Event, Result, Error, Context>().before(({ context }) => {
    logger.addContext(context);
  });
