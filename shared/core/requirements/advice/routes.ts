import type { Route, RouteTable } from '../../facts/kinds/route-table.ts';
import type { Subnet } from '../../facts/kinds/subnet.ts';
import { cidrSet, formatCidr } from '../../net/cidr.ts';
import { contains, intersect, isEmpty } from '../../net/interval-set.ts';
import { parseAddress } from '../../net/ip.ts';
import { PRIVATE4, PUBLIC_SPACE } from '../../net/public-space.ts';
import { chosenSubnets } from '../checks/members.ts';
import { type Advised, type Adviser, EVERYWHERE, fix, subnetOf } from './advised.ts';

/** Where a table should send the Internet. */
interface WayOut {
  readonly name: string;
  /** What a reader should know of it; empty for the gateway that belongs there. */
  readonly note: string;
  readonly option: string;
}

export function tableOf({ model }: Advised, subnet: Subnet | undefined): RouteTable | undefined {
  const seen = subnet && model.routeTableOf(subnet);
  return seen?.is === 'there' ? seen.value : undefined;
}

const subnetsOf = (about: Advised, table: RouteTable): readonly Subnet[] =>
  about.model.subnetsOf(table.vpcId).filter((subnet) => tableOf(about, subnet)?.id === table.id);

/** The internet gateway that a VPC has, or that a route of its tables still names. */
export function internetGatewayOf({ model }: Advised, vpcId: string): string | undefined {
  const attached = model.all('internetGateway').find((one) => one.attachments.some((item) => item.vpcId === vpcId));
  const named = model
    .all('routeTable')
    .filter((table) => table.vpcId === vpcId)
    .flatMap(({ routes }) => routes.map(({ target }) => target.id));
  return attached?.id ?? named.find((id) => id.startsWith('igw-'));
}

/** A NAT gateway that works, in the zone if there is one. */
function natGatewayOf({ model, network }: Advised, zone: string | undefined): WayOut | undefined {
  const working = model
    .all('natGateway')
    .filter(
      (one) =>
        one.vpcId === network.vpcId &&
        one.state === 'available' &&
        !one.isPrivate &&
        one.addresses.some(({ publicIp, status }) => publicIp !== undefined && status === 'succeeded'),
    );
  const zoneOf = (subnetId: string | undefined): string | undefined => {
    const subnet = subnetId === undefined ? undefined : model.find('subnet', subnetId);
    return subnet?.is === 'there' ? subnet.value.zone : undefined;
  };
  const here = working.find((one) => one.isRegional || zoneOf(one.subnetId) === zone);
  const gateway = here ?? working[0];
  if (!gateway) return undefined;
  const note = here ? '' : ' (of another zone, until this zone has one again)';
  return { name: `NAT gateway \`${gateway.id}\``, note, option: `--nat-gateway-id ${gateway.id}` };
}

function wayOutOf(about: Advised, table: RouteTable): WayOut | undefined {
  const { network, model } = about;
  const subnets = subnetsOf(about, table);
  const chosen = subnets.find(({ id }) => chosenSubnets(about.network).includes(id));
  const holdsNat = model.all('natGateway').some((one) => subnets.some(({ id }) => id === one.subnetId));
  if (chosen && network.deploymentOption === 'private-nat') return natGatewayOf(about, chosen.zone);
  if (chosen && network.deploymentOption === 'private-tgw') {
    const attachment = model.all('transitGatewayVpcAttachment').find((one) => one.vpcId === network.vpcId);
    const id = attachment?.transitGatewayId;
    return id ? { name: `transit gateway \`${id}\``, note: '', option: `--transit-gateway-id ${id}` } : undefined;
  }
  const gateway = chosen || holdsNat ? internetGatewayOf(about, table.vpcId) : undefined;
  return gateway ? { name: `internet gateway \`${gateway}\``, note: '', option: `--gateway-id ${gateway}` } : undefined;
}

const isDefault = ({ destination }: Route): boolean =>
  'cidr' in destination && formatCidr(destination.cidr) === EVERYWHERE;

const findTable = ({ model }: Advised, id: string): RouteTable | undefined => {
  const seen = model.find('routeTable', id);
  return seen.is === 'there' ? seen.value : undefined;
};

function asksForPrivate({ witness }: Advised): boolean {
  const dst = witness && parseAddress(witness.dst);
  return dst !== undefined && contains(PRIVATE4, dst);
}

export const adviseRoute: Adviser = ({ component, leg }, about) => {
  const table = findTable(about, component) ?? tableOf(about, subnetOf(about));
  const way = table && leg !== 'return' && !asksForPrivate(about) ? wayOutOf(about, table) : undefined;
  if (!table || !way || table.routes.some(isDefault))
    return fix(
      component.startsWith('rtb-')
        ? `add a route to route table \`${component}\`, to the gateway that leads there`
        : 'point the default routes of the chosen subnets at a NAT gateway that is in a public subnet',
      about,
    );
  return fix(
    `add the route ${EVERYWHERE} to route table \`${table.id}\`, with target ${way.name}${way.note}`,
    about,
    `ec2 create-route --route-table-id ${table.id} --destination-cidr-block ${EVERYWHERE} ${way.option}`,
  );
};

/** IPv4 destination of a route to a block, as the command has it. */
const blockOf = ({ destination }: Route): readonly string[] =>
  'cidr' in destination && destination.cidr.family === 'ipv4' ? [formatCidr(destination.cidr)] : [];

export const attachInternetGateway = (about: Advised, id: string, vpcId: string) =>
  fix(
    `attach internet gateway \`${id}\` to VPC \`${vpcId}\` again`,
    about,
    `ec2 attach-internet-gateway --internet-gateway-id ${id} --vpc-id ${vpcId}`,
  );

export const adviseBlackhole: Adviser = ({ component }, about) => {
  const table = findTable(about, component);
  const dead = table?.routes.filter(({ state }) => state === 'blackhole') ?? [];
  const way = table && wayOutOf(about, table);
  const fixes = dead.flatMap((route) => {
    if (!table) return [];
    const { id } = route.target;
    if (id.startsWith('igw-')) return [attachInternetGateway(about, id, table.vpcId)];
    return blockOf(route).map((block) =>
      way && block === EVERYWHERE
        ? fix(
            `in route table \`${table.id}\`, point the route ${block} at ${way.name}${way.note}`,
            about,
            `ec2 replace-route --route-table-id ${table.id} --destination-cidr-block ${block} ${way.option}`,
          )
        : fix(
            `in route table \`${table.id}\`, point the route ${block} at a gateway that works (for a private subnet: make a NAT gateway in a public subnet of the same zone)`,
            about,
          ),
    );
  });
  return fixes.length > 0
    ? fixes
    : fix(`in route table \`${component}\`, point the blackhole route at a gateway that works`, about);
};

/** Routes that send public addresses to something else than what the check asks for. */
function wrongRoutes(table: RouteTable, way: WayOut): readonly Route[] {
  return table.routes.filter(
    (route) =>
      route.target.kind !== 'local' &&
      !way.option.endsWith(` ${route.target.id}`) &&
      'cidr' in route.destination &&
      route.destination.cidr.family === 'ipv4' &&
      !isEmpty(intersect(cidrSet(route.destination.cidr), PUBLIC_SPACE.ipv4)),
  );
}

export const adviseTarget: Adviser = ({ component, leg }, about) => {
  if (leg === 'return')
    return fix(`in route table \`${component}\`, send the reply back the way the packets came`, about);
  const table = findTable(about, component) ?? tableOf(about, subnetOf(about));
  const isPublicByChoice =
    about.check.kind === 'private-subnets' && about.network.deploymentOption.match(/^(default|public)/);
  if (isPublicByChoice)
    return fix('move the runner to private subnets with a NAT gateway (`deploymentOption: private-nat`)', about);
  const way = table && wayOutOf(about, table);
  const wrong = table && way ? wrongRoutes(table, way) : [];
  if (!table || !way || wrong.length === 0)
    return fix('point that route at the gateway that is asked for, or delete it', about);
  return wrong.flatMap(redirect(about, table, way));
};

/** The default route is pointed elsewhere; one that is more specific has the default route behind it. */
const redirect = (about: Advised, table: RouteTable, way: WayOut) => (route: Route) =>
  blockOf(route).map((block) =>
    isDefault(route)
      ? fix(
          `in route table \`${table.id}\`, point the route ${block} at ${way.name}${way.note}`,
          about,
          `ec2 replace-route --route-table-id ${table.id} --destination-cidr-block ${block} ${way.option}`,
        )
      : fix(
          `in route table \`${table.id}\`, delete the route ${block} to \`${route.target.id}\`, so that the default route takes it`,
          about,
          `ec2 delete-route --route-table-id ${table.id} --destination-cidr-block ${block}`,
        ),
  );

/** A gateway that is gone is not brought back: its routes go to another one. */
export const adviseNatGateway: Adviser = ({ component }, about) => {
  const table = tableOf(about, subnetOf(about));
  const way = table && natGatewayOf(about, subnetOf(about)?.zone);
  const led = table?.routes.filter(({ target }) => target.id === component).flatMap(blockOf) ?? [];
  return [
    fix(
      `make a public NAT gateway in a public subnet of the same zone, and point the routes at it that lead to \`${component}\``,
      about,
    ),
    ...(table && way && !way.option.endsWith(component)
      ? led.map((block) =>
          fix(
            `until then, point the route ${block} of route table \`${table.id}\` at ${way.name}`,
            about,
            `ec2 replace-route --route-table-id ${table.id} --destination-cidr-block ${block} ${way.option}`,
          ),
        )
      : []),
  ];
};
