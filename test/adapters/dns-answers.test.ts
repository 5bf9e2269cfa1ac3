import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decode, encode } from 'dns-packet';
import { parse } from 'yaml';
import { withDnsAnswers } from '../../shared/adapters/dns-answers.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { hostNamesOf } from '../../shared/core/requirements/host-names.ts';
import { scanNetwork } from '../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../shared/core/requirements/watch-file.ts';
import { stories } from '../support/corpus.ts';

const AT = instant(Date.UTC(2026, 10, 25));
const clock = { now: () => AT };

const ADDRESSES: Readonly<Record<string, string>> = { 'app.gitpod.io': '203.0.114.7', 'github.com': '140.82.121.3' };

const story = () => {
  const found = stories().find(({ id }) => id === 'c1-private-nat');
  const [network] = watchFileSchema.parse(parse(found?.watchFile ?? '')).networks;
  if (!found || !network) throw new Error('the story is there');
  return { bundle: found.bundle as Record<string, unknown>, network };
};

describe('names that are resolved', () => {
  let socket: Socket;
  let servers: readonly string[];

  beforeAll(async () => {
    socket = createSocket('udp4', (message, from) => {
      const query = decode(message);
      const [question] = query.questions ?? [];
      const data = question?.type === 'A' ? ADDRESSES[question.name] : undefined;
      socket.send(
        encode({
          type: 'response',
          id: query.id ?? 0,
          // No such name unless it is one of ours; ours have no IPv6 address.
          flags: question && ADDRESSES[question.name] ? 0 : 3,
          questions: query.questions ?? [],
          answers: data && question ? [{ type: 'A', name: question.name, data, ttl: 60 }] : [],
        }),
        from.port,
        from.address,
      );
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    servers = [`127.0.0.1:${(socket.address() as AddressInfo).port}`];
  });

  afterAll(() => {
    socket.close();
  });

  const collect = async (bundle: Record<string, unknown>) =>
    withDnsAnswers({ collect: async () => bundle }, { clock, servers }).collect(story().network, AT);

  it('are those of the catalogue and of the watch file', () => {
    expect(hostNamesOf(story().network)).toEqual([
      'app.gitpod.io',
      'github.com',
      'prometheus.example.com',
      'public.ecr.aws',
    ]);
  });

  it('are in the bundle with the time; those without an answer are gaps', async () => {
    const bundle = await collect({ DnsAnswers: { 'old.example.com': { Addresses: ['198.51.100.1'] } } });

    expect(bundle['DnsAnswers']).toEqual({
      'old.example.com': { Addresses: ['198.51.100.1'] },
      'app.gitpod.io': { Addresses: ['203.0.114.7'], AsOf: '2026-11-25T00:00:00.000Z' },
      'github.com': { Addresses: ['140.82.121.3'], AsOf: '2026-11-25T00:00:00.000Z' },
    });
    expect(bundle.Errors).toMatchObject(
      ['prometheus.example.com', 'public.ecr.aws'].map((ResourceId) => ({
        Operation: 'ResolveHostNames',
        Code: 'ENOTFOUND',
        ResourceId,
      })),
    );
  });

  it('turn what was open into a pass with an age, and nothing else', async () => {
    const { bundle, network } = story();
    const narrow = {
      ...bundle,
      DnsAnswers: undefined,
      SecurityGroupRules: undefined,
      SecurityGroups: (bundle['SecurityGroups'] as readonly Record<string, unknown>[]).map((group) => ({
        ...group,
        IpPermissionsEgress: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '203.0.114.0/24' }] },
        ],
      })),
    };
    const verdictOf = (given: Record<string, unknown>) => {
      const { requirements } = scanNetwork(parseBundle(JSON.parse(JSON.stringify(given))), network, AT);
      return new Map(requirements.map((one) => [one.id, one]));
    };
    const before = verdictOf(narrow);
    const after = verdictOf(await collect(narrow));

    expect(before.get('egress-management-plane-443')?.verdict).toBe('unknown');
    expect(after.get('egress-management-plane-443')?.verdict).toBe('pass');
    expect(after.get('egress-management-plane-443')?.findings[0]?.assumptions?.join()).toContain(
      '`app.gitpod.io` is at 203.0.114.7/32 as of 2026-11-25T00:00:00.000Z',
    );
    expect(after.get('egress-public-ecr-443')?.verdict).toBe('unknown');
  });
});
