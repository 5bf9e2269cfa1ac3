import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { BundleError } from '../core/facts/bundle.ts';
import type { Clock, CloudFacts } from '../ports.ts';

/** GetParameters takes at most ten names (Systems Manager API reference, read 2026-11-26). */
const MAX_NAMES = 10;

export interface RegionServicesOptions {
  readonly clock: Clock;
  /** Service codes that are asked for. */
  readonly codes: readonly string[];
  readonly onCall?: (operation: string) => void;
  readonly client?: Omit<SSMClientConfig, 'region'>;
}

/**
 * Adds which services AWS has in the Region, from the public parameters of Systems Manager: a name that is not there is a service that is not there. When
 * the call fails, the key is left out and the failure is an entry of `Errors`.
 */
export function withRegionServices(
  facts: CloudFacts,
  { clock, codes, onCall, client: configuration }: RegionServicesOptions,
): CloudFacts {
  const read = async (region: string, patience: number): Promise<readonly string[] | BundleError> => {
    const client = new SSMClient({ maxAttempts: 5, ...configuration, region });
    const prefix = `/aws/service/global-infrastructure/regions/${region}/services/`;
    const names = codes.map((code) => `${prefix}${code}`);
    const abortSignal = AbortSignal.timeout(Math.max(patience, 1));
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
      return found.flatMap(({ Name }) => (Name?.startsWith(prefix) ? [Name.slice(prefix.length)] : [])).sort();
    } catch (cause) {
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      return { Operation: 'GetParameters', Code: name, Message: (message.split('\n')[0] ?? '').slice(0, 300) };
    } finally {
      onCall?.('GetParameters');
      client.destroy();
    }
  };
  return {
    collect: async (network, deadline) => {
      const [bundle, services] = await Promise.all([
        facts.collect(network, deadline),
        read(network.region, deadline - clock.now()),
      ]);
      return 'Operation' in services
        ? { ...bundle, Errors: [...(bundle.Errors ?? []), services] }
        : { ...bundle, RegionServices: services };
    },
  };
}
