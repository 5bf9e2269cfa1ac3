import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateFirewallCommand, NetworkFirewallClient } from '@aws-sdk/client-network-firewall';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import { DEPLOYMENT_ACTIONS } from '../../shared/core/facts/kinds/role-simulation.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { type Ec2Proxy, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildRunner, type LiveRunner } from '../support/live-runner.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

const ROLE = 'arn:aws:iam::123456789012:role/gitpod-deployment';

let moto: Moto;
let proxy: Ec2Proxy;
let runner: LiveRunner;
let serviceArn: string;
let firewallArn: string;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
  runner = await buildRunner(proxy.endpoint, 'one', { environments: 1, tagged: true });
  const config = emulatorConfig(proxy.endpoint);
  const [ecs, route53, firewall] = [
    new ECSClient(config),
    new Route53Client(config),
    new NetworkFirewallClient(config),
  ];
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: runner.clusterName, services: ['runner-one'] }),
  );
  serviceArn = services?.[0]?.serviceArn ?? '';
  await route53.send(
    new CreateHostedZoneCommand({
      Name: 'corp.example.com',
      CallerReference: 'one',
      HostedZoneConfig: { PrivateZone: true },
      VPC: { VPCId: runner.vpcId, VPCRegion: 'eu-central-1' },
    }),
  );
  const made = await firewall.send(
    new CreateFirewallCommand({
      FirewallName: 'edge',
      FirewallPolicyArn: 'arn:aws:network-firewall:eu-central-1:123456789012:firewall-policy/edge',
      VpcId: runner.vpcId,
      SubnetMappings: [{ SubnetId: runner.subnetId }],
    }),
  );
  firewallArn = made.Firewall?.FirewallArn ?? '';
  for (const client of [ecs, route53, firewall]) client.destroy();
}, 60_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

/** What the emulator does not know is answered in front of it. */
beforeEach(() => {
  proxy.reset();
  const associated = { Id: 'rslvr-frgassoc-1', FirewallRuleGroupId: 'rslvr-frg-1', VpcId: runner.vpcId, Priority: 101 };
  const rule = (Priority: number, FirewallDomainListId: string) => ({
    Action: 'BLOCK',
    Priority,
    FirewallDomainListId,
  });
  proxy.touchedJson
    .set('ListFirewallRuleGroupAssociations', { FirewallRuleGroupAssociations: [associated] })
    .set('ListFirewallDomainLists', {
      FirewallDomainLists: [
        { Id: 'rslvr-fdl-own', Name: 'own' },
        { Id: 'rslvr-fdl-aws', Name: 'AWSManagedDomainsMalwareDomainList', ManagedOwnerName: 'Route 53' },
      ],
    })
    .set('ListFirewallRules', { FirewallRules: [rule(10, 'rslvr-fdl-own'), rule(20, 'rslvr-fdl-aws')] })
    .set('ListFirewallDomains', { Domains: ['*.example.net.'] });
  const results = DEPLOYMENT_ACTIONS.map(
    (action) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalDecision>allowed</EvalDecision><EvalResourceName>*</EvalResourceName></member>`,
  ).join('');
  proxy.touched.set(
    'SimulatePrincipalPolicy',
    `<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results}</EvaluationResults></SimulatePrincipalPolicyResult>`,
  );
});

const watched = (inputs: object = {}): WatchedNetwork => {
  const entry = { ...runner.network.watched, runnerServiceArn: serviceArn, deploymentRoleArn: ROLE, ...inputs };
  const [network] = watchFileSchema.parse({ version: 1, networks: [entry] }).networks;
  if (!network) throw new Error('no network');
  return network;
};

const collect = (network = watched()): Promise<Bundle> => {
  const { region: _region, ...client } = emulatorConfig(proxy.endpoint);
  return awsFacts({ clock: systemClock, client }).collect(network, instant(Date.now() + 60_000));
};

const judge = (bundle: Bundle, network = watched()): ScanReport =>
  scanNetwork(parseBundle(bundle), network, instant(Date.UTC(2026, 10, 25)));

describe('what stands beside EC2', () => {
  it('is read with the network, once each, and not what nobody refers to', async () => {
    const bundle = await collect();

    expect(bundle.Errors).toBeUndefined();
    expect(bundle['PrivateHostedZones']).toMatchObject({ [runner.vpcId]: [{ Name: 'corp.example.com.' }] });
    expect(Object.keys(bundle['FirewallRules'] as object)).toEqual(['rslvr-frg-1']);
    expect(bundle['FirewallDomains']).toEqual({ 'rslvr-fdl-own': ['*.example.net.'] });
    expect(bundle['Firewalls']).toMatchObject([{ FirewallArn: firewallArn }]);
    expect(bundle['FirewallEndpoints']).toMatchObject({ [firewallArn]: { Firewall: { FirewallName: 'edge' } } });
    expect(bundle['EcsServices']).toMatchObject({ [serviceArn]: [{ serviceArn, status: 'ACTIVE' }] });
    expect((bundle['RoleSimulations'] as Record<string, object[]>)[ROLE]).toHaveLength(DEPLOYMENT_ACTIONS.length);
    for (const action of ['ListHostedZonesByVPC', 'ListFirewallRules', 'ListFirewallDomains', 'ListFirewalls'])
      expect([action, proxy.calls.get(action)]).toEqual([action, 1]);
  }, 60_000);

  it('is not asked for when the watch file does not name it', async () => {
    const bundle = await collect(watched({ runnerServiceArn: undefined, deploymentRoleArn: null }));

    expect([bundle['EcsServices'], bundle['RoleSimulations']]).toEqual([{}, {}]);
    expect([proxy.calls.get('DescribeServices'), proxy.calls.get('SimulatePrincipalPolicy')]).toEqual([
      undefined,
      undefined,
    ]);
  }, 60_000);

  it('is known not to be there when AWS says so', async () => {
    proxy.refuse.set('SimulatePrincipalPolicy', 'NoSuchEntity');
    const elsewhere = serviceArn.replace(`/${runner.clusterName}/`, '/nowhere/');
    const network = watched({ runnerServiceArn: elsewhere });

    const bundle = await collect(network);
    const report = judge(bundle, network);

    expect(bundle.Errors).toBeUndefined();
    expect(bundle['RoleSimulations']).toEqual({ [ROLE]: null });
    expect(bundle['EcsServices']).toEqual({ [elsewhere]: null });
    expect(report.requirements.find(({ id }) => id === 'deployment-role-permissions')?.verdict).toBe('fail');
  }, 60_000);

  it.each([
    'DescribeFirewall',
    'DescribeServices',
    'ListFirewallDomainLists',
    'ListFirewallDomains',
    'ListFirewallRuleGroupAssociations',
    'ListFirewallRules',
    'ListFirewalls',
    'ListHostedZonesByVPC',
    'SimulatePrincipalPolicy',
  ])(
    '%s refused is a gap of that call, and nothing passes or fails by it',
    async (action) => {
      const whole = new Map(judge(await collect()).requirements.map(({ id, verdict }) => [id, verdict]));
      proxy.refuse.set(action, 'AccessDeniedException');
      // AWS lets nobody read its own lists, which is only known by these names.
      if (action === 'ListFirewallDomainLists') proxy.refuse.set('ListFirewallDomains', 'AccessDeniedException');

      const report = judge(await collect());

      const gaps = [...new Set(report.gaps.map(({ operation }) => operation))];
      expect(gaps.sort()).toEqual([...proxy.refuse.keys()].sort());
      const changed = report.requirements.filter(({ id, verdict }) => whole.get(id) !== verdict);
      expect(changed.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').map(({ id }) => id)).toEqual([]);
    },
    60_000,
  );
});
