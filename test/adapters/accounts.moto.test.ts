import { EC2Client } from '@aws-sdk/client-ec2';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { type Ec2Proxy, startEc2Proxy } from '../support/ec2-proxy.ts';
import { buildPrivateNatNetwork } from '../support/live-network.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

const ROLE = 'arn:aws:iam::222222222222:role/runnerwatch-read';

let moto: Moto;
let proxy: Ec2Proxy;
let network: WatchedNetwork;

/** The network is in another account than the one whose keys we have. */
beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
  const { credentials, ...where } = emulatorConfig(proxy.endpoint);
  const other = new EC2Client({
    ...where,
    credentials: fromTemporaryCredentials({
      masterCredentials: credentials,
      clientConfig: where,
      params: { RoleArn: ROLE },
    }),
  });
  const { watched } = await buildPrivateNatNetwork(other);
  other.destroy();
  const entry = { ...watched, accountId: undefined, readRoleArn: ROLE, readRoleExternalId: 'watch-42' };
  const [parsed] = watchFileSchema.parse({ version: 1, networks: [entry] }).networks;
  if (!parsed) throw new Error('no network');
  network = parsed;
}, 60_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

beforeEach(() => proxy.reset());

const collect = (of: WatchedNetwork) => {
  const { region: _region, ...client } = emulatorConfig(proxy.endpoint);
  return awsFacts({ clock: systemClock, client }).collect(of, instant(Date.now() + 60_000));
};

describe('a network of another account', () => {
  it('is read through the role of its watch file entry, assumed once', async () => {
    const bundle = await collect(network);

    expect(bundle.Meta?.AccountId).toBe('222222222222');
    expect(bundle.Errors).toBeUndefined();
    expect(proxy.calls.get('AssumeRole')).toBe(1);
    expect(scanNetwork(parseBundle(bundle), network, instant(Date.UTC(2026, 10, 25))).verdict).toBe('pass');
  });

  it('has its role assumed once for all networks of a batch', async () => {
    const { region: _region, ...client } = emulatorConfig(proxy.endpoint);
    const batch = awsFacts({ clock: systemClock, client }).batch?.();

    await batch?.collect(network, instant(Date.now() + 60_000));
    const again = await batch?.collect({ ...network, id: 'again' }, instant(Date.now() + 60_000));

    expect(again?.Meta?.AccountId).toBe('222222222222');
    expect(proxy.calls.get('AssumeRole')).toBe(1);
    expect(proxy.calls.get('DescribeSubnets')).toBe(1);
  });

  it('shares nothing with the same network read through another role', async () => {
    const { region: _region, ...client } = emulatorConfig(proxy.endpoint);
    const batch = awsFacts({ clock: systemClock, client }).batch?.();

    await batch?.collect(network, instant(Date.now() + 60_000));
    await batch?.collect({ ...network, readRoleArn: `${ROLE}-2` }, instant(Date.now() + 60_000));

    expect(proxy.calls.get('AssumeRole')).toBe(2);
    expect(proxy.calls.get('DescribeSubnets')).toBe(2);
  });

  it('is one gap that names the role when it cannot be assumed: nothing passes, nothing fails, nothing is asked', async () => {
    proxy.refuse.set('AssumeRole', 'AccessDenied');

    const bundle = await collect(network);
    const report = scanNetwork(parseBundle(bundle), network, instant(Date.UTC(2026, 10, 25)));

    expect(bundle.Errors).toMatchObject([{ Operation: 'AssumeRole', Code: 'AccessDenied', ResourceId: ROLE }]);
    expect([...proxy.calls.keys()]).toEqual(['AssumeRole']);
    expect(report.verdict).toBe('unknown');
    expect(report.summary.fail).toBe(0);
    expect(report.gaps.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1);
    const told = report.requirements.find(({ id }) => id === 'subnet-outbound-path')?.findings[0]?.reasons[0]?.message;
    expect(told).toContain(ROLE);
  });

  // Last: calls that it has given up may still reach the counter.
  it('is not there without the role', async () => {
    await expect(collect({ ...network, readRoleArn: undefined })).rejects.toThrow(/not visible/);
  });
});
