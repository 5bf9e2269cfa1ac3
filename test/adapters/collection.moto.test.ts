import * as ec2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallMade } from '../../shared/adapters/aws-calls.ts';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { Kind } from '../../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../../shared/core/facts/kinds/registry.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import type { CloudFacts } from '../../shared/ports.ts';
import { type Ec2Proxy, mapItems, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildLargeVpc, type LargeVpc, watchLargeVpc } from '../support/large-vpc.ts';
import { buildPrivateNatNetwork, type LiveNetwork } from '../support/live-network.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

let moto: Moto;
let proxy: Ec2Proxy;
let client: ec2.EC2Client;
let live: LiveNetwork;
let small: WatchedNetwork;
let vpc: LargeVpc;
let large: WatchedNetwork;

const SIZE = { subnets: 100, groups: 50, interfacesPerSubnet: 20 };

const watched = (entry: Readonly<Record<string, unknown>>): WatchedNetwork => {
  const [network] = watchFileSchema.parse({ version: 1, networks: [entry] }).networks;
  if (!network) throw new Error('no network');
  return network;
};

const facts = (onCall?: (call: CallMade) => void): CloudFacts => {
  const { region: _region, ...rest } = emulatorConfig(proxy.endpoint);
  return awsFacts({ clock: systemClock, client: rest, ...(onCall ? { onCall } : {}) });
};

const soon = (milliseconds = 60_000) => instant(Date.now() + milliseconds);

const timeless = ({ Meta: _Meta, ...rest }: Bundle): Bundle => rest;

/** Regions, zones, addresses, VPN gateways, connections and customer gateways have no pages in the API. */
const PAGED = [
  'DescribeVpcs',
  'DescribeSubnets',
  'DescribeRouteTables',
  'DescribeNetworkAcls',
  'DescribeSecurityGroups',
  'DescribeSecurityGroupRules',
  'DescribeInternetGateways',
  'DescribeNatGateways',
  'DescribeNetworkInterfaces',
  'DescribeDhcpOptions',
  'DescribeImages',
  'DescribePrefixLists',
  'DescribeManagedPrefixLists',
  'DescribeVpcEndpoints',
];

const ofEach = Object.values<Kind<{ readonly id: string }>>(KINDS)
  .filter(({ collect }) => collect.by === 'each')
  .map(({ operation }) => operation);

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
  client = new ec2.EC2Client(emulatorConfig(proxy.endpoint));
  live = await buildPrivateNatNetwork(client);
  small = watched(live.watched);
  vpc = await buildLargeVpc(client, SIZE);
  large = watched(watchLargeVpc(vpc));
}, 180_000);

afterAll(async () => {
  client.destroy();
  await proxy.stop();
  await moto.stop();
});

beforeEach(() => proxy.reset());

describe('the budget of calls', () => {
  it('is one for each kind and two for the attributes of the VPC, however large the VPC is', async () => {
    const bundle = await facts().collect(large, soon());
    const counted = new Map(proxy.calls);
    proxy.reset();
    await facts().collect(small, soon());

    expect(bundle['Subnets']).toHaveLength(SIZE.subnets);
    expect(bundle['SecurityGroups']).toHaveLength(SIZE.groups + 1);
    expect(bundle['NetworkInterfaces']).toHaveLength(SIZE.subnets * SIZE.interfacesPerSubnet);
    expect([...counted].filter(([action, count]) => count > 1 && !ofEach.includes(action))).toEqual([]);
    expect(counted.get('DescribeVpcAttribute')).toBe(2);
    expect([...counted].sort()).toEqual([...proxy.calls].sort());
  }, 60_000);

  it('is told call by call, as it was over the wire', async () => {
    const calls: CallMade[] = [];
    proxy.refuse.set('DescribeAddresses', 'UnauthorizedOperation');
    proxy.pageSizes.set('DescribeSubnets', 30);
    proxy.throttle.set('DescribeNetworkAcls', 2);

    await facts((call) => calls.push(call)).collect(large, soon());

    const told = new Map<string, number>();
    for (const { operation, pages, retries, error } of calls)
      told.set(operation, (told.get(operation) ?? 0) + pages + retries + (error === undefined ? 0 : 1));
    expect([...told].sort()).toEqual([...proxy.calls].sort());
    expect(calls.find(({ operation }) => operation === 'DescribeSubnets')).toMatchObject({ pages: 4, objects: 100 });
    expect(calls.filter(({ retries }) => retries > 0)).toMatchObject([
      { operation: 'DescribeNetworkAcls', retries: 2 },
    ]);
    expect(calls.filter(({ error }) => error !== undefined)).toMatchObject([
      { operation: 'DescribeAddresses', pages: 0, error: 'UnauthorizedOperation' },
    ]);
  }, 60_000);
});

describe('pages', () => {
  it('are all read: a network in pages of two objects is the same network', async () => {
    const whole = await facts().collect(small, soon());
    proxy.reset();
    for (const action of PAGED) proxy.pageSizes.set(action, 2);

    const paged = await facts().collect(small, soon());

    expect(timeless(paged)).toEqual(timeless(whole));
    expect(proxy.calls.get('DescribeRouteTables')).toBe(Math.ceil((whole['RouteTables'] as object[]).length / 2));
    expect(proxy.calls.get('DescribeSecurityGroups')).toBe(2);
    expect(proxy.calls.get('DescribeDhcpOptions')).toBeGreaterThan(0);
  }, 60_000);

  it('that come back to the beginning are a gap, not an endless loop', async () => {
    proxy.edits.set('DescribeSubnets', (xml) =>
      xml.replace('</DescribeSubnetsResponse>', '<nextToken>again</nextToken></DescribeSubnetsResponse>'),
    );

    const bundle = await facts().collect(small, soon());

    expect(bundle['Subnets']).toBeUndefined();
    expect(bundle.Errors).toMatchObject([{ Operation: 'DescribeSubnets', Code: 'UnexpectedAnswer' }]);
    expect(proxy.calls.get('DescribeSubnets')).toBe(2);
  }, 60_000);
});

describe('the deadline', () => {
  it('turns what a slow AWS has not answered into gaps, in time', async () => {
    proxy.delays.set('DescribeNetworkInterfaces', 8_000);
    const start = Date.now();

    const bundle = await facts().collect(small, soon(4_000));

    expect(Date.now() - start).toBeLessThan(7_000);
    expect(bundle['NetworkInterfaces']).toBeUndefined();
    expect(bundle.Errors).toContainEqual(
      expect.objectContaining({ Operation: 'DescribeNetworkInterfaces', Code: 'OutOfTime' }),
    );
    expect(bundle['Subnets']).toHaveLength(2);
    expect(scanNetwork(parseBundle(bundle), small, soon(0)).verdict).toBe('unknown');
  }, 30_000);

  it('is not waited beyond for an AWS that only throttles', async () => {
    proxy.throttle.set('DescribeSubnets', 1_000);
    const start = Date.now();

    const bundle = await facts().collect(small, soon(3_000));

    expect(Date.now() - start).toBeLessThan(6_000);
    expect(bundle.Errors?.map(({ Operation }) => Operation)).toContain('DescribeSubnets');
  }, 30_000);
});

describe('a batch', () => {
  it('reads once what its networks need alike, and each VPC for itself', async () => {
    const alone = await facts().collect(large, soon());
    proxy.reset();
    const batch = facts().batch?.();
    if (!batch) throw new Error('the collector has no batches');

    await batch.collect(small, soon());
    const shared = await batch.collect(large, soon());

    const twice = [...proxy.calls].filter(([, count]) => count > 1).map(([action]) => action);
    const byVpc = Object.values<Kind<{ readonly id: string }>>(KINDS)
      .filter(({ collect }) => ['vpc', 'group', 'each'].includes(collect.by))
      .map(({ operation }) => operation);
    expect(twice.filter((action) => !byVpc.includes(action))).toEqual([]);
    for (const action of ['DescribeRegions', 'DescribeImages', 'DescribeTransitGateways', 'GetParameters'])
      expect([action, proxy.calls.get(action)]).toEqual([action, 1]);
    expect(proxy.calls.get('DescribeSubnets')).toBe(2);
    expect(timeless(shared)).toEqual(timeless(alone));
  }, 60_000);

  it('of networks that are read at the same time asks no more', async () => {
    const batch = facts().batch?.();

    await Promise.all([batch?.collect(small, soon()), batch?.collect({ ...small, id: 'again' }, soon())]);

    expect([...proxy.calls].filter(([action, count]) => count > 1 && action !== 'DescribeVpcAttribute')).toEqual([]);
    expect(proxy.calls.get('DescribeVpcAttribute')).toBe(2);
  }, 60_000);

  it('hands out nothing that an earlier batch has read, and tells the time of its oldest read', async () => {
    const source = facts();
    const before = await source.batch?.().collect(small, soon());
    const { DhcpOptions } = await client.send(
      new ec2.CreateDhcpOptionsCommand({ DhcpConfigurations: [{ Key: 'domain-name', Values: ['later.example'] }] }),
    );
    const batch = source.batch?.();
    const first = await batch?.collect(small, soon());
    const second = await batch?.collect(large, soon());

    const holds = (bundle: Bundle | undefined): boolean =>
      ((bundle?.['DhcpOptions'] ?? []) as { DhcpOptionsId?: string }[]).some(
        ({ DhcpOptionsId }) => DhcpOptionsId === DhcpOptions?.DhcpOptionsId,
      );
    expect([holds(before), holds(first), holds(second)]).toEqual([false, true, true]);
    expect(Date.parse(second?.Meta?.CollectedAt ?? '')).toBeLessThanOrEqual(
      Date.parse(first?.Meta?.CollectedAt ?? '') + 5,
    );
  }, 60_000);

  it('reads again for the next network what was refused', async () => {
    const batch = facts().batch?.();
    proxy.refuse.set('DescribeRegions', 'UnauthorizedOperation');
    const first = await batch?.collect(small, soon());
    proxy.refuse.clear();
    const second = await batch?.collect(small, soon());

    expect(first?.Errors).toHaveLength(1);
    expect(second?.Errors).toBeUndefined();
  }, 60_000);
});

describe('a network that changes while it is read', () => {
  it('is read once more where its lists contradict each other', async () => {
    const whole = await facts().collect(small, soon());
    proxy.reset();
    const [subnetId = ''] = small.environmentSubnetIds;
    // The first look at the subnets was before the subnet was made.
    proxy.edits.set('DescribeSubnets', (xml, nth) =>
      nth === 1 ? mapItems(xml, (item) => (item.includes(subnetId) ? undefined : item)) : xml,
    );

    const bundle = await facts().collect(small, soon());

    expect(timeless(bundle)).toEqual(timeless(whole));
    expect(proxy.calls.get('DescribeSubnets')).toBe(2);
    expect(proxy.calls.get('DescribeRouteTables')).toBe(2);
    expect(proxy.calls.get('DescribeVpcs')).toBe(1);
  }, 60_000);

  it('is read no third time, and what still contradicts passes nothing', async () => {
    proxy.edits.set('DescribeNatGateways', (xml) =>
      xml.replace(/<natGatewaySet>[\s\S]*<\/natGatewaySet>/, '<natGatewaySet/>'),
    );

    const bundle = await facts().collect(small, soon());
    const report = scanNetwork(parseBundle(bundle), small, soon(0));

    expect(bundle['NatGateways']).toEqual([]);
    expect(proxy.calls.get('DescribeNatGateways')).toBe(2);
    expect(report.requirements.find(({ id }) => id === 'egress-management-plane-443')?.verdict).toBe('unknown');
  }, 60_000);
});

describe('a managed prefix list', () => {
  let listId: string;

  const change = async (CurrentVersion: number, Cidr: string): Promise<void> => {
    await client.send(
      new ec2.ModifyManagedPrefixListCommand({
        PrefixListId: listId,
        CurrentVersion,
        AddEntries: [{ Cidr }],
      }),
    );
  };

  const versionNow = async (): Promise<number> => {
    const { PrefixLists } = await client.send(new ec2.DescribeManagedPrefixListsCommand({ PrefixListIds: [listId] }));
    return PrefixLists?.[0]?.Version ?? 0;
  };

  const blocksIn = (bundle: Bundle): readonly string[] | undefined =>
    (bundle['PrefixListEntries'] as Record<string, { Cidr: string }[]>)[listId]?.map(({ Cidr }) => Cidr);

  beforeAll(async () => {
    const { PrefixList } = await client.send(
      new ec2.CreateManagedPrefixListCommand({
        PrefixListName: 'users',
        AddressFamily: 'IPv4',
        MaxEntries: 20,
        Entries: [{ Cidr: '172.30.0.0/16' }],
      }),
    );
    listId = PrefixList?.PrefixListId ?? '';
    await client.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        GroupId: (live.watched['environmentSecurityGroupIds'] as string[])[0],
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 29222, ToPort: 29222, PrefixListIds: [{ PrefixListId: listId }] },
        ],
      }),
    );
  });

  it('costs one call for its blocks and one for a second look at its version', async () => {
    const bundle = await facts().collect(small, soon());

    expect(blocksIn(bundle)).toEqual(['172.30.0.0/16']);
    expect(proxy.calls.get('GetManagedPrefixListEntries')).toBe(1);
    expect(proxy.calls.get('DescribeManagedPrefixLists')).toBe(2);
  }, 60_000);

  it('that moves once while it is read is read once more, with its new version', async () => {
    const version = await versionNow();
    proxy.reset();
    proxy.edits.set('GetManagedPrefixListEntries', async (xml, nth) => {
      if (nth === 1) await change(version, '172.31.0.0/16');
      return xml;
    });

    const bundle = await facts().collect(small, soon());

    expect(blocksIn(bundle)).toEqual(['172.30.0.0/16', '172.31.0.0/16']);
    const listed = (bundle['ManagedPrefixLists'] as { PrefixListId: string; Version: number }[]).find(
      ({ PrefixListId }) => PrefixListId === listId,
    );
    expect(listed?.Version).toBe(version + 1);
    expect(proxy.calls.get('GetManagedPrefixListEntries')).toBe(2);
    expect(bundle.Errors).toBeUndefined();
  }, 60_000);

  it('that does not come to rest is unseen', async () => {
    const version = await versionNow();
    proxy.reset();
    proxy.edits.set('GetManagedPrefixListEntries', async (xml, nth) => {
      await change(version + nth - 1, `172.2${nth}.0.0/16`);
      return xml;
    });

    const bundle = await facts().collect(small, soon());

    expect(blocksIn(bundle)).toBeUndefined();
    // The emulator cannot tell the lists of services once a list has a second version.
    expect(bundle.Errors?.filter(({ Operation }) => Operation !== 'DescribePrefixLists')).toMatchObject([
      { Operation: 'GetManagedPrefixListEntries', Code: 'Contradiction', ResourceId: listId },
    ]);
    expect(proxy.calls.get('GetManagedPrefixListEntries')).toBe(2);
  }, 60_000);
});
