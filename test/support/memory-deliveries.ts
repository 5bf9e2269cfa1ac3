import type { Deliveries } from '../../shared/ports.ts';

/** The port, in memory. */
export function memoryDeliveries(): Deliveries {
  const told = new Set<string>();
  return {
    isTold: async (key) => told.has(key),
    markTold: async (key) => {
      told.add(key);
    },
  };
}
