import type { Kind } from './kind.ts';

export interface VpnConnection {
  readonly id: string;
  readonly state: string;
  readonly vpnGatewayId: string | undefined;
  readonly transitGatewayId: string | undefined;
  /** `UP` or `DOWN` for each tunnel. */
  readonly tunnels: readonly string[];
}

export const vpnConnection: Kind<VpnConnection> = {
  member: 'VpnConnections',
  operation: 'DescribeVpnConnections',
  idMember: 'VpnConnectionId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['vpn', 'cgw'],
  types: {
    cloudFormation: ['AWS::EC2::VPNConnection', 'AWS::EC2::VPNConnectionRoute'],
    terraform: ['aws_vpn_connection', 'aws_vpn_connection_route'],
  },
  parse: (fields) => ({
    id: fields.id('VpnConnectionId'),
    state: fields.optionalText('State') ?? 'available',
    vpnGatewayId: fields.optionalText('VpnGatewayId'),
    transitGatewayId: fields.optionalText('TransitGatewayId'),
    tunnels: fields.optionalList('VgwTelemetry', (tunnel) => tunnel.optionalText('Status') ?? '') ?? [],
  }),
};
