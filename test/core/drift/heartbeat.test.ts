import { describe, expect, it } from '@jest/globals';
import { instant } from '../../../shared/core/base/instant.ts';
import { heartbeatName, isHeartbeat } from '../../../shared/core/drift/heartbeat.ts';
import { readChange } from '../../../shared/core/drift/read-change.ts';
import { HEARTBEAT_LIST, heartbeatEvent, renamed } from '../../support/heartbeat-event.ts';

const judge = (event: ReturnType<typeof heartbeatEvent>, listId = HEARTBEAT_LIST): boolean => {
  const read = readChange(event);
  if (read.is !== 'change') throw new Error(read.is);
  return isHeartbeat(event, read.change, listId);
};

describe('the heartbeat', () => {
  it('has another name each time, within the bounds of a prefix list', () => {
    const names = [0, 1, 900_000].map((later) => heartbeatName(instant(Date.UTC(2026, 10, 26, 8, 15) + later)));

    expect(names[0]).toBe('runnerwatch-heartbeat-2026-11-26T08-15-00-000Z');
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^(?!com\.amazonaws)[A-Za-z0-9-]{1,255}$/);
  });

  it('is known when it comes back, wherever CloudTrail puts its parameters', () => {
    expect(judge(heartbeatEvent())).toBe(true);
    expect(judge(heartbeatEvent({ requestParameters: renamed.ModifyManagedPrefixListRequest }))).toBe(true);
  });

  it.each([
    ['of another list', {}, 'pl-0feedfeedfeedfeed'],
    ['that deletes the list', { eventName: 'DeleteManagedPrefixList' }, HEARTBEAT_LIST],
    ['of another service', { source: 'aws.ram' }, HEARTBEAT_LIST],
    [
      'that gives it a name of somebody else',
      {
        requestParameters: {
          ...renamed,
          ModifyManagedPrefixListRequest: { PrefixListId: HEARTBEAT_LIST, PrefixListName: 'mine' },
        },
      },
      HEARTBEAT_LIST,
    ],
    ['that gives it no name', { requestParameters: { PrefixListId: HEARTBEAT_LIST } }, HEARTBEAT_LIST],
    ...[
      { AddEntry: { Cidr: '0.0.0.0/0', tag: 1 } },
      { RemoveEntry: { Cidr: '10.0.0.0/8', tag: 1 } },
      { MaxEntries: 1000 },
      { addEntries: [{ cidr: '0.0.0.0/0' }] },
    ].map((more): [string, object, string] => [
      `that changes what is in it as well (${Object.keys(more).join()})`,
      { requestParameters: { ModifyManagedPrefixListRequest: { ...renamed.ModifyManagedPrefixListRequest, ...more } } },
      HEARTBEAT_LIST,
    ]),
    [
      'that names another object too',
      { responseElements: { prefixList: { prefixListId: HEARTBEAT_LIST }, subnetId: 'subnet-0a1b2c3d4e5f60718' } },
      HEARTBEAT_LIST,
    ],
  ])('is no change %s', (_what, change: object, listId) => {
    expect(judge(heartbeatEvent({ ...change }), listId)).toBe(false);
  });
});
