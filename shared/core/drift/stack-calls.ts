import type { ChangeEvent } from './change.ts';
import { type Json, objectOf, textOf } from './record.ts';

/** EventBridge source of the calls that make CloudFormation work on a stack. */
export const STACK_SOURCE = 'aws.cloudformation';

/**
 * Calls of CloudFormation that make it change the resources of a stack, or (`prepares`) say with which role a later one will (API reference, read
 * 2026-11-26). Those on stack sets are not here: they are made in another account or Region, where no network of ours is.
 */
export const STACK_OPERATIONS = {
  CancelUpdateStack: 'runs',
  ContinueUpdateRollback: 'runs',
  CreateChangeSet: 'prepares',
  CreateStack: 'runs',
  DeleteStack: 'runs',
  ExecuteChangeSet: 'runs',
  RollbackStack: 'runs',
  UpdateStack: 'runs',
} as const satisfies Record<string, 'runs' | 'prepares'>;

/** What a call to CloudFormation says of the work that it starts. */
export interface StackCall {
  readonly effect: 'runs' | 'prepares';
  /** Its name, also where the record has the ARN. */
  readonly stack?: string;
  readonly changeSet?: string;
  /** ARN. Absent also when the stack has kept the role of an earlier call. */
  readonly role?: string;
}

/** Undefined when the call starts and prepares no work. */
export function stackCallOf(operation: string, detail: Json): StackCall | undefined {
  const effect = new Map<string, StackCall['effect']>(Object.entries(STACK_OPERATIONS)).get(operation);
  if (effect === undefined) return undefined;
  const asked = objectOf(detail['requestParameters']);
  const stack = nameOf(asked['stackName']) ?? nameOf(objectOf(detail['responseElements'])['stackId']);
  const changeSet = nameOf(asked['changeSetName']);
  const role = textOf(asked['roleARN']);
  return {
    effect,
    ...(stack === undefined ? {} : { stack }),
    ...(changeSet === undefined ? {} : { changeSet }),
    ...(role === undefined ? {} : { role }),
  };
}

/** Of `name` or `arn:aws:cloudformation:region:account:stack/name/id`. */
function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text?.startsWith('arn:') ? textOf(text.split('/')[1]) : text;
}

/** ARN of the role that CloudFormation made a call with; undefined when it, or somebody else, did so with the rights of its caller. */
export function stackRoleOf(userIdentity: unknown): string | undefined {
  const identity = objectOf(userIdentity);
  if (!textOf(identity['arn'])?.endsWith('/AWSCloudFormation')) return undefined;
  return textOf(objectOf(objectOf(identity['sessionContext'])['sessionIssuer'])['arn']);
}

/** A change is looked for in the runs that began at most so long before it; milliseconds. No record tells when a run ended. */
export const LONGEST_RUN = 3 * 60 * 60_000;

/** When so many stacks may have been at work, a list of them tells nobody anything. */
const MOST_STACKS = 3;

interface Run {
  readonly call: ChangeEvent;
  /** By name, else nobody knows which. */
  readonly stack: string | undefined;
  readonly role: string | undefined;
}

/**
 * Who is behind a change, among what is recorded: for one that CloudFormation made with a role of its own, whoever had a stack worked on with that role
 * then. Of several stacks all are named, for nothing in a record tells which of them it was. The change's own actor when none is known, or too many.
 */
export function actorBehind(change: ChangeEvent, recorded: readonly ChangeEvent[]): string {
  const { stackRole } = change;
  if (stackRole === undefined) return change.actor;
  const runs = runsBefore(change, recorded).filter(({ role }) => role === undefined || role === stackRole);
  if (runs.length === 0 || runs.length > MOST_STACKS) return change.actor;
  const actors = either(runs.map(({ call }) => call.actor));
  const stacks = either(runs.flatMap(({ stack }) => stack ?? []));
  const isKnown = runs.some(({ role }) => role !== undefined);
  const where = `${stacks === '' ? '' : `stack ${stacks}, `}role ${stackRole.split('/').pop()}`;
  return `${isKnown ? '' : 'probably '}${actors} by CloudFormation (${where})`;
}

/** The last run of each stack that people or their tools asked for; CloudFormation's own calls are for nested stacks, and belong to the run of the outer one. */
function runsBefore(change: ChangeEvent, recorded: readonly ChangeEvent[]): readonly Run[] {
  const prepared = new Map<string, string>();
  const runs = new Map<string, Run>();
  for (const call of [...recorded].sort((a, b) => a.at - b.at)) {
    const { stackCall, at, account, region } = call;
    if (!stackCall || account !== change.account || region !== change.region) continue;
    if (at > change.at || change.at - at > LONGEST_RUN || call.stackRole !== undefined) continue;
    const { stack, changeSet = '', effect } = stackCall;
    const key = stack ?? call.eventId;
    const role = stackCall.role ?? prepared.get(`${key} ${changeSet}`) ?? runs.get(key)?.role;
    if (effect === 'runs') runs.set(key, { call, stack, role });
    else if (role !== undefined) prepared.set(`${key} ${changeSet}`, role);
  }
  return [...runs.values()];
}

/** `a`, `a or b`, `a, b or c`; each once. */
function either(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  const last = different.pop() ?? '';
  return different.length === 0 ? last : `${different.join(', ')} or ${last}`;
}
