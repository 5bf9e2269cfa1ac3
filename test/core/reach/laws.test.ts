import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../../../shared/core/model/network-model.ts';
import { answerQuestion, questionTraffic } from '../../../shared/core/reach/answer-question.ts';
import { workloadSource, workloadTarget } from '../../../shared/core/reach/ends.ts';
import { afterGroupChange, createEngine } from '../../../shared/core/reach/engine.ts';
import { evaluateTraffic, verdictOf } from '../../../shared/core/reach/evaluate.ts';
import { betweenAlike } from '../../../shared/core/reach/evaluate-alike.ts';
import { evaluateAlone } from '../../../shared/core/reach/evaluate-alone.ts';
import { reasonsOf } from '../../../shared/core/reach/ledger.ts';
import { parseQuestion } from '../../../shared/core/reach/questions.ts';
import type { Evaluation } from '../../../shared/core/reach/traffic.ts';
import { corpusNetworks } from '../../judge/corpus-networks.ts';
import { networkAndQuestion } from '../../judge/packet/arbitrary-network.ts';
import { type Dice, diceOf, randomNetwork } from '../../judge/random-network.ts';
import { questionAbout } from '../../judge/random-question.ts';
import { reachCases } from '../../support/corpus.ts';
import { aclRule, smallNetwork } from '../../support/small-network.ts';

type Json = Record<string, unknown>;

const modelOf = (bundle: unknown) => buildNetworkModel(parseBundle(bundle));
const ask = (bundle: unknown, question: unknown) => answerQuestion(modelOf(bundle), parseQuestion(question, 1));
const told = ({ ledger, asked }: Evaluation) => ({
  verdict: verdictOf({ ledger, asked }, 'all'),
  reasons: reasonsOf(ledger.entries),
});

/** Turns every list of the bundle that has no order of its own. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffled(item, turn));
    const at = items.length === 0 ? 0 : turn % items.length;
    return [...items.slice(at), ...items.slice(0, at)];
  }
  if (value === null || typeof value !== 'object') return value;
  // The first address of an interface is its primary one.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'PrivateIpAddresses' || key === 'NatGatewayAddresses' ? item : shuffled(item, turn),
    ]),
  );
}

/** Six subnets in two sorts, with a network ACL each that tells some of the addresses apart. */
function crowdedNetwork(dice: Dice): Json {
  const bundle = smallNetwork();
  const [inner, outer] = bundle['RouteTables'] as Json[];
  const subnets = Array.from({ length: 6 }, (_, n) => ({
    SubnetId: `subnet-b${n}`,
    VpcId: 'vpc-1',
    CidrBlock: `10.0.${16 + n}.0/24`,
    AvailabilityZone: 'a',
  }));
  const sort = subnets.map(() => dice.number(0, 1));
  const of = (which: number) => subnets.filter((_, n) => sort[n] === which).map(({ SubnetId }) => ({ SubnetId }));
  const rules = () =>
    [1, 2, 3].flatMap((number) =>
      aclRule(number, dice.chance(0.5) ? 'deny' : 'allow', { CidrBlock: `10.0.${16 + dice.number(0, 5)}.0/24` }).filter(
        () => dice.chance(0.7),
      ),
    );
  const acls = [0, 1].map((which) => ({
    NetworkAclId: `acl-b${which}`,
    VpcId: 'vpc-1',
    Associations: of(which),
    Entries: [...rules(), ...aclRule(100, 'allow').filter(() => dice.chance(0.8))],
  }));
  const tables = [inner, outer].map((table, which) => ({
    ...table,
    RouteTableId: `rtb-b${which}`,
    Associations: of(which).map((one) => ({ ...one, AssociationState: { State: 'associated' } })),
  }));
  return {
    ...bundle,
    Subnets: [...(bundle['Subnets'] as Json[]), ...subnets],
    RouteTables: [...(bundle['RouteTables'] as Json[]), ...tables],
    NetworkAcls: [...(bundle['NetworkAcls'] as Json[]), ...acls],
  };
}

describe('laws of the engine', () => {
  it('order never matters', () => {
    fc.assert(
      fc.property(networkAndQuestion, fc.nat(100), ({ bundle, question }, turn) => {
        const [a, b] = [ask(bundle, question), ask(shuffled(bundle, turn), question)];
        expect(b.verdict).toBe(a.verdict);
        expect(new Set(b.reasons.map((reason) => reason.code))).toEqual(
          new Set(a.reasons.map((reason) => reason.code)),
        );
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('another allow rule never takes anything away', () => {
    const rule = fc.record({
      IpProtocol: fc.constantFrom('-1', 'tcp', 'udp'),
      FromPort: fc.constantFrom(0, 443),
      ToPort: fc.constantFrom(443, 65535),
      IpRanges: fc.constantFrom([{ CidrIp: '0.0.0.0/0' }], [{ CidrIp: '10.0.0.0/8' }]),
    });
    const RANK = { fail: 0, unknown: 1, pass: 2 };
    fc.assert(
      fc.property(networkAndQuestion, rule, fc.boolean(), fc.nat(2), ({ bundle, question }, more, egress, group) => {
        if (question['quantifier'] === 'some') return;
        const changed = structuredClone(bundle) as Record<string, Json[]>;
        const target = changed['SecurityGroups']?.[group];
        const member = egress ? 'IpPermissionsEgress' : 'IpPermissions';
        if (!target) return;
        target[member] = [...((target[member] ?? []) as Json[]), more];

        expect(RANK[ask(changed, question).verdict]).toBeGreaterThanOrEqual(RANK[ask(bundle, question).verdict]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('a network printed and read again answers the same', () => {
    fc.assert(
      fc.property(networkAndQuestion, ({ bundle, question }) => {
        expect(ask(JSON.parse(JSON.stringify(bundle)), question)).toEqual(ask(bundle, question));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('subnets that are followed together answer as each would alone', () => {
    let shared = 0;
    const compareAll = (bundle: Json, seed: number): void => {
      const model = modelOf(bundle);
      const engine = createEngine(model);
      const question = questionAbout(bundle, diceOf(seed));
      if (!question) return;
      for (const { id } of model.all('subnet')) {
        const from = {
          subnet: id,
          securityGroups: model
            .all('securityGroup')
            .slice(0, 1)
            .map((group) => group.id),
        };
        const traffic = questionTraffic(model, parseQuestion({ ...question, from, to: { internet: true } }, 1));
        if (!traffic) continue;
        const hits = engine.memo.stats.hits;
        expect(told(evaluateTraffic(engine, traffic))).toEqual(told(evaluateAlone(engine, traffic)));
        shared += engine.memo.stats.hits - hits;
      }
    };
    corpusNetworks().forEach(({ bundle }, index) => {
      if (Array.isArray(bundle['Subnets'])) compareAll(bundle, index);
    });
    for (let seed = 0; seed < 60; seed += 1) compareAll(randomNetwork(diceOf(seed)), seed);
    expect(shared).toBeGreaterThan(100);
  });

  it('subnets that are followed together to each other answer as each pair would alone', () => {
    let pairs = 0;
    let failures = 0;
    const compareAll = (bundle: Json, seed: number): void => {
      const model = modelOf(bundle);
      const engine = createEngine(model);
      const dice = diceOf(seed);
      const groups = model.all('securityGroup').map((group) => group.id);
      const subnets = model.all('subnet').map((subnet) => subnet.id);
      const ports = { from: 443, to: dice.chance(0.5) ? 443 : 8443 };
      const ours = dice.pick(groups);
      // The same senders to two sorts of receivers, with one engine.
      const theirs = [...new Set([dice.pick(groups), dice.pick(groups)])];
      if (ours === undefined) return;
      for (const [to, group] of subnets.flatMap((subnet) => theirs.map((one) => [subnet, one] as const))) {
        const target = workloadTarget(model, to, [group], undefined, 'ipv4');
        if (target.is !== 'found') continue;
        const sources = subnets.flatMap((from) => {
          const found = workloadSource(model, from, [ours], undefined, 'ipv4');
          return found.is === 'found' ? [found.value] : [];
        });
        const dst = target.value.addresses;
        const base = { dst, target: target.value, family: 'ipv4', protocol: 6, ports } as const;
        for (const source of sources) {
          const traffic = { ...base, sources: [source], clientPorts: { from: 32768, to: 60999 } };
          const together = told(evaluateTraffic(engine, traffic));
          expect(together).toEqual(told(evaluateAlone(engine, traffic)));
          if (betweenAlike(engine, traffic)) pairs += 1;
          if (together.verdict === 'fail') failures += 1;
        }
        const all = { ...base, sources };
        expect(verdictOf(evaluateTraffic(engine, all), 'all')).toBe(verdictOf(evaluateAlone(engine, all), 'all'));
      }
    };
    corpusNetworks().forEach(({ bundle }, index) => {
      if (Array.isArray(bundle['Subnets'])) compareAll(bundle, index);
    });
    for (let seed = 0; seed < 60; seed += 1) compareAll(randomNetwork(diceOf(seed)), seed);
    for (let seed = 0; seed < 40; seed += 1) compareAll(crowdedNetwork(diceOf(seed)), seed);
    expect(pairs).toBeGreaterThan(300);
    expect(failures).toBeGreaterThan(100);
  });

  it('a changed group is as if everything had been evaluated again', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const bundle = randomNetwork(diceOf(seed)) as Record<string, Json[]>;
      const model = modelOf(bundle);
      const engine = createEngine(model);
      const [group] = model.all('securityGroup');
      if (!group || !model.all('subnet').length) continue;
      const traffics = (of: typeof model) =>
        of.all('subnet').flatMap((subnet) => {
          const from = { subnet: subnet.id, securityGroups: [group.id], publicIp: false };
          const question = parseQuestion({ id: 'q', from, to: { internet: true }, protocol: 'tcp', port: 443 }, 1);
          return questionTraffic(of, question) ?? [];
        });
      const asked = traffics(model);
      for (const traffic of asked) evaluateTraffic(engine, traffic);
      const closed = { ...group, egress: [] };
      const after = afterGroupChange(engine, closed);
      const fresh = createEngine(after.model);

      for (const traffic of [...asked, ...traffics(after.model)])
        expect(told(evaluateTraffic(after, traffic))).toEqual(told(evaluateTraffic(fresh, traffic)));
    }
  });
});

describe('rules that chance seldom meets', () => {
  const TCP443 = { id: 'q', protocol: 'tcp', port: 443 };

  it('what subnets share forgets a group that was changed', () => {
    const model = modelOf(smallNetwork());
    const engine = createEngine(model);
    const subnet = model.all('subnet').find((one) => engine.alikes.of(one));
    const group = model.all('securityGroup').find(({ id }) => id === 'sg-1');
    if (!subnet || !group) throw new Error('the small network has them');
    const from = { subnet: subnet.id, securityGroups: [group.id], publicIp: false };
    const to = { cidr: '93.184.216.0/24' };
    const closed = { ...group, egress: [] };
    const traffic = questionTraffic(model, parseQuestion({ ...TCP443, from, to }, 1));
    if (!traffic) throw new Error('a workload in it can be asked about');
    const deniedBy = (of: typeof engine) =>
      told(evaluateTraffic(of, traffic)).reasons.filter(({ code }) => code.includes('SG_'));

    const before = deniedBy(engine);
    const after = deniedBy(afterGroupChange(engine, closed));

    expect(engine.memo.stats.misses).toBeGreaterThan(0);
    expect([before.length, after.length]).toEqual([0, 1]);
  });

  it('a subnet that others pass through is like no other', () => {
    const bundle = smallNetwork();
    const model = modelOf(bundle);
    const subnet = model.all('subnet').find((one) => createEngine(model).alikes.of(one));
    if (!subnet) throw new Error('the small network has subnets that are like others');
    const nat = { NatGatewayId: 'nat-9', SubnetId: subnet.id, VpcId: subnet.vpcId, State: 'available' };

    const { alikes } = createEngine(modelOf({ ...bundle, NatGateways: [nat] }));

    expect(alikes.of(subnet)).toBeUndefined();
  });

  it('two network ACLs that leave no client port between them let no reply through', () => {
    const bundle = smallNetwork();
    const [a1, a0] = bundle['NetworkAcls'] as Json[];
    const tcp = (number: number, from: number, to: number, egress: boolean) =>
      aclRule(number, 'allow', { Protocol: '6', PortRange: { From: from, To: to } }).filter(
        (rule) => rule['Egress'] === egress,
      );
    Object.assign(a1 as Json, { Entries: [...tcp(1, 443, 443, true), ...tcp(2, 1024, 40000, false)] });
    Object.assign(a0 as Json, { Entries: [...tcp(1, 443, 443, false), ...tcp(2, 40001, 65535, true)] });

    const answer = ask(bundle, { ...TCP443, from: { eni: 'eni-1' }, to: { eni: 'eni-2' } });

    expect(answer.verdict).toBe('fail');
  });

  it('an interface at the address of a workload not started yet lends it no groups', () => {
    const bundle = smallNetwork();
    const [one] = bundle['SecurityGroups'] as Json[];
    (one as Json)['IpPermissionsEgress'] = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-2' }] }];

    const to = { subnet: 'subnet-a0', securityGroups: ['sg-1'] };
    const answer = ask(bundle, { ...TCP443, from: { eni: 'eni-1' }, to, quantifier: 'some' });

    expect(answer.verdict).toBe('fail');
  });

  const overTransitGateway = (): Record<string, Json[]> => {
    const found = reachCases().find((one) => one.id === '060');
    if (!found) throw new Error('the case of two VPCs at a transit gateway is gone');
    return structuredClone(found.bundle) as Record<string, Json[]>;
  };
  const SPOKE = { eni: 'eni-00000000000009120' };

  it.each([
    ['enable', 'pass'],
    ['disable', 'fail'],
  ])("group references need the option on both attachments: %s on the sender's", (option, verdict) => {
    const bundle = overTransitGateway();
    const attachments = bundle['TransitGatewayVpcAttachments'] as Json[];
    for (const item of [...attachments, ...(bundle['TransitGateways'] as Json[])])
      (item['Options'] as Json)['SecurityGroupReferencingSupport'] = 'enable';
    const entry = attachments.find((item) => item['VpcId'] === 'vpc-00000000000000009');
    (entry?.['Options'] as Json)['SecurityGroupReferencingSupport'] = option;
    const rules = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-00000000000000091' }] }];
    for (const group of bundle['SecurityGroups'] as Json[])
      if (group['GroupId'] === 'sg-000000000000000b2') group['IpPermissions'] = rules;
    delete bundle['SecurityGroupRules'];

    const question = { ...TCP443, port: 22999, from: SPOKE, to: { eni: 'eni-0000000000000b120' } };

    expect(ask(bundle, question).verdict).toBe(verdict);
  });

  it.each([
    ['disable', 'pass'],
    ['enable', 'fail'],
  ])('packets leave a transit gateway in their own zone unless appliance mode is on: %s', (mode, verdict) => {
    const bundle = overTransitGateway();
    const far = bundle['Subnets']?.find((item) => item['SubnetId'] === 'subnet-000000000000000b0');
    Object.assign(far as Json, { AvailabilityZone: 'us-east-1b', AvailabilityZoneId: 'use1-az2' });
    for (const acl of bundle['NetworkAcls'] as Json[])
      if (acl['NetworkAclId'] === 'acl-000000000000000bd') acl['Entries'] = [];
    for (const group of bundle['SecurityGroups'] as Json[])
      if (group['GroupId'] === 'sg-000000000000000b2')
        group['IpPermissions'] = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.9.0.0/16' }] }];
    delete bundle['SecurityGroupRules'];
    for (const item of bundle['TransitGatewayVpcAttachments'] as Json[])
      if (item['VpcId'] === 'vpc-0000000000000000b') {
        (item['SubnetIds'] as string[]).push('subnet-000000000000000b0');
        (item['Options'] as Json)['ApplianceModeSupport'] = mode;
      }

    const question = { ...TCP443, port: 22999, from: SPOKE, to: { eni: 'eni-0000000000000b120' } };

    expect(ask(bundle, question).verdict).toBe(verdict);
  });

  it('peering carries packets of its own VPC only', () => {
    const bundle = overTransitGateway();
    const far = smallNetwork();
    const add = (kind: string, ...items: Json[]): void => {
      bundle[kind] = [...(bundle[kind] ?? []), ...items];
    };
    const route = (block: string, member: string, id: string): Json => ({
      DestinationCidrBlock: block,
      [member]: id,
      Origin: 'CreateRoute',
      State: 'active',
    });
    const to = (table: string, ...routes: Json[]): void => {
      for (const item of bundle['RouteTables'] as Json[])
        if (item['RouteTableId'] === table) (item['Routes'] as Json[]).push(...routes);
    };
    add('Vpcs', { VpcId: 'vpc-1', CidrBlock: '10.77.0.0/16' });
    add('Subnets', { SubnetId: 'subnet-a1', VpcId: 'vpc-1', CidrBlock: '10.77.1.0/24', AvailabilityZone: 'a' });
    add('NetworkInterfaces', { ...far['NetworkInterfaces']?.[0], PrivateIpAddress: '10.77.1.10' });
    add('NetworkAcls', far['NetworkAcls']?.[0] as Json);
    add('SecurityGroups', far['SecurityGroups']?.[0] as Json);
    add('RouteTables', {
      ...far['RouteTables']?.[0],
      Routes: [
        { DestinationCidrBlock: '10.77.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
        route('10.0.0.0/8', 'VpcPeeringConnectionId', 'pcx-1'),
      ],
    });
    add('VpcPeeringConnections', {
      VpcPeeringConnectionId: 'pcx-1',
      Status: { Code: 'active' },
      RequesterVpcInfo: { VpcId: 'vpc-0000000000000000b', CidrBlock: '10.0.0.0/16' },
      AccepterVpcInfo: { VpcId: 'vpc-1', CidrBlock: '10.77.0.0/16' },
    });
    to('rtb-00000000000000091', route('10.77.0.0/16', 'TransitGatewayId', 'tgw-00000000000000001'));
    to('rtb-000000000000000b1', route('10.77.0.0/16', 'VpcPeeringConnectionId', 'pcx-1'));
    const [first] = Object.values(bundle['TransitGatewayRoutes'] as unknown as Record<string, Json[]>);
    first?.push({ ...first[0], DestinationCidrBlock: '10.77.0.0/16' });

    const answer = ask(bundle, { ...TCP443, from: SPOKE, to: { eni: 'eni-1' } });

    expect(answer.reasons.map((reason) => `${reason.code} ${reason.leg}`)).toContain(
      'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR forward',
    );
  });

  it('an address that a NAT gateway is still getting is not used', () => {
    const bundle = smallNetwork();
    const [nat] = bundle['NatGateways'] as Json[];
    for (const address of (nat as Json)['NatGatewayAddresses'] as Json[]) address['Status'] = 'associating';

    const answer = ask(bundle, { ...TCP443, from: { eni: 'eni-1' }, to: { internet: true } });

    expect(answer.verdict).toBe('fail');
  });

  it('a NAT gateway serves no other VPC', () => {
    const bundle = smallNetwork();
    (bundle['NatGateways'] as Json[])[0] = { ...(bundle['NatGateways'] as Json[])[0], VpcId: 'vpc-2' };

    const answer = ask(bundle, { ...TCP443, from: { eni: 'eni-1' }, to: { internet: true } });

    expect(answer.reasons.map((reason) => reason.code)).toContain('NGW_REQUIRES_SOURCE_IN_VPC');
  });
});

describe('bad input', () => {
  const INTERNET = { id: 'q', from: { eni: 'eni-1' }, to: { internet: true }, protocol: 'tcp', port: 443 };
  const INSIDE = { ...INTERNET, to: { eni: 'eni-2' } };

  const change =
    (kind: string, at: number, more: Json) =>
    (bundle: Record<string, Json[]>): void => {
      const list = bundle[kind] as Json[];
      list[at] = { ...list[at], ...more };
    };
  const add =
    (kind: string, item: Json) =>
    (bundle: Record<string, Json[]>): void => {
      (bundle[kind] as Json[]).push(item);
    };
  const local = {
    DestinationCidrBlock: '10.0.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  const rules = (...permissions: Json[]): Json => ({ IpPermissionsEgress: permissions });

  it.each<[string, (bundle: Record<string, Json[]>) => void, Json, string, string]>([
    [
      'a subnet in two network ACLs',
      add('NetworkAcls', {
        NetworkAclId: 'acl-x',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-a1' }],
        Entries: [],
      }),
      INTERNET,
      'unknown',
      'subnet-a1',
    ],
    [
      'two main tables',
      (bundle) => {
        for (const table of bundle['RouteTables'] as Json[])
          table['Associations'] = [{ Main: true, AssociationState: { State: 'associated' } }];
      },
      INTERNET,
      'unknown',
      'subnet-a1',
    ],
    [
      'a route to a NAT gateway that is not there',
      change('RouteTables', 0, {
        Routes: [
          local,
          { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-x', State: 'active', Origin: 'CreateRoute' },
        ],
      }),
      INTERNET,
      'unknown',
      'nat-x',
    ],
    [
      'a route to an interface that is not there',
      change('RouteTables', 0, {
        Routes: [
          local,
          { DestinationCidrBlock: '0.0.0.0/0', NetworkInterfaceId: 'eni-x', State: 'active', Origin: 'CreateRoute' },
        ],
      }),
      INTERNET,
      'unknown',
      'eni-x',
    ],
    [
      'a route to a peering connection that is not there',
      change('RouteTables', 0, {
        Routes: [
          local,
          {
            DestinationCidrBlock: '0.0.0.0/0',
            VpcPeeringConnectionId: 'pcx-x',
            State: 'active',
            Origin: 'CreateRoute',
          },
        ],
      }),
      INTERNET,
      'unknown',
      'pcx-x',
    ],
    [
      'an interface with a group that is not there',
      change('NetworkInterfaces', 0, { Groups: [{ GroupId: 'sg-x' }] }),
      INTERNET,
      'unknown',
      'sg-x',
    ],
    [
      'a rule with a prefix list that is not there',
      change('SecurityGroups', 0, rules({ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-x' }] })),
      INTERNET,
      'unknown',
      'pl-x',
    ],
    [
      'a rule with a group that is not there',
      change('SecurityGroups', 0, rules({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-x' }] })),
      INTERNET,
      'fail',
      'sg-1',
    ],
    [
      'groups that refer to each other',
      (bundle) => {
        change('SecurityGroups', 0, rules({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-2' }] }))(bundle);
        change('SecurityGroups', 1, { IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-1' }] }] })(
          bundle,
        );
      },
      INSIDE,
      'pass',
      '',
    ],
    [
      'an address outside of its subnet',
      change('NetworkInterfaces', 0, { PrivateIpAddress: '10.0.77.10' }),
      INTERNET,
      'unknown',
      'eni-1',
    ],
    [
      'a port above 65535 in a group',
      change(
        'SecurityGroups',
        0,
        rules({ IpProtocol: 'tcp', FromPort: 443, ToPort: 70000, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
      ),
      INTERNET,
      'unknown',
      'sg-1',
    ],
    [
      'a port range that runs backwards',
      change(
        'SecurityGroups',
        0,
        rules({ IpProtocol: 'tcp', FromPort: 500, ToPort: 400, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
      ),
      INTERNET,
      'unknown',
      'sg-1',
    ],
    [
      'a port above 65535 in a network ACL',
      change('NetworkAcls', 0, { Entries: aclRule(1, 'allow', { Protocol: '6', PortRange: { From: 0, To: 99999 } }) }),
      INTERNET,
      'unknown',
      'acl-a1',
    ],
    [
      'an address that is none in a rule',
      change('SecurityGroups', 0, rules({ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.300/8' }] })),
      INTERNET,
      'unknown',
      'sg-1',
    ],
    [
      'the same id twice',
      add('SecurityGroups', { GroupId: 'sg-1', VpcId: 'vpc-1', IpPermissions: [], IpPermissionsEgress: [] }),
      INTERNET,
      'unknown',
      'sg-1',
    ],
    [
      'host bits in a rule',
      change('SecurityGroups', 0, rules({ IpProtocol: '-1', IpRanges: [{ CidrIp: '1.2.3.4/0' }] })),
      INTERNET,
      'pass',
      '',
    ],
    [
      'overlapping blocks in rules',
      change(
        'SecurityGroups',
        0,
        rules({
          IpProtocol: '-1',
          IpRanges: [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '8.8.0.0/16' }, { CidrIp: '8.8.8.0/24' }],
        }),
      ),
      INTERNET,
      'pass',
      '',
    ],
  ])('%s', (_name, spoil, question, verdict, named) => {
    const bundle = smallNetwork();
    spoil(bundle);

    const answer = ask(bundle, question);

    expect({
      verdict: answer.verdict,
      named: named === '' || answer.reasons.some((reason) => `${reason.component} ${reason.message}`.includes(named)),
    }).toEqual({ verdict, named: true });
  });
});
