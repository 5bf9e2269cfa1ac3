import { findCatalogue, requireOption, requireRequirement } from '../core/requirements/catalogue.ts';
import { type WatchFile, watchFileSchema } from '../core/requirements/watch-file.ts';
import { parseCheckedYaml } from './checked-yaml.ts';
import { readText } from './json-file.ts';

/** Reads and checks a watch file. Throws `bad-input` naming file, line and field of the first problem. */
export const readWatchFile = (path: string): WatchFile => parseWatchFile(readText(path), path);

export function parseWatchFile(text: string, path: string): WatchFile {
  const { data, checking } = parseCheckedYaml(text, path, watchFileSchema, 'a watch file');
  data.networks.forEach((network, index) => {
    const own = (...field: readonly PropertyKey[]) => ['networks', index, ...field];
    const catalogue = checking(own('catalogue'), () => findCatalogue(network.catalogue));
    checking(own('deploymentOption'), () => requireOption(catalogue, network.deploymentOption));
    for (const list of ['waivers', 'attestations'] as const)
      network[list].forEach(({ requirement }, at) => {
        checking(own(list, at, 'requirement'), () => requireRequirement(catalogue, requirement));
      });
  });
  return data;
}
