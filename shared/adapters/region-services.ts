import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { BundleError } from '../core/facts/bundle.ts';
import type { Clock, CloudFacts } from '../ports.ts';
import { accountKey } from './account-credentials.ts';
import type { CallMade } from './aws-calls.ts';
import { errorOf, retriesOf } from './failure.ts';
import { SharedReads } from './shared-reads.ts';

/** GetParameters takes at most ten names (Systems Manager API reference, read 2026-11-26). */
const MAX_NAMES = 10;

const OPERATION = 'GetParameters';

/** Codes of the services that are there, or why that is not known. */
export type RegionServicesRead = readonly string[] | BundleError;

export interface RegionServicesOptions {
  readonly clock: Clock;
  /** Service codes that are asked for. */
  readonly codes: readonly string[];
  readonly onCall?: (call: CallMade) => void;
  readonly client?: Omit<SSMClientConfig, 'region'>;
  /** Of the batch; nothing is shared when absent. */
  readonly reads?: SharedReads<RegionServicesRead>;
}

/**
 * Adds which services AWS has in the Region, from the public parameters of Systems Manager: a name that is not there is a service that is not there. When
 * the call fails, the key is left out and the failure is an entry of `Errors`.
 */
export function withRegionServices(
  facts: CloudFacts,
  { clock, codes, onCall, client: configuration, reads = new SharedReads() }: RegionServicesOptions,
): CloudFacts {
  const read = async (region: string, patience: number): Promise<RegionServicesRead> => {
    const start = clock.now();
    const client = new SSMClient({ maxAttempts: 5, ...configuration, region });
    const prefix = `/aws/service/global-infrastructure/regions/${region}/services/`;
    const names = codes.map((code) => `${prefix}${code}`);
    const abortSignal = AbortSignal.timeout(Math.max(patience, 1));
    const told = (pages: number, objects: number, retries: number, error?: string): void =>
      onCall?.({
        operation: OPERATION,
        pages,
        objects,
        retries,
        milliseconds: clock.now() - start,
        ...(error === undefined ? {} : { error }),
      });
    try {
      const answers = await Promise.all(
        Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, index) =>
          client.send(new GetParametersCommand({ Names: names.slice(index * MAX_NAMES, (index + 1) * MAX_NAMES) }), {
            abortSignal,
          }),
        ),
      );
      const found = answers.flatMap(({ Parameters, InvalidParameters }) => {
        if (Parameters === undefined && InvalidParameters === undefined) throw new Error('the answer is empty');
        return Parameters ?? [];
      });
      told(
        answers.length,
        found.length,
        answers.reduce((sum, answer) => sum + retriesOf(answer), 0),
      );
      return found.flatMap(({ Name }) => (Name?.startsWith(prefix) ? [Name.slice(prefix.length)] : [])).sort();
    } catch (cause) {
      const error = errorOf(OPERATION, cause);
      told(0, 0, retriesOf(cause), error.Code);
      return error;
    } finally {
      client.destroy();
    }
  };
  return {
    collect: async (network, deadline) => {
      const [bundle, services] = await Promise.all([
        facts.collect(network, deadline),
        reads.once(
          accountKey(network),
          () => read(network.region, deadline - clock.now()),
          (value) => !('Operation' in value),
        ),
      ]);
      return 'Operation' in services
        ? { ...bundle, Errors: [...(bundle.Errors ?? []), services] }
        : { ...bundle, RegionServices: services };
    },
  };
}
