import { describe, expect, it } from '@jest/globals';
import { confirmingScan, objectsInTransition, readConfirmations } from '../../../shared/core/facts/in-transition.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';

const nat = (State: string) => ({ NatGatewayId: `nat-${State}`, State, NatGatewayAddresses: [] });

const moving = (bundle: object) =>
  objectsInTransition(parseBundle(bundle)).map(({ kind, id, state }) => `${kind} ${id} ${state}`);

describe('objects in transition', () => {
  it('are those that AWS is still busy with', () => {
    expect(moving({ NatGateways: ['pending', 'available', 'deleting', 'deleted', 'failed'].map(nat) })).toEqual([
      'natGateway nat-deleting deleting',
      'natGateway nat-pending pending',
    ]);
  });

  it('are found in attachments, associations and addresses too', () => {
    const bundle = {
      InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: 'detaching' }] }],
      RouteTables: [
        {
          RouteTableId: 'rtb-1',
          VpcId: 'vpc-1',
          Routes: [],
          Associations: [{ SubnetId: 'subnet-1', AssociationState: { State: 'associating' } }],
        },
      ],
      NatGateways: [{ ...nat('available'), NatGatewayAddresses: [{ Status: 'unassigning' }] }],
      ManagedPrefixLists: [{ PrefixListId: 'pl-1', State: 'modify-in-progress' }],
      VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'update-in-progress' },
      ResolverRuleAssociations: [{ Id: 'rra-1', ResolverRuleId: 'rr-1', VPCId: 'vpc-1', Status: 'CREATING' }],
    };

    expect(moving(bundle)).toEqual([
      'blockPublicAccessOptions VpcBlockPublicAccessOptions update-in-progress',
      'internetGateway igw-1 detaching',
      'managedPrefixList pl-1 modify-in-progress',
      'natGateway nat-available unassigning',
      'resolverRuleAssociation rra-1 CREATING',
      'routeTable rtb-1 associating',
    ]);
  });

  it('are none of those that wait for a person, nor the environments that come and go', () => {
    const bundle = {
      VpcPeeringConnections: [{ VpcPeeringConnectionId: 'pcx-1', Status: { Code: 'pending-acceptance' } }],
      VpcEndpoints: [{ VpcEndpointId: 'vpce-1', State: 'pendingAcceptance' }],
      TransitGatewayAttachments: [{ TransitGatewayAttachmentId: 'tgw-attach-1', State: 'pendingAcceptance' }],
      Instances: [{ InstanceId: 'i-1', State: { Name: 'pending' } }],
    };

    expect(moving(bundle)).toEqual([]);
  });
});

describe('a confirming scan', () => {
  const busy = [{ kind: 'natGateway', id: 'nat-1', state: 'pending' }] as const;

  it('comes later each time, and then no more', () => {
    const delays: number[] = [];
    let next = confirmingScan(busy, 0);
    while (next) {
      delays.push(next.delaySeconds);
      next = confirmingScan(busy, next.confirmation);
    }

    expect(delays).toEqual([60, 180, 600]);
    expect(confirmingScan([], 0)).toBeUndefined();
  });

  it('is not made for a message whose count nobody can read', () => {
    expect([undefined, 2, -1, 1.5, '1', null].map(readConfirmations)).toEqual([
      0,
      2,
      Infinity,
      Infinity,
      Infinity,
      Infinity,
    ]);
    expect(confirmingScan(busy, Infinity)).toBeUndefined();
  });
});
