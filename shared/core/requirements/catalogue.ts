import { WatcherError } from '../base/watcher-error.ts';
import { gitpodAws2025 } from './catalogue/gitpod-aws-2025.ts';
import type { Catalogue } from './requirement.ts';

/** Every catalogue, the default first. */
export const CATALOGUES: readonly Catalogue[] = [gitpodAws2025];

export const DEFAULT_CATALOGUE = gitpodAws2025.id;

/** Service codes that a requirement of any catalogue asks the Region for. */
export const REGION_SERVICES: readonly string[] = [
  ...new Set(
    CATALOGUES.flatMap(({ requirements }) =>
      requirements.flatMap(({ check }) => (check.kind === 'services' ? check.codes : [])),
    ),
  ),
].sort();

/** Throws `bad-input` when there is no such catalogue. */
export function findCatalogue(id: string): Catalogue {
  const catalogue = CATALOGUES.find((candidate) => candidate.id === id);
  if (catalogue) return catalogue;
  throw new WatcherError(
    'bad-input',
    `unknown catalogue \`${id}\`; there ${CATALOGUES.length === 1 ? 'is' : 'are'} ${CATALOGUES.map((one) => `\`${one.id}\``).join(', ')}`,
  );
}
