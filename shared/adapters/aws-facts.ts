import { REGION_SERVICES } from '../core/requirements/catalogue.ts';
import type { CloudFacts } from '../ports.ts';
import { type Caller, openAccount } from './account-credentials.ts';
import { type Ec2FactsOptions, ec2Facts } from './ec2-facts.ts';
import { withRegionServices } from './region-services.ts';

export interface AwsFactsOptions extends Omit<Ec2FactsOptions, 'client'> {
  readonly client?: Caller;
}

/**
 * Everything of a bundle that AWS can tell: the network and its account from EC2, the services of the Region from Systems Manager. An account whose role
 * cannot be assumed is one gap, and nothing is asked.
 */
export const awsFacts = ({ client, ...options }: AwsFactsOptions): CloudFacts => ({
  collect: async (network, deadline) => {
    const account = await openAccount(network, client);
    if (account.is === 'refused') return { Meta: { Region: network.region }, Errors: [account.error] };
    const { credentials } = account;
    const asked = { ...options, client: { ...client, ...(credentials ? { credentials } : {}) } };
    return withRegionServices(ec2Facts(asked), { ...asked, codes: REGION_SERVICES }).collect(network, deadline);
  },
});
