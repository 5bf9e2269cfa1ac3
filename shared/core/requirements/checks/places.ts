import type { WatchedNetwork } from '../watch-file.ts';

/** A host or a block that the operator declares. */
export interface Place {
  readonly host?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly isPrivate: boolean;
}

export type DeclaredInput =
  | 'scmHosts'
  | 'prometheusRemoteWriteUrl'
  | 'containerRegistries'
  | 'developmentServices'
  | 'extraInternetDestinations';

/** `unsaid`: the watch file is silent where an answer is needed; `none`: there is nothing to reach. */
export function hostsOf(
  network: WatchedNetwork,
  input: DeclaredInput,
  port: number,
): readonly Place[] | 'none' | 'unsaid' {
  switch (input) {
    case 'scmHosts':
    case 'containerRegistries': {
      const list = network[input];
      if (list === undefined) return input === 'scmHosts' ? 'unsaid' : 'none';
      if (list.length === 0) return 'none';
      return list.map((item) => ({
        host: item.host,
        cidrs: item.cidrs,
        protocol: 'tcp',
        port: item.port ?? port,
        isPrivate: item.network === 'private',
      }));
    }
    case 'prometheusRemoteWriteUrl': {
      const url = network.prometheusRemoteWriteUrl;
      if (url === undefined || url === null) return 'none';
      const { hostname, port: written, protocol } = new URL(url);
      const usual = protocol === 'http:' ? 80 : port;
      return [{ host: hostname, protocol: 'tcp', port: written === '' ? usual : Number(written), isPrivate: false }];
    }
    case 'developmentServices':
    case 'extraInternetDestinations': {
      const list = network[input];
      if (list === undefined) return 'unsaid';
      if (list.length === 0) return 'none';
      return list.map((item) => ({
        host: item.host,
        cidrs: item.cidr === undefined ? undefined : [item.cidr],
        protocol: item.protocol,
        port: item.port,
        isPrivate: false,
      }));
    }
  }
}
