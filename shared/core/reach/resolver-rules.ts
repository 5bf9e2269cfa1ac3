import type { ResourceKind } from '../facts/kinds/registry.ts';
import type { ResolverRule } from '../facts/kinds/resolver-rule.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Reason } from './answer.ts';
import { describeGap } from './walk-context.ts';

const KINDS_OF_RULES = ['resolverRule', 'resolverRuleAssociation', 'firewallRuleGroupAssociation'] as const;

/** What stands between the names of a VPC and the answers of the Route 53 Resolver, and what is taken for granted about it. */
export interface ResolverRules {
  /** Why the resolver may answer otherwise, or not at all; empty when nothing stands in between. */
  readonly doubts: readonly Reason[];
  readonly assumption: string;
}

const NOT_READ = 'Route 53 Resolver rules, DNS Firewall and private hosted zones are assumed absent';

const READ = 'private hosted zones and Route 53 Profiles are assumed absent';

/** Rules that come with Route 53, which answer as if there were none. */
const OF_AWS = /^rslvr-autodefined-/;

/** Only these are known to leave a name to the Route 53 Resolver itself. */
const KEEPS: ReadonlySet<string> = new Set(['SYSTEM', 'RECURSIVE']);

const covers = (domain: string, name: string): boolean =>
  domain === '' || domain === name || name.endsWith(`.${domain}`);

/**
 * `name` undefined: any name at all. A bundle without these facts has them assumed absent, as it is written in the answers; a refused call is a doubt.
 */
export function resolverRulesOver(model: NetworkModel, vpcId: string, name: string | undefined): ResolverRules {
  const gaps = KINDS_OF_RULES.flatMap((kind: ResourceKind) => model.gapOf(kind) ?? []);
  const refused = gaps.filter((gap) => gap.code !== 'NotCollected');
  const doubts = [
    ...refused.map(
      (gap): Reason => ({
        code: 'X_FACT_UNREADABLE',
        component: gap.resourceId ?? gap.operation,
        message: `whether Route 53 Resolver answers as it would without rules in \`${vpcId}\` cannot be seen (${describeGap(gap)})`,
      }),
    ),
    ...forwarding(model, vpcId, name),
    ...firewalls(model, vpcId),
  ];
  return { doubts, assumption: gaps.length === 0 ? READ : NOT_READ };
}

/** The rule with the longest domain that covers the name decides (Route 53 developer guide, how Resolver evaluates rules, read 2026-11-26). */
function forwarding(model: NetworkModel, vpcId: string, name: string | undefined): readonly Reason[] {
  const associated = model.all('resolverRuleAssociation').filter((item) => item.vpcId === vpcId);
  const unseen = associated.filter(
    ({ ruleId }) => !OF_AWS.test(ruleId) && model.find('resolverRule', ruleId).is !== 'there',
  );
  const rules = associated.flatMap(({ ruleId }): readonly ResolverRule[] => {
    const rule = model.find('resolverRule', ruleId);
    return rule.is === 'there' &&
      (name === undefined ? rule.value.domainName === '' : covers(rule.value.domainName, name))
      ? [rule.value]
      : [];
  });
  const longest = Math.max(0, ...rules.map(({ domainName }) => domainName.length));
  return [
    ...unseen.map(
      ({ ruleId }): Reason => ({
        code: 'X_FACT_UNREADABLE',
        component: ruleId,
        message: `which names the resolver rule \`${ruleId}\` of \`${vpcId}\` forwards cannot be seen`,
      }),
    ),
    ...rules
      .filter(({ domainName, type }) => domainName.length === longest && !KEEPS.has(type))
      .map(
        ({ id, domainName }): Reason => ({
          code: 'X_DNS_RULES_UNKNOWN',
          component: id,
          message: `the resolver rule \`${id}\` forwards ${domainName === '' ? 'all names' : `\`${domainName}\``} from \`${vpcId}\` to other servers; their answers cannot be seen`,
        }),
      ),
  ];
}

const firewalls = (model: NetworkModel, vpcId: string): readonly Reason[] =>
  model
    .all('firewallRuleGroupAssociation')
    .filter((item) => item.vpcId === vpcId)
    .map(
      ({ id, ruleGroupId }): Reason => ({
        code: 'X_DNS_RULES_UNKNOWN',
        component: ruleGroupId === '' ? id : ruleGroupId,
        message: `DNS Firewall filters the names of \`${vpcId}\` by rule group \`${ruleGroupId}\`; its domain lists are not read`,
      }),
    );
