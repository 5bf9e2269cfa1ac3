import { type Mark, markOfService, markOfStack, nameInArn, RUNNER_TAG } from './marks.ts';
import type { RunnerTraces, ServiceTrace, StackTrace } from './traces.ts';

/** What belongs to one runner, and how that is known. */
export interface Runner {
  /** Value of `gitpod.dev/runner-id`; undefined when nothing carries it. */
  readonly runnerId: string | undefined;
  /** What people call it: its stack, else its cluster, else its id. */
  readonly name: string;
  /** False: only names look like a runner's. */
  readonly certain: boolean;
  /** One sentence for each object that led here. */
  readonly evidence: readonly string[];
  readonly services: readonly ServiceTrace[];
  readonly stacks: readonly StackTrace[];
}

interface Clue {
  /** Clues that share one of these are of the same runner. */
  readonly tokens: readonly string[];
  readonly mark: Mark;
  readonly text: string;
  readonly runnerId: string | undefined;
  readonly service?: ServiceTrace;
  readonly stack?: StackTrace;
}

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

const known = (values: readonly (string | undefined)[]): readonly string[] =>
  values.flatMap((value) => (value === undefined ? [] : [value]));

function clueOfStack(stack: StackTrace): Clue | undefined {
  const mark = markOfStack(stack);
  if (!mark) return undefined;
  const runnerId = stack.tags[RUNNER_TAG];
  return {
    tokens: known([`stack ${stack.rootId ?? stack.id}`, runnerId && `runner ${runnerId}`]),
    mark,
    text: `CloudFormation stack ${stack.name} (${mark.text})`,
    runnerId,
    stack,
  };
}

function clueOfService(service: ServiceTrace, stacks: readonly StackTrace[]): Clue | undefined {
  const stack = stacks.find(
    (one) =>
      one.id === service.tags['aws:cloudformation:stack-id'] ||
      one.resources?.some((resource) => resource.physicalId === service.arn),
  );
  const own = markOfService(service);
  const ofStack = stack && markOfStack(stack);
  const mark = own?.certain
    ? own
    : ofStack
      ? { text: `resource of stack ${stack.name}`, certain: ofStack.certain }
      : own;
  if (!mark) return undefined;
  const runnerId = service.tags[RUNNER_TAG];
  const tokens = known([ofStack && `stack ${stack.rootId ?? stack.id}`, runnerId && `runner ${runnerId}`]);
  return {
    tokens: tokens.length > 0 ? tokens : [`cluster ${service.clusterArn}`],
    mark,
    text: `ECS service ${service.name} in cluster ${nameInArn(service.clusterArn)} (${mark.text})`,
    runnerId,
    service,
  };
}

/** A service that only its name tells of is one more of the runner in its cluster, when there is one such runner. */
function withItsCluster(clue: Clue, others: readonly Clue[]): Clue {
  if (clue.mark.certain) return clue;
  const sure = others.filter((other) => other.mark.certain && other.service?.clusterArn === clue.service?.clusterArn);
  const shared = sure[0]?.tokens.filter((token) => sure.every((other) => other.tokens.includes(token))) ?? [];
  return shared.length > 0 ? { ...clue, tokens: shared } : clue;
}

/** Clues that hang together, each group in the order given. */
function groupsOf(clues: readonly Clue[]): readonly (readonly Clue[])[] {
  let groups: (readonly Clue[])[] = [];
  for (const clue of clues) {
    const isMine = (group: readonly Clue[]): boolean =>
      group.some((other) => other.tokens.some((token) => clue.tokens.includes(token)));
    groups = [...groups.filter((group) => !isMine(group)), [...groups.filter(isMine).flat(), clue]];
  }
  return groups;
}

function runnerOf(clues: readonly Clue[]): Runner {
  const stacks = clues.flatMap((clue) => clue.stack ?? []);
  const services = clues.flatMap((clue) => clue.service ?? []);
  const runnerId = clues.find((clue) => clue.runnerId !== undefined)?.runnerId;
  const root = stacks.find((stack) => stack.rootId === undefined) ?? stacks[0];
  const [service] = services;
  return {
    runnerId,
    name: root?.name ?? (service ? nameInArn(service.clusterArn) : (runnerId ?? '')),
    certain: clues.some((clue) => clue.mark.certain),
    evidence: clues.map((clue) => clue.text),
    services,
    stacks,
  };
}

/** Runners that ECS and CloudFormation show, by name. */
export function runnersIn(traces: Pick<RunnerTraces, 'services' | 'stacks'>): readonly Runner[] {
  const stacks = [...traces.stacks].sort(by((stack) => stack.id));
  const services = [...traces.services].sort(by((service) => service.arn));
  const ofServices = services.flatMap((service) => clueOfService(service, stacks) ?? []);
  const clues = [
    ...stacks.flatMap((stack) => clueOfStack(stack) ?? []),
    ...ofServices.map((clue) => withItsCluster(clue, ofServices)),
  ];
  return groupsOf(clues)
    .map(runnerOf)
    .sort(by((runner) => `${runner.name} ${runner.runnerId ?? ''}`));
}

/** Ids of one sort (`subnet`, `sg`, `vpc`) that parameters, outputs and resources of the stacks name, with the name they have there. */
export function idsInStacks(
  stacks: readonly StackTrace[],
  prefix: 'subnet' | 'sg' | 'vpc',
): readonly { readonly id: string; readonly name: string; readonly where: string; readonly isResource: boolean }[] {
  const pattern = new RegExp(`(?<![\\w-])${prefix}-[0-9a-f]+(?![\\w-])`, 'g');
  return stacks.flatMap((stack) => {
    const named = (what: string, record: Readonly<Record<string, string>>) =>
      Object.entries(record)
        .sort(by(([name]) => name))
        .flatMap(([name, value]) =>
          [...value.matchAll(pattern)].map(([id]) => ({
            id,
            name,
            where: `${what} ${name} of stack ${stack.name}`,
            isResource: false,
          })),
        );
    return [
      ...named('parameter', stack.parameters),
      ...named('output', stack.outputs),
      ...[...(stack.resources ?? [])].sort(by((resource) => resource.logicalId)).flatMap(({ logicalId, physicalId }) =>
        [...physicalId.matchAll(pattern)]
          .filter(([id]) => id === physicalId)
          .map(([id]) => ({
            id,
            name: logicalId,
            where: `resource ${logicalId} of stack ${stack.name}`,
            isResource: true,
          })),
      ),
    ];
  });
}
