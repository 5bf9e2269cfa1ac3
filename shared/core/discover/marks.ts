import type { ServiceTrace, StackTrace, Tags } from './traces.ts';
import { inWords } from './words.ts';

/** Tag of everything that belongs to one runner (terraform-aws-ona-runner, locals.tf, read 2026-11-26). */
export const RUNNER_TAG = 'gitpod.dev/runner-id';

/** Tags that say "of a runner" without saying of which. */
export const VENDOR_TAGS = ['gitpod:terraform:module', 'gitpod:cloudformation:stack-provider'] as const;

export const RUNNER_TAGS: readonly string[] = [RUNNER_TAG, ...VENDOR_TAGS];

/** A name is a hint only: people call things as they like. */
const VENDOR_NAME = /gitpod|(?:^|[^a-z])ona(?:[^a-z]|$)/i;

export interface Mark {
  /** For people: `tag gitpod.dev/runner-id=0198…`. */
  readonly text: string;
  /** False: only the name looks like a runner's. */
  readonly certain: boolean;
}

export function markOf(tags: Tags, ...names: readonly string[]): Mark | undefined {
  const key = RUNNER_TAGS.find((tag) => tags[tag] !== undefined);
  if (key !== undefined) return { text: `tag ${key}=${tags[key]}`, certain: true };
  return names.some((name) => VENDOR_NAME.test(inWords(name))) ? { text: 'its name', certain: false } : undefined;
}

/** `arn:aws:ecs:eu-central-1:111122223333:cluster/blue` is `blue`. */
export const nameInArn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

export const markOfService = (service: ServiceTrace): Mark | undefined =>
  markOf(service.tags, service.name, nameInArn(service.clusterArn));

export const markOfStack = (stack: Pick<StackTrace, 'tags' | 'name'>): Mark | undefined =>
  markOf(stack.tags, stack.name);
