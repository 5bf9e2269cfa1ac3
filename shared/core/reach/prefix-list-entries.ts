import type { NetworkModel } from '../model/network-model.ts';
import { hidden, type Seen, there } from '../model/seen.ts';
import { type Cidr, cidrsToSet } from '../net/cidr.ts';
import type { AddressSet } from '../net/interval-set.ts';
import type { Family } from '../net/ip.ts';

export interface ListEntries {
  readonly cidrs: readonly Cidr[];
  readonly set: Readonly<Record<Family, AddressSet>>;
}

const cache = new WeakMap<NetworkModel, Map<string, Seen<ListEntries>>>();

/**
 * Entries of a managed prefix list, or the blocks of an AWS service's list. A list that nobody described is hidden, never empty: a rule may refer to
 * one that is shared from another account.
 */
export function entriesOfList(model: NetworkModel, prefixListId: string): Seen<ListEntries> {
  let known = cache.get(model);
  if (!known) {
    known = new Map();
    cache.set(model, known);
  }
  let entries = known.get(prefixListId);
  if (!entries) {
    entries = read(model, prefixListId);
    known.set(prefixListId, entries);
  }
  return entries;
}

function read(model: NetworkModel, prefixListId: string): Seen<ListEntries> {
  const managed = model.find('prefixListEntries', prefixListId);
  const service = model.find('prefixList', prefixListId);
  const cidrs = managed.is === 'there' ? managed.value.cidrs : service.is === 'there' ? service.value.cidrs : undefined;
  if (cidrs) {
    return there({ cidrs, set: { ipv4: cidrsToSet(cidrs, 'ipv4'), ipv6: cidrsToSet(cidrs, 'ipv6') } });
  }
  if (managed.is === 'hidden') return managed;
  return hidden({
    kind: 'prefixListEntries',
    operation: 'GetManagedPrefixListEntries',
    code: 'NotCollected',
    resourceId: prefixListId,
    message: `the entries of \`${prefixListId}\` were not read`,
  });
}

/** Even a list whose entries cannot be read says which family it holds. */
export function isListOfOtherFamily(model: NetworkModel, prefixListId: string, family: Family): boolean {
  const list = model.find('managedPrefixList', prefixListId);
  const named = list.is === 'there' ? list.value.addressFamily : undefined;
  return named !== undefined && named.toLowerCase() !== family;
}
