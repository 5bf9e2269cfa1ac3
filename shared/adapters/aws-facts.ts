import { REGION_SERVICES } from '../core/requirements/catalogue.ts';
import type { CloudFacts } from '../ports.ts';
import { type Ec2FactsOptions, ec2Facts } from './ec2-facts.ts';
import { withRegionServices } from './region-services.ts';

/** Everything of a bundle that AWS can tell: the network and its account from EC2, the services of the Region from Systems Manager. */
export const awsFacts = (options: Ec2FactsOptions): CloudFacts =>
  withRegionServices(ec2Facts(options), { ...options, codes: REGION_SERVICES });
