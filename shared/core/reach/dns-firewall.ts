import type { FirewallRule } from '../facts/kinds/firewall-rules.ts';
import type { NetworkModel } from '../model/network-model.ts';
import type { Family } from '../net/ip.ts';
import type { Reason } from './answer.ts';
import { describeGap } from './walk-context.ts';

/** What DNS Firewall does with a name. Nothing stands in its way when both are empty. */
export interface FirewallVerdict {
  /** Rules that surely block it. */
  readonly blocks: readonly Reason[];
  /** Why it may be blocked. */
  readonly doubts: readonly Reason[];
}

interface PlacedRule extends FirewallRule {
  readonly groupId: string;
}

type Match = 'yes' | 'no' | 'partly' | 'unseen';

/** A name or a pattern of a list; a star at the front stands for anything. */
function matches(pattern: string, name: string): Match {
  if (!pattern.startsWith('*')) {
    if (pattern === name) return 'yes';
    return name.startsWith('*') && pattern.endsWith(name.slice(1)) ? 'partly' : 'no';
  }
  const end = pattern.slice(1);
  if (!name.startsWith('*')) return name.endsWith(end) ? 'yes' : 'no';
  if (name.slice(1).endsWith(end)) return 'yes';
  return end.endsWith(name.slice(1)) ? 'partly' : 'no';
}

const RECORD_TYPE: Readonly<Record<Family, string>> = { ipv4: 'A', ipv6: 'AAAA' };

function matchOf(model: NetworkModel, rule: PlacedRule, name: string): Match {
  if (rule.domainListId === undefined) return 'unseen';
  const list = model.find('firewallDomains', rule.domainListId);
  if (list.is !== 'there') return 'unseen';
  const found = list.value.patterns.map((pattern) => matches(pattern, name));
  return found.includes('yes') ? 'yes' : found.includes('partly') ? 'partly' : 'no';
}

/** The domain list as people call it, with why it cannot be read if so. */
function listName(model: NetworkModel, { domainListId }: PlacedRule): string {
  if (domainListId === undefined) return 'a rule without a domain list';
  const list = model.find('firewallDomainList', domainListId);
  const name = list.is === 'there' && list.value.name !== '' ? ` (${list.value.name})` : '';
  return `domain list \`${domainListId}\`${name}`;
}

function whyUnseen(model: NetworkModel, rule: PlacedRule): string {
  if (rule.domainListId === undefined) return 'which names it matches is AWS’s judgement';
  const list = model.find('firewallDomainList', rule.domainListId);
  if (list.is === 'there' && list.value.isManaged) return 'AWS shows nobody what is on it';
  const domains = model.find('firewallDomains', rule.domainListId);
  return domains.is === 'hidden' ? describeGap(domains.gap) : 'it is not there';
}

const doubt = (component: string, message: string): Reason => ({ code: 'X_DNS_RULES_UNKNOWN', component, message });

const LETS_THROUGH: ReadonlySet<string> = new Set(['ALLOW', 'ALERT']);

/** Rules of the VPC's groups in the order in which they are tried, and groups whose rules cannot be seen. */
function rulesOf(model: NetworkModel, vpcId: string) {
  const associations = model
    .all('firewallRuleGroupAssociation')
    .filter((item) => item.vpcId === vpcId)
    .sort((a, b) => a.priority - b.priority);
  return associations.map(({ id, ruleGroupId }) => {
    const group = model.find('firewallRules', ruleGroupId);
    const groupId = ruleGroupId === '' ? id : ruleGroupId;
    if (group.is === 'there')
      return {
        groupId,
        rules: [...group.value.rules]
          .sort((a, b) => a.priority - b.priority)
          .map((rule): PlacedRule => ({ ...rule, groupId })),
      };
    const why = group.is === 'hidden' ? describeGap(group.gap) : 'it is not there';
    return { groupId, unseen: why };
  });
}

/**
 * The first rule that matches decides, groups and rules by their priority; a name that none matches is let through (Route 53 developer guide, DNS Firewall
 * rule groups and rules, read 2026-11-26). Aliases (CNAME) are judged like names of their own unless the rule trusts them, and cannot be seen, so they may
 * end at a rule that blocks all names. `isFinal`: the name has no aliases. A name may begin with `*.`, for all below it.
 */
export function dnsFirewallOver(
  model: NetworkModel,
  vpcId: string,
  name: string,
  family: Family,
  isFinal: boolean,
): FirewallVerdict {
  const groups = rulesOf(model, vpcId);
  const doubts: Reason[] = [];
  let mayBeLetThrough = false;
  for (const { groupId, rules, unseen } of groups) {
    if (!rules) {
      doubts.push(
        doubt(
          groupId,
          `DNS Firewall filters the names of \`${vpcId}\` by rule group \`${groupId}\`; its rules cannot be seen (${unseen})`,
        ),
      );
      mayBeLetThrough = true;
      continue;
    }
    for (const rule of rules) {
      if (rule.queryType !== undefined && rule.queryType !== RECORD_TYPE[family]) continue;
      const match = matchOf(model, rule, name);
      if (match === 'no') continue;
      const where = `rule ${rule.priority} of DNS Firewall group \`${groupId}\``;
      if (LETS_THROUGH.has(rule.action)) {
        if (match !== 'yes') {
          mayBeLetThrough = true;
          continue;
        }
        const all = rule.trustsAliases || isFinal ? undefined : blockerOfAll(model, groups);
        return {
          blocks: [],
          doubts: all
            ? [
                ...doubts,
                doubt(
                  groupId,
                  `${where} lets \`${name}\` through but not the names it may be an alias of, which cannot be seen and which rule ${all.priority} of group \`${all.groupId}\` would block; a rule that trusts redirections lets them through`,
                ),
              ]
            : doubts,
        };
      }
      if (match === 'yes' && rule.action === 'BLOCK' && !mayBeLetThrough)
        return {
          doubts,
          blocks: [
            {
              code: 'X_DNS_FIREWALL_BLOCK',
              component: groupId,
              message: `${where} blocks \`${name}\` (${listName(model, rule)})`,
            },
          ],
        };
      doubts.push(
        match === 'unseen'
          ? doubt(groupId, `${where} may block \`${name}\`: ${listName(model, rule)}, and ${whyUnseen(model, rule)}`)
          : doubt(groupId, `${where} may block \`${name}\` (${listName(model, rule)})`),
      );
      // Whatever comes after it, the name was blocked here or let through before.
      if (match === 'yes') return { blocks: [], doubts };
    }
  }
  return { blocks: [], doubts };
}

function blockerOfAll(model: NetworkModel, groups: ReturnType<typeof rulesOf>): PlacedRule | undefined {
  return groups
    .flatMap(({ rules = [] }) => rules)
    .find((rule) => {
      if (rule.action !== 'BLOCK' || rule.domainListId === undefined) return false;
      const list = model.find('firewallDomains', rule.domainListId);
      return list.is === 'there' && list.value.patterns.includes('*');
    });
}
