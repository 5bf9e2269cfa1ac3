import type { Kind } from './kind.ts';

export interface TransitGatewayVpcAttachment {
  readonly id: string;
  readonly transitGatewayId: string | undefined;
  readonly vpcId: string | undefined;
  readonly state: string;
  readonly subnetIds: readonly string[];
  readonly applianceMode: boolean;
  readonly securityGroupReferencing: boolean;
  readonly ipv6: boolean;
  /** The attachment translates source addresses; the rules are visible to the gateway's owner only. */
  readonly natGatewaySupport: boolean;
}

export const transitGatewayVpcAttachment: Kind<TransitGatewayVpcAttachment> = {
  member: 'TransitGatewayVpcAttachments',
  operation: 'DescribeTransitGatewayVpcAttachments',
  idMember: 'TransitGatewayAttachmentId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['tgw-attachment'],
  types: {
    cloudFormation: ['AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'],
    terraform: ['aws_ec2_transit_gateway_vpc_attachment', 'aws_ec2_transit_gateway_vpc_attachment_accepter'],
  },
  parse: (fields) => {
    const options = fields.optionalObject('Options');
    return {
      id: fields.id('TransitGatewayAttachmentId'),
      transitGatewayId: fields.optionalText('TransitGatewayId'),
      vpcId: fields.optionalText('VpcId'),
      state: fields.optionalText('State') ?? 'available',
      subnetIds: fields.optionalTexts('SubnetIds') ?? [],
      applianceMode: options?.optionalText('ApplianceModeSupport') === 'enable',
      securityGroupReferencing: options?.optionalText('SecurityGroupReferencingSupport') === 'enable',
      ipv6: options?.optionalText('Ipv6Support') === 'enable',
      natGatewaySupport: ['enable', 'enabled'].includes(options?.optionalText('NatGatewaySupport') ?? ''),
    };
  },
};
