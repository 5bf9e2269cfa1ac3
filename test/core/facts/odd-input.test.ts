import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';

type Json = Readonly<Record<string, unknown>>;

const AT = instant(Date.UTC(2026, 10, 25));

const STORIES = stories().filter(({ id }) => ['c1-private-nat', 'tgw-central-egress-ok'].includes(id));

const networkOf = (watchFile: string) => {
  const [network] = watchFileSchema.parse(parse(watchFile)).networks;
  if (!network) throw new Error('no network in the watch file');
  return network;
};

/** Every object of the value changed, the innermost first. */
function mapObjects(value: unknown, change: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mapObjects(item, change));
  if (value === null || typeof value !== 'object') return value;
  const inside = Object.entries(value).map(([key, member]): [string, unknown] => [key, mapObjects(member, change)]);
  return change(Object.fromEntries(inside));
}

/** Members of objects by name, replaced one by one. */
function memberNames(value: unknown, fits: (member: unknown, name: string) => boolean): readonly string[] {
  const names = new Set<string>();
  mapObjects(value, (object) => {
    for (const [name, member] of Object.entries(object)) if (fits(member, name)) names.add(name);
    return object;
  });
  return [...names].sort();
}

const replaced = (bundle: unknown, name: string, by: unknown): unknown =>
  mapObjects(bundle, (object) => (typeof object[name] === 'string' ? { ...object, [name]: by } : object));

describe.each(STORIES.map((story) => [story.id, story] as const))('the describe output of %s', (_id, story) => {
  const network = networkOf(story.watchFile);
  const verdicts = (bundle: unknown): ReadonlyMap<string, string> =>
    new Map(scanNetwork(parseBundle(bundle), network, AT).requirements.map(({ id, verdict }) => [id, verdict]));
  const whole = verdicts(story.bundle);

  it('may have members that nobody knows', () => {
    const { DnsAnswers, VpcAttributes, PrefixListEntries, TransitGatewayRoutes, ...lists } = story.bundle as Json;
    const odd = mapObjects(lists, (object) => ({
      ...object,
      Novelty: { Of: ['tomorrow', 1, null], Deep: [{ Item: {} }] },
    }));
    const maps = { DnsAnswers, VpcAttributes, PrefixListEntries, TransitGatewayRoutes };
    const present = Object.fromEntries(Object.entries(maps).filter(([, value]) => value !== undefined));

    expect(verdicts({ ...(odd as Json), ...present })).toEqual(whole);
  });

  it('may have states and types that nobody knows: they are kept and told, and nothing passes that did not', () => {
    const names = memberNames(
      story.bundle,
      (member, name) => typeof member === 'string' && /(?:State|Status|Type|Mode|Status|Family|Domain)$/.test(name),
    );
    const crashed: string[] = [];
    const better: string[] = [];
    for (const name of names) {
      try {
        const odd = verdicts(replaced(story.bundle, name, 'novel-thing'));
        for (const [id, verdict] of odd)
          if (verdict === 'pass' && whole.get(id) !== 'pass') better.push(`${id} passes with another ${name}`);
      } catch (error) {
        crashed.push(`${name}: ${String(error)}`);
      }
    }

    expect(names.length).toBeGreaterThan(10);
    expect(crashed).toEqual([]);
    expect(better).toEqual([]);
  });

  it('may lack any member: what hangs on it is unknown, and never a crash', () => {
    const ids = /^(?:\w+Id|OwnerId|RegionName|Key|Operation|RuleNumber)$/;
    const names = memberNames(story.bundle, (_member, name) => /^[A-Z]/.test(name) && !ids.test(name));
    const top = new Set(Object.keys(story.bundle as Json));
    const crashed: string[] = [];
    for (const name of names.filter((one) => !top.has(one))) {
      const without = mapObjects(story.bundle, ({ [name]: _gone, ...rest }) => rest);
      try {
        verdicts(without);
      } catch (error) {
        crashed.push(`${name}: ${String(error)}`);
      }
    }

    expect(names.length).toBeGreaterThan(60);
    expect(crashed).toEqual([]);
  });

  it('with a text that AWS could not have printed loses the object, which is told', () => {
    const { gaps } = parseBundle(replaced(story.bundle, 'CidrIp', '10.0.0.0/99'));

    expect(gaps.length).toBeGreaterThan(0);
    expect(new Set(gaps.map(({ kind, code }) => `${kind} ${code}`))).toEqual(new Set(['securityGroup Unreadable']));
  });
});
