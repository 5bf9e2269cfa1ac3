import { WatcherError } from '../base/watcher-error.ts';
import { gitpodAws2025 } from './catalogue/gitpod-aws-2025.ts';
import { onaEnterprise } from './catalogue/ona-enterprise.ts';
import type { Catalogue, DeploymentOption } from './requirement.ts';

/** Every catalogue, the default first. */
export const CATALOGUES: readonly Catalogue[] = [gitpodAws2025, onaEnterprise];

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

/** Throws `bad-input` for an option that the catalogue's documents do not have: nothing would apply, and nothing would fail. */
export function requireOption({ id, options }: Catalogue, option: DeploymentOption): void {
  if (options.includes(option)) return;
  throw new WatcherError(
    'bad-input',
    `the catalogue \`${id}\` has no deployment option \`${option}\`; it has ${options.map((one) => `\`${one}\``).join(', ')}`,
  );
}
