import * as ec2 from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { KINDS, type ResourceKind } from '../../../shared/core/facts/kinds/registry.ts';
import data from '../../../shared/core/facts/operations.data.json' with { type: 'json' };
import {
  CHANGE_SOURCES,
  effectOf,
  kindsChangedBy,
  mayChangeNetwork,
  operationsThatChange,
} from '../../../shared/core/facts/operations.ts';
import { sharedFile } from '../../support/corpus.ts';

/** Kinds that no call of an account changes, and why. */
const CHANGED_BY_AWS_ONLY: readonly ResourceKind[] = [
  // Service prefix lists are Amazon's.
  'prefixList',
  // `account:EnableRegion` is no call of a network service and comes from us-east-1 only.
  'region',
  'regionServices',
  // IAM's events come from us-east-1 only.
  'roleSimulation',
];

const READS = /^(?:Describe|Get|List|Search)/;

/** Calls that write a copy or a key somewhere else and are named like changes. */
const EXPORTS = [
  'ExportClientVpnClientCertificateRevocationList',
  'ExportClientVpnClientConfiguration',
  'ExportTransitGatewayRoutes',
  'ExportVerifiedAccessInstanceClientConfiguration',
];

describe('operations', () => {
  it('of the installed EC2 client are all classified', () => {
    const operations = Object.keys(ec2)
      .filter((name) => /^[A-Z].*Command$/.test(name))
      .map((name) => name.slice(0, -'Command'.length));
    const unclassified = operations.filter(
      (name) => !READS.test(name) && !EXPORTS.includes(name) && effectOf('aws.ec2', name) === 'unclassified',
    );

    expect(operations.length).toBeGreaterThan(700);
    expect(unclassified).toEqual([]);
  });

  it('fill every family that a kind names', () => {
    const known = new Set(Object.values(KINDS).flatMap((kind): readonly string[] => kind.changedBy));
    const families = new Set(
      Object.values(data).flatMap((operations) => Object.values(operations).flatMap((row) => row.slice(1))),
    );

    expect([...known].filter((family) => !families.has(family))).toEqual([]);
  });

  it('change every kind, or AWS alone does', () => {
    const kinds = Object.keys(KINDS) as ResourceKind[];

    expect(kinds.filter((kind) => operationsThatChange([kind]).length === 0)).toEqual(CHANGED_BY_AWS_ONLY);
  });

  it('lead from the call to the kinds', () => {
    expect(kindsChangedBy('aws.ec2', 'DeleteNatGateway')).toEqual(['natGateway']);
    expect(kindsChangedBy('aws.ec2', 'ModifyManagedPrefixList')).toEqual(
      expect.arrayContaining(['routeTable', 'securityGroup', 'managedPrefixList', 'prefixListEntries']),
    );
    expect(kindsChangedBy('aws.route53resolver', 'AssociateFirewallRuleGroup')).toEqual([
      'resolverRule',
      'resolverRuleAssociation',
      'firewallRuleGroupAssociation',
      'firewallRules',
      'firewallDomainList',
      'firewallDomains',
      'dnsAnswers',
    ]);
    expect([kindsChangedBy('aws.ec2', 'InventTeleporter'), kindsChangedBy('my.app', 'DeleteNatGateway')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('that nobody knows may change everything', () => {
    expect([effectOf('aws.ec2', 'InventTeleporter'), mayChangeNetwork('aws.ec2', 'InventTeleporter')]).toEqual([
      'unclassified',
      true,
    ]);
    expect([effectOf('aws.ec2', 'DeleteNatGateway'), mayChangeNetwork('aws.ec2', 'CreateSnapshot')]).toEqual([
      'reachability',
      false,
    ]);
    // The same name is another call in another service.
    expect([mayChangeNetwork('aws.networkmanager', 'CreateSite'), mayChangeNetwork('aws.ec2', 'CreateSite')]).toEqual([
      false,
      true,
    ]);
  });

  it('agree with the hand-made list beside the checkout', () => {
    const ec2List = sharedFile('events/ec2-network-mutations.json');
    const others = sharedFile('events/other-network-mutations.json');
    if (!ec2List || !others) return;
    const rows = [...(JSON.parse(ec2List) as readonly Row[]), ...(JSON.parse(others) as readonly Row[])];

    expect(rows.length).toBeGreaterThan(700);
    expect(rows.filter((row) => effectOf(row.eventBridgeSource ?? 'aws.ec2', row.operation) !== row.affects)).toEqual(
      [],
    );
    // The list has no ECS: the runner's service came later.
    expect(CHANGE_SOURCES).toEqual(
      ['aws.ecs', ...new Set(rows.map((row) => row.eventBridgeSource ?? 'aws.ec2'))].sort(),
    );
  });
});

interface Row {
  readonly operation: string;
  readonly affects: string;
  readonly eventBridgeSource?: string;
}
