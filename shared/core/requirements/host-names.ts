import { findCatalogue } from './catalogue.ts';
import { type DeclaredInput, hostsOf } from './checks/places.ts';
import type { WatchedNetwork } from './watch-file.ts';

/** Inputs of the watch file that may name hosts; the port does not matter here. */
const DECLARED: readonly DeclaredInput[] = [
  'scmHosts',
  'ssoHosts',
  'prometheusRemoteWriteUrl',
  'containerRegistries',
  'developmentServices',
  'extraInternetDestinations',
];

/**
 * Host names whose public addresses could decide a requirement of the network, sorted: those of its catalogue, and the declared ones. Wildcards have no
 * addresses; private hosts and those with declared blocks need none; AWS names have other addresses inside a VPC.
 */
export function hostNamesOf(network: WatchedNetwork): readonly string[] {
  const documented = findCatalogue(network.catalogue).requirements.flatMap(({ check }) => {
    if (check.kind !== 'egress') return [];
    return check.to.kind === 'name' ? [check.to.name] : check.to.kind === 'names' ? check.to.names : [];
  });
  const declared = DECLARED.flatMap((input) => {
    const places = hostsOf(network, input, 443);
    return typeof places === 'string' ? [] : places;
  });
  const named = declared.flatMap(({ host, cidrs, isPrivate }) => (host && !cidrs && !isPrivate ? [host] : []));
  const names = [...documented, ...named].map((name) => name.toLowerCase());
  return [...new Set(names)].filter((name) => !name.includes('*') && !/\.amazonaws\.com(?:\.cn)?$/.test(name)).sort();
}
