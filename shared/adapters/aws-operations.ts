import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as iam from '@aws-sdk/client-iam';
import * as firewall from '@aws-sdk/client-network-firewall';
import * as route53 from '@aws-sdk/client-route-53';
import * as resolver from '@aws-sdk/client-route53resolver';
import type { ResourceKind } from '../core/facts/kinds/registry.ts';

/** What the clients of all services understand alike. */
export type ClientConfig = Pick<
  ec2.EC2ClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'retryMode' | 'requestHandler'
>;

interface AnyClient {
  send(command: object, options: object): Promise<object>;
  destroy(): void;
}

const OPEN = {
  ec2: (config: ClientConfig) => new ec2.EC2Client(config),
  ecs: (config: ClientConfig) => new ecs.ECSClient(config),
  iam: (config: ClientConfig) => new iam.IAMClient(config),
  'network-firewall': (config: ClientConfig) => new firewall.NetworkFirewallClient(config),
  route53: (config: ClientConfig) => new route53.Route53Client(config),
  route53resolver: (config: ClientConfig) => new resolver.Route53ResolverClient(config),
} as const;

type CollectedService = keyof typeof OPEN;

/** One client for each service that facts are read from, made when it is first needed. */
export class Clients {
  private readonly opened = new Map<CollectedService, AnyClient>();
  private readonly config: ClientConfig;

  constructor(config: ClientConfig) {
    this.config = config;
  }

  of(service: CollectedService): AnyClient {
    const client = this.opened.get(service) ?? (OPEN[service](this.config) as AnyClient);
    this.opened.set(service, client);
    return client;
  }

  destroy(): void {
    for (const client of this.opened.values()) client.destroy();
  }
}

/** One page of one call. `input` is the request as the SDK types it; the token is added by the caller. */
export type Send = (
  clients: Clients,
  input: Readonly<Record<string, unknown>>,
  options: { readonly abortSignal: AbortSignal },
) => Promise<object>;

/** The SDK types each command's input; here it is built from the kinds table, so the two meet untyped in this one place. */
const of =
  (service: CollectedService) =>
  (Command: new (input: never) => object): Send =>
  (clients, input, options) =>
    clients.of(service).send(new Command(input as never), options);

const ofEc2 = of('ec2');
const ofFirewall = of('network-firewall');
const ofResolver = of('route53resolver');

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
  firewallRules: ofResolver(resolver.ListFirewallRulesCommand),
  firewallDomainList: ofResolver(resolver.ListFirewallDomainListsCommand),
  firewallDomains: ofResolver(resolver.ListFirewallDomainsCommand),
  privateHostedZones: of('route53')(route53.ListHostedZonesByVPCCommand),
  networkFirewall: ofFirewall(firewall.ListFirewallsCommand),
  networkFirewallEndpoints: ofFirewall(firewall.DescribeFirewallCommand),
  ecsService: of('ecs')(ecs.DescribeServicesCommand),
  roleSimulation: of('iam')(iam.SimulatePrincipalPolicyCommand),
} as const satisfies Record<Exclude<ResourceKind, 'dnsAnswers' | 'regionServices'>, Send>;

export type CollectedKind = keyof typeof OPERATIONS;
