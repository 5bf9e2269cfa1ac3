import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { BundleError } from '../core/facts/bundle.ts';
import type { WatchedNetwork } from '../core/requirements/watch-file.ts';
import { errorOf } from './failure.ts';

/** Parts of an SDK client's configuration that decide who asks, and where. */
export interface Caller {
  readonly endpoint?: string;
  readonly credentials?: ReturnType<typeof fromTemporaryCredentials> | { accessKeyId: string; secretAccessKey: string };
}

export type Account =
  /** Undefined credentials: the normal chain of the process. */
  | { readonly is: 'open'; readonly credentials?: ReturnType<typeof fromTemporaryCredentials> }
  | { readonly is: 'refused'; readonly error: BundleError };

/** Networks with the same key are read with the same rights in the same place, so that what is read for one serves the other. */
export const accountKey = ({ region, readRoleArn, readRoleExternalId }: WatchedNetwork): string =>
  [region, readRoleArn, readRoleExternalId].join('|');

const SESSION = 'runnerwatch';

/** The account of a network: our own, or the one of the role that its watch file entry names. One AssumeRole for all calls of a collection. */
export async function openAccount(
  { readRoleArn, readRoleExternalId, region }: WatchedNetwork,
  caller: Caller = {},
): Promise<Account> {
  if (readRoleArn === undefined) return { is: 'open' };
  const { credentials: own, ...where } = caller;
  const credentials = fromTemporaryCredentials({
    ...(own ? { masterCredentials: own } : {}),
    clientConfig: { ...where, region, maxAttempts: 3 },
    params: {
      RoleArn: readRoleArn,
      RoleSessionName: SESSION,
      ...(readRoleExternalId === undefined ? {} : { ExternalId: readRoleExternalId }),
    },
  });
  try {
    const assumed = await credentials();
    return { is: 'open', credentials: async () => assumed };
  } catch (cause) {
    return { is: 'refused', error: errorOf('AssumeRole', cause, readRoleArn) };
  }
}
