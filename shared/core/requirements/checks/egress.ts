import { cidrsToSet, formatSet } from '../../net/cidr.ts';
import { type AddressSet, minus } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { answerName } from '../../reach/answer-question.ts';
import { type Source, theInternet } from '../../reach/ends.ts';
import { serviceHost } from '../../reach/names.ts';
import { cidrOf } from '../../reach/questions.ts';
import { behindGatewayEndpoints } from '../../reach/service-lists.ts';
import type { Check } from '../requirement.ts';
import { endpointsFor, policyAnswer, usesGateway } from './endpoint.ts';
import {
  allOf,
  type Case,
  inputMissing,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  type SubjectAnswer,
  unknownBecause,
} from './judgement.ts';
import { forEachWorkload } from './members.ts';
import { hostsOf, type Place } from './places.ts';

type EgressCheck = Extract<Check, { kind: 'egress' }>;

interface Wire {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

const trafficOf = ({ protocol, port }: Wire) =>
  ({
    family: 'ipv4',
    protocol: PROTOCOLS[protocol],
    ports: { from: port, to: port },
    clientPorts: LINUX_CLIENT_PORTS,
  }) as const;

/** From every role in every subnet to an address (all of it must work) or a name (three-valued, semantics.md section 8, ruling 4). */
export function checkEgress(asked: Case, check: EgressCheck): readonly SubjectAnswer[] {
  const { to } = check;
  const each = (ask: (source: Source) => Answer) => forEachWorkload(asked, ask, check.from);
  switch (to.kind) {
    case 'cidrs': {
      const dst = blocks(to.cidrs);
      return each((source) => toBlocks(asked, source, check, dst, false));
    }
    case 'name':
      return each((source) => toName(asked, source, check, to.name, to.answers));
    case 'names':
      return each((source) => allOf(to.names.map((name) => toName(asked, source, check, name))));
    case 'aws-services':
      return each((source) => allOf(to.services.map((service) => toService(asked, source, check, service))));
    case 'registry':
      return each((source) => toRegistry(asked, source, check, to.account));
    case 'declared':
      return toDeclared(asked, check, to.input);
  }
}

const blocks = (cidrs: readonly string[]): AddressSet => cidrsToSet(cidrs.map(cidrOf), 'ipv4');

const toBlocks = ({ engine }: Case, source: Source, wire: Wire, dst: AddressSet, assumeFarHalf: boolean): Answer =>
  judge(engine, { ...trafficOf(wire), sources: [source], dst, assumeFarHalf }, [LINUX_ASSUMPTION]);

/** Why the addresses that somebody looked up may not be what is answered in the VPC. */
const NOT_SETTLED: ReadonlySet<string> = new Set([
  'X_CUSTOM_RESOLVER',
  'X_DNS_FIREWALL_BLOCK',
  'X_DNS_RULES_UNKNOWN',
  'X_FACT_UNREADABLE',
]);

function toName(asked: Case, source: Source, wire: Wire, name: string, answers?: 'gatewayAddresses'): Answer {
  const { engine, network } = asked;
  const { protocol, ports } = trafficOf(wire);
  const answer = answerName(
    engine,
    { family: 'ipv4', protocol, ports, quantifier: 'all', clientEphemeralPorts: LINUX_CLIENT_PORTS },
    source,
    name,
  );
  const assumptions = [...new Set([...answer.assumptions, LINUX_ASSUMPTION])].sort();
  const supplied = answers === 'gatewayAddresses' ? network.gatewayAddresses : undefined;
  if (answer.verdict !== 'unknown' || !supplied) return { ...answer, assumptions };
  const dst = blocks(supplied.cidrs);
  const known = judge(engine, { ...trafficOf(wire), sources: [source], dst }, assumptions);
  if (known.verdict !== 'pass' || answer.reasons.some(({ code }) => NOT_SETTLED.has(code)))
    return { ...answer, assumptions };
  return {
    ...known,
    assumptions: [
      ...assumptions,
      `\`${name}\` is at ${formatSet(dst).join(', ')} as of ${supplied.asOf} (gatewayAddresses)`,
    ],
  };
}

/** The way its clients are really sent, and what the policy of an endpoint on that way says (semantics.md section 8, ruling 17). */
function toService(
  asked: Case,
  source: Source,
  wire: Wire,
  service: string,
  host = GLOBAL_HOSTS[service] ?? serviceHost(HOST_NAMES[service] ?? service, asked.network.region),
): Answer {
  const policies = endpointsFor(asked, service)
    .filter((endpoint) => endpoint.state === 'available')
    .filter((endpoint) =>
      endpoint.type === 'Gateway' ? usesGateway(asked, source, endpoint) : endpoint.privateDnsEnabled,
    )
    .map((endpoint) => policyAnswer(asked, endpoint, service));
  return allOf([toName(asked, source, wire, host), ...policies]);
}

/** Services with one name for all Regions (IAM endpoints and quotas, read 2026-11-25). */
const GLOBAL_HOSTS: Readonly<Record<string, string>> = {
  iam: 'iam.amazonaws.com',
  'com.amazonaws.iam': 'iam.amazonaws.com',
};

/** Services whose hosts are called otherwise than their endpoints (ECR endpoints and quotas, read 2026-11-26). */
const HOST_NAMES: Readonly<Record<string, string>> = { 'ecr.api': 'api.ecr', 'ecr.dkr': '*.dkr.ecr' };

function toRegistry(asked: Case, source: Source, wire: Wire, account: string): Answer {
  const { network, engine } = asked;
  const owner = account === 'own' ? (network.accountId ?? engine.model.snapshot.accountId) : account;
  if (owner === undefined) return inputMissing('accountId', 'whose registry it is');
  return toService(asked, source, wire, 'ecr.dkr', serviceHost(`${owner}.dkr.ecr`, network.region));
}

/** Hosts and blocks that only the operator knows. */
function toDeclared(
  asked: Case,
  check: EgressCheck,
  input: Extract<EgressCheck['to'], { kind: 'declared' }>['input'],
): readonly SubjectAnswer[] {
  const each = (ask: (source: Source) => Answer) => forEachWorkload(asked, ask, check.from);
  const places = hostsOf(asked.network, input, check.port);
  if (places === 'none') return [];
  if (places === 'unsaid') {
    if (input === 'extraInternetDestinations') return each((source) => anywhere(asked, source));
    const answer = inputMissing(input, 'which hosts are needed');
    return each(() => answer);
  }
  return each((source) => allOf(places.map((place) => toPlace(asked, source, place))));
}

const toPlace = (asked: Case, source: Source, place: Place): Answer =>
  place.cidrs
    ? toBlocks(asked, source, place, blocks(place.cidrs), true)
    : place.host === undefined
      ? unknownBecause(
          'NO_SOURCE_OR_DESTINATION',
          'host',
          'an entry of the watch file names neither a host nor a block',
        )
      : place.isPrivate
        ? unknownBecause(
            'UNKNOWN_DESTINATION',
            place.host,
            `the watch file does not say at which addresses the private host \`${place.host}\` is (\`cidrs\`)`,
          )
        : toName(asked, source, place, place.host);

/** Nobody said what is needed: fine when everything is open, else unknown. */
function anywhere({ engine }: Case, source: Source): Answer {
  const vpcIds = source.vpcId === undefined ? [] : [source.vpcId];
  // What gateway endpoints took over is judged for its own services (semantics.md section 8, ruling 3).
  const dst = minus(
    theInternet(engine.model, vpcIds, 'ipv4').set,
    behindGatewayEndpoints(engine.model, vpcIds, 'ipv4'),
  );
  const answers = (['tcp', 'udp'] as const).map((protocol) =>
    judge(
      engine,
      {
        sources: [source],
        dst,
        family: 'ipv4',
        protocol: PROTOCOLS[protocol],
        ports: { from: 0, to: 65535 },
        clientPorts: LINUX_CLIENT_PORTS,
      },
      [LINUX_ASSUMPTION],
    ),
  );
  const all = allOf(answers);
  return all.verdict === 'pass'
    ? all
    : inputMissing('extraInternetDestinations', 'what else of the Internet is needed');
}
