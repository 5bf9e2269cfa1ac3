import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { theInternet } from '../../reach/ends.ts';
import { evaluateTraffic } from '../../reach/evaluate.ts';
import { type Entry, reasonsOf } from '../../reach/ledger.ts';
import { type Case, hiddenAnswer, LINUX_CLIENT_PORTS, PASSED } from './judgement.ts';
import { workload } from './members.ts';

const BLOCK_CODES: ReadonlySet<string> = new Set(['VPC_BLOCK_PUBLIC_ACCESS_ENABLED', 'X_BPA_DOC_CONFLICT']);

/** What one layer says of a subnet's HTTPS to the Internet, whatever the others say. */
function layerOf(
  { engine, network }: Case,
  subnetId: string,
  routesOnly: boolean,
  isAbout: (entry: Entry) => boolean,
): Answer {
  const source = workload(engine, subnetId, []);
  // Other requirements tell that the subnet is gone.
  if (source.is === 'gone') return PASSED;
  if (source.is === 'hidden') return hiddenAnswer(source);
  const { entries } = evaluateTraffic(engine, {
    sources: [{ ...source.value, groupIds: undefined }],
    dst: theInternet(engine.model, [network.vpcId], 'ipv4').set,
    family: 'ipv4',
    protocol: PROTOCOLS.tcp,
    ports: { from: 443, to: 443 },
    clientPorts: LINUX_CLIENT_PORTS,
    forwardOnly: routesOnly,
    routesOnly,
  }).ledger;
  const about = entries.filter(isAbout);
  const effect = (['deny', 'unknown'] as const).find((one) => about.some((entry) => entry.effect === one));
  if (effect === undefined) return PASSED;
  return {
    verdict: effect === 'deny' ? 'fail' : 'unknown',
    reasons: reasonsOf(about.filter((entry) => entry.effect === effect)),
    assumptions: [],
  };
}

/** VPC Block Public Access, at the subnet's own gateway or at its NAT gateway's. */
export const blockPublicAccess = (asked: Case, subnetId: string): Answer =>
  layerOf(
    asked,
    subnetId,
    true,
    ({ code, message }) =>
      BLOCK_CODES.has(code) || (code === 'X_FACT_UNREADABLE' && message.startsWith('VPC Block Public Access')),
  );

/** The network ACL of the NAT gateway's subnet, which all four legs must pass. */
export const natSubnetAcl = (asked: Case, subnetId: string, natSubnetId: string): Answer =>
  layerOf(
    asked,
    subnetId,
    false,
    ({ code, message }) =>
      (code === 'SUBNET_ACL_RESTRICTION' ||
        code === 'X_EPHEMERAL_RANGE_ASSUMED' ||
        (code === 'X_FACT_UNREADABLE' && message.startsWith('the network ACL of'))) &&
      message.includes(natSubnetId),
  );
