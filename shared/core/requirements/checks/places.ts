import type { WatchedNetwork } from '../watch-file.ts';

/** A host or a block that the operator declares. */
export interface Place {
  readonly host?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly isPrivate: boolean;
}

/** RFC 3986 section 3, of the schemes that the watch file allows. */
const URL_PARTS = /^(?<scheme>https?):\/\/(?:[^@/?#]*@)?(?<host>\[[^\]]*\]|[^:/?#]+)(?::(?<written>\d*))?/i;

export type DeclaredInput =
  | 'scmHosts'
  | 'prometheusRemoteWriteUrl'
  | 'containerRegistries'
  | 'ssoHosts'
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
    case 'containerRegistries':
    case 'ssoHosts': {
      const list = network[input];
      if (list === undefined) return input === 'containerRegistries' ? 'none' : 'unsaid';
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
      const { scheme, host, written } = URL_PARTS.exec(url)?.groups ?? {};
      const usual = scheme?.toLowerCase() === 'http' ? 80 : port;
      return [{ host, protocol: 'tcp', port: written ? Number(written) : usual, isPrivate: false }];
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
