/** A request by hand for one network. */
export const rescanMessage = (network: string, requestId: string) =>
  ({ runnerwatch: 'rescan', network, requestId }) as const;
