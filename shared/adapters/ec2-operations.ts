import * as ec2 from '@aws-sdk/client-ec2';
import type { ResourceKind } from '../core/facts/kinds/registry.ts';

/** One page of one call: what is asked, and how to ask for the next page. */
export interface Ec2Operation {
  /** `input` is the request as the SDK types it; the token is added by the caller. */
  readonly send: (
    client: ec2.EC2Client,
    input: Readonly<Record<string, unknown>>,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<object>;
  /** Member of the answer that holds the objects, when it is not the bundle's key. */
  readonly member?: string;
}

/** The SDK types each command's input; here it is built from the kinds table, so the two meet untyped in this one place. */
const operation = (Command: new (input: never) => object, member?: string): Ec2Operation => ({
  send: (client, input, options) =>
    client.send(new Command(input as never) as Parameters<ec2.EC2Client['send']>[0], options) as Promise<object>,
  ...(member === undefined ? {} : { member }),
});

/** The call behind each kind that is read from EC2; the compiler keeps it complete. */
export const EC2_OPERATIONS = {
  vpc: operation(ec2.DescribeVpcsCommand),
  subnet: operation(ec2.DescribeSubnetsCommand),
  routeTable: operation(ec2.DescribeRouteTablesCommand),
  networkAcl: operation(ec2.DescribeNetworkAclsCommand),
  securityGroup: operation(ec2.DescribeSecurityGroupsCommand),
  internetGateway: operation(ec2.DescribeInternetGatewaysCommand),
  egressOnlyInternetGateway: operation(ec2.DescribeEgressOnlyInternetGatewaysCommand),
  natGateway: operation(ec2.DescribeNatGatewaysCommand),
  vpcEndpoint: operation(ec2.DescribeVpcEndpointsCommand),
  networkInterface: operation(ec2.DescribeNetworkInterfacesCommand),
  instance: operation(ec2.DescribeInstancesCommand, 'Reservations'),
  address: operation(ec2.DescribeAddressesCommand),
  dhcpOptions: operation(ec2.DescribeDhcpOptionsCommand),
  vpcAttributes: operation(ec2.DescribeVpcAttributeCommand),
  vpcPeeringConnection: operation(ec2.DescribeVpcPeeringConnectionsCommand),
  vpnGateway: operation(ec2.DescribeVpnGatewaysCommand),
  vpnConnection: operation(ec2.DescribeVpnConnectionsCommand),
  carrierGateway: operation(ec2.DescribeCarrierGatewaysCommand),
  availabilityZone: operation(ec2.DescribeAvailabilityZonesCommand),
  prefixList: operation(ec2.DescribePrefixListsCommand),
  managedPrefixList: operation(ec2.DescribeManagedPrefixListsCommand, 'PrefixLists'),
  prefixListEntries: operation(ec2.GetManagedPrefixListEntriesCommand, 'Entries'),
  transitGateway: operation(ec2.DescribeTransitGatewaysCommand),
  transitGatewayAttachment: operation(ec2.DescribeTransitGatewayAttachmentsCommand),
  transitGatewayVpcAttachment: operation(ec2.DescribeTransitGatewayVpcAttachmentsCommand),
  transitGatewayRouteTable: operation(ec2.DescribeTransitGatewayRouteTablesCommand),
  transitGatewayRoutes: operation(ec2.SearchTransitGatewayRoutesCommand, 'Routes'),
  blockPublicAccessOptions: operation(ec2.DescribeVpcBlockPublicAccessOptionsCommand),
  allowedImagesSettings: operation(ec2.GetAllowedImagesSettingsCommand),
  image: operation(ec2.DescribeImagesCommand),
  region: operation(ec2.DescribeRegionsCommand),
  blockPublicAccessExclusion: operation(ec2.DescribeVpcBlockPublicAccessExclusionsCommand),
} as const satisfies Record<Exclude<ResourceKind, 'dnsAnswers' | 'regionServices'>, Ec2Operation>;

export type Ec2Kind = keyof typeof EC2_OPERATIONS;
