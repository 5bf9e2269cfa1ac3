import { describe, expect, it } from '@jest/globals';
import { actionOf, type Kind } from '../../../shared/core/facts/kinds/kind.ts';
import { KINDS, type ResourceKind } from '../../../shared/core/facts/kinds/registry.ts';
import { operationsThatChange } from '../../../shared/core/facts/operations.ts';
import { sharedFile } from '../../support/corpus.ts';

const ALL = Object.entries<Kind<{ readonly id: string }>>(KINDS) as readonly (readonly [
  ResourceKind,
  Kind<{ readonly id: string }>,
])[];

/** Keys in the first column of the table of the bundle. */
function keysIn(formats: string): readonly string[] {
  const section = /## 1\.[\s\S]*?(?=\n## 2\.)/.exec(formats)?.[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
}

describe('kinds', () => {
  it('are every key of the describe bundle, and what is documented beside it', () => {
    const formats = sharedFile('formats.md');
    if (formats === undefined) return;
    const keys = keysIn(formats);
    const members = ALL.map(([, { member }]) => member);

    expect(keys.length).toBeGreaterThan(35);
    expect(keys.filter((key) => key !== 'Meta' && key !== 'Errors' && !members.includes(key))).toEqual([]);
    expect(members.filter((member) => !keys.includes(member))).toEqual([
      'ResolverRules',
      'ResolverRuleAssociations',
      'FirewallRuleGroupAssociations',
      'FirewallRules',
      'FirewallDomainLists',
      'FirewallDomains',
      'PrivateHostedZones',
      'Firewalls',
      'FirewallEndpoints',
      'EcsServices',
      'RoleSimulations',
    ]);
  });

  it('have each a call with an IAM action, but for the answers of resolvers', () => {
    const without = ALL.filter(
      ([, kind]) =>
        !/^(?:ec2|ecs|iam|network-firewall|route53|route53resolver|ssm):[A-Z]\w+$/.test(actionOf(kind) ?? ''),
    );

    expect(without.map(([name]) => name)).toEqual(['dnsAnswers']);
  });

  it('are each changed by some call, but for what only AWS changes', () => {
    const without = ALL.filter(([name]) => operationsThatChange([name]).length === 0);

    expect(without.map(([name]) => name)).toEqual(['prefixList', 'region', 'regionServices', 'roleSimulation']);
  });

  it('name what makes them, but for what nobody makes with a tool', () => {
    const named = ALL.filter(([, { types }]) => types.cloudFormation.length + types.terraform.length > 0);
    const types = ALL.flatMap(([, kind]) => [...kind.types.cloudFormation, ...kind.types.terraform]);

    expect(ALL.filter((one) => !named.includes(one)).map(([name]) => name)).toEqual([
      'prefixList',
      'regionServices',
      'dnsAnswers',
    ]);
    expect(
      types.filter(
        (type) => !/^(?:AWS::(?:EC2|ECS|IAM|NetworkFirewall|Route53|Route53Resolver)::\w+|aws_\w+)$/.test(type),
      ),
    ).toEqual([]);
  });

  it('keep what they are read from and where in one place: no two have the same key', () => {
    const members = ALL.map(([, { member }]) => member);

    expect(new Set(members).size).toBe(members.length);
    for (const [name, { shape, idMember }] of ALL)
      expect([name, idMember !== undefined]).toEqual([name, shape === 'list']);
  });
});
