import { actionOf } from '../../../../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../../../../shared/core/facts/kinds/registry.ts';
import type { WatchedNetwork } from '../../../../shared/core/requirements/watch-file.ts';
import type { Edit, Json } from './case.ts';

/** Which objects of a list an edit is about. */
export type Which = (object: Json) => boolean;

export const named =
  (name: string): Which =>
  (object) =>
    [...textsOf(object, 'Tags'), ...textsOf(object, 'TagSet')].some(
      (tag) => tag['Key'] === 'Name' && tag['Value'] === name,
    );

export const having =
  (member: string, value: unknown): Which =>
  (object) =>
    object[member] === value;

export const either =
  (...which: readonly Which[]): Which =>
  (object) =>
    which.some((one) => one(object));

const textsOf = (object: Json, member: string): readonly Json[] => (member in object ? listOf(object, member) : []);

/** Throws when it is no list. */
export function listOf(object: Json, member: string): readonly Json[] {
  const list: unknown = object[member];
  if (!Array.isArray(list)) throw new Error(`${member} is not a list`);
  return list as Json[];
}

const inBundle =
  (change: (bundle: Json) => Json): Edit =>
  ({ bundle, watch }) => ({ bundle: change(bundle), watch });

const withoutKey = (object: Json, key: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Changes objects of a list. Throws when there is none to change: an edit that does nothing would test nothing. */
export function changed(list: readonly Json[], which: Which, change: (object: Json) => Json): readonly Json[] {
  if (!list.some(which)) throw new Error('nothing to change');
  return list.map((object) => (which(object) ? change(object) : object));
}

/** The key is not in the bundle, as if it came from an older collector. */
export const without = (member: string): Edit => inBundle((bundle) => withoutKey(bundle, member));

export const inEach = (member: string, which: Which, change: (object: Json) => Json): Edit =>
  inBundle((bundle) => ({ ...bundle, [member]: changed(listOf(bundle, member), which, change) }));

/** Sets members of objects. */
export const setIn = (member: string, which: Which, values: Json): Edit =>
  inEach(member, which, (object) => ({ ...object, ...values }));

export const removed = (member: string, which: Which = () => true): Edit =>
  inBundle((bundle) => {
    const list = listOf(bundle, member);
    if (!list.some(which)) throw new Error('nothing to remove');
    return { ...bundle, [member]: list.filter((object) => !which(object)) };
  });

export const added = (member: string, ...objects: readonly Json[]): Edit =>
  inBundle((bundle) => ({ ...bundle, [member]: [...listOf(bundle, member), ...objects] }));

/** A member that is one object, or a record by id. */
export const setTo = (member: string, change: (old: Json) => unknown): Edit =>
  inBundle((bundle) => ({ ...bundle, [member]: change((bundle[member] ?? {}) as Json) }));

/** AWS refuses the call, in the words that it has for it. */
export const refused = (operation: string): Edit =>
  inBundle((bundle) => {
    const kind = Object.values(KINDS).find((one) => one.operation === operation);
    if (!kind) throw new Error(`nothing is read by ${operation}`);
    const error = {
      Operation: operation,
      Code: 'UnauthorizedOperation',
      Message: `You are not authorized to perform this operation: no identity-based policy allows the ${actionOf(kind)} action`,
    };
    return { ...withoutKey(bundle, kind.member), Errors: [...textsOf(bundle, 'Errors'), error] };
  });

/** Members of the network in the watch file; undefined takes one away. */
export const declared =
  (inputs: { readonly [K in keyof WatchedNetwork]?: WatchedNetwork[K] | undefined }): Edit =>
  ({ bundle, watch }) => ({
    bundle,
    watch: Object.fromEntries(Object.entries({ ...watch, ...inputs }).filter(([, value]) => value !== undefined)),
  });
