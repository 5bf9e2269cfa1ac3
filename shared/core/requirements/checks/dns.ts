import type { NetworkModel } from '../../model/network-model.ts';
import type { Answer, Reason } from '../../reach/answer.ts';
import { dnsFirewallOver } from '../../reach/dns-firewall.ts';
import { customResolver, resolverOf } from '../../reach/names.ts';
import { resolverRulesOver } from '../../reach/resolver-rules.ts';
import { hostNamesOf } from '../host-names.ts';
import type { Check } from '../requirement.ts';
import type { WatchedNetwork } from '../watch-file.ts';
import { type Case, failBecause, PASSED, type SubjectAnswer, unknownBecause, unseen } from './judgement.ts';

/** Rules for all names, and DNS Firewall for the names that the network needs. */
function judgeRules(model: NetworkModel, network: WatchedNetwork): Answer {
  const { doubts, assumption } = resolverRulesOver(model, network.vpcId, undefined);
  const firewall = hostNamesOf(network).map((name) => dnsFirewallOver(model, network.vpcId, name, 'ipv4', false));
  const blocks = firewall.flatMap((one) => one.blocks);
  if (blocks.length > 0) return { verdict: 'fail', reasons: blocks, assumptions: [] };
  const reasons = [...doubts, ...firewall.flatMap((one) => one.doubts)];
  return reasons.length > 0
    ? { verdict: 'unknown', reasons: distinct(reasons), assumptions: [] }
    : { ...PASSED, assumptions: [assumption] };
}

const distinct = (reasons: readonly Reason[]): readonly Reason[] => [
  ...new Map(reasons.map((reason) => [`${reason.component} ${reason.message}`, reason])).values(),
];

/** The VPC's own resolver answers, and answers for endpoints where somebody relies on it. */
export function checkDns(
  { engine, network }: Case,
  { hostNames }: Extract<Check, { kind: 'dns' }>,
): readonly SubjectAnswer[] {
  const { model } = engine;
  const resolver = resolverOf(model, network.vpcId);
  const answer = ((): Answer => {
    if (resolver.kind === 'off') return { verdict: 'fail', reasons: [resolver.reason], assumptions: [] };
    if (resolver.kind === 'hidden') return { verdict: 'unknown', reasons: [resolver.reason], assumptions: [] };
    if (resolver.kind === 'custom') return { verdict: 'unknown', reasons: [customResolver(resolver)], assumptions: [] };
    const attributes = model.find('vpcAttributes', network.vpcId);
    const names = attributes.is === 'there' ? attributes.value.enableDnsHostnames : undefined;
    const relying = model
      .all('vpcEndpoint')
      .find((item) => item.vpcId === network.vpcId && item.type === 'Interface' && item.privateDnsEnabled);
    if (hostNames === 'always' && names !== true)
      return names === undefined
        ? unknownBecause(
            'X_FACT_UNREADABLE',
            network.vpcId,
            `whether DNS hostnames are enabled in VPC \`${network.vpcId}\` cannot be seen (DescribeVpcAttribute does not say it)`,
          )
        : failBecause(
            'X_PRIVATE_DNS_DISABLED',
            network.vpcId,
            `DNS hostnames (enableDnsHostnames) are disabled in VPC \`${network.vpcId}\``,
          );
    const gap = unseen(engine, 'vpcEndpoint');
    if (gap && names !== true) return gap;
    if (relying && names === undefined)
      return unknownBecause(
        'X_FACT_UNREADABLE',
        network.vpcId,
        `whether DNS hostnames are enabled in VPC \`${network.vpcId}\`, which VPC endpoint \`${relying.id}\` relies on, cannot be seen (DescribeVpcAttribute does not say it)`,
      );
    if (relying && names === false)
      return failBecause(
        'X_PRIVATE_DNS_DISABLED',
        network.vpcId,
        `DNS hostnames (enableDnsHostnames) are disabled in VPC \`${network.vpcId}\`, and the private DNS names of VPC endpoint \`${relying.id}\` rely on them`,
      );
    return judgeRules(model, network);
  })();
  return [{ subject: network.vpcId, answer }];
}
