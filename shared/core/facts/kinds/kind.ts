import type { Fields } from '../fields.ts';

/**
 * All the house knows of one AWS kind, as data: the collector, the IAM policy and the gaps follow from it.
 */
export interface Kind<Fact extends { readonly id: string }> {
  /** Key of the describe bundle: the output member of the call. */
  readonly member: string;
  /** API operation; its IAM action is `ec2:` + operation. */
  readonly operation: string;
  /** Member that holds the object's own id; absent for the shapes `map` and `object`. */
  readonly idMember?: string;
  /** How the bundle holds it: a list of objects, a record by id, one object, or a list of texts that is one fact. */
  readonly shape: 'list' | 'map' | 'object' | 'texts';
  /**
   * How the collector narrows the call: `vpc` = server-side filter of this name with the ids of the watched VPC and of those it refers to;
   * `all` = whole account and Region; `each` = one call for each id that other facts refer to; `given` = not from AWS, but from whoever made the bundle.
   */
  readonly collect:
    | { readonly by: 'vpc'; readonly filter: string }
    | { readonly by: 'all'; readonly input?: Readonly<Record<string, unknown>> }
    | { readonly by: 'each' }
    | { readonly by: 'given' };
  /** Families of operations that change such objects (`facts/operations.data.json`); none when only AWS changes them. */
  readonly changedBy: readonly string[];
  /** `fields` is the object; for the shape `map`, `key` is its id and `fields` holds the value under `value`. */
  readonly parse: (fields: Fields, key: string) => Fact;
}
