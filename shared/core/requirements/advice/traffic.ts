import { chosenSubnets } from '../checks/members.ts';
import { hostsOf } from '../checks/places.ts';
import { type Advised, EVERYWHERE, vpcBlocks } from './advised.ts';

/** Traffic that a requirement asks for, as a rule would have to allow it. */
export interface WantedTraffic {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** `out` begins in the chosen subnets, `in` comes to the environments. */
  readonly way: 'out' | 'in';
  /** IPv4 blocks of the far end. */
  readonly cidrs: readonly string[];
}

const HTTPS = { protocol: 'tcp', port: 443, way: 'out' } as const;

/** What the check asks for; nothing when it asks for no packets, or for several that cannot be told apart. */
export function wantedTraffic(about: Advised): readonly WantedTraffic[] {
  const { check, network } = about;
  switch (check.kind) {
    case 'egress': {
      const { to, protocol, port } = check;
      if (to.kind === 'cidrs') return [{ protocol, port, way: 'out', cidrs: to.cidrs }];
      if (to.kind === 'name' && to.answers && network.gatewayAddresses)
        return [{ protocol, port, way: 'out', cidrs: network.gatewayAddresses.cidrs }];
      if (to.kind !== 'declared') return [{ protocol, port, way: 'out', cidrs: [EVERYWHERE] }];
      const places = hostsOf(network, to.input, port);
      if (typeof places === 'string') return [];
      return places.map((place) => ({
        protocol: place.protocol,
        port: place.port,
        way: 'out',
        cidrs: place.cidrs ?? [EVERYWHERE],
      }));
    }
    case 'endpoint':
    case 'nat-gateways':
      return [{ ...HTTPS, cidrs: [EVERYWHERE] }];
    case 'ingress-from-users':
      return network.userCidrs
        ? [{ protocol: check.protocol, port: check.port, way: 'in', cidrs: network.userCidrs }]
        : [];
    case 'ingress-from-runner':
      return [{ protocol: check.protocol, port: check.port, way: 'in', cidrs: vpcBlocks(about) }];
    case 'network-acls':
      return [
        ...check.flows.map(
          ({ protocol, port, to }): WantedTraffic => ({
            protocol,
            port,
            way: 'out',
            cidrs: [to === 'internet' ? EVERYWHERE : to],
          }),
        ),
        ...(isEnvironment(about)
          ? [
              { protocol: 'tcp', port: 22999, way: 'in', cidrs: vpcBlocks(about) } as const,
              { protocol: 'tcp', port: 29222, way: 'in', cidrs: network.userCidrs ?? [] } as const,
            ]
          : []),
      ];
    default:
      return [];
  }
}

const isEnvironment = ({ subject }: Advised): boolean => subject.startsWith('environment@');

/** Subnets in which the traffic begins (`out`) or ends (`in`). */
export function nearSubnets(about: Advised): readonly string[] {
  const id = about.subject.slice(about.subject.indexOf('@') + 1);
  return id.startsWith('subnet-') ? [id] : chosenSubnets(about.network);
}
