/** How long a network's history is kept, in days. */
export const HISTORY_DAYS = 400;

/** How long a change event waits for a scan that takes it into account, in days; scans are minutes apart unless something is broken. */
export const CHANGE_DAYS = 30;

/** How long it is remembered that a change event has been taken into account, in days: the queue may deliver it again for an hour, by hand for longer. */
export const SETTLED_DAYS = 2;
