import * as ec2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { ec2Facts } from '../../shared/adapters/ec2-facts.ts';
import { withRegionServices } from '../../shared/adapters/region-services.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import { KINDS } from '../../shared/core/facts/kinds/registry.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { REGION_SERVICES } from '../../shared/core/requirements/catalogue.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { type Ec2Proxy, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildPrivateNatNetwork, type LiveNetwork } from '../support/live-network.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

let moto: Moto;
let proxy: Ec2Proxy;
let client: ec2.EC2Client;
let live: LiveNetwork;
let network: WatchedNetwork;

const AT = instant(Date.UTC(2026, 10, 25));

const collect = (): Promise<Bundle> => {
  const { region: _region, ...rest } = emulatorConfig(proxy.endpoint);
  return awsFacts({ clock: systemClock, client: rest }).collect(network, instant(Date.now() + 60_000));
};

const judge = (bundle: unknown): ScanReport => scanNetwork(parseBundle(bundle), network, AT);

const ids = (report: ScanReport, verdict: string) =>
  report.requirements.filter((requirement) => requirement.verdict === verdict).map(({ id }) => id);

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
  client = new ec2.EC2Client(emulatorConfig(proxy.endpoint));
  live = await buildPrivateNatNetwork(client);
  const [parsed] = watchFileSchema.parse({ version: 1, networks: [live.watched] }).networks;
  if (!parsed) throw new Error('no network');
  network = parsed;
}, 60_000);

afterAll(async () => {
  client.destroy();
  await proxy.stop();
  await moto.stop();
});

beforeEach(() => proxy.reset());

describe('a live network', () => {
  it('passes all that applies, and so does the bundle that was saved of it', async () => {
    const bundle = await collect();
    const saved = JSON.parse(JSON.stringify(bundle)) as unknown;

    const report = judge(bundle);

    expect({ verdict: report.verdict, unknown: ids(report, 'unknown'), fail: ids(report, 'fail') }).toEqual({
      verdict: 'pass',
      unknown: [],
      fail: [],
    });
    expect(report.summary.pass).toBeGreaterThan(40);
    expect(bundle['RegionServices']).toEqual([...REGION_SERVICES]);
    expect(report.gaps).toEqual([]);
    expect(judge(saved)).toEqual(report);
  });

  it('gives the same bundle twice, but for the time', async () => {
    const [one, other] = [await collect(), await collect()];

    expect({ ...other, Meta: undefined }).toEqual({ ...one, Meta: undefined });
  });

  it('asks once for each kind, and once for each referenced list, table or attribute', async () => {
    await collect();

    const perReference = new Set(['DescribeVpcAttribute', 'GetManagedPrefixListEntries', 'SearchTransitGatewayRoutes']);
    const many = [...proxy.calls].filter(([action, count]) => count > 1 && !perReference.has(action));
    expect(many).toEqual([]);
    expect(proxy.calls.get('DescribeVpcAttribute')).toBe(2);
    expect([...proxy.calls.values()].reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(Object.keys(KINDS).length + 2);
  });

  it('survives throttling', async () => {
    proxy.throttle.set('DescribeSubnets', 2).set('DescribeRouteTables', 1);

    const report = judge(await collect());

    expect(report.verdict).toBe('pass');
    expect(proxy.calls.get('DescribeSubnets')).toBe(3);
  }, 30_000);

  it('makes each refused call a gap of that call, and never a pass of what needs it', async () => {
    const whole = judge(await collect());
    for (const action of [
      'DescribeRouteTables',
      'DescribeNetworkAcls',
      'DescribeSecurityGroups',
      'DescribeNatGateways',
      'DescribeSubnets',
      'DescribeVpcAttribute',
      'DescribeRegions',
      'GetAllowedImagesSettings',
      'DescribeNetworkInterfaces',
    ]) {
      proxy.refuse.clear();
      proxy.refuse.set(action, 'UnauthorizedOperation');

      const bundle = await collect();
      const report = judge(bundle);

      expect([...new Set(report.gaps.map((gap) => gap.operation))]).toEqual([action]);
      expect(report.verdict).toBe('unknown');
      const worse = report.requirements.filter((requirement) => requirement.verdict === 'fail');
      expect({ action, worse: worse.map((requirement) => requirement.id) }).toEqual({ action, worse: [] });
      expect(whole.verdict).toBe('pass');
    }
  }, 60_000);

  it('leaves the services of the Region unknown when Systems Manager refuses, without losing the network', async () => {
    const facts = { collect: async (): Promise<Bundle> => ({ Vpcs: [], Errors: [] }) };
    const refused = withRegionServices(facts, {
      clock: systemClock,
      codes: ['ecs'],
      client: { ...emulatorConfig('http://127.0.0.1:1'), maxAttempts: 1 },
    });

    const bundle = await refused.collect(network, instant(Date.now() + 5_000));

    expect(bundle['RegionServices']).toBeUndefined();
    expect(bundle.Errors?.map((error) => error.Operation)).toEqual(['GetParameters']);
    expect(bundle['Vpcs']).toEqual([]);
    const service = judge(bundle).requirements.find(({ id }) => id === 'service-ecs-fargate');
    expect(service?.verdict).toBe('unknown');
  });

  it('tells a service that the Region does not have from one that could not be asked for', async () => {
    const asked = withRegionServices(
      { collect: async () => ({}) },
      { clock: systemClock, codes: ['ecs', 'no-such-service'], client: emulatorConfig(proxy.endpoint) },
    );

    const bundle = await asked.collect(network, instant(Date.now() + 30_000));

    expect(bundle['RegionServices']).toEqual(['ecs']);
  });

  it('says what broke when the NAT gateway is deleted', async () => {
    await client.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: live.natGatewayId }));
    proxy.blackholes.add(live.natGatewayId);

    const report = judge(await collect());

    expect(ids(report, 'fail')).toEqual([
      'egress-aws-apis-443',
      'egress-gateway-8443',
      'egress-gateway-udp-4242-pinned',
      'egress-gateway-udp-4242-wildcard',
      'egress-management-plane-443',
      'egress-public-ecr-443',
      'egress-scm-443',
      'internet-still-required-with-endpoints',
      'private-nat-gateway-public',
      'private-route-via-nat',
      'subnet-outbound-path',
    ]);
    const reasons = report.requirements.find((requirement) => requirement.id === 'subnet-outbound-path')?.findings[0]
      ?.reasons;
    expect(reasons?.[0]).toMatchObject({ code: 'BAD_STATE_ROUTE', component: live.privateRouteTableId });
    expect(reasons?.[0]?.message).toContain(live.natGatewayId);
  });

  it('refuses to judge a VPC that is not there', async () => {
    const facts = ec2Facts({
      clock: systemClock,
      client: { endpoint: proxy.endpoint, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } },
    });

    await expect(
      facts.collect({ ...network, vpcId: 'vpc-0123456789abcdef0' }, instant(Date.now() + 60_000)),
    ).rejects.toThrow(/vpc-0123456789abcdef0.*not visible/);
  });
});
