import type { Cidr } from '../../net/cidr.ts';
import type { Fields } from '../fields.ts';
import type { Kind } from './kind.ts';

export interface PeeringSide {
  readonly vpcId: string | undefined;
  readonly ownerId: string | undefined;
  readonly region: string | undefined;
  readonly cidrs: readonly Cidr[];
}

export interface VpcPeeringConnection {
  readonly id: string;
  readonly status: string;
  readonly accepter: PeeringSide;
  readonly requester: PeeringSide;
}

function readSide(fields: Fields | undefined): PeeringSide {
  const primary = fields?.optionalCidr('CidrBlock');
  const blocks = fields?.optionalList('CidrBlockSet', (item) => item.cidr('CidrBlock')) ?? [];
  return {
    vpcId: fields?.optionalText('VpcId'),
    ownerId: fields?.optionalText('OwnerId'),
    region: fields?.optionalText('Region'),
    cidrs: [
      ...(blocks.length === 0 && primary ? [primary] : blocks),
      ...(fields?.optionalList('Ipv6CidrBlockSet', (item) => item.cidr('Ipv6CidrBlock')) ?? []),
    ],
  };
}

export const vpcPeeringConnection: Kind<VpcPeeringConnection> = {
  member: 'VpcPeeringConnections',
  operation: 'DescribeVpcPeeringConnections',
  idMember: 'VpcPeeringConnectionId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['peering'],
  types: {
    cloudFormation: ['AWS::EC2::VPCPeeringConnection'],
    terraform: [
      'aws_vpc_peering_connection',
      'aws_vpc_peering_connection_accepter',
      'aws_vpc_peering_connection_options',
    ],
  },
  parse: (fields) => ({
    id: fields.id('VpcPeeringConnectionId'),
    status: fields.optionalObject('Status')?.optionalText('Code') ?? '',
    accepter: readSide(fields.optionalObject('AccepterVpcInfo')),
    requester: readSide(fields.optionalObject('RequesterVpcInfo')),
  }),
};
