/** A request for one network, by hand or (with `confirmation`) because AWS was still busy with it when it was read. */
export const rescanMessage = (network: string, requestId: string, confirmation?: number) =>
  ({ runnerwatch: 'rescan', network, requestId, ...(confirmation === undefined ? {} : { confirmation }) }) as const;
