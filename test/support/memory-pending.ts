import type { PendingScans } from '../../shared/ports.ts';

/** The port, by hand and in memory. */
export function memoryPending(): PendingScans {
  const due = new Map<string, number>();
  return {
    claim: async (network, now, notBefore, dueAt) => {
      const claimed = due.get(network);
      if (claimed !== undefined && claimed > now && claimed >= notBefore) return false;
      due.set(network, dueAt);
      return true;
    },
    release: async (network, dueAt) => {
      if ((due.get(network) ?? 0) <= dueAt) due.delete(network);
    },
  };
}
