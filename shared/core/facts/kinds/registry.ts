import { address } from './address.ts';
import { allowedImagesSettings } from './allowed-images-settings.ts';
import { availabilityZone } from './availability-zone.ts';
import { blockPublicAccessExclusion } from './block-public-access-exclusion.ts';
import { blockPublicAccessOptions } from './block-public-access-options.ts';
import { carrierGateway } from './carrier-gateway.ts';
import { customerGateway } from './customer-gateway.ts';
import { dhcpOptions } from './dhcp-options.ts';
import { dnsAnswers } from './dns-answers.ts';
import { ecsService } from './ecs-service.ts';
import { egressOnlyInternetGateway } from './egress-only-internet-gateway.ts';
import { firewallDomainList } from './firewall-domain-list.ts';
import { firewallDomains } from './firewall-domains.ts';
import { firewallRuleGroupAssociation } from './firewall-rule-group-association.ts';
import { firewallRules } from './firewall-rules.ts';
import { image } from './image.ts';
import { instance } from './instance.ts';
import { internetGateway } from './internet-gateway.ts';
import type { Kind } from './kind.ts';
import { managedPrefixList } from './managed-prefix-list.ts';
import { natGateway } from './nat-gateway.ts';
import { networkAcl } from './network-acl.ts';
import { networkFirewall } from './network-firewall.ts';
import { networkFirewallEndpoints } from './network-firewall-endpoints.ts';
import { networkInterface } from './network-interface.ts';
import { prefixList } from './prefix-list.ts';
import { prefixListEntries } from './prefix-list-entries.ts';
import { privateHostedZones } from './private-hosted-zones.ts';
import { region } from './region.ts';
import { regionServices } from './region-services.ts';
import { resolverRule } from './resolver-rule.ts';
import { resolverRuleAssociation } from './resolver-rule-association.ts';
import { roleSimulation } from './role-simulation.ts';
import { routeTable } from './route-table.ts';
import { securityGroup } from './security-group.ts';
import { securityGroupRule } from './security-group-rule.ts';
import { securityGroupVpcAssociation } from './security-group-vpc-association.ts';
import { subnet } from './subnet.ts';
import { transitGateway } from './transit-gateway.ts';
import { transitGatewayAttachment } from './transit-gateway-attachment.ts';
import { transitGatewayRouteTable } from './transit-gateway-route-table.ts';
import { transitGatewayRoutes } from './transit-gateway-routes.ts';
import { transitGatewayVpcAttachment } from './transit-gateway-vpc-attachment.ts';
import { vpc } from './vpc.ts';
import { vpcAttributes } from './vpc-attributes.ts';
import { vpcEndpoint } from './vpc-endpoint.ts';
import { vpcPeeringConnection } from './vpc-peering-connection.ts';
import { vpnConnection } from './vpn-connection.ts';
import { vpnGateway } from './vpn-gateway.ts';

/** Every AWS kind that runnerwatch reads. A new kind is one file and one line here. */
export const KINDS = {
  vpc,
  subnet,
  routeTable,
  networkAcl,
  securityGroup,
  securityGroupRule,
  securityGroupVpcAssociation,
  internetGateway,
  egressOnlyInternetGateway,
  natGateway,
  vpcEndpoint,
  networkInterface,
  instance,
  address,
  dhcpOptions,
  vpcAttributes,
  vpcPeeringConnection,
  vpnGateway,
  vpnConnection,
  customerGateway,
  carrierGateway,
  availabilityZone,
  prefixList,
  managedPrefixList,
  prefixListEntries,
  transitGateway,
  transitGatewayAttachment,
  transitGatewayVpcAttachment,
  transitGatewayRouteTable,
  transitGatewayRoutes,
  blockPublicAccessOptions,
  blockPublicAccessExclusion,
  allowedImagesSettings,
  image,
  region,
  regionServices,
  resolverRule,
  resolverRuleAssociation,
  firewallRuleGroupAssociation,
  firewallRules,
  firewallDomainList,
  firewallDomains,
  privateHostedZones,
  networkFirewall,
  networkFirewallEndpoints,
  ecsService,
  roleSimulation,
  dnsAnswers,
} as const satisfies Record<string, Kind<{ readonly id: string }>>;

export type ResourceKind = keyof typeof KINDS;

/** The parsed form of one object of a kind. */
export type FactOf<K extends ResourceKind> = ReturnType<(typeof KINDS)[K]['parse']>;
