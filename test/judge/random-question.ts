import { BLOCKS4, type Dice, GROUPS, SUBNETS, VPC_A, VPC_B } from './random-network.ts';

// biome-ignore lint/suspicious/noExplicitAny: questions are raw JSON
type Json = Record<string, any>;

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
  return { id: 'q', from, to, family, ...traffic(dice) };
}

/** Protocol and ports. */
function traffic(dice: Dice): Json {
  const protocol = dice.pick(['tcp', 'tcp', 'tcp', 'udp', 'icmp', 47]);
  return {
    protocol,
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

/** A random question about a given network; undefined when it has nobody to ask about. */
export function questionAbout(bundle: Json, dice: Dice): Json | undefined {
  const ids = (member: string, key: string): string[] =>
    ((bundle[member] ?? []) as Json[]).map((item) => String(item[key]));
  const subnets = ids('Subnets', 'SubnetId');
  const enis = ids('NetworkInterfaces', 'NetworkInterfaceId');
  const groups = ids('SecurityGroups', 'GroupId');
  const vpcs = ids('Vpcs', 'VpcId');
  const blocks = ((bundle['Vpcs'] ?? []) as Json[]).map((vpc) => String(vpc['CidrBlock']));
  if (subnets.length === 0 || vpcs.length === 0) return undefined;
  const family = dice.chance(0.85) ? 'ipv4' : 'ipv6';
  const workload = () => ({
    subnet: dice.pick(subnets),
    securityGroups: groups.length > 0 ? [dice.pick(groups)] : [],
    publicIp: dice.chance(0.5),
  });
  const end = () => (enis.length > 0 && dice.chance(0.5) ? { eni: dice.pick(enis) } : workload());
  const from = dice.pick<() => Json>([end, end, end, () => ({ vpc: dice.pick(vpcs) }), () => ({ internet: true })])();
  const to = from['internet']
    ? end()
    : dice.pick<() => Json>([
        end,
        () => ({ internet: true }),
        () => ({ cidr: dice.pick(family === 'ipv4' ? [...BLOCKS4, ...blocks] : ['::/0', '2600:9000::/28']) }),
      ])();
  return { id: 'q', from, to, family, ...traffic(dice) };
}
