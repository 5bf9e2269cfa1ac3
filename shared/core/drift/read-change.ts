import { parseInstant } from '../base/instant.ts';
import { CHANGE_SOURCES } from '../facts/operations.ts';
import { actorOf } from './actor.ts';
import type { ChangeEvent } from './change.ts';
import { objectIdsIn } from './object-id.ts';
import { type Json, objectOf, textOf } from './record.ts';
import { STACK_SOURCE, stackCallOf, stackRoleOf } from './stack-calls.ts';

/** Why an event is not a change of the network. */
export type NotAChange = 'malformed' | 'not-cloudtrail' | 'foreign-source' | 'read-only' | 'failed-call';

export type ReadChange = { readonly is: 'change'; readonly change: ChangeEvent } | { readonly is: NotAChange };

/** Beside the classified ones: what people ask of CloudFormation. */
const SOURCES: ReadonlySet<string> = new Set([...CHANGE_SOURCES, STACK_SOURCE]);

/** Members of a record that name what was changed. Not the caller's: its `vpcEndpointId` is only the way that the call came. */
const NAMING = ['requestParameters', 'responseElements', 'serviceEventDetails', 'resources'] as const;

/** Reads an EventBridge event that carries a CloudTrail record (record contents 1.11, read 2026-11-25). */
export function readChange(event: unknown): ReadChange {
  const envelope = objectOf(event);
  const detail = objectOf(envelope['detail']);
  const source = textOf(envelope['source']);
  if (source === undefined || envelope['detail-type'] === undefined) return { is: 'malformed' };
  if (
    envelope['detail-type'] !== 'AWS API Call via CloudTrail' &&
    envelope['detail-type'] !== 'AWS Service Event via CloudTrail'
  )
    return { is: 'not-cloudtrail' };
  if (!SOURCES.has(source)) return { is: 'foreign-source' };
  if (detail['readOnly'] === true) return { is: 'read-only' };
  if (detail['errorCode'] !== undefined && detail['errorCode'] !== null) return { is: 'failed-call' };
  const operation = textOf(detail['eventName']);
  const at = parseInstant(textOf(detail['eventTime']) ?? textOf(envelope['time']) ?? '');
  const account = textOf(detail['recipientAccountId']) ?? textOf(envelope['account']);
  const region = textOf(detail['awsRegion']) ?? textOf(envelope['region']);
  const eventId = textOf(detail['eventID']) ?? textOf(envelope['id']);
  if (
    operation === undefined ||
    at === undefined ||
    account === undefined ||
    region === undefined ||
    eventId === undefined
  )
    return { is: 'malformed' };
  const stackCall = source === STACK_SOURCE ? stackCallOf(operation, detail) : undefined;
  if (source === STACK_SOURCE && stackCall === undefined) return { is: 'foreign-source' };
  const sourceIp = textOf(detail['sourceIPAddress']);
  const stackRole = stackRoleOf(detail['userIdentity']);
  const objects = stackCall
    ? []
    : objectIdsIn(JSON.stringify([envelope['resources'], ...NAMING.map((member) => detail[member])]));
  return {
    is: 'change',
    change: {
      eventId,
      source,
      operation,
      at,
      account,
      region,
      actor: actorOf(detail['userIdentity']),
      tool: toolOf(detail),
      ...(sourceIp === undefined ? {} : { sourceIp }),
      objects: [...objects].sort(),
      ...(stackRole === undefined ? {} : { stackRole }),
      ...(stackCall === undefined ? {} : { stackCall }),
    },
  };
}

/** First match decides. */
const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/cloudformation\.amazonaws\.com/i, 'cloudformation'],
  [/terraform|opentofu/i, 'terraform'],
  [/pulumi/i, 'pulumi'],
  [/^aws-cli/i, 'aws-cli'],
  [/console\.|mozilla|signin\.amazonaws|AWS Internal/i, 'console'],
  [/boto|aws-sdk|aws sdk|botocore/i, 'sdk'],
  [/\.amazonaws\.com$/i, 'service'],
];

function toolOf(detail: Json): string {
  if (detail['sessionCredentialFromConsole'] === 'true' || detail['sessionCredentialFromConsole'] === true)
    return 'console';
  const invokedBy = textOf(objectOf(detail['userIdentity'])['invokedBy']) ?? '';
  const agent = `${textOf(detail['userAgent']) ?? ''} ${invokedBy}`.trim();
  return TOOLS.find(([pattern]) => pattern.test(agent))?.[1] ?? 'sdk';
}
