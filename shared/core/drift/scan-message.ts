/** The schedule's input, as the scheduler sends it. */
export const RECONCILE_MESSAGE = { runnerwatch: 'reconcile' } as const;

/** A request by hand for one network. */
export const rescanMessage = (network: string, requestId: string) =>
  ({ runnerwatch: 'rescan', network, requestId }) as const;
