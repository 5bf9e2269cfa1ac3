import { kindsChangedBy } from '../facts/operations.ts';
import { CATALOGUES } from '../requirements/catalogue.ts';
import { looksAt } from '../requirements/triggers.ts';
import type { ChangeEvent } from './change.ts';

/** Whether a change may have decided the verdict of a requirement, by the kinds of objects that its check looks at. Yes when nobody can tell. */
export function mayDecide(catalogueId: string, requirementId: string): (change: ChangeEvent) => boolean {
  const catalogue = CATALOGUES.find(({ id }) => id === catalogueId);
  const requirement = catalogue?.requirements.find(({ id }) => id === requirementId);
  if (!catalogue || !requirement) return () => true;
  const decisive = new Set(looksAt(requirement, catalogue));
  return ({ source, operation }) => kindsChangedBy(source, operation)?.some((kind) => decisive.has(kind)) ?? true;
}
