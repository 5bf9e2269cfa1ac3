import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import { answerQuestion } from '../../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../../shared/core/reach/questions.ts';
import { reachCases } from '../../support/corpus.ts';

interface FoundCase {
  readonly name: string;
  readonly verdict: string;
  readonly was: string;
  readonly question: unknown;
  readonly bundle: unknown;
}

/** Networks cut down to what shows the mistake. */
const foundCases = (): FoundCase[] =>
  readFileSync(new URL('../../corpus/found.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FoundCase);

/** Mistakes that the comparison with the judge has found, each as a case of its own. */
describe('found cases', () => {
  it('does not take two zones without a name for the same zone', () => {
    const one = reachCases().find((candidate) => candidate.id === '038');
    if (!one) throw new Error('the case of a regional NAT gateway without the zone is gone');
    const bundle = JSON.parse(
      JSON.stringify(one.bundle, (key, value: unknown) => (key === 'AvailabilityZone' ? undefined : value)),
    ) as Record<string, unknown>;

    const answer = answerQuestion(buildNetworkModel(parseBundle(bundle)), parseQuestion(one.question, 1));

    expect(answer.verdict).toBe('fail');
    expect(answer.reasons.map((reason) => reason.code)).toContain('REGIONAL_NGW_ROUTE_AZ_RESTRICTION');
  });

  it.each(foundCases())('$name: $verdict, not $was', ({ bundle, question, verdict }) => {
    const answer = answerQuestion(buildNetworkModel(parseBundle(bundle)), parseQuestion(question, 1));

    expect(answer.verdict).toBe(verdict);
  });
});

describe('losing sight', () => {
  const KEYS = [
    'RouteTables',
    'NetworkAcls',
    'SecurityGroups',
    'NatGateways',
    'InternetGateways',
    'NetworkInterfaces',
    'Subnets',
    'Vpcs',
    'VpcEndpoints',
    'VpcAttributes',
    'PrefixListEntries',
    'TransitGatewayRoutes',
    'TransitGatewayVpcAttachments',
    'TransitGatewayAttachments',
    'VpcPeeringConnections',
    'DhcpOptions',
    'Instances',
  ];

  it.each(
    reachCases()
      .filter((one) => one.expected.verdict !== 'pass')
      .map((one) => [`${one.id} ${one.name}`, one] as const),
  )('never turns anything into a pass: %s', (_name, one) => {
    for (const key of KEYS) {
      const { [key]: _gone, ...bundle } = one.bundle;

      const answer = answerQuestion(buildNetworkModel(parseBundle(bundle)), parseQuestion(one.question, 1));

      expect({ without: key, verdict: answer.verdict === 'pass' ? 'pass' : 'not pass' }).toEqual({
        without: key,
        verdict: 'not pass',
      });
    }
  });
});
