import { CreateManagedPrefixListCommand, DescribeManagedPrefixListsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prefixListHeartbeat } from '../../shared/adapters/prefix-list-heartbeat.ts';
import { instant } from '../../shared/core/base/instant.ts';
import { heartbeatName } from '../../shared/core/drift/heartbeat.ts';
import { emulatorConfig, type Moto, startMoto } from '../support/moto.ts';

let moto: Moto;
let client: EC2Client;

beforeAll(async () => {
  moto = await startMoto();
  client = new EC2Client(emulatorConfig(moto.endpoint));
}, 60_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
});

describe('a heartbeat', () => {
  it('renames an empty list, again and again, and changes nothing else of it', async () => {
    const made = await client.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: 'runnerwatch-heartbeat',
        AddressFamily: 'IPv4',
        MaxEntries: 1,
      }),
    );
    const id = made.PrefixList?.PrefixListId ?? '';
    const look = async () => {
      const { PrefixLists = [] } = await client.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id] }));
      const { State: _state, ...rest } = PrefixLists[0] ?? {};
      return rest;
    };
    const before = await look();
    const heartbeat = prefixListHeartbeat(client, id);

    for (const minute of [0, 15]) {
      const name = heartbeatName(instant(Date.UTC(2026, 10, 26, 8, minute)));
      await heartbeat.beat(name);

      expect(await look()).toEqual({ ...before, PrefixListName: name });
    }
  });
});
