import { Logger } from '@aws-lambda-powertools/logger';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';

/** Throws `bad-input` naming the variable. Only the files of this folder read the environment. */
export function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new WatcherError('bad-input', `environment variable \`${name}\` is not set`);
  return value;
}

export const optional = (name: string): string | undefined => process.env[name] || undefined;

export const logger = new Logger({ serviceName: 'runnerwatch' });

/** What was thrown, as the logger takes it. */
export const thrown = (error: unknown): Error | string => (error instanceof Error ? error : String(error));
