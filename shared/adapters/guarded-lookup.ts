import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { cidrsToSet, parseCidr } from '../core/net/cidr.ts';
import { type AddressSet, contains, minus } from '../core/net/interval-set.ts';
import { type Family, familyOf, parseAddress } from '../core/net/ip.ts';
import { PUBLIC_SPACE } from '../core/net/public-space.ts';

/** Asks for every address of a name. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Prefixes of global IPv6 that carry an IPv4 address, any at all: Teredo (RFC 4380) and 6to4 (RFC 3056). */
const IPV4_IN_IPV6 = ['2001::/32', '2002::/16'];

const OUTSIDE: Readonly<Record<Family, AddressSet>> = {
  ipv4: PUBLIC_SPACE.ipv4,
  ipv6: minus(
    PUBLIC_SPACE.ipv6,
    cidrsToSet(
      IPV4_IN_IPV6.flatMap((text) => parseCidr(text) ?? []),
      'ipv6',
    ),
  ),
};

/** Whether an address is on the Internet. Private, loopback, link-local and metadata addresses are not, nor is anything that cannot be read as an address. */
export function isOnInternet(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && contains(OUTSIDE[familyOf(address)], address);
}

/** The host is, or resolves to, an address that is not on the Internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'PRIVATE_ADDRESS';
}

/** The host of a URL when it is an address; WHATWG URLs have decimal, octal, hexadecimal and short forms of IPv4 spelt out already. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : host;
}

/**
 * A look-up for sockets: they connect to the very addresses that were checked here, so a name that changes its answer between check and use gains nothing.
 * One address that is not on the Internet refuses the name.
 */
export const guardedLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const wanted = addresses.filter(({ family }) => !options.family || Number(options.family) === family);
      const [first] = wanted;
      if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
      if (!addresses.every(({ address }) => isOnInternet(address)))
        return callback(new PrivateAddressError('not on the Internet'), '', 0);
      return options.all ? callback(null, wanted) : callback(null, first.address, first.family);
    });
  };
