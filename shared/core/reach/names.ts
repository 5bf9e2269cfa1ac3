import type { VpcEndpoint } from '../facts/kinds/vpc-endpoint.ts';
import type { NetworkModel } from '../model/network-model.ts';
import { addressesOf } from '../model/network-model.ts';
import type { Seen } from '../model/seen.ts';
import { type AddressSet, EMPTY, fromAddresses, isEmpty, minus, union } from '../net/interval-set.ts';
import { type Address, type Family, familyOf, formatAddress, parseIpv4 } from '../net/ip.ts';
import { NAT64_PREFIX } from '../net/public-space.ts';
import type { Reason } from './answer.ts';
import { addressesOfService, behindGatewayEndpoints } from './service-lists.ts';
import { describeGap } from './walk-context.ts';

/** What a name stands for inside one VPC (semantics.md 1.14). */
export type Resolution =
  /** Exactly these addresses: an endpoint of the VPC took the name over. */
  | {
      readonly kind: 'endpoint';
      readonly endpoint: VpcEndpoint;
      /** Of its names, the one that this name is in; without a wildcard. */
      readonly domain: string;
      readonly dst: AddressSet;
      readonly notes: readonly Reason[];
    }
  /** Some of `dst`, nobody can tell which, unless `known` says so. */
  | {
      readonly kind: 'public';
      readonly dst: AddressSet;
      readonly known: { readonly dst: AddressSet; readonly asOf: string | undefined } | undefined;
      readonly notes: readonly Reason[];
    };

export type ResolverState =
  | { readonly kind: 'amazon' }
  | { readonly kind: 'custom'; readonly servers: readonly Address[]; readonly component: string }
  | { readonly kind: 'off'; readonly reason: Reason }
  | { readonly kind: 'hidden'; readonly reason: Reason };

const unreadable = (component: string, message: string): Reason => ({ code: 'X_FACT_UNREADABLE', component, message });

/** With the call that would have shown it. */
const cannotBeSeen = (seen: Seen<unknown>): string =>
  `cannot be seen${seen.is === 'hidden' ? ` (${describeGap(seen.gap)})` : ''}`;

/** What is said of names that somebody else's servers answer. */
export const customResolver = ({ component, servers }: Extract<ResolverState, { kind: 'custom' }>): Reason => ({
  code: 'X_CUSTOM_RESOLVER',
  component,
  message: `DHCP options \`${component}\` send DNS queries to ${servers.map(formatAddress).sort().join(', ')}; what is answered there cannot be seen`,
});

/** Amazon's resolver: the name, the link-local address, or the base of the VPC's first block plus two. */
export function resolverAddress(model: NetworkModel, vpcId: string): number | undefined {
  const vpc = model.find('vpc', vpcId);
  const first = vpc.is === 'there' ? vpc.value.cidrs.find((cidr) => cidr.family === 'ipv4') : undefined;
  return first === undefined ? undefined : Number(first.lo) + 2;
}

export function resolverOf(model: NetworkModel, vpcId: string): ResolverState {
  const vpc = model.find('vpc', vpcId);
  if (vpc.is !== 'there') return { kind: 'hidden', reason: unreadable(vpcId, `VPC \`${vpcId}\` ${cannotBeSeen(vpc)}`) };
  const { dhcpOptionsId } = vpc.value;
  if (dhcpOptionsId !== undefined && dhcpOptionsId !== 'default') {
    const options = model.find('dhcpOptions', dhcpOptionsId);
    if (options.is !== 'there')
      return {
        kind: 'hidden',
        reason: unreadable(dhcpOptionsId, `DHCP options \`${dhcpOptionsId}\` ${cannotBeSeen(options)}`),
      };
    const amazon = resolverAddress(model, vpcId);
    const custom = options.value.domainNameServers.filter(
      (server) => server !== 'AmazonProvidedDNS' && server !== '169.254.169.253' && parseIpv4(server) !== amazon,
    );
    if (custom.length > 0 && custom.length === options.value.domainNameServers.length) {
      return { kind: 'custom', servers: custom.flatMap((server) => parseIpv4(server) ?? []), component: dhcpOptionsId };
    }
  }
  const attributes = model.find('vpcAttributes', vpcId);
  if (attributes.is !== 'there' || attributes.value.enableDnsSupport === undefined) {
    return {
      kind: 'hidden',
      reason: unreadable(vpcId, `whether DNS resolution is enabled in \`${vpcId}\` ${cannotBeSeen(attributes)}`),
    };
  }
  if (!attributes.value.enableDnsSupport) {
    return {
      kind: 'off',
      reason: {
        code: 'X_DNS_SUPPORT_DISABLED',
        component: vpcId,
        message: `DNS resolution (enableDnsSupport) is disabled in VPC \`${vpcId}\``,
      },
    };
  }
  return { kind: 'amazon' };
}

/** `*.example.com` matches one label or more before it, as Route 53 wildcards do. */
function matchesName(pattern: string, name: string): boolean {
  const lower = pattern.toLowerCase().replace(/\.$/, '');
  return lower.startsWith('*.') ? name.endsWith(lower.slice(1)) && name.length > lower.length - 1 : lower === name;
}

export interface ServiceName {
  readonly service: string;
  readonly region: string;
}

/** The service and Region in an AWS host name, buckets included; undefined for other names. */
export function awsServiceOf(name: string): ServiceName | undefined {
  const match = /(?:^|\.)([a-z0-9-]+(?:\.[a-z0-9-]+)?)\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/.exec(name);
  const service = match?.[1]?.split('.').pop();
  return service !== undefined && match?.[2] !== undefined ? { service, region: match[2] } : undefined;
}

const suffixOf = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

export const serviceHost = (service: string, region: string): string => `${service}.${region}.${suffixOf(region)}`;

const resolutions = new WeakMap<NetworkModel, Map<string, Resolution>>();

/** A name as hosts of a VPC ask for it. */
export interface NameInVpc {
  readonly vpcId: string;
  readonly hostName: string;
  readonly family: Family;
  /** Whether the host's subnet has DNS64. */
  readonly dns64: boolean;
  /** The public space as the VPC sees it. */
  readonly internet: AddressSet;
}

/** One answer for all workloads of a VPC, so that their ways to it can be shared. */
export function resolveName(model: NetworkModel, asked: NameInVpc): Resolution {
  const known = resolutions.get(model) ?? new Map<string, Resolution>();
  resolutions.set(model, known);
  const { vpcId, family, dns64, hostName } = asked;
  const key = `${vpcId} ${family} ${dns64} ${hostName}`;
  const found = known.get(key) ?? findResolution(model, asked);
  known.set(key, found);
  return found;
}

function findResolution(model: NetworkModel, { vpcId, hostName, family, dns64, internet }: NameInVpc): Resolution {
  const name = hostName.toLowerCase().replace(/\.$/, '');
  const notes: Reason[] = [];
  const endpoint = takeOver(model, vpcId, name, family, notes);
  if (endpoint) return { ...endpoint, notes };
  const aws = awsServiceOf(name);
  const own =
    aws && aws.region === model.snapshot.region ? addressesOfService(model, aws.service, aws.region, family) : EMPTY;
  const answers = knownAnswers(model, name);
  let dst = isEmpty(own) ? minus(internet, behindGatewayEndpoints(model, [vpcId], family)) : own;
  let known = answers && { dst: byFamily(answers.addresses, family), asOf: answers.asOf };
  if (family === 'ipv6' && answers && isEmpty(byFamily(answers.addresses, 'ipv6'))) {
    const base = NAT64_PREFIX[0] as bigint;
    const mapped = byFamily(answers.addresses, 'ipv4').map((at) => base + BigInt(at));
    dst = dns64 ? mapped : EMPTY;
    known = { dst, asOf: answers.asOf };
  }
  return { kind: 'public', dst, known: known && !isEmpty(known.dst) ? known : undefined, notes };
}

const byFamily = (addresses: readonly Address[], family: Family): AddressSet =>
  fromAddresses(addresses.filter((at) => familyOf(at) === family));

function knownAnswers(model: NetworkModel, name: string) {
  const seen = model.find('dnsAnswers', name);
  return seen.is === 'there' ? seen.value : undefined;
}

/** An available interface endpoint with private DNS answers for its names, with the addresses of all its interfaces. */
function takeOver(
  model: NetworkModel,
  vpcId: string,
  name: string,
  family: Family,
  notes: Reason[],
): { kind: 'endpoint'; endpoint: VpcEndpoint; domain: string; dst: AddressSet } | undefined {
  const gap = model.gapOf('vpcEndpoint');
  if (gap)
    notes.push(
      unreadable(
        gap.operation,
        `whether an interface endpoint takes \`${name}\` over cannot be seen (${describeGap(gap)})`,
      ),
    );
  for (const endpoint of model.all('vpcEndpoint')) {
    const pattern = endpoint.dnsNames.find((candidate) => matchesName(candidate, name));
    if (endpoint.type !== 'Interface' || endpoint.vpcId !== vpcId || pattern === undefined) continue;
    if (endpoint.state !== 'available') {
      notes.push({
        code: 'BAD_STATE',
        component: endpoint.id,
        message: `interface endpoint \`${endpoint.id}\` is ${endpoint.state} and does not answer for \`${name}\``,
      });
      continue;
    }
    const special = name.includes('.vpce.') || name.startsWith('vpce-');
    if (!special) {
      if (!endpoint.privateDnsEnabled || endpoint.privateDnsOnlyForInboundResolver) {
        notes.push({
          code: 'X_PRIVATE_DNS_DISABLED',
          component: endpoint.id,
          message: `interface endpoint \`${endpoint.id}\` does not answer for \`${name}\` inside the VPC: its private DNS is ${endpoint.privateDnsEnabled ? 'for inbound resolver endpoints only' : 'off'}`,
        });
        continue;
      }
      const attributes = model.find('vpcAttributes', vpcId);
      const hostnames = attributes.is === 'there' ? attributes.value.enableDnsHostnames : undefined;
      if (hostnames === undefined) {
        notes.push(unreadable(vpcId, `whether DNS host names are enabled in \`${vpcId}\` ${cannotBeSeen(attributes)}`));
        continue;
      }
      if (!hostnames) {
        notes.push({
          code: 'X_PRIVATE_DNS_DISABLED',
          component: vpcId,
          message: `DNS hostnames (enableDnsHostnames) are disabled in VPC \`${vpcId}\`, so interface endpoint \`${endpoint.id}\` does not answer for \`${name}\``,
        });
        continue;
      }
    }
    let dst: AddressSet = EMPTY;
    for (const id of endpoint.networkInterfaceIds) {
      const eni = model.find('networkInterface', id);
      if (eni.is === 'there') dst = union(dst, fromAddresses(addressesOf(eni.value, family)));
      else
        notes.push(unreadable(id, `network interface \`${id}\` of endpoint \`${endpoint.id}\` ${cannotBeSeen(eni)}`));
    }
    return { kind: 'endpoint', endpoint, domain: pattern.replace(/^\*\./, '').replace(/\.$/, ''), dst };
  }
  return undefined;
}
