import type { NetworkModel } from '../model/network-model.ts';
import { cidrSet, formatSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, minus, single, unionAll } from '../net/interval-set.ts';
import { PROTOCOLS } from '../net/protocol.ts';
import { PUBLIC_SPACE } from '../net/public-space.ts';
import type { Answer, Reason } from './answer.ts';
import {
  type Found,
  interfaceSource,
  interfaceTarget,
  outsideSource,
  type Source,
  theInternet,
  vpcSources,
  workloadSource,
  workloadTarget,
} from './ends.ts';
import { createEngine, type Engine } from './engine.ts';
import { answerOf, evaluateTraffic, isSenderCutOff, verdictOf } from './evaluate.ts';
import { isDns, type Target } from './flow.ts';
import { reasonsOf, type Step } from './ledger.ts';
import { customResolver, type Resolution, resolveName, resolverAddress, resolverOf, serviceHost } from './names.ts';
import { cidrOf, type From, type Question } from './questions.ts';
import { resolverRulesOver } from './resolver-rules.ts';
import { behindGatewayEndpoints } from './service-lists.ts';
import type { Evaluation, Traffic } from './traffic.ts';
import { describeGap } from './walk-context.ts';

const engines = new WeakMap<NetworkModel, Engine>();

/** One engine a model, so that questions share what they evaluate. */
export function engineOf(model: NetworkModel): Engine {
  let engine = engines.get(model);
  if (!engine) {
    engine = createEngine(model);
    engines.set(model, engine);
  }
  return engine;
}

const SILENT_SERVICES =
  'the AWS services behind gateway endpoints open no connections, so they do not count as senders';

/** Answers one question. Throws `bad-input` when it names something that does not exist. */
export function answerQuestion(model: NetworkModel, question: Question): Answer {
  return answerWith(engineOf(model), question);
}

const unknownAnswer = (reasons: readonly Reason[], assumptions: readonly string[] = []): Answer => ({
  verdict: 'unknown',
  reasons,
  assumptions,
});

const hiddenAnswer = (found: Extract<Found<unknown>, { is: 'hidden' }>): Answer =>
  unknownAnswer([
    {
      code: 'X_FACT_UNREADABLE',
      component: found.component,
      message: `\`${found.component}\` cannot be seen (${describeGap(found.gap)})`,
    },
  ]);

function answerWith(engine: Engine, question: Question): Answer {
  const found = sourcesOf(engine.model, question.from, question);
  if (found.is === 'hidden') return hiddenAnswer(found);
  const sources = found.value;
  const vpcIds = [...new Set(sources.flatMap((source) => source.vpcId ?? []))].sort();
  if (sources.length === 0)
    return unknownAnswer([
      {
        code: 'X_NO_SOURCES',
        component: sourceName(question.from),
        message: 'nothing can send these packets: there are no sources',
      },
    ]);
  const bare = sources.filter((source) => isEmpty(source.addresses));
  if (bare.length === sources.length) return noAddress(question, bare[0]?.component ?? '');
  return answerTo(engine, question, sources, vpcIds);
}

const sourceName = (from: From): string =>
  'vpc' in from ? from.vpc : 'subnet' in from ? from.subnet : 'eni' in from ? from.eni : 'internet';

function noAddress(question: Question, component: string): Answer {
  return {
    verdict: 'fail',
    reasons: [
      {
        code: question.family === 'ipv6' ? 'X_NO_IPV6_ADDRESS' : 'UNASSOCIATED_COMPONENT',
        component,
        leg: 'forward',
        message: `\`${component}\` has no ${question.family === 'ipv6' ? 'IPv6' : 'IPv4'} address`,
      },
    ],
    assumptions: [],
  };
}

function sourcesOf(model: NetworkModel, from: From, question: Question): Found<readonly Source[]> {
  const one = (found: Found<Source>): Found<readonly Source[]> =>
    found.is === 'found' ? { is: 'found', value: [found.value] } : found;
  if ('eni' in from) return one(interfaceSource(model, from.eni, from.privateIp, question.family));
  if ('subnet' in from)
    return one(workloadSource(model, from.subnet, from.securityGroups, from.publicIp, question.family));
  if ('vpc' in from) return vpcSources(model, from.vpc, question.family);
  if ('internet' in from) {
    const vpcIds = model.all('vpc').map((vpc) => vpc.id);
    return {
      is: 'found',
      value: [
        outsideSource(
          minus(
            theInternet(model, vpcIds, question.family).set,
            behindGatewayEndpoints(model, vpcIds, question.family),
          ),
          'internet',
          'internet',
        ),
      ],
    };
  }
  return cidrSources(model, cidrSet(cidrOf(from.cidr)), from.cidr, question);
}

/** Hosts of a block: those inside a VPC are its addresses, the rest come from a network outside. */
export function cidrSources(
  model: NetworkModel,
  block: AddressSet,
  name: string,
  question: Pick<Question, 'family'>,
): Found<readonly Source[]> {
  const sources: Source[] = [];
  let rest = block;
  for (const vpc of model.all('vpc')) {
    const inside = intersect(rest, model.vpcSpace(vpc.id, question.family));
    if (isEmpty(inside)) continue;
    const found = vpcSources(model, vpc.id, question.family);
    if (found.is === 'hidden') return found;
    rest = minus(rest, inside);
    for (const source of found.value) {
      const addresses = intersect(source.addresses, inside);
      if (!isEmpty(addresses)) sources.push({ ...source, addresses });
    }
  }
  if (!isEmpty(rest)) sources.push(outsideSource(rest, 'private-network', name));
  return { is: 'found', value: sources };
}

interface Destination {
  readonly dst: AddressSet;
  readonly target?: Target;
  readonly assumptions: readonly string[];
}

function answerTo(engine: Engine, question: Question, sources: readonly Source[], vpcIds: readonly string[]): Answer {
  const { model } = engine;
  const { to } = question;
  const destination = destinationOf(model, question, vpcIds);
  if (destination?.is === 'hidden') return hiddenAnswer(destination);
  if (destination) {
    const { dst, target, assumptions } = destination.value;
    if (isEmpty(dst)) return noAddress(question, target?.component ?? '');
    const evaluation = evaluateTraffic(engine, trafficOf(question, sources, destination.value));
    const silent =
      'internet' in question.from &&
      !isEmpty(
        behindGatewayEndpoints(
          model,
          model.all('vpc').map((vpc) => vpc.id),
          question.family,
        ),
      );
    return answerOf(evaluation, question.quantifier, question.protocol, [
      ...assumptions,
      ...(silent ? [SILENT_SERVICES] : []),
      ...model.snapshot.assumptions,
    ]);
  }
  if ('resolver' in to) return answerResolver(model, question, sources);
  const name = nameOf(model, question);
  if (name === undefined) throw new Error('every other kind of destination is a set of addresses');
  return worst(sources.map((source) => answerName(engine, question, source, name)));
}

function internetDestination(model: NetworkModel, vpcIds: readonly string[], question: Question): Destination {
  const internet = theInternet(model, vpcIds, question.family);
  const own = intersect(PUBLIC_SPACE[question.family], question.family === 'ipv4' ? model.ownPublicAddresses : EMPTY);
  const spaces = unionAll(
    vpcIds.map((vpcId) => intersect(PUBLIC_SPACE[question.family], model.vpcSpace(vpcId, question.family))),
  );
  const subtracted = [...(isEmpty(spaces) ? [] : formatSet(spaces)), ...(isEmpty(own) ? [] : formatSet(own))];
  return {
    dst: internet.set,
    assumptions:
      subtracted.length === 0
        ? []
        : [`not counted as Internet because the network owns them: ${subtracted.join(', ')}`],
  };
}

/** What the engine is asked for one question, with what comes before the first hop. */
export interface Path {
  readonly traffic: Traffic;
  readonly before: readonly Step[];
}

/** Every way that a question asks about: one for plain ends, one from each source for a name. Empty when nothing can be followed. */
export function questionPaths(model: NetworkModel, question: Question): readonly Path[] {
  const traffic = questionTraffic(model, question);
  if (traffic) return [{ traffic, before: [] }];
  const found = sourcesOf(model, question.from, question);
  if (found.is === 'hidden') return [];
  if ('resolver' in question.to)
    return found.value.flatMap((source) => {
      const at = resolverAddress(model, source.vpcId ?? '');
      return at === undefined ? [] : [{ traffic: nameTraffic(question, source, single(at)), before: [] }];
    });
  const name = nameOf(model, question);
  if (name === undefined) return [];
  return found.value.flatMap((source) => {
    if (source.vpcId === undefined || resolverOf(model, source.vpcId).kind === 'off') return [];
    const resolution = resolveFor(model, question, source, source.vpcId, name);
    const dst = resolution.kind === 'public' ? (resolution.known?.dst ?? resolution.dst) : resolution.dst;
    if (isEmpty(dst)) return [];
    const component = resolution.kind === 'endpoint' ? resolution.endpoint.id : source.vpcId;
    const text =
      resolution.kind === 'endpoint'
        ? `\`${name}\` resolves to interface endpoint \`${component}\``
        : resolution.known
          ? `\`${name}\` resolves to addresses that were given`
          : `\`${name}\` may be anywhere in the address space of its service`;
    return [
      { traffic: nameTraffic(question, source, dst), before: [{ component, leg: 'forward', effect: 'pass', text }] },
    ];
  });
}

function nameOf(model: NetworkModel, { to }: Question): string | undefined {
  if ('fqdn' in to) return to.fqdn;
  return 'awsService' in to ? serviceHost(to.awsService, to.region ?? model.snapshot.region ?? 'unknown') : undefined;
}

type NameQuestion = Omit<Question, 'from' | 'to' | 'id'>;

const nameTraffic = (question: NameQuestion, source: Source, dst: AddressSet): Traffic => ({
  sources: [source],
  dst,
  family: question.family,
  protocol: question.protocol,
  ports: question.ports,
  clientPorts: question.clientEphemeralPorts,
});

function resolveFor(
  model: NetworkModel,
  question: NameQuestion,
  source: Source,
  vpcId: string,
  name: string,
): Resolution {
  const { family } = question;
  return resolveName(model, {
    vpcId,
    hostName: name,
    family,
    dns64: source.subnet?.dns64 ?? false,
    internet: theInternet(model, [vpcId], family).set,
  });
}

/** What the engine is asked for a question whose two ends are plain addresses; undefined for names, and when an end cannot be seen or has no address. */
export function questionTraffic(model: NetworkModel, question: Question): Traffic | undefined {
  const found = sourcesOf(model, question.from, question);
  if (found.is === 'hidden') return undefined;
  const vpcIds = [...new Set(found.value.flatMap((source) => source.vpcId ?? []))].sort();
  const destination = destinationOf(model, question, vpcIds);
  if (destination?.is !== 'found') return undefined;
  return trafficOf(question, found.value, destination.value);
}

const trafficOf = (question: Question, sources: readonly Source[], destination: Destination): Traffic => ({
  sources,
  dst: destination.dst,
  target: destination.target,
  family: question.family,
  protocol: question.protocol,
  ports: question.ports,
  clientPorts: question.clientEphemeralPorts,
});

/** Undefined for names and the resolver, which are no set of addresses. */
function destinationOf(
  model: NetworkModel,
  question: Question,
  vpcIds: readonly string[],
): Found<Destination> | undefined {
  const { to, family } = question;
  if ('internet' in to) return { is: 'found', value: internetDestination(model, vpcIds, question) };
  if ('cidr' in to) return { is: 'found', value: { dst: cidrSet(cidrOf(to.cidr)), assumptions: [] } };
  const target =
    'eni' in to
      ? interfaceTarget(model, to.eni, to.privateIp, family)
      : 'subnet' in to
        ? workloadTarget(model, to.subnet, to.securityGroups, to.publicIp, family)
        : undefined;
  if (!target) return undefined;
  return target.is === 'hidden'
    ? target
    : { is: 'found', value: { dst: target.value.addresses, target: target.value, assumptions: [] } };
}

const RANK = { fail: 0, unknown: 1, pass: 2 } as const;

function worst(answers: readonly Answer[]): Answer {
  const [first, ...rest] = answers;
  if (!first) return unknownAnswer([{ code: 'X_NO_SOURCES', component: '', message: 'there are no sources' }]);
  return rest.reduce((a, b) => (RANK[b.verdict] < RANK[a.verdict] ? b : a), first);
}

function answerResolver(model: NetworkModel, question: Question, sources: readonly Source[]): Answer {
  const answers = sources.map((source): Answer => {
    if (source.vpcId === undefined)
      return unknownAnswer([
        { code: 'UNKNOWN_DESTINATION', component: 'resolver', message: 'only hosts of a VPC have an Amazon resolver' },
      ]);
    if (!isDns(question.protocol, question.ports))
      return {
        verdict: 'fail',
        reasons: [
          {
            code: 'PROTOCOL_RESTRICTION',
            component: source.vpcId,
            leg: 'forward',
            message: 'the Amazon resolver answers DNS on port 53 only',
          },
        ],
        assumptions: [],
      };
    const state = model.find('vpcAttributes', source.vpcId);
    if (state.is !== 'there' || state.value.enableDnsSupport === undefined) {
      return unknownAnswer([
        {
          code: 'X_FACT_UNREADABLE',
          component: source.vpcId,
          message: `whether DNS resolution is enabled in \`${source.vpcId}\` cannot be seen`,
        },
      ]);
    }
    return state.value.enableDnsSupport
      ? { verdict: 'pass', reasons: [], assumptions: [] }
      : {
          verdict: 'fail',
          reasons: [
            {
              code: 'X_DNS_SUPPORT_DISABLED',
              component: source.vpcId,
              leg: 'forward',
              message: `DNS resolution (enableDnsSupport) is disabled in VPC \`${source.vpcId}\``,
            },
          ],
          assumptions: [],
        };
  });
  return worst(answers);
}

/** A host name, from one source: resolver, answer set, then the way to the answers (semantics.md 1.14 and section 8, rulings 2-4, 7). */
export function answerName(engine: Engine, question: NameQuestion, source: Source, name: string): Answer {
  const { model } = engine;
  const { vpcId } = source;
  if (vpcId === undefined)
    return unknownAnswer([
      {
        code: 'UNKNOWN_DESTINATION',
        component: name,
        message: 'how a host outside of any VPC resolves names cannot be seen',
      },
    ]);
  const resolver = resolverOf(model, vpcId);
  if (resolver.kind === 'off')
    return { verdict: 'fail', reasons: [{ ...resolver.reason, leg: 'forward' }], assumptions: [] };
  const doubts: Reason[] = resolver.kind === 'hidden' ? [resolver.reason] : [];
  const resolution = resolveFor(model, question, source, vpcId, name);
  const rules = resolverRulesOver(model, vpcId, {
    name: name.toLowerCase().replace(/\.$/, ''),
    family: question.family,
    endpointDomain: resolution.kind === 'endpoint' ? resolution.domain : undefined,
  });
  if (resolver.kind === 'custom') {
    const reach = reachResolver(engine, question, source, resolver.servers, rules.assumption);
    if (reach.verdict === 'fail') return reach;
    doubts.push(customResolver(resolver));
  }
  if (resolver.kind === 'amazon' && rules.blocks.length > 0)
    return {
      verdict: 'fail',
      reasons: rules.blocks.map((reason) => ({ ...reason, leg: 'forward' })),
      assumptions: [rules.assumption],
    };
  const answer = answerResolved(engine, question, source, resolution, name, doubts, rules.assumption);
  const between = [...rules.blocks, ...rules.doubts];
  // Servers of its own do not ask Route 53, and nobody sees whom they ask.
  return resolver.kind === 'custom' || between.length === 0
    ? answer
    : { ...answer, verdict: 'unknown', reasons: [...between, ...answer.reasons] };
}

/** The way to the answers of the name, as they are when nothing of Route 53 stands in between. */
function answerResolved(
  engine: Engine,
  question: NameQuestion,
  source: Source,
  resolution: Resolution,
  name: string,
  doubts: readonly Reason[],
  assumption: string,
): Answer {
  const { model } = engine;
  const assumptions = [assumption, ...model.snapshot.assumptions];
  if (isEmpty(resolution.dst)) {
    return resolution.notes.length > 0
      ? unknownAnswer(resolution.notes, assumptions)
      : {
          verdict: 'fail',
          reasons: [
            {
              code: 'X_NO_IPV6_ADDRESS',
              component: name,
              leg: 'forward',
              message: `\`${name}\` has no ${question.family} address that this subnet could use`,
            },
          ],
          assumptions,
        };
  }
  const ask = (dst: AddressSet): Evaluation => evaluateTraffic(engine, nameTraffic(question, source, dst));
  const evaluation = ask(resolution.dst);
  const answer = answerOf(evaluation, 'all', question.protocol, assumptions);
  const unreadableNotes = resolution.notes.filter((note) => note.code === 'X_FACT_UNREADABLE');
  const soften = (sure: Answer): Answer =>
    doubts.length + unreadableNotes.length > 0 && sure.verdict === 'pass'
      ? { ...sure, verdict: 'unknown', reasons: [...doubts, ...unreadableNotes] }
      : sure;
  if (resolution.kind === 'endpoint') {
    if (answer.verdict === 'fail' || unreadableNotes.length === 0)
      return answer.verdict === 'fail' ? withNotes(answer, resolution.notes) : soften(answer);
    return { ...answer, verdict: 'unknown', reasons: [...answer.reasons, ...unreadableNotes] };
  }
  if (answer.verdict === 'pass') return soften(answer);
  const cutOff = isSenderCutOff(evaluation);
  if (answer.verdict === 'fail' && cutOff)
    return unreadableNotes.length > 0
      ? { ...answer, verdict: 'unknown', reasons: [...unreadableNotes, ...answer.reasons] }
      : withNotes(answer, resolution.notes);
  if (resolution.known && verdictOf(ask(resolution.known.dst), 'all') === 'pass') {
    return soften({
      verdict: 'pass',
      reasons: [],
      assumptions: [
        ...assumptions,
        `\`${name}\` is at ${formatSet(resolution.known.dst).slice(0, 4).join(', ')}${resolution.known.asOf ? ` as of ${resolution.known.asOf}` : ''}`,
      ],
    });
  }
  const reasons = reasonsOf(evaluation.ledger.entries);
  const partly: Reason = {
    code: 'UNKNOWN_DESTINATION',
    component: name,
    message: `which addresses \`${name}\` has cannot be seen, and only a part of the Internet can be reached`,
  };
  return {
    verdict: 'unknown',
    reasons: [...doubts, ...unreadableNotes, ...(answer.verdict === 'fail' ? [partly] : []), ...reasons],
    ...(answer.uncovered ? { uncovered: answer.uncovered } : {}),
    assumptions: [...new Set([...assumptions, ...answer.assumptions])],
  };
}

const withNotes = (answer: Answer, notes: readonly Reason[]): Answer => ({
  ...answer,
  reasons: [...answer.reasons, ...notes],
});

/** DNS to the VPC's own servers, over UDP and TCP; one that answers is enough. */
function reachResolver(
  engine: Engine,
  question: NameQuestion,
  source: Source,
  servers: readonly (number | bigint)[],
  assumption: string,
): Answer {
  const tries = servers.flatMap((server) =>
    [PROTOCOLS.udp, PROTOCOLS.tcp].map((protocol) =>
      answerOf(
        evaluateTraffic(engine, {
          sources: [source],
          dst: single(server),
          family: 'ipv4',
          protocol,
          ports: { from: 53, to: 53 },
          clientPorts: question.clientEphemeralPorts,
        }),
        'all',
        protocol,
        [assumption],
      ),
    ),
  );
  const failing = tries.filter((one) => one.verdict === 'fail');
  const [first] = failing;
  if (first && failing.length === tries.length) return first;
  return unknownAnswer([]);
}
