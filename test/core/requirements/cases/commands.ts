import type { Json } from './case.ts';
import { changed, having, listOf } from './edits.ts';

/** What AWS would do to the network; undefined for a command that changes nothing that we describe. */
type Effect = (bundle: Json, options: Options) => Json | undefined;

class Options {
  private readonly values = new Map<string, readonly string[]>();

  constructor(words: readonly string[]) {
    let name = '';
    for (const word of words) {
      if (word.startsWith('--')) name = word.slice(2);
      this.values.set(name, word.startsWith('--') ? [] : [...(this.values.get(name) ?? []), word]);
    }
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  one(name: string): string {
    const [value] = this.all(name);
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  }
}

const inList = (bundle: Json, member: string, idMember: string, id: string, change: (object: Json) => Json): Json => ({
  ...bundle,
  [member]: changed(listOf(bundle, member), having(idMember, id), change),
});

const TARGETS = [
  ['gateway-id', 'GatewayId'],
  ['nat-gateway-id', 'NatGatewayId'],
  ['transit-gateway-id', 'TransitGatewayId'],
] as const;

function routeOf(options: Options): Json {
  const target = TARGETS.find(([name]) => options.has(name));
  if (!target) throw new Error('a route without a target');
  return {
    DestinationCidrBlock: options.one('destination-cidr-block'),
    [target[1]]: options.one(target[0]),
    State: 'active',
    Origin: 'CreateRoute',
  };
}

const changeRoutes =
  (change: (routes: readonly Json[], options: Options) => readonly Json[]): Effect =>
  (bundle, options) =>
    inList(bundle, 'RouteTables', 'RouteTableId', options.one('route-table-id'), (table) => ({
      ...table,
      Routes: change(listOf(table, 'Routes'), options),
    }));

const without = (routes: readonly Json[], options: Options): readonly Json[] => {
  const rest = routes.filter((route) => route['DestinationCidrBlock'] !== options.one('destination-cidr-block'));
  if (rest.length === routes.length) throw new Error('there is no such route');
  return rest;
};

const PERMISSION =
  /^IpProtocol=(?<protocol>\w+),FromPort=(?<from>\d+),ToPort=(?<to>\d+),(?<kind>IpRanges|UserIdGroupPairs)=\[(?<peers>.*)\]$/;

const authorize =
  (member: 'IpPermissions' | 'IpPermissionsEgress'): Effect =>
  (bundle, options) => {
    const { protocol, from, to, kind, peers } = PERMISSION.exec(options.one('ip-permissions'))?.groups ?? {};
    const items = [...(peers ?? '').matchAll(/\{(\w+)=([^}]+)\}/g)].map(([, key, value]) => ({ [String(key)]: value }));
    if (!kind || items.length === 0) throw new Error('no permission');
    return inList(bundle, 'SecurityGroups', 'GroupId', options.one('group-id'), (group) => ({
      ...group,
      [member]: [
        ...listOf(group, member),
        { IpProtocol: protocol, FromPort: Number(from), ToPort: Number(to), [kind]: items },
      ],
    }));
  };

const EFFECTS: Readonly<Record<string, Effect>> = {
  'create-route': changeRoutes((routes, options) => [...routes, routeOf(options)]),
  'replace-route': changeRoutes((routes, options) => [...without(routes, options), routeOf(options)]),
  'delete-route': changeRoutes(without),
  'authorize-security-group-ingress': authorize('IpPermissions'),
  'authorize-security-group-egress': authorize('IpPermissionsEgress'),
  'create-network-acl-entry': (bundle, options) =>
    inList(bundle, 'NetworkAcls', 'NetworkAclId', options.one('network-acl-id'), (acl) => {
      const entry = {
        RuleNumber: Number(options.one('rule-number')),
        Egress: options.has('egress'),
        Protocol: options.one('protocol') === 'tcp' ? '6' : '17',
        PortRange: Object.fromEntries(
          options
            .one('port-range')
            .split(',')
            .map((part) => [part.split('=')[0], Number(part.split('=')[1])]),
        ),
        CidrBlock: options.one('cidr-block'),
        RuleAction: options.one('rule-action'),
      };
      const entries = listOf(acl, 'Entries');
      if (entries.some((one) => one['RuleNumber'] === entry.RuleNumber && one['Egress'] === entry.Egress))
        throw new Error('NetworkAclEntryAlreadyExists');
      return { ...acl, Entries: [...entries, entry] };
    }),
  'attach-internet-gateway': (bundle, options) => {
    const id = options.one('internet-gateway-id');
    const revive = (route: Json): Json => (route['GatewayId'] === id ? { ...route, State: 'active' } : route);
    return {
      ...bundle,
      InternetGateways: [
        ...listOf(bundle, 'InternetGateways').filter((one) => one['InternetGatewayId'] !== id),
        { InternetGatewayId: id, Attachments: [{ VpcId: options.one('vpc-id'), State: 'available' }] },
      ],
      RouteTables: listOf(bundle, 'RouteTables').map((table) => ({
        ...table,
        Routes: listOf(table, 'Routes').map(revive),
      })),
    };
  },
  'modify-vpc-attribute': (bundle, options) => {
    const [name, member] = options.has('enable-dns-support')
      ? (['enable-dns-support', 'EnableDnsSupport'] as const)
      : (['enable-dns-hostnames', 'EnableDnsHostnames'] as const);
    const attributes = bundle['VpcAttributes'] as Readonly<Record<string, Json>>;
    const id = options.one('vpc-id');
    const value = JSON.parse(options.one(name)) as Json;
    return { ...bundle, VpcAttributes: { ...attributes, [id]: { ...attributes[id], [member]: value } } };
  },
  'modify-vpc-endpoint': (bundle, options) =>
    inList(bundle, 'VpcEndpoints', 'VpcEndpointId', options.one('vpc-endpoint-id'), (endpoint) => ({
      ...endpoint,
      ...(options.has('private-dns-enabled') ? { PrivateDnsEnabled: true } : {}),
      ...(options.has('reset-policy') ? { PolicyDocument: undefined } : {}),
    })),
  'modify-network-interface-attribute': (bundle, options) =>
    inList(bundle, 'NetworkInterfaces', 'NetworkInterfaceId', options.one('network-interface-id'), (eni) => ({
      ...eni,
      ...(options.has('groups') ? { Groups: options.all('groups').map((GroupId) => ({ GroupId })) } : {}),
      ...(options.has('no-source-dest-check') ? { SourceDestCheck: false } : {}),
    })),
  'modify-subnet-attribute': (bundle, options) =>
    inList(bundle, 'Subnets', 'SubnetId', options.one('subnet-id'), (subnet) => ({
      ...subnet,
      MapPublicIpOnLaunch: options.has('map-public-ip-on-launch'),
    })),
  'create-vpc-block-public-access-exclusion': (bundle, options) =>
    inList(bundle, 'Subnets', 'SubnetId', options.one('subnet-id'), (subnet) => ({
      ...subnet,
      BlockPublicAccessStates: {
        InternetGatewayBlockMode:
          options.one('internet-gateway-exclusion-mode') === 'allow-bidirectional' ? 'off' : 'block-ingress',
      },
    })),
  'modify-transit-gateway-vpc-attachment': (bundle, options) =>
    inList(
      bundle,
      'TransitGatewayVpcAttachments',
      'TransitGatewayAttachmentId',
      options.one('transit-gateway-attachment-id'),
      (attachment) => ({
        ...attachment,
        SubnetIds: [...(attachment['SubnetIds'] as readonly string[]), ...options.all('add-subnet-ids')],
      }),
    ),
  'replace-image-criteria-in-allowed-images-settings': (bundle, options) => ({
    ...bundle,
    AllowedImagesSettings: {
      State: 'enabled',
      ImageCriteria: JSON.parse(options.one('image-criteria')) as unknown,
    },
  }),
  'enable-region': (bundle, options) =>
    inList(bundle, 'Regions', 'RegionName', options.one('region-name'), (region) => ({
      ...region,
      OptInStatus: 'opted-in',
    })),
  'describe-images': () => undefined,
  // Its interfaces get addresses that nobody knows before.
  'create-vpc-endpoint': () => undefined,
};

/** The bundle after an AWS CLI line; undefined when what it does cannot be foreseen. Throws what AWS would refuse. */
export function runCommand(bundle: Json, command: string): Json | undefined {
  const words = (command.match(/'[^']*'|[^' ]+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
  const effect = EFFECTS[words[2] ?? ''];
  if (!effect) throw new Error(`no effect is known of: ${command}`);
  return effect(bundle, new Options(words.slice(3)));
}
