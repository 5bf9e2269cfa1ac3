import { actionOf, type Kind } from '../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../shared/core/facts/kinds/registry.ts';

/** IAM actions of the scanner: one for each kind that the collector reads, nothing more. None of them is limited to a resource by AWS. */
export const describeActions = (): readonly string[] =>
  [
    ...new Set(
      Object.values<Kind<{ readonly id: string }>>(KINDS).flatMap((kind) =>
        kind.collect.by === 'given' ? [] : (actionOf(kind) ?? []),
      ),
    ),
  ].sort();

/** What the scanner may do in the account that it looks at; the resource of the parameters is completed by the template. */
export const scannerStatements = () =>
  [
    { Sid: 'ReadNetworks', Effect: 'Allow', Action: [...describeActions()], Resource: '*' },
    {
      Sid: 'ReadRegionServices',
      Effect: 'Allow',
      Action: ['ssm:GetParameters'],
      Resource: 'arn:aws:ssm:*::parameter/aws/service/global-infrastructure/*',
    },
  ] as const;

/** Busy calls of EC2 that change no network. Everything else is let through, so that an operation of tomorrow is not missed. */
const HOT_AND_HARMLESS = [
  'AttachVolume',
  'CopySnapshot',
  'CreateKeyPair',
  'CreateSnapshot',
  'CreateSnapshots',
  'CreateVolume',
  'DeleteKeyPair',
  'DeleteSnapshot',
  'DeleteVolume',
  'DetachVolume',
  'ModifyVolume',
  'MonitorInstances',
  'UnmonitorInstances',
];

/** What reaches the scan queue: successful EC2 calls that change something. At most 2,048 characters (EventBridge quota, read 2026-11-25). */
export const changePattern = () => ({
  source: ['aws.ec2'],
  'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
  detail: {
    eventSource: ['ec2.amazonaws.com'],
    readOnly: [false],
    errorCode: [{ exists: false }],
    eventName: [{ 'anything-but': HOT_AND_HARMLESS }],
  },
});
