import type { PortRange } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import type { Found, Source } from '../../reach/ends.ts';
import { workloadSource } from '../../reach/ends.ts';
import { answerOf, type Engine, evaluateTraffic, type Traffic } from '../../reach/evaluate.ts';
import { describeGap } from '../../reach/walk-context.ts';
import type { Role } from '../requirement.ts';
import type { WatchedNetwork } from '../watch-file.ts';

/** What a check may look at. */
export interface Case {
  readonly engine: Engine;
  readonly network: WatchedNetwork;
}

/** One subject with what the network answers about it. */
export interface SubjectAnswer {
  readonly subject: string;
  readonly answer: Answer;
}

/** Linux, which runner tasks and environments run (net.ipv4.ip_local_port_range, kernel documentation, read 2026-11-25). */
export const LINUX_CLIENT_PORTS: PortRange = { from: 32768, to: 60999 };

/** People's machines of any system. */
export const ANY_CLIENT_PORTS: PortRange = { from: 1024, to: 65535 };

export const LINUX_ASSUMPTION = 'runner tasks and environments are Linux and use client ports 32768-60999';

export const ROLES: readonly Role[] = ['environment', 'runner-task'];

export const subnetsOf = (network: WatchedNetwork, role: Role): readonly string[] =>
  role === 'environment' ? network.environmentSubnetIds : (network.runnerSubnetIds ?? network.environmentSubnetIds);

export const groupsOf = (network: WatchedNetwork, role: Role): readonly string[] =>
  role === 'environment' ? network.environmentSecurityGroupIds : network.runnerSecurityGroupIds;

export const unknownBecause = (code: string, component: string, message: string): Answer => ({
  verdict: 'unknown',
  reasons: [{ code, component, message }],
  assumptions: [],
});

/** A subnet or group of the watch file that is known not to exist is a failure of the network, not of the watch file. */
export function workload(
  engine: Engine,
  subnetId: string,
  groupIds: readonly string[],
): Found<Source> | { readonly is: 'gone'; readonly answer: Answer } {
  for (const [kind, id] of [
    ['subnet', subnetId] as const,
    ...groupIds.map((groupId) => ['securityGroup', groupId] as const),
  ]) {
    if (engine.model.find(kind, id).is === 'absent') {
      const name = kind === 'subnet' ? 'subnet' : 'security group';
      return {
        is: 'gone',
        answer: {
          verdict: 'fail',
          reasons: [
            {
              code: 'NO_SOURCE_OR_DESTINATION',
              component: id,
              message: `${name} \`${id}\` of the watch file does not exist`,
            },
          ],
          assumptions: [],
        },
      };
    }
  }
  return workloadSource(engine.model, subnetId, groupIds, undefined, 'ipv4');
}

export const hiddenAnswer = (found: Extract<Found<unknown>, { is: 'hidden' }>): Answer =>
  unknownBecause(
    'X_FACT_UNREADABLE',
    found.component,
    `\`${found.component}\` cannot be seen (${describeGap(found.gap)})`,
  );

/** Asks for every role in every subnet of it. */
export function forEachWorkload({ engine, network }: Case, ask: (source: Source) => Answer): readonly SubjectAnswer[] {
  return ROLES.flatMap((role) =>
    subnetsOf(network, role).map((subnetId): SubjectAnswer => {
      const subject = `${role}@${subnetId}`;
      const groupIds = groupsOf(network, role);
      if (groupIds.length === 0) {
        const input = role === 'environment' ? 'environmentSecurityGroupIds' : 'runnerSecurityGroupIds';
        return {
          subject,
          answer: unknownBecause(
            'X_NO_SOURCES',
            subnetId,
            `the watch file does not say which security groups the ${role} has (\`${input}\`)`,
          ),
        };
      }
      const found = workload(engine, subnetId, groupIds);
      if (found.is === 'gone') return { subject, answer: found.answer };
      return { subject, answer: found.is === 'hidden' ? hiddenAnswer(found) : ask(found.value) };
    }),
  );
}

export const judge = (engine: Engine, traffic: Traffic, assumptions: readonly string[]): Answer =>
  answerOf(evaluateTraffic(engine, traffic), 'all', traffic.protocol, [
    ...assumptions,
    ...engine.model.snapshot.assumptions,
  ]);
