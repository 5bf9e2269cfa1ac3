/** A request for one network, by hand or (with `confirmation`) because AWS was still busy with it when it was read. */
export const rescanMessage = (network: string, requestId: string, confirmation?: number) =>
  ({ runnerwatch: 'rescan', network, requestId, ...(confirmation === undefined ? {} : { confirmation }) }) as const;

/** The schedule's request for one network, out of its request for all. */
export const reconcileMessage = (network: string) => ({ runnerwatch: 'reconcile', network }) as const;
