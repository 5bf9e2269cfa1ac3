/** A request by hand for one network. */
export const rescanMessage = (network: string, requestId: string) =>
  ({ runnerwatch: 'rescan', network, requestId }) as const;

/** The schedule's request for one network, out of its request for all. */
export const reconcileMessage = (network: string) => ({ runnerwatch: 'reconcile', network }) as const;
