import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import type { ScanReport } from '../../../shared/core/requirements/report.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { stories } from '../../support/corpus.ts';
import { enterpriseBundle, enterpriseNetwork } from '../../support/enterprise-network.ts';

const ARN = 'arn:aws:ecs:eu-central-1:417266352109:service/gitpod/runner';

const story = stories().find(({ id }) => id === 'c1-private-nat');
if (!story) throw new Error('the story is there');
const { bundle } = story;

interface Declared {
  readonly environmentSubnetIds: readonly string[];
  readonly runnerSecurityGroupIds: readonly string[];
}

const declared = (parse(story.watchFile) as { networks: [Declared] }).networks[0];
const environments = declared.environmentSubnetIds;
const own = declared.runnerSecurityGroupIds;

const service = (subnets: readonly string[], groups: readonly string[], more: object = {}) => ({
  serviceArn: ARN,
  status: 'ACTIVE',
  networkConfiguration: {
    awsvpcConfiguration: { subnets, securityGroups: groups, assignPublicIp: 'DISABLED' },
  },
  ...more,
});

function scan(facts: object, inputs: object = {}): ScanReport {
  const [network] = watchFileSchema.parse({
    version: 1,
    networks: [{ ...declared, runnerServiceArn: ARN, ...inputs }],
  }).networks;
  if (!network) throw new Error('no network');
  return scanNetwork(parseBundle({ ...(bundle as object), ...facts }), network, instant(Date.UTC(2026, 10, 25)));
}

const verdict = (report: ScanReport, id: string) => report.requirements.find((one) => one.id === id)?.verdict;

const subjects = (report: ScanReport, id: string): readonly string[] =>
  report.requirements.find((one) => one.id === id)?.findings.map(({ subject }) => subject) ?? [];

const messages = (report: ScanReport): readonly string[] =>
  report.requirements.flatMap(({ findings }) =>
    findings.flatMap(({ reasons }) => reasons.map(({ message }) => message)),
  );

describe('the ECS service of the runner', () => {
  it('changes nothing when it says what the watch file says', () => {
    const before = scan({}, { runnerServiceArn: undefined });
    const after = scan({ EcsServices: { [ARN]: [service(environments, own)] } });

    expect({ ...after, evaluatedAt: '' }).toEqual({ ...before, evaluatedAt: '' });
    expect(before.verdict).toBe('pass');
  });

  it('says what the watch file leaves out', () => {
    const facts = { EcsServices: { [ARN]: [service(environments, own)] } };

    expect(scan({}, { runnerServiceArn: undefined, runnerSecurityGroupIds: [] }).verdict).toBe('unknown');
    expect(scan(facts, { runnerSecurityGroupIds: [], runnerSubnetIds: undefined }).verdict).toBe('pass');
  });

  it('goes before the watch file, and the report says so', () => {
    const report = scan(
      { EcsServices: { [ARN]: [service(['subnet-0f985827009ecb86a'], own)] } },
      { runnerSubnetIds: environments },
    );

    expect(subjects(report, 'egress-gateway-8443')).toContain('runner-task@subnet-0f985827009ecb86a');
    expect(subjects(report, 'egress-gateway-8443')).not.toContain(`runner-task@${environments[0]}`);
    expect(report.remarks).toEqual([
      `the watch file says \`runnerSubnetIds: ${[...environments].sort().join(', ')}\`, but ECS starts the runner's tasks with subnet-0f985827009ecb86a, which is what is judged`,
    ]);
  });

  it('leaves tasks in the network of their hosts to the watch file', () => {
    const report = scan({ EcsServices: { [ARN]: [{ serviceArn: ARN, status: 'ACTIVE' }] } });

    expect(report.verdict).toBe('pass');
    expect(report.remarks).toBeUndefined();
  });

  it.each<readonly [string, object, string]>([
    ['nobody asked ECS', {}, '`EcsServices` is not in the bundle'],
    [
      'DescribeServices is refused',
      { Errors: [{ Operation: 'DescribeServices', Code: 'AccessDeniedException', ResourceId: ARN }] },
      'was refused: AccessDeniedException',
    ],
    ['there is no such service', { EcsServices: { [ARN]: [] } }, 'there is no such service'],
    ['there is no such cluster', { EcsServices: { [ARN]: null } }, 'there is no such service'],
    [
      'it is deleted',
      { EcsServices: { [ARN]: [service(environments, own, { status: 'INACTIVE' })] } },
      'it is deleted',
    ],
  ])('leaves what its tasks need unknown while it cannot be seen: %s', (_what, facts, why) => {
    const report = scan(facts);

    expect(report.verdict).toBe('unknown');
    expect(report.summary.fail).toBe(0);
    for (const id of ['egress-gateway-8443', 'ingress-environment-runner-22999', 'subnets-same-account-and-vpc'])
      expect([id, verdict(report, id)]).toEqual([id, 'unknown']);
    // What is about environments only goes on being judged.
    expect(verdict(report, 'ingress-environment-ssh-29222')).toBe('pass');
    expect(messages(report).some((message) => message.includes(ARN) && message.includes(why))).toBe(true);
  });

  it('tells whether tasks get public addresses, before one runs', () => {
    const arn = ARN.replace('417266352109', '123456789012');
    const network = enterpriseNetwork('public-subnet', { runnerServiceArn: arn });
    const at = instant(Date.UTC(2026, 10, 25));
    const judged = (assignPublicIp: string) => {
      const { NetworkInterfaces: _none, ...rest } = enterpriseBundle('standard') as Record<string, unknown>;
      const { runnerSubnetIds, environmentSubnetIds, runnerSecurityGroupIds } = network;
      const config = {
        subnets: runnerSubnetIds ?? environmentSubnetIds,
        securityGroups: runnerSecurityGroupIds,
        assignPublicIp,
      };
      const facts = {
        ...rest,
        NetworkInterfaces: [],
        EcsServices: {
          [arn]: [{ serviceArn: arn, status: 'ACTIVE', networkConfiguration: { awsvpcConfiguration: config } }],
        },
      };
      const { requirements } = scanNetwork(parseBundle(facts), network, at);
      return requirements.flatMap(({ findings }) =>
        findings.filter(
          ({ subject, reasons }) =>
            subject.startsWith('runner-task@') && reasons.some(({ message }) => /assignPublicIp/.test(message)),
        ),
      );
    };

    expect(judged('ENABLED')).toEqual([]);
    expect(judged('DISABLED').map(({ verdict: one }) => one)).toContain('fail');
  });
});
