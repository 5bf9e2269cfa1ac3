/**
 * What went wrong, as the edges need to know it: the process exit code of the command line (formats.md section 5) and the HTTP status of the API.
 */
export const FAULTS = {
  'bad-input': { exitCode: 2, httpStatus: 400 },
  'not-found': { exitCode: 2, httpStatus: 404 },
  'stale-state': { exitCode: 4, httpStatus: 409 },
  'aws-unreachable': { exitCode: 4, httpStatus: 502 },
  'delivery-failed': { exitCode: 4, httpStatus: 502 },
} as const satisfies Record<string, { exitCode: 2 | 4; httpStatus: number }>;

export type Fault = keyof typeof FAULTS;

/**
 * The one error that the edges turn into a sentence for people. The message is one line: lower case, no full stop, names in backticks, and says
 * where (file, line or path, field).
 */
export class WatcherError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WatcherError';
    this.fault = fault;
  }
}
