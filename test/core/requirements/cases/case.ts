import { parse } from 'yaml';
import { instant } from '../../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../../shared/core/facts/snapshot.ts';
import type { RequirementVerdict, ScanReport } from '../../../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../../support/corpus.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A network as it is described to us: what AWS said, and what the operator said. */
export interface Described {
  readonly bundle: Json;
  /** The network's entry in the watch file. */
  readonly watch: Json;
}

/** One thing that happens to a network. */
export type Edit = (network: Described) => Described;

/** What one requirement says of a story to which something happened. */
export interface Case {
  readonly verdict: RequirementVerdict;
  /** Folder of `test/corpus/stories`. */
  readonly story: Story;
  /** What happened, as the heading of the golden text. */
  readonly what: string;
  readonly edits: readonly Edit[];
}

/** Cases of a section of the catalogue, by requirement. */
export type Section = Readonly<Record<string, readonly Case[]>>;

/** The stories that cases start from, one for each deployment option; each passes but for what nobody can see. */
export const PRIVATE_NAT = 'c1-private-nat';
export const DEFAULT_VPC = 'c2-default-vpc';
export const PUBLIC_SUBNET = 'public-subnet-ok';
export const PRIVATE_TGW = 'tgw-central-egress-ok';

type Story = typeof PRIVATE_NAT | typeof DEFAULT_VPC | typeof PUBLIC_SUBNET | typeof PRIVATE_TGW;

const ofVerdict =
  (verdict: RequirementVerdict) =>
  (story: Story, what: string, ...edits: readonly Edit[]): Case => ({ verdict, story, what, edits });

export const passes = ofVerdict('pass');
export const fails = ofVerdict('fail');
export const unknown = ofVerdict('unknown');
export const inapplicable = ofVerdict('not-applicable');

/** What most passing cases are. */
export const AS_IT_IS = 'as it is';

/** A section in which every requirement has the same cases. */
export const sameFor = (ids: readonly string[], cases: readonly Case[]): Section =>
  Object.fromEntries(ids.map((id) => [id, cases]));

const AT = instant(Date.UTC(2026, 10, 25));

const described = new Map(
  stories().map(({ id, bundle, watchFile }) => {
    const { networks } = parse(watchFile) as { readonly networks: readonly Json[] };
    return [id, { bundle: bundle as Json, watch: networks[0] ?? {} }];
  }),
);

/** The network after everything that happens to it in the case. */
export function describedBy({ story, edits }: Case): Described {
  const base = described.get(story);
  if (!base) throw new Error(`there is no story ${story}`);
  return edits.reduce((network, edit) => edit(network), base);
}

/** The whole report, of which the case looks at one requirement. */
export function reportOf(one: Case): ScanReport {
  return reportFor(describedBy(one));
}

export function reportFor({ bundle, watch }: Described): ScanReport {
  const [network] = watchFileSchema.parse({ version: 1, networks: [watch] }).networks;
  if (!network) throw new Error('no network in the watch file');
  return scanNetwork(parseBundle(bundle), network, AT);
}
