import { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPolicy } from '../../infra/generate.ts';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { type Ec2Proxy, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildPrivateNatNetwork, type LiveNetwork } from '../support/live-network.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

/** What the emulator does not know is answered in front of it, where nobody checks permissions. */
const NOT_IN_MOTO = [
  'ec2:DescribeSecurityGroupVpcAssociations',
  'ec2:DescribeVpcBlockPublicAccessExclusions',
  'ec2:DescribeVpcBlockPublicAccessOptions',
  'ec2:GetAllowedImagesSettings',
  'route53resolver:ListFirewallDomainLists',
  'route53resolver:ListFirewallRuleGroupAssociations',
];

/** Called only for what the network, or its watch file, refers to, and this one refers to none (`neighbours.moto.test.ts` has them). */
const NOT_CALLED = [
  'ec2:GetManagedPrefixListEntries',
  'ec2:SearchTransitGatewayRoutes',
  'ecs:DescribeServices',
  'iam:SimulatePrincipalPolicy',
  'network-firewall:DescribeFirewall',
  'route53resolver:ListFirewallDomains',
  'route53resolver:ListFirewallRules',
];

const ACTIONS = readPolicy().Statement.flatMap(({ Action }): readonly string[] => Action);
const TAKEN = ACTIONS.filter((action) => !NOT_IN_MOTO.includes(action) && !NOT_CALLED.includes(action));

const roleName = (without: string | undefined): string =>
  without === undefined ? 'scanner' : `without-${without.replace(':', '-')}`;

const policy = (Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

let moto: Moto;
let proxy: Ec2Proxy;
let live: LiveNetwork;
let credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };

/** A user who may only assume roles, the scanner's role, and one role for each action that is taken away; then permissions are enforced. */
beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
  const client = new EC2Client(emulatorConfig(proxy.endpoint));
  live = await buildPrivateNatNetwork(client);
  client.destroy();
  const iam = new IAMClient(emulatorConfig(moto.endpoint));
  await iam.send(new CreateUserCommand({ UserName: 'caller' }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'caller',
      PolicyName: 'assume',
      PolicyDocument: policy([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]),
    }),
  );
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'caller' }));
  credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  const trust = policy([{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }]);
  for (const without of [undefined, ...TAKEN]) {
    const RoleName = roleName(without);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const statements = readPolicy()
      .Statement // The emulator compares no parameter names: it takes every call for one on `*`.
      .map(({ Effect, Action }) => ({ Effect, Resource: '*', Action: Action.filter((action) => action !== without) }))
      .filter(({ Action }) => Action.length > 0);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'scan', PolicyDocument: policy(statements) }));
  }
  iam.destroy();
  const answer = await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  if (!answer.ok) throw new Error('the emulator enforces no permissions');
}, 120_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

async function scanWithout(without: string | undefined): Promise<ScanReport> {
  const readRoleArn = `arn:aws:iam::123456789012:role/${roleName(without)}`;
  const [network] = watchFileSchema.parse({ version: 1, networks: [{ ...live.watched, readRoleArn }] }).networks;
  if (!network) throw new Error('no network');
  const facts = awsFacts({ clock: systemClock, client: { endpoint: proxy.endpoint, credentials } });
  const bundle = await facts.collect(network, instant(Date.now() + 60_000));
  return scanNetwork(parseBundle(bundle), network, instant(Date.UTC(2026, 10, 25)));
}

const verdicts = (report: ScanReport): ReadonlyMap<string, string> =>
  new Map(report.requirements.map(({ id, verdict }) => [id, verdict]));

describe('the permissions of the scanner', () => {
  let whole: ScanReport;

  beforeAll(async () => {
    whole = await scanWithout(undefined);
  }, 60_000);

  it('are enough: no gap, and a verdict on all that applies', () => {
    expect(whole.gaps).toEqual([]);
    expect(whole.verdict).toBe('pass');
  });

  it('write nothing, and name every action', () => {
    expect(ACTIONS.length).toBeGreaterThan(30);
    expect(
      ACTIONS.filter(
        (action) =>
          !/^(?:ec2|ecs|iam|network-firewall|route53|route53resolver|ssm):(?:Describe|Get|List|Search|Simulate)\w+$/.test(
            action,
          ),
      ),
    ).toEqual([]);
  });

  it.each(TAKEN)(
    '%s: without it there is exactly this gap, and nothing that passes by it',
    async (action) => {
      const report = await scanWithout(action);

      expect([...new Set(report.gaps.map(({ operation }) => operation))]).toEqual([action.split(':')[1]]);
      const before = verdicts(whole);
      const changed = [...verdicts(report)].filter(([id, verdict]) => verdict !== before.get(id));
      expect(changed.filter(([, verdict]) => verdict === 'pass' || verdict === 'fail')).toEqual([]);
    },
    60_000,
  );
});
