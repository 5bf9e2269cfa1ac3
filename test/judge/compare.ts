import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { buildNetworkModel, type NetworkModel } from '../../shared/core/model/network-model.ts';
import { contains } from '../../shared/core/net/interval-set.ts';
import { engineOf, questionTraffic } from '../../shared/core/reach/answer-question.ts';
import { evaluateTraffic } from '../../shared/core/reach/evaluate.ts';
import { parseQuestion } from '../../shared/core/reach/questions.ts';
import { BLOCKS4, type Dice, GROUPS, SUBNETS, VPC_A, VPC_B } from './random-network.ts';
import { familyOfText, type Host, ip, isPublic, type Packet, simulate, verdictOf, World } from './simulate.ts';

// biome-ignore lint/suspicious/noExplicitAny: bundles are raw JSON
type Json = Record<string, any>;

export interface Disagreement {
  readonly packet: string;
  readonly engine: string;
  readonly judge: string;
  readonly why: string;
}

/** Addresses where something may change: the edges of every block in the bundle, and their neighbours. */
export function edgesOf(bundle: Json, family: 4 | 6): bigint[] {
  const texts = new Set(
    JSON.stringify(bundle).match(
      family === 4 ? /\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?\b/g : /\b[0-9a-f]{1,4}:[0-9a-f:]+(?:\/\d{1,3})?|::\/0/g,
    ) ?? [],
  );
  const bits = family === 4 ? 32 : 128;
  const end = 1n << BigInt(bits);
  const edges = new Set<bigint>();
  for (const text of texts) {
    const [host = '', length] = text.split('/');
    if (familyOfText(host) !== family || (family === 6 && !host.includes('::'))) continue;
    const block = 1n << BigInt(bits - Number(length ?? bits));
    const lo = (ip(host) / block) * block;
    for (const at of [lo - 1n, lo, lo + 1n, lo + block - 1n, lo + block]) if (at >= 0n && at < end) edges.add(at);
  }
  return [...edges];
}

const ENIS = [
  'eni-000000000000a1010',
  'eni-000000000000a2010',
  'eni-000000000000a3010',
  'eni-000000000000b1010',
  'eni-000000000000b2010',
];

/** A random question of the kinds that both sides answer packet by packet. */
export function randomQuestion(dice: Dice): Json {
  const family = dice.chance(0.8) ? 'ipv4' : 'ipv6';
  const workload = () => ({
    subnet: dice.pick(SUBNETS),
    securityGroups: [dice.pick(GROUPS)],
    publicIp: dice.chance(0.5),
  });
  const eni = () => ({ eni: dice.pick(ENIS) });
  const from = dice.pick<() => Json>([
    eni,
    eni,
    workload,
    workload,
    () => ({ vpc: dice.pick([VPC_A, VPC_B]) }),
    () => ({ internet: true }),
  ])();
  const inside = dice.pick<() => Json>([eni, workload])();
  const to = from['internet']
    ? inside
    : dice.pick<() => Json>([
        () => ({ internet: true }),
        () => ({ internet: true }),
        () => ({
          cidr: dice.pick(family === 'ipv4' ? BLOCKS4 : ['::/0', '2600:1f00::/56', '64:ff9b::/96', '2600:9000::/28']),
        }),
        () => inside,
      ])();
  const protocol = dice.pick(['tcp', 'tcp', 'tcp', 'udp', 'icmp', 47]);
  return {
    id: 'q',
    from,
    to,
    protocol,
    family,
    ...(protocol === 'tcp' || protocol === 'udp'
      ? { port: dice.pick([443, 22, 53, 22999, [440, 450], [1, 65535]]) }
      : {}),
    ...(protocol === 'icmp'
      ? {
          icmp: dice.pick([
            { type: 8, code: -1 },
            { type: 8, code: 0 },
            { type: 3, code: 4 },
          ]),
        }
      : {}),
    ...(dice.chance(0.4)
      ? {
          clientEphemeralPorts: dice.pick([
            [32768, 60999],
            [49152, 65535],
            [1024, 65535],
          ]),
        }
      : {}),
  };
}

/**
 * Asks the engine once for the whole question, and the judge for single packets of it: wherever something may change, and a few between. Returns the
 * packets on which they differ; `checked` counts them.
 */
export function compare(
  bundle: Json,
  raw: Json,
  dice: Dice,
  packets: number,
): { readonly checked: number; readonly verdicts: Record<string, number>; readonly wrong: Disagreement[] } {
  const model: NetworkModel = buildNetworkModel(parseBundle(bundle));
  const question = parseQuestion(raw, 1);
  const traffic = questionTraffic(model, question);
  const verdicts: Record<string, number> = {};
  if (!traffic) return { checked: 0, verdicts, wrong: [] };
  const { ledger, asked } = evaluateTraffic(engineOf(model), traffic);
  const world = new World(bundle);
  const family = question.family === 'ipv4' ? 4 : 6;
  const edges = edgesOf({ bundle, raw }, family);
  const value = (at: bigint): number | bigint => (family === 4 ? Number(at) : at);
  const wrong: Disagreement[] = [];
  let checked = 0;
  for (const box of asked) {
    const inSet = (set: typeof box.src) => {
      const known = edges.filter((at) => contains(set, value(at)));
      const ends: bigint[] = [];
      for (let i = 0; i < set.length; i += 2) ends.push(BigInt(set[i] as number), BigInt(set[i + 1] as number) - 1n);
      return [...new Set([...known, ...ends])];
    };
    const sources = inSet(box.src);
    const destinations = inSet(box.dst);
    const ports = [
      ...new Set(
        [box.ports.from, box.ports.to, 22, 443, 1023, 1024, 2000, 3389, 2048, 2049].filter(
          (port) => port >= box.ports.from && port <= box.ports.to,
        ),
      ),
    ];
    const share = Math.ceil(packets / asked.length);
    for (let n = 0; n < share; n += 1) {
      const src = dice.pick(sources);
      const dst = dice.pick(destinations);
      const port = dice.pick(ports);
      const packet = packetOf(world, raw, question, traffic, src, dst, port);
      if (!packet) continue;
      const holds = (one: typeof box) =>
        contains(one.src, value(src)) &&
        contains(one.dst, value(dst)) &&
        one.ports.from <= port &&
        port <= one.ports.to;
      const engine = ledger.boxes('deny').some(holds)
        ? 'deny'
        : ledger.boxes('unknown').some(holds)
          ? 'unknown'
          : 'allow';
      const whys = simulate(bundle, packet);
      const judge = verdictOf(whys);
      checked += 1;
      verdicts[judge] = (verdicts[judge] ?? 0) + 1;
      if (judge !== engine) {
        const said = ledger.entries
          .filter((entry) => holds(entry.box))
          .map((entry) => `${entry.effect} ${entry.code} ${entry.component} ${entry.leg}`);
        wrong.push({
          packet: `${src}→${dst} port ${port}`,
          engine: `${engine}: ${said.join('; ')}`,
          judge: `${judge}: ${whys.map((why) => `${why.effect} ${why.code} ${why.component}`).join('; ')}`,
          why: JSON.stringify(raw),
        });
      }
    }
  }
  return { checked, verdicts, wrong };
}

function packetOf(
  world: World,
  raw: Json,
  question: ReturnType<typeof parseQuestion>,
  traffic: NonNullable<ReturnType<typeof questionTraffic>>,
  src: bigint,
  dst: bigint,
  port: number,
): Packet | undefined {
  const family = question.family === 'ipv4' ? 4 : 6;
  const from = raw['from'] as Json;
  const to = raw['to'] as Json;
  const eniOf = (id: string): Json => world.by('NetworkInterfaces', 'NetworkInterfaceId', id) as Json;
  const subnetOf = (address: bigint): string | undefined =>
    world
      .list('Subnets')
      .find(
        (one) =>
          traffic.sources.some((source) => source.subnet?.id === one['SubnetId']) &&
          world
            .subnetCidrs(one)
            .some(
              (cidr) =>
                familyOfText(cidr) === family &&
                contains(
                  traffic.sources.find((source) => source.subnet?.id === one['SubnetId'])?.addresses ?? [],
                  family === 4 ? Number(address) : address,
                ),
            ),
      )?.['SubnetId'] as string | undefined;
  let host: Host | 'internet';
  if (from['internet']) host = 'internet';
  else if (from['eni']) {
    const eni = eniOf(String(from['eni']));
    host = {
      subnetId: String(eni['SubnetId']),
      ip: src,
      groups: ((eni['Groups'] ?? []) as Json[]).map((g) => String(g['GroupId'])).sort(),
      eniId: String(from['eni']),
      hasPublicIp: world.publicIp(eni, src) !== undefined,
    };
  } else if (from['subnet'])
    host = {
      subnetId: String(from['subnet']),
      ip: src,
      groups: from['securityGroups'] as string[],
      eniId: undefined,
      hasPublicIp: from['publicIp'] === true,
    };
  else {
    const subnetId = subnetOf(src);
    if (subnetId === undefined) return undefined;
    const owner = world
      .list('NetworkInterfaces')
      .find((eni) => eni['SubnetId'] === subnetId && world.eniIps(eni, 4).includes(src));
    host = {
      subnetId,
      ip: src,
      groups: undefined,
      eniId: undefined,
      hasPublicIp: owner !== undefined && world.publicIp(owner, src) !== undefined,
    };
    // Whose public address a packet of "any address" gets when it comes back in is the owner's business.
    if (family === 4 && host.hasPublicIp && world.ownPublic(dst)) return undefined;
  }
  if (host !== 'internet' && host.eniId === undefined && host.hasPublicIp && family === 4 && world.ownPublic(dst))
    return undefined;
  let target: Packet['target'];
  if (to['eni']) {
    const eni = eniOf(String(to['eni']));
    target = {
      subnetId: String(eni['SubnetId']),
      groups: ((eni['Groups'] ?? []) as Json[]).map((g) => String(g['GroupId'])).sort(),
      eniId: String(to['eni']),
      hasPublicIp: world.publicIp(eni, dst) !== undefined,
    };
  } else if (to['subnet'])
    target = {
      subnetId: String(to['subnet']),
      groups: to['securityGroups'] as string[],
      eniId: undefined,
      hasPublicIp: to['publicIp'] === true,
    };
  if (host === 'internet' && !isPublic(family, src)) return undefined;
  return {
    family,
    protocol: question.protocol,
    port,
    from: host,
    src,
    dst,
    target,
    clientPorts: raw['clientEphemeralPorts'] as [number, number] | undefined,
  };
}
