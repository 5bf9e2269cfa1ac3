import type { NetworkModel } from '../../model/network-model.ts';
import { cidrSet, formatCidr } from '../../net/cidr.ts';
import { intersect, isEmpty } from '../../net/interval-set.ts';
import type { Reason, Witness } from '../../reach/answer.ts';
import type { Fix } from '../report.ts';
import type { Check } from '../requirement.ts';
import type { WatchedNetwork } from '../watch-file.ts';
import type { RuleNumbers } from './rule-numbers.ts';

/** What advice may look at: the finding it is about, and the network. */
export interface Advised {
  readonly model: NetworkModel;
  readonly network: WatchedNetwork;
  readonly check: Check;
  readonly subject: string;
  readonly witness: Witness | undefined;
  readonly numbers: RuleNumbers;
}

/** What mends one cause. */
export type Adviser = (reason: Reason, about: Advised) => Fix | readonly Fix[];

/** Title and, when it is known in full, the command; a line that somebody would have to complete is not given. */
export const fix = (title: string, { network }: Advised, command?: string): Fix =>
  command === undefined ? { title } : { title, command: `aws ${command} --region ${network.region}` };

/** The subnet of a subject such as `environment@subnet-…` or `subnet-…`. */
export function subnetOf({ subject, model }: Advised) {
  const seen = model.find('subnet', subject.slice(subject.indexOf('@') + 1));
  return seen.is === 'there' ? seen.value : undefined;
}

/** IPv4 blocks of the watched VPC. */
export function vpcBlocks({ model, network }: Advised): readonly string[] {
  const vpc = model.find('vpc', network.vpcId);
  const blocks = vpc.is === 'there' ? vpc.value.cidrs.filter(({ family }) => family === 'ipv4') : [];
  return blocks
    .filter((cidr) => !isEmpty(intersect(cidrSet(cidr), model.vpcSpace(network.vpcId, 'ipv4'))))
    .map(formatCidr);
}

export const EVERYWHERE = '0.0.0.0/0';
