import * as ec2 from '@aws-sdk/client-ec2';

type Json = Readonly<Record<string, unknown>>;

/** A network of a bundle as it now is in the emulator. */
export interface StoryInMoto {
  /** Id in the bundle → id in the emulator. */
  readonly ids: ReadonlyMap<string, string>;
  /** What the emulator cannot hold, in the words of its errors or ours. */
  readonly left: readonly string[];
  /** Targets that are gone, whose routes EC2 shows as blackholes. */
  readonly gone: readonly string[];
  /** Addresses of endpoints' interfaces, which the emulator takes from anywhere → those of the bundle, which are of their subnets. */
  readonly addresses: ReadonlyMap<string, string>;
}

const listOf = (bundle: Json, member: string): readonly Json[] => (bundle[member] ?? []) as readonly Json[];

const objects = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[];

const text = (object: Json, member: string): string => String(object[member] ?? '');

const optional = (object: Json, member: string): string | undefined =>
  typeof object[member] === 'string' ? object[member] : undefined;

/**
 * Builds the network of a bundle in the emulator by the calls that a person would make: VPCs, subnets, route tables, network ACLs, security groups, gateways,
 * endpoints, prefix lists, transit gateways, interfaces and instances.
 */
export async function buildStory(client: ec2.EC2Client, bundle: Json): Promise<StoryInMoto> {
  const builder = new Builder(client, bundle);
  await builder.build();
  return builder;
}

class Builder implements StoryInMoto {
  readonly ids = new Map<string, string>();
  readonly left: string[] = [];
  readonly gone: string[] = [];
  readonly addresses = new Map<string, string>();
  private readonly client: ec2.EC2Client;
  private readonly bundle: Json;

  constructor(client: ec2.EC2Client, bundle: Json) {
    this.client = client;
    this.bundle = bundle;
  }

  async build(): Promise<void> {
    await this.vpcs();
    await this.dhcpOptions();
    await this.each('Subnets', 'SubnetId', (subnet) => this.subnet(subnet));
    await this.each('ManagedPrefixLists', 'PrefixListId', (list) => this.prefixList(list));
    await this.groups();
    await this.each('InternetGateways', 'InternetGatewayId', (gateway) => this.internetGateway(gateway));
    await this.each('EgressOnlyInternetGateways', 'EgressOnlyInternetGatewayId', (one) => this.egressOnly(one));
    await this.each('VpnGateways', 'VpnGatewayId', (gateway) => this.vpnGateway(gateway));
    await this.each('CustomerGateways', 'CustomerGatewayId', (gateway) => this.customerGateway(gateway));
    await this.each('TransitGateways', 'TransitGatewayId', () => this.transitGateway());
    await this.each('TransitGatewayVpcAttachments', 'TransitGatewayAttachmentId', (one) => this.attachment(one));
    await this.transitGatewayTables();
    await this.each('VpnConnections', 'VpnConnectionId', (one) => this.vpnConnection(one));
    await this.each('NatGateways', 'NatGatewayId', (nat) => this.natGateway(nat));
    await this.interfaces();
    await this.routeTables();
    await this.each('VpcEndpoints', 'VpcEndpointId', (endpoint) => this.endpoint(endpoint));
    await this.networkAcls();
    await this.lost();
  }

  private at(id: unknown): string {
    const known = this.ids.get(String(id));
    if (known === undefined) throw new Error(`${String(id)} was not made`);
    return known;
  }

  /** Makes every object of a list; one that the emulator refuses is left, and told. */
  private async each(
    member: string,
    idMember: string,
    make: (object: Json) => Promise<string | undefined>,
  ): Promise<void> {
    for (const object of listOf(this.bundle, member)) {
      const id = text(object, idMember);
      if (this.ids.has(id)) continue;
      try {
        const made = await make(object);
        if (made !== undefined) this.ids.set(id, made);
      } catch (error) {
        this.left.push(`${id}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
      }
    }
  }

  private async attempt(what: string, make: () => Promise<unknown>): Promise<void> {
    try {
      await make();
    } catch (error) {
      this.left.push(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
  }

  private async vpcs(): Promise<void> {
    await this.each('Vpcs', 'VpcId', async (vpc) => {
      const id = vpc['IsDefault'] === true ? await this.defaultVpc() : await this.plainVpc(text(vpc, 'CidrBlock'));
      for (const { CidrBlock, CidrBlockState } of objects(vpc['CidrBlockAssociationSet']))
        if (CidrBlock !== vpc['CidrBlock'] && (CidrBlockState as Json)['State'] === 'associated')
          await this.client.send(new ec2.AssociateVpcCidrBlockCommand({ VpcId: id, CidrBlock: String(CidrBlock) }));
      const attributes = ((this.bundle['VpcAttributes'] ?? {}) as Readonly<Record<string, Json>>)[text(vpc, 'VpcId')];
      for (const [name, value] of Object.entries(attributes ?? {}))
        if (name.startsWith('Enable'))
          await this.client.send(new ec2.ModifyVpcAttributeCommand({ VpcId: id, [name]: value as { Value: boolean } }));
      return id;
    });
  }

  private async plainVpc(CidrBlock: string): Promise<string | undefined> {
    return (await this.client.send(new ec2.CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId;
  }

  /** The account has one already; its subnets make room for those of the bundle. */
  private async defaultVpc(): Promise<string | undefined> {
    const { Vpcs } = await this.client.send(
      new ec2.DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    const id = Vpcs?.[0]?.VpcId;
    const { Subnets } = await this.client.send(
      new ec2.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [id ?? ''] }] }),
    );
    for (const { SubnetId } of Subnets ?? []) await this.client.send(new ec2.DeleteSubnetCommand({ SubnetId }));
    return id;
  }

  private async dhcpOptions(): Promise<void> {
    for (const vpc of listOf(this.bundle, 'Vpcs')) {
      const options = listOf(this.bundle, 'DhcpOptions').find((one) => one['DhcpOptionsId'] === vpc['DhcpOptionsId']);
      if (!options) continue;
      const configurations = objects(options['DhcpConfigurations']).map(({ Key, Values }) => ({
        Key: String(Key),
        Values: objects(Values).map(({ Value }) => String(Value)),
      }));
      await this.attempt(text(options, 'DhcpOptionsId'), async () => {
        const made = await this.client.send(new ec2.CreateDhcpOptionsCommand({ DhcpConfigurations: configurations }));
        await this.client.send(
          new ec2.AssociateDhcpOptionsCommand({
            VpcId: this.at(vpc['VpcId']),
            DhcpOptionsId: made.DhcpOptions?.DhcpOptionsId,
          }),
        );
      });
    }
  }

  private async subnet(subnet: Json): Promise<string | undefined> {
    const { Subnet } = await this.client.send(
      new ec2.CreateSubnetCommand({
        VpcId: this.at(subnet['VpcId']),
        CidrBlock: text(subnet, 'CidrBlock'),
        AvailabilityZone: optional(subnet, 'AvailabilityZone'),
      }),
    );
    if (subnet['MapPublicIpOnLaunch'] === true)
      await this.client.send(
        new ec2.ModifySubnetAttributeCommand({ SubnetId: Subnet?.SubnetId, MapPublicIpOnLaunch: { Value: true } }),
      );
    return Subnet?.SubnetId;
  }

  /** Lists of AWS services are there already, under ids of the emulator. */
  private async prefixList(list: Json): Promise<string | undefined> {
    const name = text(list, 'PrefixListName');
    if (name.startsWith('com.amazonaws.')) {
      const { PrefixLists } = await this.client.send(new ec2.DescribeManagedPrefixListsCommand({}));
      return PrefixLists?.find(({ PrefixListName }) => PrefixListName === name)?.PrefixListId;
    }
    const entries = ((this.bundle['PrefixListEntries'] ?? {}) as Readonly<Record<string, readonly Json[]>>)[
      text(list, 'PrefixListId')
    ];
    const { PrefixList } = await this.client.send(
      new ec2.CreateManagedPrefixListCommand({
        PrefixListName: name,
        AddressFamily: optional(list, 'AddressFamily') ?? 'IPv4',
        MaxEntries: Number(list['MaxEntries'] ?? 20),
        Entries: (entries ?? []).map(({ Cidr }) => ({ Cidr: String(Cidr) })),
      }),
    );
    return PrefixList?.PrefixListId;
  }

  private permission(permission: Json): ec2.IpPermission {
    const { FromPort, ToPort } = permission as { readonly FromPort?: number; readonly ToPort?: number };
    return {
      IpProtocol: text(permission, 'IpProtocol'),
      ...(FromPort === undefined ? {} : { FromPort }),
      ...(ToPort === undefined ? {} : { ToPort }),
      IpRanges: objects(permission['IpRanges']).map(({ CidrIp }) => ({ CidrIp: String(CidrIp) })),
      Ipv6Ranges: objects(permission['Ipv6Ranges']).map(({ CidrIpv6 }) => ({ CidrIpv6: String(CidrIpv6) })),
      PrefixListIds: objects(permission['PrefixListIds']).map(({ PrefixListId }) => ({
        PrefixListId: this.at(PrefixListId),
      })),
      UserIdGroupPairs: objects(permission['UserIdGroupPairs']).map(({ GroupId }) => ({ GroupId: this.at(GroupId) })),
    };
  }

  private async groups(): Promise<void> {
    await this.each('SecurityGroups', 'GroupId', async (group) => {
      const VpcId = this.at(group['VpcId']);
      if (group['GroupName'] === 'default') {
        const { SecurityGroups } = await this.client.send(
          new ec2.DescribeSecurityGroupsCommand({
            Filters: [
              { Name: 'vpc-id', Values: [VpcId] },
              { Name: 'group-name', Values: ['default'] },
            ],
          }),
        );
        return SecurityGroups?.[0]?.GroupId;
      }
      const GroupName = text(group, 'GroupName');
      return (await this.client.send(new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName })))
        .GroupId;
    });
    for (const group of listOf(this.bundle, 'SecurityGroups')) {
      const GroupId = this.at(group['GroupId']);
      const { SecurityGroups } = await this.client.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      const [own] = SecurityGroups ?? [];
      if (own?.IpPermissionsEgress?.length)
        await this.client.send(
          new ec2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: own.IpPermissionsEgress }),
        );
      for (const permission of objects(group['IpPermissions']))
        await this.attempt(`ingress of ${GroupId}`, () =>
          this.client.send(
            new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [this.permission(permission)] }),
          ),
        );
      for (const permission of objects(group['IpPermissionsEgress']))
        await this.attempt(`egress of ${GroupId}`, () =>
          this.client.send(
            new ec2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [this.permission(permission)] }),
          ),
        );
    }
  }

  private async internetGateway(gateway: Json): Promise<string | undefined> {
    const { InternetGateway } = await this.client.send(new ec2.CreateInternetGatewayCommand({}));
    for (const { VpcId } of objects(gateway['Attachments']))
      await this.client.send(
        new ec2.AttachInternetGatewayCommand({
          VpcId: this.at(VpcId),
          InternetGatewayId: InternetGateway?.InternetGatewayId,
        }),
      );
    return InternetGateway?.InternetGatewayId;
  }

  private async egressOnly(gateway: Json): Promise<string | undefined> {
    const [attachment] = objects(gateway['Attachments']);
    const made = await this.client.send(
      new ec2.CreateEgressOnlyInternetGatewayCommand({ VpcId: this.at(attachment?.['VpcId']) }),
    );
    return made.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId;
  }

  private async vpnGateway(gateway: Json): Promise<string | undefined> {
    const { VpnGateway } = await this.client.send(new ec2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
    for (const { VpcId } of objects(gateway['VpcAttachments']))
      await this.client.send(
        new ec2.AttachVpnGatewayCommand({ VpcId: this.at(VpcId), VpnGatewayId: VpnGateway?.VpnGatewayId }),
      );
    return VpnGateway?.VpnGatewayId;
  }

  private async customerGateway(gateway: Json): Promise<string | undefined> {
    const made = await this.client.send(
      new ec2.CreateCustomerGatewayCommand({
        Type: 'ipsec.1',
        BgpAsn: Number(gateway['BgpAsn'] ?? 65000),
        IpAddress: text(gateway, 'IpAddress'),
      }),
    );
    return made.CustomerGateway?.CustomerGatewayId;
  }

  private async vpnConnection(connection: Json): Promise<string | undefined> {
    const gateway = optional(connection, 'VpnGatewayId');
    const transit = optional(connection, 'TransitGatewayId');
    const made = await this.client.send(
      new ec2.CreateVpnConnectionCommand({
        Type: 'ipsec.1',
        CustomerGatewayId: this.at(connection['CustomerGatewayId']),
        ...(gateway === undefined ? {} : { VpnGatewayId: this.at(gateway) }),
        ...(transit === undefined ? {} : { TransitGatewayId: this.at(transit) }),
        Options: { StaticRoutesOnly: true },
      }),
    );
    return made.VpnConnection?.VpnConnectionId;
  }

  private async transitGateway(): Promise<string | undefined> {
    const made = await this.client.send(
      new ec2.CreateTransitGatewayCommand({
        Options: { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' },
      }),
    );
    return made.TransitGateway?.TransitGatewayId;
  }

  private async attachment(attachment: Json): Promise<string | undefined> {
    const made = await this.client.send(
      new ec2.CreateTransitGatewayVpcAttachmentCommand({
        TransitGatewayId: this.at(attachment['TransitGatewayId']),
        VpcId: this.at(attachment['VpcId']),
        SubnetIds: (attachment['SubnetIds'] as readonly string[]).map((id) => this.at(id)),
      }),
    );
    return made.TransitGatewayVpcAttachment?.TransitGatewayAttachmentId;
  }

  private async transitGatewayTables(): Promise<void> {
    await this.each('TransitGatewayRouteTables', 'TransitGatewayRouteTableId', async (table) => {
      const made = await this.client.send(
        new ec2.CreateTransitGatewayRouteTableCommand({ TransitGatewayId: this.at(table['TransitGatewayId']) }),
      );
      return made.TransitGatewayRouteTable?.TransitGatewayRouteTableId;
    });
    for (const attachment of listOf(this.bundle, 'TransitGatewayAttachments')) {
      const id = text(attachment, 'TransitGatewayAttachmentId');
      const table = (attachment['Association'] as Json | undefined)?.['TransitGatewayRouteTableId'];
      if (table === undefined) continue;
      await this.attempt(`association of ${id}`, () =>
        this.client.send(
          new ec2.AssociateTransitGatewayRouteTableCommand({
            TransitGatewayAttachmentId: this.at(id),
            TransitGatewayRouteTableId: this.at(table),
          }),
        ),
      );
    }
    const routes = (this.bundle['TransitGatewayRoutes'] ?? {}) as Readonly<Record<string, readonly Json[]>>;
    for (const [table, list] of Object.entries(routes))
      for (const route of list) {
        const [to] = objects(route['TransitGatewayAttachments']);
        await this.attempt(`transit gateway route ${text(route, 'DestinationCidrBlock')}`, () =>
          this.client.send(
            new ec2.CreateTransitGatewayRouteCommand({
              TransitGatewayRouteTableId: this.at(table),
              DestinationCidrBlock: text(route, 'DestinationCidrBlock'),
              ...(to ? { TransitGatewayAttachmentId: this.at(to['TransitGatewayAttachmentId']) } : { Blackhole: true }),
            }),
          ),
        );
      }
  }

  private async natGateway(nat: Json): Promise<string | undefined> {
    if (nat['AvailabilityMode'] === 'regional') throw new Error('the emulator has no regional NAT gateways');
    if (nat['State'] === 'failed') throw new Error('a NAT gateway of the emulator never fails');
    const { AllocationId } = await this.client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }));
    const made = await this.client.send(
      new ec2.CreateNatGatewayCommand({
        SubnetId: this.at(nat['SubnetId']),
        ...(nat['ConnectivityType'] === 'private' ? { ConnectivityType: 'private' } : { AllocationId }),
      }),
    );
    return made.NatGateway?.NatGatewayId;
  }

  /** Interfaces of AWS come with what they belong to. */
  private async interfaces(): Promise<void> {
    const { Images } = await this.client.send(new ec2.DescribeImagesCommand({ Owners: ['amazon'] }));
    const ImageId = Images?.[0]?.ImageId;
    const reserved = listOf(this.bundle, 'Reservations').flatMap(({ Instances }) => objects(Instances));
    for (const instance of [...listOf(this.bundle, 'Instances'), ...reserved]) {
      if (!['running', 'pending', 'stopped'].includes(text(instance['State'] as Json, 'Name'))) continue;
      await this.attempt(text(instance, 'InstanceId'), async () => {
        const { Instances } = await this.client.send(
          new ec2.RunInstancesCommand({
            ImageId,
            MinCount: 1,
            MaxCount: 1,
            NetworkInterfaces: [
              {
                DeviceIndex: 0,
                SubnetId: this.at(instance['SubnetId']),
                PrivateIpAddress: optional(instance, 'PrivateIpAddress'),
                AssociatePublicIpAddress: optional(instance, 'PublicIpAddress') !== undefined,
                Groups: objects(instance['SecurityGroups']).map(({ GroupId }) => this.at(GroupId)),
              },
            ],
          }),
        );
        const [made] = Instances ?? [];
        this.ids.set(text(instance, 'InstanceId'), made?.InstanceId ?? '');
        const [own] = objects(instance['NetworkInterfaces']);
        const eni = made?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
        if (own && eni !== undefined) this.ids.set(text(own, 'NetworkInterfaceId'), eni);
      });
    }
    await this.each('NetworkInterfaces', 'NetworkInterfaceId', async (eni) => {
      if ((eni['InterfaceType'] ?? 'interface') !== 'interface') return undefined;
      const made = await this.client.send(
        new ec2.CreateNetworkInterfaceCommand({
          SubnetId: this.at(eni['SubnetId']),
          PrivateIpAddress: optional(eni, 'PrivateIpAddress'),
          Groups: objects(eni['Groups']).map(({ GroupId }) => this.at(GroupId)),
          Description: text(eni, 'Description'),
        }),
      );
      return made.NetworkInterface?.NetworkInterfaceId;
    });
  }

  private async routeTables(): Promise<void> {
    await this.each('RouteTables', 'RouteTableId', async (table) => {
      const VpcId = this.at(table['VpcId']);
      if (!objects(table['Associations']).some(({ Main }) => Main === true))
        return (await this.client.send(new ec2.CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId;
      const { RouteTables } = await this.client.send(
        new ec2.DescribeRouteTablesCommand({
          Filters: [
            { Name: 'vpc-id', Values: [VpcId] },
            { Name: 'association.main', Values: ['true'] },
          ],
        }),
      );
      return RouteTables?.[0]?.RouteTableId;
    });
    for (const table of listOf(this.bundle, 'RouteTables')) {
      const RouteTableId = this.at(table['RouteTableId']);
      for (const route of objects(table['Routes']))
        await this.attempt(`route of ${text(table, 'RouteTableId')}`, () => this.route(RouteTableId, route));
      for (const { SubnetId } of objects(table['Associations']))
        if (SubnetId !== undefined)
          await this.client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId: this.at(SubnetId) }));
    }
  }

  /** Gateway endpoints make their own routes; a propagated route becomes a static one. */
  private async route(RouteTableId: string, route: Json): Promise<void> {
    const target = ROUTE_TARGETS.find((member) => optional(route, member) !== undefined);
    const id = optional(route, target ?? '');
    if (target === undefined || id === undefined || id === 'local' || id.startsWith('vpce-')) return;
    const list = optional(route, 'DestinationPrefixListId');
    await this.client.send(
      new ec2.CreateRouteCommand({
        RouteTableId,
        DestinationCidrBlock: optional(route, 'DestinationCidrBlock'),
        DestinationIpv6CidrBlock: optional(route, 'DestinationIpv6CidrBlock'),
        ...(list === undefined ? {} : { DestinationPrefixListId: this.at(list) }),
        [target]: this.at(id),
      }),
    );
  }

  private async endpoint(endpoint: Json): Promise<string | undefined> {
    const strings = (member: string): readonly string[] => (endpoint[member] ?? []) as readonly string[];
    const isGateway = endpoint['VpcEndpointType'] === 'Gateway';
    const made = await this.client.send(
      new ec2.CreateVpcEndpointCommand({
        VpcId: this.at(endpoint['VpcId']),
        ServiceName: text(endpoint, 'ServiceName'),
        VpcEndpointType: isGateway ? 'Gateway' : 'Interface',
        PolicyDocument: optional(endpoint, 'PolicyDocument'),
        ...(isGateway
          ? { RouteTableIds: strings('RouteTableIds').map((id) => this.at(id)) }
          : {
              SubnetIds: strings('SubnetIds').map((id) => this.at(id)),
              SecurityGroupIds: objects(endpoint['Groups']).map(({ GroupId }) => this.at(GroupId)),
              PrivateDnsEnabled: endpoint['PrivateDnsEnabled'] === true,
            }),
      }),
    );
    // The emulator gives the endpoint its groups, but not the endpoint's interfaces.
    const Groups = objects(endpoint['Groups']).map(({ GroupId }) => this.at(GroupId));
    for (const NetworkInterfaceId of made.VpcEndpoint?.NetworkInterfaceIds ?? []) {
      await this.client.send(new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
      await this.readdress(NetworkInterfaceId, endpoint);
    }
    return made.VpcEndpoint?.VpcEndpointId;
  }

  private async readdress(id: string, endpoint: Json): Promise<void> {
    const { NetworkInterfaces } = await this.client.send(
      new ec2.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    const [made] = NetworkInterfaces ?? [];
    const own = listOf(this.bundle, 'NetworkInterfaces').find(
      (eni) =>
        (endpoint['NetworkInterfaceIds'] as readonly unknown[]).includes(eni['NetworkInterfaceId']) &&
        this.ids.get(text(eni, 'SubnetId')) === made?.SubnetId,
    );
    if (own && made?.PrivateIpAddress !== undefined)
      this.addresses.set(made.PrivateIpAddress, text(own, 'PrivateIpAddress'));
  }

  private async networkAcls(): Promise<void> {
    for (const acl of listOf(this.bundle, 'NetworkAcls')) {
      const VpcId = this.at(acl['VpcId']);
      const own = await this.client.send(
        new ec2.DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
      );
      const usual = own.NetworkAcls?.find(({ IsDefault }) => IsDefault);
      const isDefault = acl['IsDefault'] === true;
      const NetworkAclId = isDefault
        ? usual?.NetworkAclId
        : (await this.client.send(new ec2.CreateNetworkAclCommand({ VpcId }))).NetworkAcl?.NetworkAclId;
      this.ids.set(text(acl, 'NetworkAclId'), NetworkAclId ?? '');
      for (const { Egress, RuleNumber } of isDefault ? (usual?.Entries ?? []) : [])
        if (RuleNumber !== undefined && RuleNumber < 32767)
          await this.client.send(new ec2.DeleteNetworkAclEntryCommand({ NetworkAclId, Egress, RuleNumber }));
      for (const entry of objects(acl['Entries']))
        if (Number(entry['RuleNumber']) < 32767)
          await this.client.send(
            new ec2.CreateNetworkAclEntryCommand({ ...entry, NetworkAclId } as ec2.CreateNetworkAclEntryCommandInput),
          );
      if (!isDefault)
        for (const { SubnetId } of objects(acl['Associations'])) {
          const id = this.at(SubnetId);
          const now = own.NetworkAcls?.flatMap(({ Associations }) => Associations ?? []).find(
            (association) => association.SubnetId === id,
          );
          await this.client.send(
            new ec2.ReplaceNetworkAclAssociationCommand({ AssociationId: now?.NetworkAclAssociationId, NetworkAclId }),
          );
        }
    }
  }

  /** What is deleted in the bundle was there once: its routes are what is left of it. */
  private async lost(): Promise<void> {
    for (const nat of listOf(this.bundle, 'NatGateways')) {
      const id = this.ids.get(text(nat, 'NatGatewayId'));
      if (id === undefined || nat['State'] === 'available') continue;
      await this.client.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: id }));
      this.gone.push(id);
    }
    for (const gateway of listOf(this.bundle, 'InternetGateways'))
      if (objects(gateway['Attachments']).length === 0) this.gone.push(this.at(gateway['InternetGatewayId']));
  }
}

/** In the order in which EC2 prefers to name a target. */
const ROUTE_TARGETS = [
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'EgressOnlyInternetGatewayId',
  'GatewayId',
] as const;
