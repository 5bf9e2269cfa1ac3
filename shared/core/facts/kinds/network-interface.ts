import type { Address } from '../../net/ip.ts';
import { readTags } from '../fields.ts';
import type { Kind } from './kind.ts';

export interface PrivateAddress {
  readonly address: Address;
  /** Public or Elastic IP address associated with this private address. */
  readonly publicIp: Address | undefined;
  readonly carrierIp: Address | undefined;
}

export interface NetworkInterface {
  readonly id: string;
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  readonly groupIds: readonly string[];
  /** The primary address first. */
  readonly privateAddresses: readonly PrivateAddress[];
  readonly ipv6Addresses: readonly Address[];
  readonly sourceDestCheck: boolean;
  readonly denyAllIgwTraffic: boolean;
  readonly status: string;
  /** `interface`, `natGateway`/`nat_gateway`, `vpc_endpoint`, `transit_gateway`, …; other texts are kept. */
  readonly type: string;
  readonly instanceId: string | undefined;
  readonly ownerId: string | undefined;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const networkInterface: Kind<NetworkInterface> = {
  member: 'NetworkInterfaces',
  operation: 'DescribeNetworkInterfaces',
  idMember: 'NetworkInterfaceId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  changedBy: ['eni', 'eni-attribute', 'sg', 'eip', 'instance'],
  types: {
    cloudFormation: ['AWS::EC2::NetworkInterface', 'AWS::EC2::NetworkInterfaceAttachment'],
    terraform: ['aws_network_interface', 'aws_network_interface_attachment', 'aws_network_interface_sg_attachment'],
  },
  parse: (fields) => {
    const listed = fields.optionalList('PrivateIpAddresses', (item) => {
      const association = item.optionalObject('Association');
      return {
        address: item.optionalAddress('PrivateIpAddress'),
        publicIp: association?.optionalAddress('PublicIp'),
        carrierIp: association?.optionalAddress('CarrierIp'),
      };
    });
    const primary = fields.optionalAddress('PrivateIpAddress');
    const association = fields.optionalObject('Association');
    const addresses =
      listed ??
      (primary === undefined
        ? []
        : [
            {
              address: primary,
              publicIp: association?.optionalAddress('PublicIp'),
              carrierIp: association?.optionalAddress('CarrierIp'),
            },
          ]);
    return {
      id: fields.id('NetworkInterfaceId'),
      subnetId: fields.optionalText('SubnetId'),
      vpcId: fields.optionalText('VpcId'),
      groupIds: fields.list('Groups', (group) => group.text('GroupId')),
      privateAddresses: addresses.flatMap((item) =>
        item.address === undefined ? [] : [{ ...item, address: item.address }],
      ),
      ipv6Addresses: (fields.optionalList('Ipv6Addresses', (item) => item.optionalAddress('Ipv6Address')) ?? []).filter(
        (address) => address !== undefined,
      ),
      sourceDestCheck: fields.optionalFlag('SourceDestCheck') ?? true,
      denyAllIgwTraffic: fields.optionalFlag('DenyAllIgwTraffic') ?? false,
      status: fields.optionalText('Status') ?? 'in-use',
      type: fields.optionalText('InterfaceType') ?? 'interface',
      instanceId: fields.optionalObject('Attachment')?.optionalText('InstanceId'),
      ownerId: fields.optionalText('OwnerId'),
      description: fields.optionalText('Description') ?? '',
      tags: readTags(fields, 'TagSet'),
    };
  },
};
