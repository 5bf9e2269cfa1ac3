import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../shared/core/reach/answer.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const CORPUS = join(HERE, '..', 'corpus');

/** Reference material lives beside the checkout, not in it; third-party networks are part of it. */
const SHARED = join(HERE, '..', '..', '..', 'shared');
const THIRD_PARTY = join(SHARED, 'corpus');

/** A text of the reference material; undefined when it is not beside the checkout, which in CI is an error. */
export function sharedFile(name: string): string | undefined {
  const path = join(SHARED, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (process.env['CI']) throw new Error(`${path} is missing in CI`);
  return undefined;
}

export interface ReachCase {
  readonly id: string;
  readonly name: string;
  readonly bundle: Record<string, unknown>;
  readonly question: Record<string, unknown>;
  readonly expected: {
    readonly verdict: string;
    readonly codes: readonly string[];
    readonly strict: boolean;
    readonly codesProposed?: boolean;
    readonly component?: string | readonly string[];
    readonly leg?: string;
    readonly uncovered?: readonly string[];
    readonly witnessSrcIn?: readonly string[];
    readonly allOf?: readonly {
      readonly code: string | readonly string[];
      readonly component?: string | readonly string[];
    }[];
  };
}

export const reachCases = (): ReachCase[] =>
  readFileSync(join(CORPUS, 'reach', 'cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReachCase);

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** What is wrong with an answer; empty when it is as expected. */
export function complaints(expected: ReachCase['expected'], answer: Answer): string[] {
  const found: string[] = [];
  if (answer.verdict !== expected.verdict) found.push(`expected ${expected.verdict}, got ${answer.verdict}`);
  if (expected.verdict === 'pass') return found;
  const fitting = answer.reasons.filter((reason) => expected.codes.includes(reason.code));
  if (expected.codes.length > 0 && fitting.length === 0) {
    found.push(`no reason among ${expected.codes.join()}, but ${answer.reasons.map((reason) => reason.code).join()}`);
  } else if (expected.codes.length > 0) {
    if (expected.leg !== undefined && !fitting.some((reason) => reason.leg === expected.leg))
      found.push(`no reason on the ${expected.leg} leg`);
    if (
      expected.component !== undefined &&
      !fitting.some((reason) => listOf(expected.component).includes(reason.component))
    ) {
      found.push(`components are ${fitting.map((reason) => reason.component).join()}`);
    }
  }
  for (const one of expected.allOf ?? []) {
    const met = answer.reasons.some(
      (reason) =>
        listOf(one.code).includes(reason.code) &&
        (one.component === undefined || listOf(one.component).includes(reason.component)),
    );
    if (!met) found.push(`missing ${JSON.stringify(one)}`);
  }
  return found;
}

export interface Story {
  readonly id: string;
  readonly step: string;
  readonly bundle: unknown;
  readonly watchFile: string;
  readonly expected: { readonly overall: string; readonly requirements: Readonly<Record<string, string>> };
}

export function stories(): Story[] {
  const root = join(CORPUS, 'stories');
  return readdirSync(root)
    .sort()
    .flatMap((id) =>
      ['', '-0', '-1', '-2'].flatMap((step) => {
        const bundle = join(root, id, `bundle${step}.json`);
        if (!existsSync(bundle)) return [];
        const expected = JSON.parse(readFileSync(join(root, id, `expected${step}.json`), 'utf8')) as Story['expected'];
        return [
          {
            id,
            step,
            bundle: JSON.parse(readFileSync(bundle, 'utf8')) as unknown,
            watchFile: readFileSync(join(root, id, 'runnerwatch.yaml'), 'utf8'),
            expected,
          },
        ];
      }),
    );
}

export const storyFile = (id: string, name: string): string => join(CORPUS, 'stories', id, name);

export interface ThirdPartyCase {
  readonly id: string;
  readonly bundle: string;
  readonly question: Record<string, unknown>;
  readonly expected: { readonly verdict: string; readonly acceptable?: readonly string[] };
  readonly source: string;
}

/** Undefined when the third-party networks are not beside the checkout; in CI that is an error. */
export function thirdParty(
  folder: 'batfish' | 'recorded',
): { readonly cases: ThirdPartyCase[]; readonly bundleOf: (name: string) => unknown } | undefined {
  const root = join(THIRD_PARTY, folder);
  if (!existsSync(root)) {
    if (process.env['CI']) throw new Error(`${root} is missing in CI`);
    return undefined;
  }
  return {
    cases: readFileSync(join(root, 'questions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ThirdPartyCase),
    bundleOf: (name) => JSON.parse(readFileSync(join(root, name), 'utf8')) as unknown,
  };
}

export interface SourceRequirement {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly applies: readonly string[];
  readonly source: readonly { readonly doc?: string; readonly line?: number; readonly quote: string }[];
}

interface SourceCopy {
  readonly id: string;
  readonly url: string;
}

/** A catalogue as it was taken from the documents. Undefined when it is not beside the checkout; in CI that is an error. */
export function sourceCatalogue(
  id: string,
):
  | { readonly source: SourceCopy | readonly SourceCopy[]; readonly requirements: readonly SourceRequirement[] }
  | undefined {
  const path = join(HERE, '..', '..', '..', 'shared', 'requirements', `${id}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof sourceCatalogue>;
  if (process.env['CI']) throw new Error(`${path} is missing in CI`);
  return undefined;
}

/** Networks that others recorded. Undefined when they are not beside the checkout; in CI that is an error. */
export function recordedFolder(): string | undefined {
  const root = join(THIRD_PARTY, 'recorded');
  if (existsSync(root)) return root;
  if (process.env['CI']) throw new Error(`${root} is missing in CI`);
  return undefined;
}
