import { cidrsToSet } from '../../net/cidr.ts';
import { type AddressSet, wholeFamily } from '../../net/interval-set.ts';
import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { outsideSource, type Source, theInternet, workloadTarget } from '../../reach/ends.ts';
import { evaluateTraffic } from '../../reach/evaluate.ts';
import { reasonsOf } from '../../reach/ledger.ts';
import { cidrOf } from '../../reach/questions.ts';
import type { Traffic } from '../../reach/traffic.ts';
import type { Flow } from '../requirement.ts';
import {
  ANY_CLIENT_PORTS,
  allOf,
  allOfEach,
  type Case,
  hiddenAnswer,
  inputMissing,
  LINUX_ASSUMPTION,
  LINUX_CLIENT_PORTS,
  PASSED,
  type SubjectAnswer,
} from './judgement.ts';
import { askBlocks, askRole, forEachWorkload, groupsOf, workload } from './members.ts';

/** Only what network ACLs say of this traffic, at whatever subnet it passes. */
function aclsOnly(engine: Case['engine'], traffic: Traffic): Answer {
  const { ledger } = evaluateTraffic(engine, traffic);
  const about = ledger.entriesWhere(
    ({ code, message }) =>
      code === 'SUBNET_ACL_RESTRICTION' ||
      code === 'X_EPHEMERAL_RANGE_ASSUMED' ||
      (code === 'X_FACT_UNREADABLE' && message.startsWith('the network ACL of')),
  );
  const effect = ['deny', 'unknown'].find((one) => about.some((entry) => entry.effect === one));
  if (effect === undefined) return { ...PASSED, assumptions: [LINUX_ASSUMPTION] };
  return {
    verdict: effect === 'deny' ? 'fail' : 'unknown',
    reasons: reasonsOf(about.filter((entry) => entry.effect === effect)),
    assumptions: [LINUX_ASSUMPTION],
  };
}

const tcp = (port: number) => ({ family: 'ipv4', protocol: PROTOCOLS.tcp, ports: { from: port, to: port } }) as const;

/** Every required flow and its reply, past every network ACL on its way: out of the subnets, from users, and from the runner. */
export function checkNetworkAcls(asked: Case, flows: readonly Flow[]): readonly SubjectAnswer[] {
  const { engine, network } = asked;
  const vpc = engine.model.find('vpc', network.vpcId);
  if (vpc.is === 'hidden')
    return [{ subject: network.vpcId, answer: hiddenAnswer({ ...vpc, component: network.vpcId }) }];
  const ways = flows.map((flow) => ({
    flow,
    block: flow.to === 'internet' ? undefined : cidrsToSet([cidrOf(flow.to)], 'ipv4'),
  }));
  const out = forEachWorkload(asked, (source) => allOf(ways.map((way) => outward(asked, source, way.flow, way.block))));
  const groups = groupsOf(network, 'environment');
  const fromRunners = askRole(asked, 'runner-task');
  const fromUsers = askUsers(asked);
  const inward = network.environmentSubnetIds.map((subnetId): SubjectAnswer => {
    const subject = `environment@${subnetId}`;
    const end = workload(engine, subnetId, groups);
    if (end.is === 'gone') return { subject, answer: end.answer };
    const target = workloadTarget(engine.model, subnetId, groups, undefined, 'ipv4');
    if (target.is === 'hidden') return { subject, answer: hiddenAnswer(target) };
    const dst = target.value.addresses;
    const fromRunner = fromRunners((sources) =>
      aclsOnly(engine, {
        ...tcp(22999),
        sources,
        dst,
        target: target.value,
        clientPorts: LINUX_CLIENT_PORTS,
      }),
    );
    const fromUser = fromUsers((sources) =>
      aclsOnly(engine, {
        ...tcp(29222),
        sources,
        dst,
        target: target.value,
        clientPorts: ANY_CLIENT_PORTS,
        assumeFarHalf: true,
      }),
    );
    return { subject, answer: allOf([fromRunner, fromUser]) };
  });
  return allOfEach([...out, ...inward]);
}

/** Without declared ranges only the extremes are decided (semantics.md section 8, ruling 20). */
function askUsers(asked: Case): (ask: (sources: readonly Source[]) => Answer) => Answer {
  const { userCidrs } = asked.network;
  if (userCidrs && userCidrs.length > 0) return askBlocks(asked, userCidrs);
  const anybody = [outsideSource(wholeFamily('ipv4'), 'private-network', 'userCidrs')];
  return (ask) => {
    const everybody = ask(anybody);
    return everybody.verdict === 'pass' ? everybody : inputMissing('userCidrs', 'where users come from');
  };
}

function outward({ engine }: Case, source: Source, { protocol, port }: Flow, block: AddressSet | undefined): Answer {
  const vpcIds = source.vpcId === undefined ? [] : [source.vpcId];
  return aclsOnly(engine, {
    sources: [source],
    dst: block ?? theInternet(engine.model, vpcIds, 'ipv4').set,
    family: 'ipv4',
    protocol: PROTOCOLS[protocol],
    ports: { from: port, to: port },
    clientPorts: LINUX_CLIENT_PORTS,
  });
}
