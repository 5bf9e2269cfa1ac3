import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { block } from './packet/address.ts';

export interface CorpusNetwork {
  readonly name: string;
  readonly bundle: Record<string, unknown>;
}

const HERE = new URL('../corpus/', import.meta.url);
/** Third-party networks, carried beside the checkout only. */
const BESIDE = new URL('../../../shared/corpus/', import.meta.url);

const parse = (url: URL): Record<string, unknown> => JSON.parse(readFileSync(url, 'utf8'));

/** Sanitised networks where two subnets of a VPC hold one address: AWS has no such thing, and nobody can say whose it is. */
function hasOverlappingSubnets(bundle: Record<string, unknown>): boolean {
  const blocks = ((bundle['Subnets'] ?? []) as Record<string, string>[]).flatMap(({ VpcId, CidrBlock }) =>
    CidrBlock === undefined ? [] : [{ vpc: VpcId, ...block(CidrBlock) }],
  );
  return blocks.some((a, i) =>
    blocks.slice(i + 1).some((b) => a.vpc === b.vpc && a.family === b.family && a.first <= b.last && b.first <= a.last),
  );
}

function bundlesIn(folder: URL): CorpusNetwork[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    if (!entry.isFile() || !entry.name.endsWith('.json')) return [];
    const path = `${entry.parentPath}/${entry.name}`;
    const value = parse(new URL(`file://${path}`));
    const bundle = (value['bundle'] ?? value) as Record<string, unknown>;
    return Array.isArray(bundle['Vpcs']) && !hasOverlappingSubnets(bundle)
      ? [{ name: path.slice(folder.pathname.length), bundle }]
      : [];
  });
}

/** Every network of the corpora: reach cases and stories, and the recorded ones where they are. */
export function corpusNetworks(): CorpusNetwork[] {
  const reach = readFileSync(new URL('reach/cases.jsonl', HERE), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; bundle: Record<string, unknown> });
  return [
    ...reach.map(({ id, bundle }) => ({ name: id, bundle })),
    ...bundlesIn(new URL('stories/', HERE)),
    ...bundlesIn(new URL('batfish/', BESIDE)),
    ...bundlesIn(new URL('recorded/', BESIDE)),
  ];
}
