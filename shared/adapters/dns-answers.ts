import { Resolver } from 'node:dns/promises';
import { toIso } from '../core/base/instant.ts';
import type { BundleError } from '../core/facts/bundle.ts';
import { hostNamesOf } from '../core/requirements/host-names.ts';
import type { Clock, CloudFacts } from '../ports.ts';

export interface DnsAnswersOptions {
  readonly clock: Clock;
  /** `address:port` of resolvers; those of this machine when absent. */
  readonly servers?: readonly string[];
}

interface Answer {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly failure: unknown;
}

/**
 * Adds what a resolver answers here and now for the host names that matter to the network, as `DnsAnswers` with the time. A name without an answer is an
 * entry of `Errors`. Answers that the bundle already has stay, when there is no newer one.
 */
export function withDnsAnswers(facts: CloudFacts, { clock, servers }: DnsAnswersOptions): CloudFacts {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers) resolver.setServers(servers);
  const ask = async (name: string): Promise<Answer> => {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = [ipv4, ipv6].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    return { name, addresses: addresses.sort(), failure: ipv4.status === 'rejected' ? ipv4.reason : undefined };
  };
  return {
    collect: async (network, deadline) => {
      const [bundle, answers] = await Promise.all([
        facts.collect(network, deadline),
        Promise.all(hostNamesOf(network).map(ask)),
      ]);
      const AsOf = toIso(clock.now());
      const found = answers.filter(({ addresses }) => addresses.length > 0);
      const errors = answers.filter(({ addresses }) => addresses.length === 0).map(errorOf);
      return {
        ...bundle,
        DnsAnswers: {
          ...(bundle['DnsAnswers'] as object | undefined),
          ...Object.fromEntries(found.map(({ name, addresses }) => [name, { Addresses: addresses, AsOf }])),
        },
        ...(errors.length === 0 ? {} : { Errors: [...(bundle.Errors ?? []), ...errors] }),
      };
    },
  };
}

/** `Code` is that of the resolver library: `ENOTFOUND`, `ETIMEOUT`, … */
function errorOf({ name, failure }: Answer): BundleError {
  const { code, message } = failure as { readonly code?: string; readonly message?: string };
  return {
    Operation: 'ResolveHostNames',
    Code: code ?? 'NoAnswer',
    ResourceId: name,
    Message: message ?? 'the resolver gave no address',
  };
}
