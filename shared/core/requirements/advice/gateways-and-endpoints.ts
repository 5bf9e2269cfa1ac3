import type { VpcEndpoint } from '../../facts/kinds/vpc-endpoint.ts';
import type { Fix } from '../report.ts';
import { type Advised, type Adviser, fix, subnetOf } from './advised.ts';
import { adviseNatGateway, attachInternetGateway, internetGatewayOf } from './routes.ts';

const endpointOf = ({ model }: Advised, id: string): VpcEndpoint | undefined => {
  const seen = model.find('vpcEndpoint', id);
  return seen.is === 'there' ? seen.value : undefined;
};

export const adviseState: Adviser = (reason, about) => {
  const { component: id } = reason;
  if (id.startsWith('nat-')) return adviseNatGateway(reason, about);
  if (id.startsWith('pcx-'))
    return fix(
      `have peering connection \`${id}\` accepted, or make a new one`,
      about,
      `ec2 accept-vpc-peering-connection --vpc-peering-connection-id ${id}`,
    );
  if (id.startsWith('vpce-'))
    return endpointOf(about, id)?.state === 'pendingacceptance'
      ? fix(`have the owner of the endpoint service accept VPC endpoint \`${id}\``, about)
      : fix(`delete VPC endpoint \`${id}\` and make it again; without it, clients use the way to the Internet`, about);
  if (id.startsWith('subnet-'))
    return fix(`make a new subnet, and name it in the watch file instead of \`${id}\``, about);
  return fix(`bring \`${id}\` back to a state in which it works, or point its routes elsewhere`, about);
};

export const adviseAttachment: Adviser = ({ component: id }, about) => {
  const { vpcId } = about.network;
  if (id.startsWith('vpc-')) {
    const gateway = internetGatewayOf(about, id);
    return gateway
      ? attachInternetGateway(about, gateway, id)
      : fix(`attach an internet gateway to VPC \`${id}\``, about);
  }
  if (id.startsWith('igw-')) return attachInternetGateway(about, id, vpcId);
  if (id.startsWith('vgw-'))
    return fix(
      `attach virtual private gateway \`${id}\` to VPC \`${vpcId}\` again`,
      about,
      `ec2 attach-vpn-gateway --vpn-gateway-id ${id} --vpc-id ${vpcId}`,
    );
  return fix(`make attachment \`${id}\` anew, or route around it`, about);
};

/** Who has no public address decides how it gets one. */
export const advisePublicAddress: Adviser = (reason, about) => {
  const { component: id } = reason;
  if (id.startsWith('nat-')) return adviseNatGateway(reason, about);
  const subnet = subnetOf(about);
  if (id.startsWith('eni-') || !subnet)
    return fix(`associate an Elastic IP address with \`${id}\`, or route its subnet through a NAT gateway`, about);
  return fix(
    `let subnet \`${subnet.id}\` auto-assign public IPv4 addresses (environments that are running must be started anew)`,
    about,
    `ec2 modify-subnet-attribute --subnet-id ${subnet.id} --map-public-ip-on-launch`,
  );
};

/** A security control: it is changed on purpose or not at all. */
export const adviseExclusion: Adviser = ({ component: id }, about) => {
  const mode = about.network.deploymentOption.startsWith('private') ? 'allow-egress' : 'allow-bidirectional';
  return fix(
    `exclude \`${id}\` from VPC Block Public Access, if your security policy allows it`,
    about,
    id.startsWith('subnet-')
      ? `ec2 create-vpc-block-public-access-exclusion --subnet-id ${id} --internet-gateway-exclusion-mode ${mode}`
      : undefined,
  );
};

/** Attachments have subnets of their own, which are small and hold nothing else. */
export const adviseZone: Adviser = ({ component: id }, about) => {
  const zone = subnetOf(about)?.zone;
  const { model, network } = about;
  const free = model
    .subnetsOf(network.vpcId)
    .filter((one) => one.zone === zone && !network.environmentSubnetIds.includes(one.id))
    .sort((a, b) => (a.availableAddresses ?? 0) - (b.availableAddresses ?? 0))[0];
  return fix(
    `add a subnet of zone ${zone ?? 'of the sender'} to transit gateway attachment \`${id}\`${free ? `, such as \`${free.id}\`` : ''}`,
    about,
    free
      ? `ec2 modify-transit-gateway-vpc-attachment --transit-gateway-attachment-id ${id} --add-subnet-ids ${free.id}`
      : undefined,
  );
};

export const advisePolicy: Adviser = ({ component: id }, about) =>
  endpointOf(about, id)?.type === 'Gateway'
    ? fix(
        `allow this in the policy of VPC endpoint \`${id}\`, or give the endpoint its default policy back, which allows everything`,
        about,
        `ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --reset-policy`,
      )
    : fix(`allow this in the policy of VPC endpoint \`${id}\`, or set the policy to full access`, about);

const enable = (about: Advised, vpcId: string, what: 'support' | 'hostnames'): Fix =>
  fix(
    `enable DNS ${what === 'support' ? 'resolution' : 'hostnames'} in VPC \`${vpcId}\``,
    about,
    `ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-${what} '{"Value":true}'`,
  );

/** Both attributes of the VPC are needed, and resolution comes first. */
export const adviseDns: Adviser = ({ component: id }, about) => {
  if (id.startsWith('vpce-'))
    return fix(
      `enable private DNS names for VPC endpoint \`${id}\``,
      about,
      `ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --private-dns-enabled`,
    );
  const seen = about.model.find('vpcAttributes', id);
  const off = seen.is === 'there' ? seen.value : undefined;
  return [
    ...(off?.enableDnsSupport === false ? [enable(about, id, 'support')] : []),
    ...(off?.enableDnsHostnames === false ? [enable(about, id, 'hostnames')] : []),
  ];
};

/** The half that is missing, like the half that is there. */
export const adviseOtherHalf: Adviser = (_reason, about) => {
  const { check, model, network, subject } = about;
  const name = (service: string): string => `com.amazonaws.${network.region}.${service}`;
  const others = check.kind === 'endpoint' ? check.services.map(name) : [];
  const half = model.all('vpcEndpoint').find((one) => one.vpcId === network.vpcId && others.includes(one.serviceName));
  return fix(
    `make an interface endpoint for \`${subject}\` too, or delete the other one`,
    about,
    half
      ? `ec2 create-vpc-endpoint --vpc-id ${network.vpcId} --vpc-endpoint-type Interface --service-name ${name(subject)} --subnet-ids ${half.subnetIds.join(' ')} --security-group-ids ${half.groupIds.join(' ')} --private-dns-enabled`
      : undefined,
  );
};
