/** The watcher's own prefix list in tests. */
export const HEARTBEAT_LIST = 'pl-0c3516b0e5630bf3e';

export const renamed = {
  ModifyManagedPrefixListRequest: {
    PrefixListId: HEARTBEAT_LIST,
    PrefixListName: 'runnerwatch-heartbeat-2026-11-26T08-15-00-000Z',
  },
} as const;

/** A heartbeat as EventBridge delivers it; the shape of the parameters is that of a recorded ModifyManagedPrefixList. `source` is of the envelope, the rest of the record. */
export const heartbeatEvent = ({ source = 'aws.ec2', ...record }: Readonly<Record<string, unknown>> = {}) => ({
  version: '0',
  id: 'b1d0a7e2-0000-4000-8000-000000000001',
  'detail-type': 'AWS API Call via CloudTrail',
  source,
  account: '111122223333',
  time: '2026-11-26T08:15:02Z',
  region: 'eu-central-1',
  resources: [],
  detail: {
    eventVersion: '1.10',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/runnerwatch-prod-HeartbeatRole-1ABC/runnerwatch-prod-heartbeat',
      accountId: '111122223333',
    },
    eventTime: '2026-11-26T08:15:01Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'ModifyManagedPrefixList',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'aws-sdk-js/3.1169.0',
    requestParameters: renamed,
    responseElements: {
      ModifyManagedPrefixListResponse: {
        prefixList: {
          prefixListId: HEARTBEAT_LIST,
          prefixListArn: `arn:aws:ec2:eu-central-1:111122223333:prefix-list/${HEARTBEAT_LIST}`,
          prefixListName: renamed.ModifyManagedPrefixListRequest.PrefixListName,
          state: 'modify-in-progress',
          maxEntries: 1,
          version: 1,
        },
      },
    },
    requestID: 'c2d0a7e2-0000-4000-8000-000000000001',
    eventID: 'd3d0a7e2-0000-4000-8000-000000000001',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...record,
  },
});
