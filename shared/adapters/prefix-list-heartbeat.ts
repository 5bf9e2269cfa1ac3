import { type EC2Client, ModifyManagedPrefixListCommand } from '@aws-sdk/client-ec2';
import type { Heartbeat } from '../ports.ts';

/**
 * Renames a customer-managed prefix list. A new name makes no new version of the list, so the current one need not be given (EC2 API reference,
 * ModifyManagedPrefixList, read 2026-11-26) and there is none that could be out of date.
 */
export const prefixListHeartbeat = (client: EC2Client, listId: string): Heartbeat => ({
  beat: async (name) => {
    await client.send(new ModifyManagedPrefixListCommand({ PrefixListId: listId, PrefixListName: name }));
  },
});
