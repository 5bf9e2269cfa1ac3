import { describe, expect, it } from '@jest/globals';
import type { Bundle } from '../../../shared/core/facts/bundle.ts';
import { contradictionsIn, movedPrefixLists, versionedPrefixLists } from '../../../shared/core/facts/contradictions.ts';

const route = (target: object, State = 'active') => ({ DestinationCidrBlock: '0.0.0.0/0', State, ...target });

const table = (...Routes: object[]) => ({ RouteTableId: 'rtb-1', VpcId: 'vpc-1', Routes, Associations: [] });

const said = (bundle: Bundle) => contradictionsIn(bundle).map(({ from, to }) => `${from.id} -> ${to.kind} ${to.id}`);

describe('contradictions', () => {
  it('are active routes to what the other list does not hold', () => {
    const RouteTables = [
      table(
        route({ NatGatewayId: 'nat-1' }),
        route({ GatewayId: 'igw-1' }),
        route({ GatewayId: 'vgw-1' }),
        route({ NatGatewayId: 'nat-gone' }, 'blackhole'),
        route({ GatewayId: 'local' }),
      ),
    ];

    expect(said({ RouteTables, NatGateways: [], InternetGateways: [], VpnGateways: [] })).toEqual([
      'rtb-1 -> natGateway nat-1',
      'rtb-1 -> internetGateway igw-1',
      'rtb-1 -> vpnGateway vgw-1',
    ]);
  });

  it('are none where the other list was not wholly seen', () => {
    const RouteTables = [table(route({ NatGatewayId: 'nat-1' }))];

    expect(said({ RouteTables })).toEqual([]);
    expect(said({ RouteTables, NatGateways: [], Errors: [{ Operation: 'DescribeNatGateways', Code: 'No' }] })).toEqual(
      [],
    );
  });

  it('are groups of our own interfaces, not those of other accounts in a shared subnet', () => {
    const eni = (id: string, OwnerId: string) => ({
      NetworkInterfaceId: id,
      VpcId: 'vpc-1',
      OwnerId,
      Groups: [{ GroupId: `sg-of-${OwnerId}` }],
    });
    const bundle = {
      Vpcs: [{ VpcId: 'vpc-1', OwnerId: '111111111111', CidrBlock: '10.0.0.0/16' }],
      SecurityGroups: [],
      NetworkInterfaces: [eni('eni-1', '111111111111'), eni('eni-2', '222222222222')],
    };

    expect(said(bundle)).toEqual(['eni-1 -> securityGroup sg-of-111111111111']);
  });

  it('of prefix lists are versions that moved between two looks', () => {
    const lists = (...versions: readonly (number | undefined)[]) => ({
      ManagedPrefixLists: versions.map((Version, index) => ({ PrefixListId: `pl-${index}`, Version })),
    });
    const ids = ['pl-0', 'pl-1', 'pl-2'];

    expect(versionedPrefixLists(lists(3, 4, undefined), ids)).toEqual(['pl-0', 'pl-1']);
    expect(movedPrefixLists(lists(3, 4, 1), lists(3, 5), ids)).toEqual(['pl-1', 'pl-2']);
  });
});
