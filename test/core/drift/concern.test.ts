import { describe, expect, it } from '@jest/globals';
import { concernedBy, objectsSeen } from '../../../shared/core/drift/concern.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { stories } from '../../support/corpus.ts';

const a = { id: 'a', known: new Set(['vpc-0a000001', 'sg-0a000001', 'tgw-0c000001']) };
const b = { id: 'b', known: new Set(['vpc-0b000001', 'sg-0b000001', 'tgw-0c000001']) };
const unseen = { id: 'unseen', known: undefined };
const concerned = (...objects: readonly string[]) => concernedBy(objects, [a, b, unseen]).map(({ id }) => id);

describe('which networks a change may concern', () => {
  it.each([
    ['an object of one', ['sg-0a000001'], ['a', 'unseen']],
    ['an object of two', ['tgw-0c000001'], ['a', 'b', 'unseen']],
    ['objects of both', ['sg-0a000001', 'sg-0b000001'], ['a', 'b', 'unseen']],
    ['a rule of a group', ['sg-0b000001', 'sgr-0d000001'], ['b', 'unseen']],
    ['a new object in one', ['vpc-0a000001', 'nat-0d000001'], ['a', 'b', 'unseen']],
    ['an object that nobody knows', ['rtb-0d000001'], ['a', 'b', 'unseen']],
    ['only a part of something', ['rtbassoc-0d000001'], ['a', 'b', 'unseen']],
    ['nothing at all', [], ['a', 'b', 'unseen']],
  ])('%s', (_what, objects, networks) => {
    expect(concerned(...objects)).toEqual(networks);
  });

  it('is told from everything that a look saw', () => {
    const story = stories().find(({ id }) => id === 'c1-private-nat');
    const seen = objectsSeen(parseBundle(story?.bundle));
    const bundle = story?.bundle as Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
    const ids = (member: string, id: string) => bundle[member]?.map((one) => one[id]) ?? [];

    expect(seen).toEqual(
      expect.arrayContaining([
        ...ids('Vpcs', 'VpcId'),
        ...ids('Subnets', 'SubnetId'),
        ...ids('RouteTables', 'RouteTableId'),
        ...ids('NetworkAcls', 'NetworkAclId'),
        ...ids('SecurityGroups', 'GroupId'),
        ...ids('NatGateways', 'NatGatewayId'),
        ...ids('InternetGateways', 'InternetGatewayId'),
        ...ids('NetworkInterfaces', 'NetworkInterfaceId'),
      ]),
    );
  });
});
