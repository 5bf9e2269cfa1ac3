import * as ec2 from '@aws-sdk/client-ec2';
import * as resolver from '@aws-sdk/client-route53resolver';
import type { ResourceKind } from '../core/facts/kinds/registry.ts';

/** One client for each service that facts are read from. */
export interface Clients {
  readonly ec2: ec2.EC2Client;
  readonly route53resolver: resolver.Route53ResolverClient;
}

/** One page of one call. `input` is the request as the SDK types it; the token is added by the caller. */
export type Send = (
  clients: Clients,
  input: Readonly<Record<string, unknown>>,
  options: { readonly abortSignal: AbortSignal },
) => Promise<object>;

/** The SDK types each command's input; here it is built from the kinds table, so the two meet untyped in this one place. */
const ofEc2 =
  (Command: new (input: never) => object): Send =>
  (clients, input, options) =>
    clients.ec2.send(new Command(input as never) as Parameters<ec2.EC2Client['send']>[0], options) as Promise<object>;

const ofResolver =
  (Command: new (input: never) => object): Send =>
  (clients, input, options) =>
    clients.route53resolver.send(
      new Command(input as never) as Parameters<resolver.Route53ResolverClient['send']>[0],
      options,
    ) as Promise<object>;

/** The call behind each kind that the collector reads; the compiler keeps it complete. */
export const OPERATIONS = {
  vpc: ofEc2(ec2.DescribeVpcsCommand),
  subnet: ofEc2(ec2.DescribeSubnetsCommand),
  routeTable: ofEc2(ec2.DescribeRouteTablesCommand),
  networkAcl: ofEc2(ec2.DescribeNetworkAclsCommand),
  securityGroup: ofEc2(ec2.DescribeSecurityGroupsCommand),
  securityGroupRule: ofEc2(ec2.DescribeSecurityGroupRulesCommand),
  securityGroupVpcAssociation: ofEc2(ec2.DescribeSecurityGroupVpcAssociationsCommand),
  internetGateway: ofEc2(ec2.DescribeInternetGatewaysCommand),
  egressOnlyInternetGateway: ofEc2(ec2.DescribeEgressOnlyInternetGatewaysCommand),
  natGateway: ofEc2(ec2.DescribeNatGatewaysCommand),
  vpcEndpoint: ofEc2(ec2.DescribeVpcEndpointsCommand),
  networkInterface: ofEc2(ec2.DescribeNetworkInterfacesCommand),
  instance: ofEc2(ec2.DescribeInstancesCommand),
  address: ofEc2(ec2.DescribeAddressesCommand),
  dhcpOptions: ofEc2(ec2.DescribeDhcpOptionsCommand),
  vpcAttributes: ofEc2(ec2.DescribeVpcAttributeCommand),
  vpcPeeringConnection: ofEc2(ec2.DescribeVpcPeeringConnectionsCommand),
  vpnGateway: ofEc2(ec2.DescribeVpnGatewaysCommand),
  vpnConnection: ofEc2(ec2.DescribeVpnConnectionsCommand),
  customerGateway: ofEc2(ec2.DescribeCustomerGatewaysCommand),
  carrierGateway: ofEc2(ec2.DescribeCarrierGatewaysCommand),
  availabilityZone: ofEc2(ec2.DescribeAvailabilityZonesCommand),
  prefixList: ofEc2(ec2.DescribePrefixListsCommand),
  managedPrefixList: ofEc2(ec2.DescribeManagedPrefixListsCommand),
  prefixListEntries: ofEc2(ec2.GetManagedPrefixListEntriesCommand),
  transitGateway: ofEc2(ec2.DescribeTransitGatewaysCommand),
  transitGatewayAttachment: ofEc2(ec2.DescribeTransitGatewayAttachmentsCommand),
  transitGatewayVpcAttachment: ofEc2(ec2.DescribeTransitGatewayVpcAttachmentsCommand),
  transitGatewayRouteTable: ofEc2(ec2.DescribeTransitGatewayRouteTablesCommand),
  transitGatewayRoutes: ofEc2(ec2.SearchTransitGatewayRoutesCommand),
  blockPublicAccessOptions: ofEc2(ec2.DescribeVpcBlockPublicAccessOptionsCommand),
  allowedImagesSettings: ofEc2(ec2.GetAllowedImagesSettingsCommand),
  image: ofEc2(ec2.DescribeImagesCommand),
  region: ofEc2(ec2.DescribeRegionsCommand),
  blockPublicAccessExclusion: ofEc2(ec2.DescribeVpcBlockPublicAccessExclusionsCommand),
  resolverRule: ofResolver(resolver.ListResolverRulesCommand),
  resolverRuleAssociation: ofResolver(resolver.ListResolverRuleAssociationsCommand),
  firewallRuleGroupAssociation: ofResolver(resolver.ListFirewallRuleGroupAssociationsCommand),
} as const satisfies Record<Exclude<ResourceKind, 'dnsAnswers' | 'regionServices'>, Send>;

export type CollectedKind = keyof typeof OPERATIONS;
