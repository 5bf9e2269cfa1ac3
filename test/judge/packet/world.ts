import { address, block, covers, type Family, familyOf, within } from './address.ts';
import { at, flag, items, type Json, text, texts } from './json.ts';

/** Which call fills which key; a refused call makes the key unknown (formats.md section 1). */
const CALLS: Readonly<Record<string, string>> = {
  GetManagedPrefixListEntries: 'PrefixListEntries',
  SearchTransitGatewayRoutes: 'TransitGatewayRoutes',
  DescribeVpcAttribute: 'VpcAttributes',
};
const NO_SUCH_ACTION = ['InvalidAction', 'UnsupportedOperation', 'UnknownOperationException'];

export interface Found {
  readonly item: Json;
  readonly id: string;
}

/** Undefined is "collected and not there". */
export type Lookup = Found | 'unreadable' | undefined;

/** One bundle, indexed once. */
export class World {
  readonly bundle: Json;
  private readonly broken = new Set<string>();
  private readonly brokenItems = new Set<string>();
  private readonly off = new Set<string>();
  private readonly byId = new Map<string, Json>();
  private readonly eniByAddress = new Map<string, Json[]>();
  private readonly eniByPublic = new Map<string, Json>();
  private readonly cache = new Map<string, unknown>();

  constructor(bundle: unknown) {
    this.bundle = at(bundle);
    for (const error of items(this.bundle, 'Errors')) {
      const operation = text(error, 'Operation') ?? '';
      const key = CALLS[operation] ?? operation.replace(/^(Describe|Get|Search)/, '');
      if (NO_SUCH_ACTION.includes(text(error, 'Code') ?? '')) this.off.add(key);
      else if (text(error, 'ResourceId') === undefined) this.broken.add(key);
      else this.brokenItems.add(`${key} ${text(error, 'ResourceId')}`);
    }
    for (const eni of this.list('NetworkInterfaces')) {
      for (const ip of privateAddresses(eni)) {
        const key = `${text(eni, 'VpcId')} ${ip}`;
        this.eniByAddress.set(key, [...(this.eniByAddress.get(key) ?? []), eni]);
      }
      for (const pair of publicPairs(eni)) this.eniByPublic.set(pair.publicIp, eni);
    }
  }

  /** The kind was asked for and answered. */
  readable(key: string): boolean {
    return (this.bundle[key] !== undefined && !this.broken.has(key)) || this.off.has(key);
  }

  isOff(key: string): boolean {
    return this.off.has(key);
  }

  itemRefused(key: string, id: string): boolean {
    return this.brokenItems.has(`${key} ${id}`);
  }

  /** Empty when the kind is unknown: ask `readable` before concluding anything from absence. */
  list(key: string): readonly Json[] {
    return this.readable(key) ? items(this.bundle, key) : [];
  }

  remember<T>(key: string, make: () => T): T {
    if (!this.cache.has(key)) this.cache.set(key, make());
    return this.cache.get(key) as T;
  }

  find(key: string, idKey: string, id: string): Lookup {
    if (!this.readable(key)) return 'unreadable';
    const slot = `${key} ${id}`;
    if (!this.byId.has(slot)) {
      const item = this.list(key).find((candidate) => text(candidate, idKey) === id);
      if (!item) return undefined;
      this.byId.set(slot, item);
    }
    return { item: at(this.byId.get(slot)), id };
  }

  vpc(id: string): Lookup {
    return this.find('Vpcs', 'VpcId', id);
  }

  subnet(id: string): Lookup {
    return this.find('Subnets', 'SubnetId', id);
  }

  /** Every associated block of a VPC. */
  vpcBlocks(vpcId: string): readonly string[] {
    return this.remember(`blocks ${vpcId}`, () => {
      const found = this.vpc(vpcId);
      if (!found || found === 'unreadable') return [];
      const ok = (state: Json): boolean => (text(state, 'State') ?? 'associated') === 'associated';
      const four = items(found.item, 'CidrBlockAssociationSet')
        .filter((set) => ok(at(set, 'CidrBlockState')))
        .map((set) => text(set, 'CidrBlock'));
      const six = items(found.item, 'Ipv6CidrBlockAssociationSet')
        .filter((set) => ok(at(set, 'Ipv6CidrBlockState')))
        .map((set) => text(set, 'Ipv6CidrBlock'));
      const primary = four.length > 0 ? [] : [text(found.item, 'CidrBlock')];
      return [...four, ...primary, ...six].filter((cidr): cidr is string => cidr !== undefined);
    });
  }

  subnetBlocks(subnet: Json): readonly string[] {
    return this.remember(`subnet ${text(subnet, 'SubnetId')}`, () => {
      const six = items(subnet, 'Ipv6CidrBlockAssociationSet')
        .filter((set) => (text(at(set, 'Ipv6CidrBlockState'), 'State') ?? 'associated') === 'associated')
        .map((set) => text(set, 'Ipv6CidrBlock'));
      return [text(subnet, 'CidrBlock'), ...six].filter((cidr): cidr is string => cidr !== undefined);
    });
  }

  subnetAt(vpcId: string, family: Family, ip: bigint): Json | undefined {
    return this.list('Subnets').find(
      (subnet) => text(subnet, 'VpcId') === vpcId && within(this.subnetBlocks(subnet), family, ip),
    );
  }

  /** The interface that holds a private (or IPv6) address in a VPC. */
  eniAt(vpcId: string, family: Family, ip: bigint): Json | undefined {
    const all = this.eniByAddress.get(`${vpcId} ${family} ${ip}`) ?? [];
    return all[0];
  }

  eniWithPublic(ip: bigint): Json | undefined {
    return this.eniByPublic.get(`${ip}`);
  }

  zone(subnetId: string): string | undefined {
    const found = this.subnet(subnetId);
    if (!found || found === 'unreadable') return undefined;
    return text(found.item, 'AvailabilityZoneId') ?? text(found.item, 'AvailabilityZone');
  }

  /** Undefined: not readable. */
  prefixList(id: string): readonly string[] | undefined {
    return this.remember(`list ${id}`, () => {
      if (this.readable('PrefixListEntries') && !this.itemRefused('PrefixListEntries', id)) {
        const entries = at(this.bundle, 'PrefixListEntries')[id];
        if (Array.isArray(entries)) return entries.map((entry) => text(entry, 'Cidr')).filter((c) => c !== undefined);
      }
      const found = this.find('PrefixLists', 'PrefixListId', id);
      return found && found !== 'unreadable' && Array.isArray(found.item['Cidrs'])
        ? texts(found.item, 'Cidrs')
        : undefined;
    });
  }

  /** Public IPv4 addresses that the snapshot itself owns (ruling 1). */
  ownPublic(): ReadonlySet<bigint> {
    return this.remember('own public', () => {
      const all = [
        ...this.list('Addresses').map((item) => text(item, 'PublicIp')),
        ...this.list('Addresses').map((item) => text(item, 'CarrierIp')),
        ...this.list('NatGateways').flatMap((nat) =>
          items(nat, 'NatGatewayAddresses').map((item) => text(item, 'PublicIp')),
        ),
        ...this.list('NetworkInterfaces').flatMap((eni) => [
          text(at(eni, 'Association'), 'PublicIp'),
          ...items(eni, 'PrivateIpAddresses').map((item) => text(at(item, 'Association'), 'PublicIp')),
        ]),
      ];
      return new Set(all.filter((ip): ip is string => ip !== undefined && ip !== '').map(address));
    });
  }

  ownsVpcAddress(family: Family, ip: bigint): string | undefined {
    const owner = this.list('Vpcs').find((vpc) => within(this.vpcBlocks(text(vpc, 'VpcId') ?? ''), family, ip));
    return owner ? text(owner, 'VpcId') : undefined;
  }

  dnsAttribute(vpcId: string, name: string): boolean | undefined {
    if (!this.readable('VpcAttributes') || this.itemRefused('VpcAttributes', vpcId)) return undefined;
    return flag(at(this.bundle, 'VpcAttributes', vpcId, name), 'Value');
  }
}

/** `"4 167772170"`: family and number. */
function privateAddresses(eni: Json): readonly string[] {
  const four = items(eni, 'PrivateIpAddresses').map((item) => text(item, 'PrivateIpAddress'));
  const six = items(eni, 'Ipv6Addresses').map((item) => text(item, 'Ipv6Address'));
  const all = [text(eni, 'PrivateIpAddress'), ...four, ...six].filter((ip): ip is string => ip !== undefined);
  return [...new Set(all)].map((ip) => `${familyOf(ip)} ${address(ip)}`);
}

export function addressesOf(eni: Json, family: Family): readonly bigint[] {
  return privateAddresses(eni)
    .filter((key) => key.startsWith(`${family} `))
    .map((key) => BigInt(key.slice(2)));
}

interface PublicPair {
  readonly privateIp: string;
  readonly publicIp: string;
}

function publicPairs(eni: Json): readonly PublicPair[] {
  const own = text(eni, 'PrivateIpAddress');
  const main = text(at(eni, 'Association'), 'PublicIp');
  const listed = items(eni, 'PrivateIpAddresses');
  const pairs = listed.map((item) => [text(item, 'PrivateIpAddress'), text(at(item, 'Association'), 'PublicIp')]);
  if (listed.length === 0) pairs.push([own, main]);
  return pairs.flatMap(([inner, outer]) =>
    inner && outer ? [{ privateIp: `${address(inner)}`, publicIp: `${address(outer)}` }] : [],
  );
}

/** The public IPv4 address of one private address of an interface (semantics 1.4, rule 2). */
export function publicOf(eni: Json, ip: bigint): bigint | undefined {
  const pair = publicPairs(eni).find((candidate) => candidate.privateIp === `${ip}`);
  return pair ? BigInt(pair.publicIp) : undefined;
}

export function privateOf(eni: Json, publicIp: bigint): bigint | undefined {
  const pair = publicPairs(eni).find((candidate) => candidate.publicIp === `${publicIp}`);
  return pair ? BigInt(pair.privateIp) : undefined;
}

/** Base plus two of the VPC's primary block (semantics 1.2). */
export function resolverOf(world: World, vpcId: string): bigint | undefined {
  const found = world.vpc(vpcId);
  if (!found || found === 'unreadable') return undefined;
  const primary = text(found.item, 'CidrBlock') ?? world.vpcBlocks(vpcId)[0];
  return primary === undefined ? undefined : block(primary).first + 2n;
}

export const inVpc = (world: World, vpcId: string, family: Family, ip: bigint): boolean =>
  world.vpcBlocks(vpcId).some((cidr) => covers(block(cidr), family, ip));
