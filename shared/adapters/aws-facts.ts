import { REGION_SERVICES } from '../core/requirements/catalogue.ts';
import type { CloudFacts } from '../ports.ts';
import { type Account, accountKey, type Caller, openAccount } from './account-credentials.ts';
import type { Outcome } from './aws-calls.ts';
import { CallPace } from './call-pace.ts';
import { type Ec2FactsOptions, ec2Facts } from './ec2-facts.ts';
import { type RegionServicesRead, withRegionServices } from './region-services.ts';
import { SharedReads } from './shared-reads.ts';

export interface AwsFactsOptions extends Omit<Ec2FactsOptions, 'client' | 'reads'> {
  readonly client?: Caller;
}

/**
 * Everything of a bundle that AWS can tell: the network and its account (`aws-operations.ts`), the services of the Region from Systems Manager.
 * An account whose role cannot be assumed is one gap, and nothing is asked.
 */
export function awsFacts({ client, pace = new CallPace(), ...options }: AwsFactsOptions): CloudFacts {
  const batch = (): CloudFacts => {
    const accounts = new SharedReads<Account>();
    const reads = new SharedReads<Outcome>();
    const services = new SharedReads<RegionServicesRead>();
    return {
      collect: async (network, deadline) => {
        const account = await accounts.once(
          accountKey(network),
          () => openAccount(network, client),
          ({ is }) => is === 'open',
        );
        if (account.is === 'refused') return { Meta: { Region: network.region }, Errors: [account.error] };
        const { credentials } = account;
        const asked = { ...options, pace, client: { ...client, ...(credentials ? { credentials } : {}) } };
        const own = ec2Facts({ ...asked, reads });
        return withRegionServices(own, { ...asked, codes: REGION_SERVICES, reads: services }).collect(
          network,
          deadline,
        );
      },
    };
  };
  return { collect: (network, deadline) => batch().collect(network, deadline), batch };
}
