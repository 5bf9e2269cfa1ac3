import type { NetworkAcl, NetworkAclEntry } from '../../facts/kinds/network-acl.ts';
import { type Cidr, cidrSet, formatCidr, parseCidr } from '../../net/cidr.ts';
import { contains, intersect, isEmpty } from '../../net/interval-set.ts';
import { type Address, parseAddress } from '../../net/ip.ts';
import { ALL_PROTOCOLS, type PortRange, PROTOCOLS } from '../../net/protocol.ts';
import type { Reason } from '../../reach/answer.ts';
import type { Fix } from '../report.ts';
import { type Advised, type Adviser, fix, vpcBlocks } from './advised.ts';
import { LAST_RULE } from './rule-numbers.ts';
import { nearSubnets, type WantedTraffic, wantedTraffic } from './traffic.ts';

/** What clients of any system and NAT gateways use (VPC guide, ephemeral ports, read 2026-11-26). */
const EPHEMERAL: PortRange = { from: 1024, to: 65535 };

interface Gap {
  readonly egress: boolean;
  readonly protocol: 'tcp' | 'udp';
  readonly ports: PortRange;
  readonly cidr: string;
  readonly deny: NetworkAclEntry;
}

/** The directions in which this leg crosses the edge of subnets that the list belongs to. */
function directionsOf(acl: NetworkAcl, { way }: WantedTraffic, leg: Reason['leg'], about: Advised): readonly boolean[] {
  const near = nearSubnets(about);
  const egress = (way === 'out') === (leg !== 'return');
  return [
    ...(acl.subnetIds.some((id) => near.includes(id)) ? [egress] : []),
    // Of a NAT gateway or an endpoint: packets go in and out.
    ...(acl.subnetIds.some((id) => !near.includes(id)) ? [true, false] : []),
  ];
}

const overlap = (a: PortRange, b: PortRange): PortRange => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

const holds = (outer: Cidr, inner: Cidr): boolean => outer.lo <= inner.lo && outer.hi >= inner.hi;

/** Of what is denied and what is needed, whichever is less. */
const narrower = ({ cidr }: NetworkAclEntry, peer: Cidr): string => formatCidr(cidr.length > peer.length ? cidr : peer);

/** Blocks at the other end of a rule of this direction: the far end of the traffic, or the VPC where its packets only pass. */
function peersOf(egress: boolean, { way, cidrs }: WantedTraffic, leg: Reason['leg'], about: Advised): readonly Cidr[] {
  const looksAhead = egress === (leg !== 'return');
  const isFar = way === 'out' ? looksAhead : !looksAhead;
  const blocks = (isFar ? cidrs : vpcBlocks(about)).flatMap((text) => parseCidr(text) ?? []);
  const far = farAddress(egress, leg, about);
  return far === undefined ? blocks : blocks.filter((block) => contains(cidrSet(block), far));
}

/** The first rule that denies a part of it, with what it denies; undefined when all gets through. */
function firstDenial(
  acl: NetworkAcl,
  egress: boolean,
  { protocol }: WantedTraffic,
  ports: PortRange,
  peer: Cidr,
  far: Address | undefined,
): Gap | undefined {
  const concerned = acl.entries.filter(
    (entry) =>
      entry.egress === egress &&
      entry.cidr.family === 'ipv4' &&
      (entry.protocol === ALL_PROTOCOLS || entry.protocol === PROTOCOLS[protocol]) &&
      (far === undefined
        ? !isEmpty(intersect(cidrSet(entry.cidr), cidrSet(peer)))
        : contains(cidrSet(entry.cidr), far)),
  );
  for (const entry of concerned) {
    const both = overlap(entry.ports, ports);
    if (both.from > both.to) continue;
    const isWhole = both.from === ports.from && both.to === ports.to;
    if (entry.allow && isWhole && (far !== undefined || holds(entry.cidr, peer))) return undefined;
    if (entry.allow) continue;
    return { egress, protocol, ports: both, cidr: narrower(entry, peer), deny: entry };
  }
  return undefined;
}

const portsOf = ({ from, to }: PortRange): string => (from === to ? `${from}` : `${from}-${to}`);

function openGap(acl: NetworkAcl, gap: Gap, about: Advised): Fix {
  const { egress, protocol, ports, cidr, deny } = gap;
  const number = about.numbers.before(deny.ruleNumber, acl, egress, `${protocol} ${portsOf(ports)} ${cidr}`);
  const rules = `${egress ? 'outbound' : 'inbound'} rules`;
  const what = `${protocol} ${portsOf(ports)} ${egress ? 'to' : 'from'} ${cidr}`;
  const denying = deny.ruleNumber === LAST_RULE ? '*' : deny.ruleNumber;
  if (number === undefined)
    return fix(`in the ${rules} of network ACL \`${acl.id}\`, change rule ${denying}, which denies ${what}`, about);
  return fix(
    `in the ${rules} of network ACL \`${acl.id}\`, allow ${what} with rule ${number}, before rule ${denying} denies it`,
    about,
    `ec2 create-network-acl-entry --network-acl-id ${acl.id} ${egress ? '--egress' : '--ingress'} --rule-number ${number} --protocol ${protocol} --port-range From=${ports.from},To=${ports.to} --cidr-block ${cidr} --rule-action allow`,
  );
}

/** The address of the packet that was lost, as a rule of this direction sees it. */
function farAddress(egress: boolean, leg: Reason['leg'], { witness }: Advised): Address | undefined {
  if (!witness) return undefined;
  return parseAddress(egress === (leg !== 'return') ? witness.dst : witness.src);
}

const isAbout = (wanted: WantedTraffic, { witness }: Advised): boolean =>
  witness === undefined || witness.dstPort === undefined || witness.dstPort === wanted.port;

/** The rules that are missing, each with the first rule that stands in its way. */
export const adviseAclEntries: Adviser = ({ component, leg }, about) => {
  const seen = about.model.find('networkAcl', component);
  const gaps =
    seen.is !== 'there'
      ? []
      : wantedTraffic(about)
          .filter((wanted) => isAbout(wanted, about))
          .flatMap((wanted) => {
            const ports = leg === 'return' ? EPHEMERAL : { from: wanted.port, to: wanted.port };
            return directionsOf(seen.value, wanted, leg, about).flatMap((egress) =>
              peersOf(egress, wanted, leg, about).flatMap(
                (peer) => firstDenial(seen.value, egress, wanted, ports, peer, farAddress(egress, leg, about)) ?? [],
              ),
            );
          });
  if (seen.is !== 'there' || gaps.length === 0)
    return fix(`in network ACL \`${component}\`, allow this with a rule number below the one that denies it`, about);
  return gaps.map((gap) => openGap(seen.value, gap, about));
};
