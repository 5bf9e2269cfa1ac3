import type { ResourceKind } from '../facts/kinds/registry.ts';
import { kindsChangedBy } from '../facts/operations.ts';
import { CATALOGUES } from '../requirements/catalogue.ts';
import { looksAt } from '../requirements/triggers.ts';
import type { ChangeEvent } from './change.ts';

/** Whether a change may have decided the verdict of a requirement, by the kinds of objects that its check looks at. Yes when nobody can tell. */
export function mayDecide(catalogueId: string, requirementId: string): (change: ChangeEvent) => boolean {
  const catalogue = CATALOGUES.find(({ id }) => id === catalogueId);
  const requirement = catalogue?.requirements.find(({ id }) => id === requirementId);
  if (!catalogue || !requirement) return () => true;
  // Few transitions have no change that names an object of theirs, so most never ask.
  let decisive: ReadonlySet<ResourceKind> | undefined;
  return ({ source, operation }) => {
    decisive ??= new Set(looksAt(requirement, catalogue));
    const kinds = decisive;
    return kindsChangedBy(source, operation)?.some((kind) => kinds.has(kind)) ?? true;
  };
}
