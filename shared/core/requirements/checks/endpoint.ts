import type { VpcEndpoint } from '../../facts/kinds/vpc-endpoint.ts';
import { addressesOf } from '../../model/network-model.ts';
import { fromAddresses, isEmpty } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import type { Source } from '../../reach/ends.ts';
import { addressesOfService, endpointServiceNames } from '../../reach/service-lists.ts';
import { describeGap } from '../../reach/walk-context.ts';
import { judgePolicy, needsOf } from '../endpoint-policy.ts';
import type { Check } from '../requirement.ts';
import {
  allOf,
  type Case,
  failBecause,
  hiddenAnswer,
  judge,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
} from './judgement.ts';
import { forEachWorkload } from './members.ts';

type EndpointCheck = Extract<Check, { kind: 'endpoint' }>;

const HTTPS = {
  family: 'ipv4',
  protocol: PROTOCOLS.tcp,
  ports: { from: 443, to: 443 },
  clientPorts: LINUX_CLIENT_PORTS,
} as const;

/** Endpoints of the watched VPC for a service of the Region. */
export function endpointsFor({ engine, network }: Case, service: string): readonly VpcEndpoint[] {
  const names = service.startsWith('com.amazonaws.') ? [service] : endpointServiceNames(service, network.region);
  return engine.model
    .all('vpcEndpoint')
    .filter((item) => item.vpcId === network.vpcId && names.includes(item.serviceName) && item.state !== 'deleted');
}

/** An endpoint that exists takes traffic over, so it must be usable; one that does not exist is no failure. */
export function checkEndpoint(asked: Case, check: EndpointCheck): readonly SubjectAnswer[] {
  const { network } = asked;
  const hidden = unseen(asked.engine, 'vpcEndpoint');
  if (hidden) return [{ subject: network.vpcId, answer: hidden }];
  const wanted = check.services.filter(
    (service) => network.launchType !== 'FARGATE' || !(check.onlyOnHosts ?? []).includes(service),
  );
  const found = wanted.map((service) => ({ service, endpoints: endpointsFor(asked, service) }));
  const present = found.filter(({ endpoints }) => endpoints.length > 0);
  if (present.length === 0) return [];
  const answers = present.flatMap(({ service, endpoints }) =>
    endpoints.map((endpoint) => ({ subject: endpoint.id, answer: judgeEndpoint(asked, endpoint, service, check) })),
  );
  const lacking = check.together ? found.filter(({ endpoints }) => endpoints.length === 0) : [];
  return [
    ...answers,
    ...lacking.map(({ service }) => ({
      subject: service,
      answer: failBecause(
        'NO_POSSIBLE_DESTINATION',
        network.vpcId,
        `VPC \`${network.vpcId}\` has no endpoint for \`${service}\`, though it has one for ${present.map(({ service: other }) => `\`${other}\``).join(', ')}: it needs both or neither`,
      ),
    })),
  ];
}

function judgeEndpoint(asked: Case, endpoint: VpcEndpoint, service: string, check: EndpointCheck): Answer {
  if (endpoint.state === 'pendingacceptance')
    return unknownBecause(
      'BAD_STATE',
      endpoint.id,
      `VPC endpoint \`${endpoint.id}\` waits until the owner of the service accepts it`,
    );
  if (endpoint.state !== 'available')
    return failBecause(
      'BAD_STATE',
      endpoint.id,
      `VPC endpoint \`${endpoint.id}\` (${service}) is in state ${endpoint.state}`,
    );
  const path =
    endpoint.type === 'Gateway' ? gatewayPath(asked, endpoint, service, check) : interfacePath(asked, endpoint);
  return allOf([...path, policyAnswer(asked, endpoint, service)]);
}

/** What a policy must let through, in words. */
function needed(service: string, region: string): string {
  const { buckets } = needsOf(service, region);
  return buckets ? `the buckets that the runner needs (${buckets.join(', ')})` : `the runner's calls to ${service}`;
}

/** Why the addresses of a service with a gateway endpoint are not known. */
function listGap({ model }: Case['engine']): string {
  const gap = model.gapOf('prefixList') ?? model.gapOf('managedPrefixList') ?? model.gapOf('prefixListEntries');
  return gap ? describeGap(gap) : 'no prefix list has its name';
}

/** Whether the policy lets the runner do what it needs there. */
export function policyAnswer({ network }: Case, endpoint: VpcEndpoint, service: string): Answer {
  const verdict = judgePolicy(endpoint.policyDocument, needsOf(service, network.region));
  // What the actions of somebody else's service are called is not documented.
  switch (verdict === 'denies' && service.startsWith('com.amazonaws.vpce.') ? 'undecided' : verdict) {
    case 'allows':
      return PASSED;
    case 'denies':
      return failBecause(
        'X_ENDPOINT_POLICY',
        endpoint.id,
        `the policy of VPC endpoint \`${endpoint.id}\` (${service}) does not allow ${needed(service, network.region)}`,
      );
    case 'undecided':
      return unknownBecause(
        'X_ENDPOINT_POLICY',
        endpoint.id,
        `whether the policy of VPC endpoint \`${endpoint.id}\` (${service}) allows ${needed(service, network.region)} cannot be told without evaluating it for a request`,
      );
  }
}

/** Subnets whose table has the endpoint's route; the others use the Internet path. */
export const usesGateway = ({ engine }: Case, source: Source, endpoint: VpcEndpoint): boolean => {
  const table = source.subnet && engine.model.routeTableOf(source.subnet);
  return table?.is === 'there' && endpoint.routeTableIds.includes(table.value.id);
};

function gatewayPath(
  asked: Case,
  endpoint: VpcEndpoint,
  service: string,
  { everyTable }: EndpointCheck,
): readonly Answer[] {
  const dst = addressesOfService(asked.engine.model, service, asked.network.region, 'ipv4');
  if (isEmpty(dst))
    return [
      unknownBecause(
        'X_FACT_UNREADABLE',
        endpoint.id,
        `the addresses behind VPC endpoint \`${endpoint.id}\` cannot be seen (${listGap(asked.engine)})`,
      ),
    ];
  return forEachWorkload(asked, (source) => {
    const table = source.subnet && asked.engine.model.routeTableOf(source.subnet);
    if (table?.is === 'hidden') {
      const component = source.subnet?.id ?? endpoint.id;
      return hiddenAnswer({ ...table, component }, `the route table of subnet \`${component}\``);
    }
    if (usesGateway(asked, source, endpoint))
      return judge(asked.engine, { ...HTTPS, sources: [source], dst }, [LINUX_ASSUMPTION]);
    return everyTable && table
      ? failBecause(
          'NO_ROUTE_TO_DESTINATION',
          table.is === 'there' ? table.value.id : endpoint.id,
          `subnet \`${source.component}\` does not use VPC endpoint \`${endpoint.id}\`: its route table is not associated`,
        )
      : PASSED;
  }).map(({ answer }) => answer);
}

function interfacePath(asked: Case, endpoint: VpcEndpoint): readonly Answer[] {
  const { model } = asked.engine;
  const names = namesAnswer(asked, endpoint);
  const enis = endpoint.networkInterfaceIds.map((id) => ({ id, seen: model.find('networkInterface', id) }));
  const lost = enis.find(({ seen }) => seen.is !== 'there');
  if (lost) {
    const why =
      lost.seen.is === 'hidden' ? hiddenAnswer({ is: 'hidden', gap: lost.seen.gap, component: lost.id }) : undefined;
    return [
      names,
      why ?? failBecause('BAD_STATE', lost.id, `network interface \`${lost.id}\` of \`${endpoint.id}\` does not exist`),
    ];
  }
  const dst = fromAddresses(enis.flatMap(({ seen }) => (seen.is === 'there' ? addressesOf(seen.value, 'ipv4') : [])));
  const paths = forEachWorkload(asked, (source) =>
    judge(asked.engine, { ...HTTPS, sources: [source], dst }, [LINUX_ASSUMPTION]),
  );
  return [names, ...paths.map(({ answer }) => answer)];
}

/** Clients come to an interface endpoint by its private DNS name only. */
function namesAnswer({ engine, network }: Case, endpoint: VpcEndpoint): Answer {
  if (!endpoint.privateDnsEnabled || endpoint.privateDnsOnlyForInboundResolver)
    return failBecause(
      'X_PRIVATE_DNS_DISABLED',
      endpoint.id,
      `private DNS names are not enabled for VPC endpoint \`${endpoint.id}\`, so clients do not come to it`,
    );
  const attributes = engine.model.find('vpcAttributes', network.vpcId);
  const { enableDnsHostnames: names, enableDnsSupport: support } =
    attributes.is === 'there' ? attributes.value : { enableDnsHostnames: undefined, enableDnsSupport: undefined };
  if (names === false || support === false)
    return failBecause(
      'X_PRIVATE_DNS_DISABLED',
      network.vpcId,
      `DNS ${names === false ? 'hostnames are' : 'resolution is'} disabled in VPC \`${network.vpcId}\`, so the private DNS names of VPC endpoint \`${endpoint.id}\` do not work`,
    );
  if (names === undefined || support === undefined)
    return attributes.is === 'hidden'
      ? hiddenAnswer({ ...attributes, component: network.vpcId }, `the DNS attributes of VPC \`${network.vpcId}\``)
      : unknownBecause(
          'X_FACT_UNREADABLE',
          network.vpcId,
          `DescribeVpcAttribute does not say whether DNS is enabled in VPC \`${network.vpcId}\``,
        );
  return PASSED;
}
