import type { PrivateHostedZone } from '../facts/kinds/private-hosted-zones.ts';
import type { ResourceKind } from '../facts/kinds/registry.ts';
import type { ResolverRule } from '../facts/kinds/resolver-rule.ts';
import type { ResolverRuleAssociation } from '../facts/kinds/resolver-rule-association.ts';
import type { Gap } from '../facts/snapshot.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Family } from '../net/ip.ts';
import type { Reason } from './answer.ts';
import { dnsFirewallOver } from './dns-firewall.ts';
import { describeGap } from './walk-context.ts';

const KINDS_OF_RULES = ['resolverRule', 'resolverRuleAssociation', 'firewallRuleGroupAssociation'] as const;

/** What stands between the names of a VPC and the answers of the Route 53 Resolver, and what is taken for granted about it. */
export interface ResolverRules {
  /** Why the resolver may answer otherwise, or not at all; empty when nothing stands in between. */
  readonly doubts: readonly Reason[];
  /** What surely keeps the resolver from answering. */
  readonly blocks: readonly Reason[];
  readonly assumption: string;
}

/** A name that is asked for. */
export interface AskedName {
  /** Lower case, without the dot at the end; `*.` at the front stands for everything below. */
  readonly name: string;
  readonly family: Family;
  /** Domain of the interface endpoint that answers for it, if one does. */
  readonly endpointDomain?: string | undefined;
}

const NOT_READ = 'Route 53 Resolver rules, DNS Firewall and private hosted zones are assumed absent';

const ZONES_NOT_READ = 'private hosted zones and Route 53 Profiles are assumed absent';

const READ = 'Route 53 Profiles are assumed absent';

/** Rules that come with Route 53, which answer as if there were none. */
const OF_AWS = /^rslvr-autodefined-/;

/** Only these are known to leave a name to the Route 53 Resolver itself. */
const KEEPS: ReadonlySet<string> = new Set(['SYSTEM', 'RECURSIVE']);

/** Whether the domain holds the name, or some of the names that a wildcard stands for. */
const covers = (domain: string, name: string): boolean =>
  domain === '' ||
  domain === name ||
  name.endsWith(`.${domain}`) ||
  (name.startsWith('*.') && domain.endsWith(name.slice(1)));

const found = new WeakMap<NetworkModel, Map<string, ResolverRules>>();

/**
 * `asked` undefined: any name at all; single zones and filters are then no matter. A bundle without these facts has them assumed absent, as it is written
 * in the answers; a refused call is a doubt.
 */
export function resolverRulesOver(model: NetworkModel, vpcId: string, asked: AskedName | undefined): ResolverRules {
  const known = found.get(model) ?? new Map<string, ResolverRules>();
  found.set(model, known);
  // All workloads of a VPC ask for the same names.
  const key = asked ? `${vpcId} ${asked.family} ${asked.endpointDomain ?? ''} ${asked.name}` : vpcId;
  const rules = known.get(key) ?? findRules(model, vpcId, asked);
  known.set(key, rules);
  return rules;
}

function findRules(model: NetworkModel, vpcId: string, asked: AskedName | undefined): ResolverRules {
  const gaps = KINDS_OF_RULES.flatMap((kind: ResourceKind) => model.gapOf(kind) ?? []);
  const zones = model.find('privateHostedZones', vpcId);
  const unseen = [...gaps, ...(zones.is === 'hidden' ? [zones.gap] : [])];
  const firewall = asked
    ? dnsFirewallOver(model, vpcId, asked.name, asked.family, asked.endpointDomain !== undefined)
    : { blocks: [], doubts: [] };
  const doubts = [
    ...unseen.filter((gap) => gap.code !== 'NotCollected').map((gap) => notSeen(gap, vpcId)),
    ...elsewhere(model, vpcId, asked),
    ...firewall.doubts,
  ];
  const assumption = gaps.length > 0 ? NOT_READ : zones.is === 'there' ? READ : ZONES_NOT_READ;
  return { doubts, blocks: firewall.blocks, assumption };
}

const notSeen = (gap: Gap, vpcId: string): Reason => ({
  code: 'X_FACT_UNREADABLE',
  component: gap.resourceId ?? gap.operation,
  message: `whether Route 53 Resolver answers as it would without rules in \`${vpcId}\` cannot be seen (${describeGap(gap)})`,
});

/**
 * Who answers in the resolver's place. Of rules and zones the longest domain that covers the name decides, and a rule before a zone of the same domain
 * (Route 53 developer guide, how Resolver evaluates rules, and considerations for private hosted zones; read 2026-11-26). The private DNS names of an
 * endpoint are a zone too.
 */
function elsewhere(model: NetworkModel, vpcId: string, asked: AskedName | undefined): readonly Reason[] {
  const own = asked?.endpointDomain?.length;
  const rules = rulesFor(model, vpcId, asked).filter(({ domainName }) => domainName.length >= (own ?? 0));
  const zones = zonesFor(model, vpcId, asked).filter(({ name }) => own === undefined || name.length > own);
  const longest = Math.max(-1, ...rules.map(({ domainName }) => domainName.length));
  const forwarding = rules.filter(({ domainName, type }) => domainName.length === longest && !KEEPS.has(type));
  const zone = zones.reduce<PrivateHostedZone | undefined>(
    (best, one) => (best && best.name.length >= one.name.length ? best : one),
    undefined,
  );
  return [
    ...unseenRules(model, vpcId),
    ...(zone && (forwarding.length === 0 || zone.name.length > longest) ? [answeredBy(zone, vpcId)] : []),
    ...(zone && zone.name.length > longest ? [] : forwarding.map((rule) => forwardedBy(rule, vpcId))),
  ];
}

const answeredBy = ({ id, name, owningService }: PrivateHostedZone, vpcId: string): Reason => ({
  code: 'X_DNS_RULES_UNKNOWN',
  component: id,
  message: `the private hosted zone \`${id}\`${owningService === undefined ? '' : ` of ${owningService}`} answers for \`${name}\` in \`${vpcId}\`; its records are not read`,
});

const forwardedBy = ({ id, domainName }: ResolverRule, vpcId: string): Reason => ({
  code: 'X_DNS_RULES_UNKNOWN',
  component: id,
  message: `the resolver rule \`${id}\` forwards ${domainName === '' ? 'all names' : `\`${domainName}\``} from \`${vpcId}\` to other servers; their answers cannot be seen`,
});

const associatedWith = (model: NetworkModel, vpcId: string): readonly ResolverRuleAssociation[] =>
  model.all('resolverRuleAssociation').filter((item) => item.vpcId === vpcId && !OF_AWS.test(item.ruleId));

const unseenRules = (model: NetworkModel, vpcId: string): readonly Reason[] =>
  associatedWith(model, vpcId)
    .filter(({ ruleId }) => model.find('resolverRule', ruleId).is !== 'there')
    .map(({ ruleId }) => ({
      code: 'X_FACT_UNREADABLE',
      component: ruleId,
      message: `which names the resolver rule \`${ruleId}\` of \`${vpcId}\` forwards cannot be seen`,
    }));

const rulesFor = (model: NetworkModel, vpcId: string, asked: AskedName | undefined): readonly ResolverRule[] =>
  associatedWith(model, vpcId).flatMap(({ ruleId }) => {
    const rule = model.find('resolverRule', ruleId);
    if (rule.is !== 'there') return [];
    const { domainName } = rule.value;
    return (asked ? covers(domainName, asked.name) : domainName === '') ? [rule.value] : [];
  });

function zonesFor(model: NetworkModel, vpcId: string, asked: AskedName | undefined): readonly PrivateHostedZone[] {
  const seen = model.find('privateHostedZones', vpcId);
  if (seen.is !== 'there' || !asked) return [];
  return seen.value.zones.filter(({ name }) => covers(name, asked.name));
}
