import type { Route, RouteTargetKind } from '../facts/kinds/route-table.ts';
import type { Subnet } from '../facts/kinds/subnet.ts';
import type { NetworkModel } from '../model/network-model.ts';
import { intersect, isEmpty, minus, size } from '../net/interval-set.ts';
import { theInternet } from '../reach/ends.ts';
import { lookUpRoutes } from '../reach/route-lookup.ts';
import { behindGatewayEndpoints } from '../reach/service-lists.ts';
import type { DeploymentOption } from '../requirements/requirement.ts';
import type { Said } from './said.ts';

/** What a subnet's table sends the Internet to. `hidden`: the table or a prefix list in it was not read. */
export type Way = 'internet gateway' | 'NAT gateway' | 'transit gateway' | 'something else' | 'nothing' | 'hidden';

export interface WayOut {
  readonly way: Way;
  /** Ids of what the routes name, those of most addresses first. */
  readonly through: readonly string[];
  /** False: read from a route that leads there directly. */
  readonly guess: boolean;
}

const WAY_OF_TARGET: Readonly<Partial<Record<RouteTargetKind, Way>>> = {
  'nat-gateway': 'NAT gateway',
  'transit-gateway': 'transit gateway',
  'core-network': 'transit gateway',
};

const OPTION_OF_WAY: Readonly<Partial<Record<Way, DeploymentOption>>> = {
  'internet gateway': 'public-subnet',
  'NAT gateway': 'private-nat',
  'transit gateway': 'private-tgw',
};

/** Among equals the private ones, which the source document recommends for production. */
const BY_PREFERENCE: readonly DeploymentOption[] = ['private-nat', 'private-tgw', 'public-subnet'];

const wayOfTarget = ({ target }: Route): Way =>
  target.kind === 'gateway' && target.id.startsWith('igw-')
    ? 'internet gateway'
    : (WAY_OF_TARGET[target.kind] ?? 'something else');

interface Part {
  readonly way: Way;
  readonly id: string | undefined;
  readonly addresses: bigint;
}

/** The way of most addresses of the Internet. A route to something that is gone counts as the way it was meant to be. */
export function wayOutOf(model: NetworkModel, subnet: Subnet, passed: readonly string[] = []): WayOut {
  const table = model.routeTableOf(subnet);
  if (table.is !== 'there') return { way: 'hidden', through: [], guess: true };
  const internet = minus(
    theInternet(model, [subnet.vpcId], 'ipv4').set,
    behindGatewayEndpoints(model, [subnet.vpcId], 'ipv4'),
  );
  const parts = lookUpRoutes(model, table.value, 'ipv4').flatMap((choice): readonly Part[] => {
    const dst = intersect(choice.dst, internet);
    if (isEmpty(dst)) return [];
    const addresses = size(dst);
    if (choice.kind === 'none') return [{ way: 'nothing', id: undefined, addresses }];
    if (choice.kind !== 'route') return [{ way: 'hidden', id: choice.component, addresses }];
    return [{ way: wayOfTarget(choice.route), id: choice.route.target.id, addresses }];
  });
  parts.sort((a, b) => (a.addresses < b.addresses ? 1 : a.addresses > b.addresses ? -1 : 0));
  const way = parts[0]?.way ?? 'nothing';
  const through = [...new Set(parts.flatMap(({ id }) => id ?? []))];
  const first = parts[0]?.id;
  const behind = first?.startsWith('vpce-') ? behindEndpoint(model, first, [...passed, subnet.id]) : undefined;
  if (behind) return { way: behind.way, through: [...through, ...behind.through], guess: true };
  return { way, through, guess: parts.some((part) => part.way !== way) || way === 'hidden' };
}

/** A firewall endpoint hands the packets back into its own subnet: the table there says where they go on to. */
function behindEndpoint(model: NetworkModel, id: string, passed: readonly string[]): WayOut | undefined {
  const endpoint = model.find('vpcEndpoint', id);
  if (endpoint.is !== 'there') return undefined;
  const [subnetId] = endpoint.value.subnetIds;
  if (subnetId === undefined || passed.includes(subnetId)) return undefined;
  const subnet = model.find('subnet', subnetId);
  return subnet.is === 'there' ? wayOutOf(model, subnet.value, passed) : undefined;
}

const LEADS: Readonly<Record<Way, string>> = {
  'internet gateway': 'the Internet is behind an internet gateway',
  'NAT gateway': 'the Internet is behind a NAT gateway',
  'transit gateway': 'the Internet is behind a transit gateway',
  'something else': 'the Internet is behind something that shows no option',
  nothing: 'no route to the Internet',
  hidden: 'the way to the Internet could not be read',
};

const sentence = (way: Way, ids: readonly string[], through: readonly string[]): string =>
  `${ids.join(', ')}: ${LEADS[way]}${through.length > 0 ? ` (${through.join(', ')})` : ''}`;

/** Which of the four options the subnets' routes to the Internet look like. */
export function deploymentOptionOf(
  model: NetworkModel,
  vpcId: string,
  subnets: readonly Subnet[],
): Said<DeploymentOption> {
  const ways = subnets.map((subnet) => ({ id: subnet.id, ...wayOutOf(model, subnet) }));
  const options = ways.flatMap(({ way }) => OPTION_OF_WAY[way] ?? []);
  const isDefault = (() => {
    const vpc = model.find('vpc', vpcId);
    return vpc.is === 'there' ? vpc.value.isDefault : undefined;
  })();
  const kinds = [...new Set(ways.map(({ way }) => way))];
  const why = kinds.map((kind) => {
    const mine = ways.filter(({ way }) => way === kind);
    return sentence(
      kind,
      mine.map(({ id }) => id),
      [...new Set(mine.flatMap(({ through }) => through))],
    );
  });
  const count = (option: DeploymentOption): number => options.filter((one) => one === option).length;
  const most = BY_PREFERENCE.filter((option) => count(option) > 0).sort((a, b) => count(b) - count(a))[0];
  if (kinds.length > 1) why.push('the subnets are not all of one sort; this is the option of most of them');
  if (most === undefined)
    return {
      value: 'private-nat',
      guess: true,
      why: [...why, 'no route says which option it is; private-nat is the usual one for production'],
    };
  const guess = kinds.length > 1 || ways.some((way) => way.guess);
  if (most !== 'public-subnet') return { value: most, guess, why };
  if (isDefault === undefined)
    return { value: most, guess: true, why: [...why, 'whether it is the default VPC could not be read'] };
  return isDefault
    ? { value: 'default-vpc', guess, why: [...why, 'it is the default VPC of the Region'] }
    : { value: most, guess, why };
}
