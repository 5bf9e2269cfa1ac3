import type { Cidr } from '../../net/cidr.ts';
import { type Fields, readTags } from '../fields.ts';
import type { Kind } from './kind.ts';

/** `off`, `block-bidirectional` or `block-ingress`, as EC2 computes it for a VPC or subnet; other texts are kept. */
export type BlockPublicAccessMode = string;

export interface Vpc {
  readonly id: string;
  readonly ownerId: string | undefined;
  readonly isDefault: boolean;
  readonly dhcpOptionsId: string | undefined;
  /** Associated IPv4 and IPv6 blocks; those in another state are left out. */
  readonly cidrs: readonly Cidr[];
  readonly blockPublicAccess: BlockPublicAccessMode | undefined;
  /** `monitor` or `enforce`; undefined when encryption controls are off. */
  readonly encryptionMode: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Blocks whose association is in force; an absent state has the documented default `associated`. */
export function readAssociatedCidrs(fields: Fields, list: string, member: string, state: string): readonly Cidr[] {
  const found = fields.optionalList(list, (item) => ({
    cidr: item.cidr(member),
    inForce: (item.optionalObject(state)?.optionalText('State') ?? 'associated') === 'associated',
  }));
  return (found ?? []).filter((item) => item.inForce).map((item) => item.cidr);
}

export const vpc: Kind<Vpc> = {
  member: 'Vpcs',
  operation: 'DescribeVpcs',
  idMember: 'VpcId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['vpc', 'vpc-cidr', 'vpc-encryption-control'],
  types: {
    cloudFormation: ['AWS::EC2::VPC', 'AWS::EC2::VPCCidrBlock', 'AWS::EC2::VPCEncryptionControl'],
    terraform: [
      'aws_vpc',
      'aws_default_vpc',
      'aws_vpc_ipv4_cidr_block_association',
      'aws_vpc_ipv6_cidr_block_association',
      'aws_vpc_encryption_control',
    ],
  },
  parse: (fields) => {
    const primary = fields.optionalCidr('CidrBlock');
    const associated = readAssociatedCidrs(fields, 'CidrBlockAssociationSet', 'CidrBlock', 'CidrBlockState');
    return {
      id: fields.id('VpcId'),
      ownerId: fields.optionalText('OwnerId'),
      isDefault: fields.optionalFlag('IsDefault') ?? false,
      dhcpOptionsId: fields.optionalText('DhcpOptionsId'),
      cidrs: [
        ...(associated.length === 0 && primary ? [primary] : associated),
        ...readAssociatedCidrs(fields, 'Ipv6CidrBlockAssociationSet', 'Ipv6CidrBlock', 'Ipv6CidrBlockState'),
      ],
      blockPublicAccess: fields.optionalObject('BlockPublicAccessStates')?.optionalText('InternetGatewayBlockMode'),
      encryptionMode: fields.optionalObject('EncryptionControl')?.optionalText('Mode'),
      tags: readTags(fields),
    };
  },
};
