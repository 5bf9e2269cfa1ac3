import type { Edit, Json } from './case.ts';
import { added, changed, having, inEach, listOf, named, setIn, setTo, type Which } from './edits.ts';

const isTo =
  (destination: string): Which =>
  (route) =>
    route['DestinationCidrBlock'] === destination || route['DestinationPrefixListId'] === destination;

/** Changes the routes of the tables with that name. */
const inRoutes = (table: Which, change: (routes: readonly Json[]) => readonly Json[]): Edit =>
  inEach('RouteTables', table, (object) => ({ ...object, Routes: change(listOf(object, 'Routes')) }));

export const DEFAULT_ROUTE = '0.0.0.0/0';

export const routeDeleted = (table: Which, destination = DEFAULT_ROUTE): Edit =>
  inRoutes(table, (routes) => routes.filter((route) => !isTo(destination)(route)));

/** The target members of a route, which AWS has one of. */
const TARGETS = ['GatewayId', 'NatGatewayId', 'TransitGatewayId', 'NetworkInterfaceId', 'InstanceId'];

/** The route leads somewhere else: `{ GatewayId: 'igw-…' }`. */
export const routeReplaced = (table: Which, target: Json, destination = DEFAULT_ROUTE): Edit =>
  inRoutes(table, (routes) =>
    changed(routes, isTo(destination), (route) => ({
      ...Object.fromEntries(Object.entries(route).filter(([key]) => !TARGETS.includes(key))),
      ...target,
    })),
  );

export const routeAdded = (table: Which, destination: string, target: Json): Edit =>
  inRoutes(table, (routes) => [
    ...routes,
    { DestinationCidrBlock: destination, Origin: 'CreateRoute', State: 'active', ...target },
  ]);

const leadsTo =
  (id: unknown): Which =>
  (route) =>
    TARGETS.some((member) => route[member] === id);

/** Routes to an object that is gone are blackholes. */
const blackholes = (bundle: Json, id: unknown): readonly Json[] =>
  listOf(bundle, 'RouteTables').map((table) => ({
    ...table,
    Routes: listOf(table, 'Routes').map((route) => (leadsTo(id)(route) ? { ...route, State: 'blackhole' } : route)),
  }));

/** Somebody deletes the gateway; AWS shows it as deleted for about an hour. */
export const natGatewayDeleted =
  (name: string): Edit =>
  (network) => {
    const { bundle, watch } = setIn('NatGateways', named(name), { State: 'deleted' })(network);
    const gateway = listOf(bundle, 'NatGateways').find(named(name));
    return { bundle: { ...bundle, RouteTables: blackholes(bundle, gateway?.['NatGatewayId']) }, watch };
  };

/** Somebody detaches it; the call that asks for the VPC's gateways shows it no more. */
export const internetGatewayDetached: Edit = ({ bundle, watch }) => {
  const [gateway] = listOf(bundle, 'InternetGateways');
  return {
    bundle: { ...bundle, InternetGateways: [], RouteTables: blackholes(bundle, gateway?.['InternetGatewayId']) },
    watch,
  };
};

export interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges: readonly Json[];
  readonly UserIdGroupPairs: readonly Json[];
  readonly PrefixListIds: readonly Json[];
  readonly Ipv6Ranges: readonly Json[];
}

export const rule = (protocol: 'tcp' | 'udp', from: number, to: number, ...cidrs: readonly string[]): Rule => ({
  IpProtocol: protocol,
  FromPort: from,
  ToPort: to,
  IpRanges: cidrs.map((cidr) => ({ CidrIp: cidr })),
  UserIdGroupPairs: [],
  PrefixListIds: [],
  Ipv6Ranges: [],
});

/** The outbound rules of a security group are trimmed to these. */
export const outboundRules = (group: string, ...rules: readonly Rule[]): Edit =>
  setIn('SecurityGroups', having('GroupName', group), { IpPermissionsEgress: rules });

export const inboundRules = (group: string, ...rules: readonly Rule[]): Edit =>
  setIn('SecurityGroups', having('GroupName', group), { IpPermissions: rules });

/** Somebody revokes the inbound rules for a port. */
export const inboundRevoked = (group: string, port: number): Edit =>
  inEach('SecurityGroups', having('GroupName', group), (object) => ({
    ...object,
    IpPermissions: listOf(object, 'IpPermissions').filter((permission) => permission['FromPort'] !== port),
  }));

/** Everything that the documented rules ask for but one: what is left when somebody trims "all traffic". */
export const DOCUMENTED_OUTBOUND: readonly Rule[] = [
  rule('tcp', 443, 443, '0.0.0.0/0'),
  rule('tcp', 8443, 8443, '0.0.0.0/0'),
  rule('udp', 4242, 4242, '0.0.0.0/0'),
];

export interface Denial {
  readonly egress: boolean;
  /** IANA number, -1 for all. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly cidr?: string;
}

/** Somebody adds a denying rule before all others of every network ACL. */
export const aclDenies = ({ egress, protocol, from, to, cidr = DEFAULT_ROUTE }: Denial): Edit =>
  inEach(
    'NetworkAcls',
    () => true,
    (acl) => ({
      ...acl,
      Entries: [
        ...listOf(acl, 'Entries'),
        {
          Egress: egress,
          Protocol: protocol,
          PortRange: { From: from, To: to },
          CidrBlock: cidr,
          RuleAction: 'deny',
          RuleNumber: 90,
        },
      ],
    }),
  );

/** The endpoint of the service `com.amazonaws.<Region>.<service>`. */
export const endpointOf =
  (service: string): Which =>
  (endpoint) =>
    String(endpoint['ServiceName']).split('.').slice(3).join('.') === service;

export const endpointSet = (service: string, values: Json): Edit => setIn('VpcEndpoints', endpointOf(service), values);

/** An endpoint policy; `*` stands for itself. */
export const policy = (action: string, resource: string, more: Json = {}): Json => ({
  PolicyDocument: JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: resource, ...more }],
  }),
});

/** Somebody makes an interface endpoint like that for Systems Manager: same subnets, same group, other addresses. */
export const endpointCreated =
  (service: string, index: number): Edit =>
  (network) => {
    const { bundle } = network;
    const model = listOf(bundle, 'VpcEndpoints').find(endpointOf('ssm'));
    if (!model) throw new Error('no endpoint to copy');
    const tail = String(index).padStart(3, '0');
    const id = `${String(model['VpcEndpointId']).slice(0, -3)}${tail}`;
    const idOf = (eni: unknown): string => `${String(eni).slice(0, -3)}${tail}`;
    const ids: readonly unknown[] = Array.isArray(model['NetworkInterfaceIds']) ? model['NetworkInterfaceIds'] : [];
    const interfaces = listOf(bundle, 'NetworkInterfaces')
      .filter((eni) => ids.includes(eni['NetworkInterfaceId']))
      .map((eni) => {
        const address = String(eni['PrivateIpAddress']).replace(/\d+$/, String(200 + index));
        return {
          ...eni,
          NetworkInterfaceId: idOf(eni['NetworkInterfaceId']),
          Description: `VPC Endpoint Interface ${id}`,
          PrivateIpAddress: address,
          PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address }],
        };
      });
    const region = String(model['ServiceRegion']);
    const host = HOSTS[service] ?? `${service}.${region}.amazonaws.com`;
    const endpoint = {
      ...model,
      VpcEndpointId: id,
      ServiceName: `com.amazonaws.${region}.${service}`,
      NetworkInterfaceIds: ids.map(idOf),
      DnsEntries: [{ DnsName: host.replace('{region}', region), HostedZoneId: 'Z08D8383ADDFD3E0B73F' }],
      Tags: [{ Key: 'Name', Value: service }],
    };
    return [added('VpcEndpoints', endpoint), added('NetworkInterfaces', ...interfaces)].reduce(
      (edited, edit) => edit(edited),
      network,
    );
  };

/** Private names that are not the service's name and the Region (ECR guide, interface endpoints, read 2026-11-26). */
const HOSTS: Readonly<Record<string, string>> = {
  'ecr.dkr': '*.dkr.ecr.{region}.amazonaws.com',
  'ecr.api': 'api.ecr.{region}.amazonaws.com',
  'ecs-agent': 'ecs-a.{region}.amazonaws.com',
  'ecs-telemetry': 'ecs-t.{region}.amazonaws.com',
};

/** Targets of routes, which `applianceAdded` and `peeringAdded` put into the network of `c1-private-nat`. */
export const APPLIANCE = { NetworkInterfaceId: 'eni-0c0ffee0c0ffee001' };
export const PEERING = { VpcPeeringConnectionId: 'pcx-0c0ffee0c0ffee001' };

/** Somebody starts a firewall in a public subnet; its group lets everything in, and its interface takes packets for others. */
export const applianceAdded: Edit = (network) =>
  [
    added('NetworkInterfaces', {
      ...APPLIANCE,
      VpcId: 'vpc-0f1969450d4579e63',
      SubnetId: 'subnet-0f985827009ecb86a',
      AvailabilityZone: 'eu-central-1a',
      Description: 'firewall',
      InterfaceType: 'interface',
      OwnerId: '417266352109',
      Groups: [{ GroupId: 'sg-0fd0744e19654270e', GroupName: 'default' }],
      PrivateIpAddress: '10.20.0.99',
      PrivateIpAddresses: [
        { Primary: true, PrivateIpAddress: '10.20.0.99', Association: { PublicIp: '3.66.120.7', IpOwnerId: 'amazon' } },
      ],
      Ipv6Addresses: [],
      SourceDestCheck: false,
      Association: { PublicIp: '3.66.120.7', IpOwnerId: 'amazon' },
      Status: 'in-use',
      TagSet: [],
    }),
    inboundRules('default', { ...rule('tcp', 0, 65535, '10.20.0.0/16'), IpProtocol: '-1' }),
  ].reduce((edited, edit) => edit(edited), network);

/** Somebody peers the VPC with one of another team. */
export const peeringAdded: Edit = added('VpcPeeringConnections', {
  ...PEERING,
  Status: { Code: 'active' },
  RequesterVpcInfo: { VpcId: 'vpc-0f1969450d4579e63', OwnerId: '417266352109', CidrBlock: '10.20.0.0/16' },
  AccepterVpcInfo: { VpcId: 'vpc-0c0ffee0c0ffee001', OwnerId: '226784190351', CidrBlock: '10.77.0.0/16' },
});

/** Somebody switches it on for the account; AWS shows it at every subnet. */
export const publicAccessBlocked: Edit = (network) =>
  [
    setTo('VpcBlockPublicAccessOptions', (old) => ({
      ...old,
      State: 'update-complete',
      InternetGatewayBlockMode: 'block-bidirectional',
    })),
    setIn('Subnets', () => true, { BlockPublicAccessStates: { InternetGatewayBlockMode: 'block-bidirectional' } }),
  ].reduce((edited, edit) => edit(edited), network);

/** Some subnets get a network ACL of their own, which lets HTTPS out and nothing but HTTPS in. */
export const ownAcl =
  (...subnetIds: readonly string[]): Edit =>
  (network) => {
    const isOne: Which = (association) => subnetIds.includes(String(association['SubnetId']));
    const allow = (egress: boolean, from: number, to: number): Json => ({
      Egress: egress,
      Protocol: '6',
      PortRange: { From: from, To: to },
      CidrBlock: DEFAULT_ROUTE,
      RuleAction: 'allow',
      RuleNumber: 100,
    });
    const last = (egress: boolean): Json => ({
      Egress: egress,
      Protocol: '-1',
      CidrBlock: DEFAULT_ROUTE,
      RuleAction: 'deny',
      RuleNumber: 32767,
    });
    const [acl] = listOf(network.bundle, 'NetworkAcls');
    return [
      inEach(
        'NetworkAcls',
        () => true,
        (object) => ({ ...object, Associations: listOf(object, 'Associations').filter((one) => !isOne(one)) }),
      ),
      added('NetworkAcls', {
        ...acl,
        NetworkAclId: 'acl-0c0ffee0c0ffee001',
        IsDefault: false,
        Associations: subnetIds.map((SubnetId) => ({ NetworkAclId: 'acl-0c0ffee0c0ffee001', SubnetId })),
        Entries: [allow(false, 443, 443), allow(true, 0, 65535), last(false), last(true)],
      }),
    ].reduce((edited, edit) => edit(edited), network);
  };
