import { EC2Client } from '@aws-sdk/client-ec2';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { stories } from '../support/corpus.ts';
import { type Ec2Proxy, mapItems, startEc2Proxy } from '../support/ec2-proxy.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';
import { buildStory } from '../support/story-in-moto.ts';

const AT = instant(Date.UTC(2026, 10, 25));

let moto: Moto;
let proxy: Ec2Proxy;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startEc2Proxy(moto.endpoint);
}, 60_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

beforeEach(() => {
  proxy.reset();
  proxy.blackholes.clear();
});

const only = (watchFile: string): WatchedNetwork => {
  const [network] = watchFileSchema.parse(parse(watchFile)).networks;
  if (!network) throw new Error('no network in the watch file');
  return network;
};

const verdicts = (bundle: unknown, network: WatchedNetwork): ReadonlyMap<string, string> =>
  new Map(scanNetwork(parseBundle(bundle), network, AT).requirements.map(({ id, verdict }) => [id, verdict]));

interface Known {
  /** What is wrong with the emulator. */
  readonly why: string;
  /** What it could not make. */
  readonly left: readonly RegExp[];
  readonly differences: readonly string[];
}

const WITHOUT_A_WAY = [
  'egress-aws-apis-443',
  'egress-gateway-8443',
  'egress-gateway-udp-4242-pinned',
  'egress-gateway-udp-4242-wildcard',
  'egress-management-plane-443',
  'egress-metrics-remote-write-443',
  'egress-public-ecr-443',
  'egress-scm-443',
  'internet-still-required-with-endpoints',
  'subnet-outbound-path',
];

const lost = (...ids: readonly string[]): readonly string[] => ids.map((id) => `${id}: pass -> fail`);

/** Verdicts that are others because of what the emulator cannot hold. Everything else is as in the bundle. */
const KNOWN: Readonly<Record<string, Known>> = {
  'c2-default-vpc': {
    why: 'interfaces show no public address but an Elastic IP address, although the instance was started with one',
    left: [],
    differences: lost('public-subnet-public-addressing'),
  },
  'public-subnet-ok': {
    why: 'interfaces show no public address but an Elastic IP address, although the instance was started with one',
    left: [],
    differences: lost('public-subnet-public-addressing'),
  },
  'n8-allowed-amis': {
    why: 'there are no Bottlerocket images',
    left: [],
    differences: lost('ami-access-runner-bottlerocket'),
  },
  'n13-tgw-zone-missing': {
    why: 'an attachment of another account cannot be made',
    left: [/tgw-attach-\w+ was not made$/],
    differences: [],
  },
  'nat-recreated-failed-eip': {
    why: 'NAT gateways never fail, so the one that did is not there',
    left: [/never fails$/, /nat-\w+ was not made$/],
    differences: ['private-nat-gateway-public: fail -> pass'],
  },
  'nat-regional-automatic': {
    why: 'there are no regional NAT gateways',
    left: [/no regional NAT gateways$/, /nat-\w+ was not made$/],
    differences: lost(...WITHOUT_A_WAY, 'private-nat-gateway-public', 'private-route-via-nat'),
  },
  'tgw-central-egress-ok': {
    why: 'routes of transit gateways come without the attachments that they lead to',
    left: [],
    differences: lost(...WITHOUT_A_WAY, 'private-tgw-internet-path'),
  },
};

/** An endpoint's interface with the address and the state that EC2 would give it. */
function asOfEndpoint(item: string, addresses: ReadonlyMap<string, string>): string {
  const wrong = [...addresses].find(([from]) => item.includes(`>${from}<`));
  if (!wrong) return item;
  const [from, to] = wrong;
  return item.replaceAll(`>${from}<`, `>${to}<`).replace('<status>available</status>', '<status>in-use</status>');
}

/** Allowed AMIs, which moto does not know, as EC2 writes them. */
function allowedImages(bundle: Readonly<Record<string, unknown>>): string {
  const { State, ManagedBy, ImageCriteria } = bundle['AllowedImagesSettings'] as {
    readonly State: string;
    readonly ManagedBy: string;
    readonly ImageCriteria?: readonly { readonly ImageProviders?: readonly string[] }[];
  };
  const criteria = (ImageCriteria ?? []).map(
    ({ ImageProviders }) =>
      `<item><imageProviderSet>${(ImageProviders ?? []).map((one) => `<item>${one}</item>`).join('')}</imageProviderSet></item>`,
  );
  return `<state>${State}</state><managedBy>${ManagedBy}</managedBy><imageCriterionSet>${criteria.join('')}</imageCriterionSet>`;
}

describe('a story that the emulator holds', () => {
  it.each(stories().map((story, index) => [`${story.id}${story.step}`, story, index] as const))(
    'has the verdicts of its bundle when it is scanned live: %s',
    async (name, story, index) => {
      const account = String(100_000_000_000 + index);
      const role = `arn:aws:iam::${account}:role/read`;
      const bundle = story.bundle as Readonly<Record<string, unknown>>;
      const { region } = only(story.watchFile);
      const { credentials } = emulatorConfig(proxy.endpoint);
      const where = { endpoint: proxy.endpoint, region };
      const client = new EC2Client({
        ...where,
        credentials: fromTemporaryCredentials({
          masterCredentials: credentials,
          clientConfig: { ...where, credentials },
          params: { RoleArn: role },
        }),
      });
      const { ids, left, gone, addresses } = await buildStory(client, bundle);
      client.destroy();
      const errors = parseBundle(bundle).gaps;
      for (const { operation, code } of errors) proxy.refuse.set(operation, code);
      for (const id of gone) proxy.blackholes.add(id);
      proxy.touched.set('GetAllowedImagesSettings', allowedImages(bundle));
      proxy.edits.set('DescribeNetworkInterfaces', (xml) => mapItems(xml, (item) => asOfEndpoint(item, addresses)));
      let text = story.watchFile;
      for (const [from, to] of ids) text = text.replaceAll(from, to);
      const network = { ...only(text), accountId: account, readRoleArn: role };
      const facts = awsFacts({ clock: systemClock, client: { endpoint: proxy.endpoint, credentials } });

      const live = await facts.collect(network, instant(Date.now() + 60_000));

      const expected = verdicts(bundle, only(story.watchFile));
      const found = verdicts(live, network);
      const differences = [...expected].flatMap(([id, verdict]) =>
        found.get(id) === verdict ? [] : [`${id}: ${verdict} -> ${found.get(id)}`],
      );
      const { left: missing, differences: other } = KNOWN[name] ?? { left: [], differences: [] };
      expect([...differences].sort()).toEqual([...other].sort());
      expect(left.filter((one) => !missing.some((pattern) => pattern.test(one)))).toEqual([]);
      expect([...new Set(live.Errors?.map(({ Operation }) => Operation))]).toEqual(
        errors.map(({ operation }) => operation),
      );
      expect(expected.size).toBe(found.size);
    },
    60_000,
  );
});
