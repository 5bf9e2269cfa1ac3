import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import { KINDS } from '../../../shared/core/facts/kinds/registry.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import type { RequirementVerdict } from '../../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';
import { enterpriseBundle, enterpriseNetwork } from '../../support/enterprise-network.ts';

type Json = Readonly<Record<string, unknown>>;

const AT = instant(Date.UTC(2026, 10, 25));

function verdictsOf(bundle: Json, network: WatchedNetwork): ReadonlyMap<string, RequirementVerdict> {
  const { requirements } = scanNetwork(parseBundle(bundle), network, AT);
  return new Map(requirements.map(({ id, verdict }) => [id, verdict]));
}

/** What passes or fails without a member of the bundle, and did not with it. */
function inventions(bundle: Json, network: WatchedNetwork): readonly string[] {
  const whole = verdictsOf(bundle, network);
  return Object.keys(bundle)
    .filter((key) => key !== 'Meta' && key !== 'Errors')
    .flatMap((key) => {
      const { [key]: _hidden, ...rest } = bundle;
      return [...verdictsOf(rest, network)]
        .filter(([id, verdict]) => (verdict === 'pass' || verdict === 'fail') && whole.get(id) !== verdict)
        .map(([id, verdict]) => `${id}: ${whole.get(id)} -> ${verdict} without ${key}`);
    });
}

describe('a member of the bundle that could not be read', () => {
  it.each(stories().map((story) => [`${story.id}${story.step}`, story] as const))(
    'makes nothing pass and nothing fail that did not: %s',
    (_name, story) => {
      const [network] = watchFileSchema.parse(parse(story.watchFile)).networks;
      if (!network) throw new Error('no network in the watch file');

      expect(inventions(story.bundle as Json, network)).toEqual([]);
    },
  );

  it.each([
    ['private-nat', 'standard', {}],
    ['private-endpoints', 'standard', {}],
    ['public-subnet', 'standard', {}],
    ['restricted-ingress', 'restricted', {}],
    [
      'private-nat',
      'standard',
      { launchType: 'EC2', imageSource: 'public-ecr', loadBalancerVisibility: 'internet-facing' },
    ],
    ['private-nat', 'standard', { imageSource: undefined, launchType: undefined, userCidrs: undefined }],
  ] as const)(
    'makes nothing pass and nothing fail that did not: an enterprise runner, %s, %s, %o',
    (option, mode, more) => {
      expect(inventions(enterpriseBundle(mode), enterpriseNetwork(option, more))).toEqual([]);
    },
  );

  const NETWORKS = ['c1-private-nat', 'public-subnet-ok', 'tgw-central-egress-ok'];

  it.each(
    stories()
      .filter(({ id }) => NETWORKS.includes(id))
      .map((story) => [story.id, story] as const),
  )('makes nothing pass and nothing fail that did not: %s as an enterprise runner', (_name, story) => {
    const [network] = watchFileSchema.parse(parse(story.watchFile)).networks;
    if (!network) throw new Error('no network in the watch file');
    const enterprise = { ...network, catalogue: 'ona-enterprise', waivers: [], attestations: [] };

    expect(inventions(story.bundle as Json, enterprise)).toEqual([]);
  });
});

describe('a list of the bundle that was cut short', () => {
  const operationOf = (member: string): string | undefined =>
    Object.values(KINDS).find((kind) => kind.member === member)?.operation;

  it.each([
    ['private-nat', 'standard'],
    ['public-subnet', 'standard'],
    ['restricted-ingress', 'restricted'],
  ] as const)(
    'makes nothing pass and nothing fail that did not: an enterprise runner, %s',
    (option, mode) => {
      const network = enterpriseNetwork(option);
      const bundle = enterpriseBundle(mode);
      const whole = verdictsOf(bundle, network);
      const cuts = Object.entries(bundle).flatMap(([member, list]) => {
        const operation = operationOf(member);
        if (operation === undefined || !Array.isArray(list)) return [];
        return [1, list.length].map((kept) => ({
          what: `${kept} of ${member}`,
          bundle: { ...bundle, [member]: list.slice(0, kept), Errors: [{ Operation: operation, Code: 'Throttled' }] },
        }));
      });
      const invented = cuts.flatMap((cut) =>
        [...verdictsOf(cut.bundle, network)]
          .filter(([id, verdict]) => (verdict === 'pass' || verdict === 'fail') && whole.get(id) !== verdict)
          .map(([id, verdict]) => `${id}: ${whole.get(id)} -> ${verdict} with ${cut.what}`),
      );

      expect(cuts.length).toBeGreaterThan(50);
      expect(invented).toEqual([]);
    },
    30_000,
  );
});
