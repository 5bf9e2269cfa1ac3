import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseWatchFile } from '../../shared/adapters/yaml-watch-file.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'private-nat');

export const exampleFile = (name: string): string => join(FOLDER, name);

export const exampleJson = (name: string): unknown => JSON.parse(readFileSync(exampleFile(name), 'utf8'));

/** The network of the demo. */
export function exampleNetwork(): WatchedNetwork {
  const [network] = parseWatchFile(readFileSync(exampleFile('runnerwatch.yaml'), 'utf8'), 'runnerwatch.yaml').networks;
  if (!network) throw new Error('the example has a network');
  return network;
}
