import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseWatchFile } from '../../../shared/adapters/yaml-watch-file.ts';
import { instant } from '../../../shared/core/base/instant.ts';
import { discoveryJson, discoveryText, type Found } from '../../../shared/core/discover/discovery-text.ts';
import { entryOf, guessesOf } from '../../../shared/core/discover/entry.ts';
import { OPERATOR_INPUTS } from '../../../shared/core/discover/operator-inputs.ts';
import { type Proposal, proposeFor, withUniqueIds } from '../../../shared/core/discover/propose.ts';
import { idsInStacks, runnersIn } from '../../../shared/core/discover/runners.ts';
import type { RunnerTraces, ServiceTrace, StackTrace } from '../../../shared/core/discover/traces.ts';
import { READ_FROM } from '../../../shared/core/discover/unread.ts';
import { watchFileText } from '../../../shared/core/discover/watch-yaml.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { findCatalogue } from '../../../shared/core/requirements/catalogue.ts';
import { scanNetwork } from '../../../shared/core/requirements/scan.ts';
import { type WatchedNetwork, watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { type Story, stories } from '../../support/corpus.ts';
import { expectGolden } from '../../support/golden.ts';
import { smallNetwork } from '../../support/small-network.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const AT = instant(Date.UTC(2026, 10, 25));
const NO_TRACES: RunnerTraces = { services: [], stacks: [], errors: [], answered: 5 };
const ACCOUNT = '123456789012';

const arn = (rest: string): string => `arn:aws:ecs:eu-central-1:${ACCOUNT}:${rest}`;

const service = (name: string, more: Partial<ServiceTrace> = {}): ServiceTrace => ({
  arn: arn(`service/blue/${name}`),
  name,
  clusterArn: arn('cluster/blue'),
  launchType: 'FARGATE',
  capacityProviders: [],
  subnetIds: [],
  groupIds: [],
  tags: {},
  ...more,
});

const stack = (name: string, more: Partial<StackTrace> = {}): StackTrace => ({
  id: `arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/${name}/1`,
  name,
  rootId: undefined,
  tags: {},
  parameters: {},
  outputs: {},
  resources: undefined,
  ...more,
});

const ofRunner = (id: string) => ({ 'gitpod.dev/runner-id': id });

const traces = (more: Partial<RunnerTraces>): RunnerTraces => ({ ...NO_TRACES, ...more });

const text = (proposals: readonly Proposal[], region = 'eu-central-1'): string =>
  watchFileText(proposals, { command: 'runnerwatch init', collectedAt: '2026-11-25T00:00:00.000Z', region });

const read = (file: string): WatchedNetwork[] => parseWatchFile(file, 'made.yaml').networks;

/** What a person does with a prepared line. */
const uncommented = (file: string): string => file.replace(/^(\s*)#(?=\w+:)/gm, '$1');

const watchedBy = (story: Story): WatchedNetwork => {
  const [network] = watchFileSchema.parse(parse(story.watchFile)).networks;
  if (!network) throw new Error('no network in the watch file');
  return network;
};

const story = (id: string): Story => {
  const found = stories().find((one) => one.id === id);
  if (!found) throw new Error(`no story ${id}`);
  return found;
};

const of = (
  id: string,
  more: Partial<RunnerTraces> = {},
  change: (bundle: Record<string, unknown>) => void = () => {},
) => {
  const one = story(id);
  const bundle = structuredClone(one.bundle) as Record<string, unknown>;
  change(bundle);
  const { region, vpcId } = watchedBy(one);
  return proposeFor(parseBundle(bundle), region, vpcId, traces(more));
};

/** The small network with an extra of each kind. */
const small = (more: Record<string, unknown> = {}, found: Partial<RunnerTraces> = {}) =>
  proposeFor(parseBundle({ ...smallNetwork(), ...more }), 'eu-central-1', 'vpc-1', traces(found));

const only = (proposals: readonly Proposal[]): Proposal => {
  const [proposal, ...more] = proposals;
  if (!proposal || more.length > 0) throw new Error(`${proposals.length} proposals`);
  return proposal;
};

const ids = (choices: readonly { readonly id: string }[]): string[] => choices.map(({ id }) => id);

const refused = (Operation: string) => ({ Operation, Code: 'UnauthorizedOperation', Message: 'no' });

describe('a watch file made of the network of each story', () => {
  const all = stories();

  it.each(all.map((one) => [`${one.id}${one.step}`, one] as const))(
    '%s: is accepted, names the same VPC, subnets, groups and option, and can be scanned with',
    (_name, one) => {
      const watched = watchedBy(one);
      const snapshot = parseBundle(one.bundle);
      const file = text(proposeFor(snapshot, watched.region, watched.vpcId, NO_TRACES), watched.region);

      const [made, ...more] = read(file);

      expect(more).toEqual([]);
      expect({ ...made, environmentSubnetIds: made?.environmentSubnetIds.sort() }).toMatchObject({
        region: watched.region,
        vpcId: watched.vpcId,
        deploymentOption: watched.deploymentOption,
        environmentSubnetIds: [...watched.environmentSubnetIds].sort(),
      });
      // The one network in which no environment runs cannot show its groups.
      if (one.id !== 'n9-default-vpc-igw-detached')
        expect(made?.environmentSecurityGroupIds).toEqual(watched.environmentSecurityGroupIds);
      expect(read(uncommented(file))[0]).toMatchObject({ vpcId: watched.vpcId, production: true });
      if (!made) throw new Error('no network');
      expect(scanNetwork(snapshot, made, AT).verdict).not.toBe('pass');
    },
  );

  it('does not depend on the order of lists', () => {
    for (const one of all.slice(0, 6)) {
      const { region, vpcId } = watchedBy(one);
      const reversed = Object.fromEntries(
        Object.entries(one.bundle as Record<string, unknown>).map(([key, value]) => [
          key,
          Array.isArray(value) ? [...(value as unknown[])].reverse() : value,
        ]),
      );

      expect(text(proposeFor(parseBundle(reversed), region, vpcId, NO_TRACES))).toBe(
        text(proposeFor(parseBundle(one.bundle), region, vpcId, NO_TRACES)),
      );
    }
  });
});

describe('what people read', () => {
  const c1 = watchedBy(story('c1-private-nat'));
  const runnerId = '01982f3a-2f0b-7c1c-9d6e-3a5b2c1d0e9f';
  const shown: Partial<RunnerTraces> = {
    services: [
      service('runner', {
        subnetIds: c1.environmentSubnetIds,
        groupIds: c1.runnerSecurityGroupIds,
        tags: ofRunner(runnerId),
      }),
      service('proxy', {
        subnetIds: c1.environmentSubnetIds.slice(0, 1),
        groupIds: c1.runnerSecurityGroupIds,
        tags: ofRunner(runnerId),
      }),
    ],
    stacks: [
      stack('gitpod-prod', {
        tags: ofRunner(runnerId),
        resources: [{ logicalId: 'Runner', physicalId: arn('service/blue/runner'), type: 'AWS::ECS::Service' }],
      }),
    ],
  };

  /** The environments of the story, as environments of this runner. */
  const retag = (bundle: Record<string, unknown>): void => {
    for (const instance of bundle['Instances'] as { Tags?: { Key: string; Value: string }[] }[])
      for (const tag of instance.Tags ?? []) if (tag.Key === 'gitpod.dev/runner-id') tag.Value = runnerId;
  };

  it('of a runner that shows everything', () => {
    const file = text(of('c1-private-nat', shown, retag));

    expectGolden('discover/everything-shown.yaml', file);
    expect(read(file)[0]).toMatchObject({
      id: 'gitpod-prod',
      accountId: ACCOUNT,
      runnerSubnetIds: [...c1.environmentSubnetIds].sort(),
      runnerSecurityGroupIds: c1.runnerSecurityGroupIds,
      launchType: 'FARGATE',
    });
  });

  it('of a VPC that shows nothing of a runner', () => {
    expectGolden('discover/nothing-shown.yaml', text(of('n9-default-vpc-igw-detached')));
  });

  it('of a VPC where calls are refused', () => {
    const proposals = of(
      'c1-private-nat',
      {
        errors: [
          { Operation: 'ecs:ListClusters', Code: 'AccessDeniedException', Message: 'no' },
          { Operation: 'cloudformation:DescribeStacks', Code: 'AccessDenied', Message: 'no' },
        ],
      },
      (bundle) => {
        for (const key of ['Instances', 'NetworkInterfaces', 'RouteTables', 'Images']) delete bundle[key];
        bundle['Errors'] = [
          'DescribeInstances',
          'DescribeNetworkInterfaces',
          'DescribeRouteTables',
          'DescribeImages',
        ].map(refused);
      },
    );

    expectGolden('discover/refused.yaml', text(proposals));
  });

  it('of a Region with two runners in one VPC, one of them by name only, and one without a VPC', () => {
    const proposals = small(
      {},
      {
        services: [
          service('runner', { subnetIds: ['subnet-a1'], groupIds: ['sg-1'], tags: ofRunner('one') }),
          service('gitpod-two', { clusterArn: arn('cluster/red'), subnetIds: ['subnet-a1'], launchType: 'EC2' }),
        ],
      },
    );
    const found: Found = {
      region: 'eu-central-1',
      proposals: withUniqueIds(proposals),
      withoutVpc: runnersIn({ services: [service('lost', { tags: ofRunner('three') })], stacks: [] }),
      troubles: ['vpc-9: network `vpc-9`: VPC `vpc-9` is not visible'],
      unread: [{ operation: 'ecs:ListServices', code: 'AccessDeniedException', resourceId: arn('cluster/green') }],
    };

    expectGolden('discover/region.txt', discoveryText(found));
    expectGolden('discover/region.json', `${JSON.stringify(discoveryJson(found), null, 2)}\n`);
  });

  it.each([
    ['nothing was found', [], 'No runner was found in eu-central-1: '],
    [
      'not everything could be read',
      [{ operation: 'ecs:ListClusters', code: 'AccessDeniedException' }],
      'No runner was seen in eu-central-1, but not everything could be read\n\nNot read: ecs:ListClusters (AccessDeniedException)\n',
    ],
  ])('when %s, how to name a VPC', (_when, unread, start) => {
    const said = discoveryText({ region: 'eu-central-1', proposals: [], withoutVpc: [], troubles: [], unread });

    expect(said).toContain(start);
    expect(said).toContain('`runnerwatch init --region eu-central-1 --vpc-id vpc-…`');
  });
});

describe('names of other people', () => {
  it('never break the file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom('\n', '\r', '\u0085', '\u2028', '\u0000', ''),
        (one, two) => {
          const name = `${one}${two}x: [#`;
          const file = text(
            small(
              { Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'Name', Value: name }] }] },
              {
                services: [service(name, { subnetIds: ['subnet-a1'], tags: ofRunner(name) })],
                errors: [{ Operation: 'ecs:ListServices', Code: name, Message: name }],
              },
            ),
          );

          expect(read(file)).toHaveLength(1);
          expect(read(file)[0]).toMatchObject({ vpcId: 'vpc-1', environmentSubnetIds: ['subnet-a1'] });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never reach a terminal with what it would obey', () => {
    const name = 'gitpod \u001b[2J\u009b31m\nrunner';
    const found: Found = {
      region: 'eu-central-1',
      proposals: small({}, { services: [service(name, { subnetIds: ['subnet-a1'], tags: ofRunner(name) })] }),
      withoutVpc: runnersIn({ services: [], stacks: [stack(name)] }),
      troubles: [name],
      unread: [],
    };

    const told = discoveryText(found);

    expect(told).toContain('gitpod  [2J 31m runner');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('are made names of the watch file, each once', () => {
    const one = only(small());

    expect(withUniqueIds([one, one, one]).map(({ id }) => id)).toEqual(['vpc-1', 'vpc-1-2', 'vpc-1-3']);
    expect(only(small({ Vpcs: [{ VpcId: 'vpc-1', Tags: [{ Key: 'Name', Value: 'Prod EU (Frankfurt)' }] }] })).id).toBe(
      'prod-eu-frankfurt',
    );
    expect(read(text([{ ...one, id: 'true' }]))[0]?.id).toBe('true');
    expect(read(text([{ ...one, id: '12' }]))[0]?.id).toBe('12');
    expect(read(text([{ ...one, id: '1e3' }]))[0]?.id).toBe('1e3');
  });
});

describe('what AWS cannot show', () => {
  const known = new Set(findCatalogue('gitpod-aws-2025').requirements.map(({ id }) => id));

  it('is every input that the file may have besides what is read', () => {
    // Of the other catalogue, which nobody is proposed, and of an account that is not the reader's own.
    const others = [
      'cacheSecurityGroupIds',
      'imageSource',
      'loadBalancerSecurityGroupIds',
      'loadBalancerSubnetIds',
      'loadBalancerVisibility',
      'managementPlaneConnection',
      'proxyConfig',
      'readRoleArn',
      'readRoleExternalId',
      'runnerSize',
      'scmCallbackCidrs',
      'ssoHosts',
    ];
    const fields = Object.keys(watchFileSchema.def.shape.networks.element.shape);
    const fromAws = ['id', 'catalogue', 'region', 'vpcId', ...Object.keys(READ_FROM), 'waivers'];

    expect([...fromAws, ...others, ...OPERATOR_INPUTS.map(({ name }) => name)].sort()).toEqual(fields.sort());
  });

  it('names requirements that there are', () => {
    expect(OPERATOR_INPUTS.flatMap(({ needs }) => needs).filter((id) => !known.has(id))).toEqual([]);
  });

  it('names every requirement whose verdict changes in some story when the input is left out', () => {
    const verdicts = (one: Story, network: WatchedNetwork): Record<string, string> =>
      Object.fromEntries(
        scanNetwork(parseBundle(one.bundle), network, AT).requirements.map(({ id, verdict }) => [id, verdict]),
      );
    const some = stories().filter((one) =>
      ['c1-private-nat', 'public-subnet-ok', 'ami-restriction-scp'].includes(one.id),
    );
    const missing = some.flatMap((one) => {
      const network = watchedBy(one);
      const whole = verdicts(one, network);
      return OPERATOR_INPUTS.flatMap(({ name, needs }) => {
        const { [name as keyof WatchedNetwork]: _left, ...rest } = network;
        const attestations = name === 'attestations' ? [] : network.attestations;
        const without = verdicts(one, { ...(rest as WatchedNetwork), attestations });
        return Object.keys(whole)
          .filter((id) => whole[id] !== without[id] && !needs.includes(id))
          .map((id) => `${one.id}: ${name} decides ${id}`);
      });
    });

    expect(some).toHaveLength(3);
    expect(missing).toEqual([]);
  });
});

describe('the calls', () => {
  const text = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
  const actions = [...new Set<string>(Object.values(READ_FROM).flat())];

  it("are the scanner's, or in the README; the function's role has no more than the scanner's", () => {
    const policy = JSON.parse(text('infra', 'generated', 'read-policy.json')) as { Statement: { Action: string[] }[] };
    const role = policy.Statement.flatMap(({ Action }) => Action);
    const readme = text('README.md');

    expect(actions.filter((action) => action.startsWith('ec2:') && !role.includes(action))).toEqual([]);
    expect(actions.filter((action) => !action.startsWith('ec2:') && !readme.includes(`\`${action}\``))).toEqual([]);
    expect(
      role.filter(
        (action) =>
          !/^(?:ec2|ecs|iam|network-firewall|route53|route53resolver|ssm):(?:Describe|Get|List|Search|Simulate)/.test(
            action,
          ),
      ),
    ).toEqual([]);
    expect(role).not.toContain('ecs:ListServices');
    expect(actions.length).toBeGreaterThan(10);
  });
});

describe('a refused call', () => {
  const operations = [...new Set(Object.values(READ_FROM).flat())];

  it.each(operations)('%s is told at every field that is read from it', (operation) => {
    const [prefix, name] = operation.split(':') as [string, string];
    const file = text(
      small(
        prefix === 'ec2' ? { Errors: [refused(name)] } : {},
        prefix === 'ec2' ? {} : { errors: [refused(operation)] },
      ),
    );
    const fields = (Object.keys(READ_FROM) as (keyof typeof READ_FROM)[]).filter((field) =>
      (READ_FROM[field] as readonly string[]).includes(operation),
    );

    const lines = file.split('\n');
    for (const field of fields) {
      const at = lines.findIndex((line) => new RegExp(`^ +#?${field}:`).test(line));
      expect({ field, before: lines[at - 1] }).toEqual({
        field,
        before: expect.stringContaining(`NOT READ: ${operation} (UnauthorizedOperation)`),
      });
    }
    expect(fields.length).toBeGreaterThan(0);
    expect(read(file)).toHaveLength(1);
  });

  it('that no field is read from is told at the head', () => {
    const head = text(small({ Errors: [refused('DescribeImages'), refused('GetParameters')] })).split('version:')[0];

    expect(head).toContain('NOT READ: ec2:DescribeImages (UnauthorizedOperation), ssm:GetParameters');
  });

  it('never turns into "no runner was found"', () => {
    expect(text(small({}, { errors: [refused('ecs:ListClusters')] }))).not.toContain('No runner was found');
    expect(text(small())).toContain('No runner was found');
  });

  it('of subnets leaves nothing to write', () => {
    const network = smallNetwork() as Record<string, unknown>;
    delete network['Subnets'];

    expect(() =>
      proposeFor(parseBundle({ ...network, Errors: [refused('DescribeSubnets')] }), 'eu-central-1', 'vpc-1', NO_TRACES),
    ).toThrow('no subnet of `vpc-1` can be seen with these credentials (DescribeSubnets), and a watch file needs one');
  });

  it('of subnets leaves those of the tasks, as guesses', () => {
    const network = smallNetwork() as Record<string, unknown>;
    delete network['Subnets'];
    const proposal = only(
      proposeFor(
        parseBundle({ ...network, Errors: [refused('DescribeSubnets')] }),
        'eu-central-1',
        'vpc-1',
        traces({ services: [service('r', { subnetIds: ['subnet-a1'], groupIds: ['sg-1'], tags: ofRunner('one') })] }),
      ),
    );

    expect(entryOf(proposal)).toMatchObject({ environmentSubnetIds: ['subnet-a1'], deploymentOption: 'private-nat' });
    expect(guessesOf(proposal).map(({ field }) => field)).toEqual(['deploymentOption', 'environmentSubnetIds']);
  });
});

describe('which option it is', () => {
  const local = {
    DestinationCidrBlock: '10.0.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  const table = (subnet: string, ...routes: Record<string, string>[]) => ({
    RouteTableId: `rtb-${subnet}`,
    VpcId: 'vpc-1',
    Routes: [local, ...routes.map((route) => ({ DestinationCidrBlock: '0.0.0.0/0', State: 'active', ...route }))],
    Associations: [{ SubnetId: subnet, AssociationState: { State: 'associated' } }],
  });
  const option = (a1: Record<string, string>[], a0: Record<string, string>[], more: Record<string, unknown> = {}) =>
    only(
      small(
        { RouteTables: [table('subnet-a1', ...a1), table('subnet-a0', ...a0)], ...more },
        { services: [service('r', { subnetIds: ['subnet-a0', 'subnet-a1'], tags: ofRunner('one') })] },
      ),
    ).deploymentOption;
  const [nat, igw, tgw] = [{ NatGatewayId: 'nat-1' }, { GatewayId: 'igw-1' }, { TransitGatewayId: 'tgw-1' }];

  it.each([
    ['all NAT', [nat], [nat], 'private-nat', false],
    ['all internet gateway', [igw], [igw], 'public-subnet', false],
    ['all transit gateway', [tgw], [tgw], 'private-tgw', false],
    ['a core network', [{ CoreNetworkArn: 'arn:x' }], [{ CoreNetworkArn: 'arn:x' }], 'private-tgw', false],
    ['two sorts', [nat], [igw], 'private-nat', true],
    ['a deleted NAT gateway', [{ ...nat, State: 'blackhole' }], [nat], 'private-nat', false],
    ['one without a way', [tgw], [], 'private-tgw', true],
    ['no way at all', [], [], 'private-nat', true],
    ['an appliance', [{ NetworkInterfaceId: 'eni-1' }], [{ NetworkInterfaceId: 'eni-1' }], 'private-nat', true],
    [
      'a small part that goes elsewhere',
      [nat, { ...tgw, DestinationCidrBlock: '52.0.0.0/8' }],
      [nat, { ...tgw, DestinationCidrBlock: '52.0.0.0/8' }],
      'private-nat',
      true,
    ],
  ] as const)('%s', (_name, a1, a0, value, guess) => {
    expect(option([...a1], [...a0])).toMatchObject({ value, guess });
  });

  it('is the default VPC only when EC2 says so', () => {
    const vpc = { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', IsDefault: true };

    expect(option([igw], [igw], { Vpcs: [vpc] })).toMatchObject({ value: 'default-vpc', guess: false });
    expect(option([nat], [nat], { Vpcs: [vpc] })).toMatchObject({ value: 'private-nat' });
    expect(option([igw], [igw], { Vpcs: undefined, Errors: [refused('DescribeVpcs')] })).toMatchObject({
      value: 'public-subnet',
      guess: true,
    });
  });

  it('is looked for behind a firewall endpoint, as a guess', () => {
    const endpoint = {
      VpcEndpointId: 'vpce-1',
      VpcId: 'vpc-1',
      VpcEndpointType: 'GatewayLoadBalancer',
      ServiceName: 'firewall',
      SubnetIds: ['subnet-a0'],
    };
    const more = { VpcEndpoints: [endpoint] };
    const behind = only(
      small(
        { RouteTables: [table('subnet-a1', { GatewayId: 'vpce-1' }), table('subnet-a0', tgw)], ...more },
        { services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one') })] },
      ),
    ).deploymentOption;

    expect(behind).toMatchObject({ value: 'private-tgw', guess: true });
    expect(behind.why.join()).toContain('vpce-1, tgw-1');
    // A loop ends.
    expect(option([{ GatewayId: 'vpce-1' }], [{ GatewayId: 'vpce-1' }], more)).toMatchObject({ guess: true });
  });
});

describe('whose it is', () => {
  it('puts the clues of one runner together: by tag, by stack, by nested stack', () => {
    const root = stack('prod', { tags: { 'gitpod:cloudformation:stack-provider': 'gitpod-flex' } });
    const nested = stack('prod-Nested', {
      rootId: root.id,
      tags: root.tags,
      resources: [{ logicalId: 'S', physicalId: arn('service/blue/a'), type: 'AWS::ECS::Service' }],
    });
    const runners = runnersIn({
      stacks: [nested, root],
      services: [
        service('a', { tags: ofRunner('one') }),
        service('b', { clusterArn: arn('cluster/red'), tags: ofRunner('one') }),
      ],
    });

    expect(runners).toHaveLength(1);
    expect(runners[0]).toMatchObject({ name: 'prod', runnerId: 'one', certain: true });
    expect(runners[0]?.services.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('keeps two runners of one cluster apart, and gives a nameless service to the only one', () => {
    const two = [service('a', { tags: ofRunner('one') }), service('b', { tags: ofRunner('two') })];
    const nameless = service('gitpod-metrics');

    expect(runnersIn({ stacks: [], services: two }).map(({ runnerId }) => runnerId)).toEqual(['one', 'two']);
    expect(runnersIn({ stacks: [], services: [...two, nameless] })).toHaveLength(3);
    expect(runnersIn({ stacks: [], services: [...two.slice(0, 1), nameless] })).toHaveLength(1);
  });

  it('takes a name for a hint, and words that contain one for none', () => {
    const names = (...services: ServiceTrace[]) => runnersIn({ stacks: [], services }).map(({ certain }) => certain);

    expect(names(service('gitpod-runner'))).toEqual([false]);
    expect(names(service('ona'))).toEqual([false]);
    expect(names(service('personal-site'), service('persona'))).toEqual([]);
  });

  it('reads ids out of parameters, outputs and resources, and nothing that merely contains one', () => {
    const one = stack('s', {
      parameters: { Subnets: 'subnet-0a,subnet-0b', Other: 'my-subnet-0c', Arn: 'arn:aws:ec2:x:1:subnet/subnet-0d' },
      outputs: { Group: 'sg-0e' },
      resources: [{ logicalId: 'G', physicalId: 'sg-0f', type: 'AWS::EC2::SecurityGroup' }],
    });

    expect(ids(idsInStacks([one], 'subnet'))).toEqual(['subnet-0d', 'subnet-0a', 'subnet-0b']);
    expect(idsInStacks([one], 'sg').map(({ id, where }) => [id, where])).toEqual([
      ['sg-0e', 'output Group of stack s'],
      ['sg-0f', 'resource G of stack s'],
    ]);
  });

  const instance = (id: string, subnet: string, tags: Record<string, string>, state = 'running') => ({
    InstanceId: id,
    State: { Name: state },
    SubnetId: subnet,
    SecurityGroups: [{ GroupId: `sg-of-${id}`.replaceAll('-', '').replace('sgof', 'sg-') }],
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const environment = { 'gitpod.dev/environment-id': 'e' };

  it('gives environments to the runner of their tag, and counts those of nobody nowhere', () => {
    const proposals = small(
      {
        Instances: [
          instance('i-1', 'subnet-a1', { ...environment, ...ofRunner('one') }),
          instance('i-2', 'subnet-a0', { ...environment, ...ofRunner('two') }),
          instance('i-3', 'subnet-a0', environment),
          instance('i-4', 'subnet-a0', { ...environment, ...ofRunner('one') }, 'terminated'),
        ],
      },
      { services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one') })] },
    );

    expect(proposals.map(({ runnerId, environmentSubnetIds }) => [runnerId, ids(environmentSubnetIds)])).toEqual([
      ['one', ['subnet-a1']],
      ['two', ['subnet-a0']],
    ]);
    expect(proposals.map(({ environmentSecurityGroupIds }) => ids(environmentSecurityGroupIds))).toEqual([
      ['sg-i1'],
      ['sg-i2'],
    ]);
    for (const { remarks } of proposals) expect(remarks.join()).toContain('i-3');
  });

  it('gives environments without a tag to the only runner, and its id to a runner that nothing names', () => {
    const untagged = only(
      small(
        { Instances: [instance('i-3', 'subnet-a0', environment)] },
        { services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one') })] },
      ),
    );
    const adopted = only(
      small(
        { Instances: [instance('i-1', 'subnet-a1', { ...environment, ...ofRunner('one') })] },
        { services: [service('gitpod', { subnetIds: ['subnet-a1'] })] },
      ),
    );

    expect(untagged.environmentSubnetIds.map(({ id, guess }) => [id, guess])).toEqual([
      ['subnet-a0', false],
      ['subnet-a1', true],
    ]);
    expect(adopted).toMatchObject({ runnerId: 'one', certain: true });
    expect(ids(adopted.environmentSecurityGroupIds)).toEqual(['sg-i1']);
  });

  it('takes the stack of the network for no second runner, and says so', () => {
    const proposal = only(
      small(
        {},
        {
          services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one') })],
          stacks: [stack('gitpod-network', { outputs: { Vpc: 'vpc-1', PublicSubnets: 'subnet-a0' } })],
        },
      ),
    );

    expect(ids(proposal.environmentSubnetIds)).toEqual(['subnet-a1']);
    expect(proposal.remarks.join()).toContain('gitpod-network');
  });

  it("takes the account from the runner, and says when the VPC is somebody else's", () => {
    const proposal = only(
      small(
        { Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', OwnerId: '999999999999' }] },
        { services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one') })] },
      ),
    );

    expect(proposal.accountId.value).toBe(ACCOUNT);
    expect(proposal.accountId.why.join()).toContain('shared by account 999999999999');
  });

  it.each([
    [{ launchType: 'EC2' }, 'EC2', false],
    [{ launchType: undefined, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }, 'FARGATE', false],
    [{ launchType: undefined, capacityProviders: ['my-hosts'] }, 'EC2', false],
    [{ launchType: undefined, capacityProviders: [] }, undefined, false],
    [{ launchType: 'EXTERNAL' }, undefined, false],
  ] as const)('launch type of %j', (more, value, guess) => {
    const proposal = only(
      small({}, { services: [service('r', { subnetIds: ['subnet-a1'], tags: ofRunner('one'), ...more })] }),
    );

    expect(proposal.launchType).toMatchObject({ value, guess });
  });

  it('launch type of services that differ is a guess: EC2, which leaves no requirement out', () => {
    const of = (...types: (string | undefined)[]) =>
      only(
        small(
          {},
          {
            services: types.map((launchType, at) =>
              service(`r${at}`, { subnetIds: ['subnet-a1'], tags: ofRunner('one'), launchType }),
            ),
          },
        ),
      ).launchType;

    expect(of('FARGATE', 'EC2')).toMatchObject({ value: 'EC2', guess: true });
    expect(of(undefined, 'FARGATE')).toMatchObject({ value: 'FARGATE', guess: true });
    expect(of('FARGATE', 'FARGATE')).toMatchObject({ value: 'FARGATE', guess: false });
  });

  it('lets what is read decide the option, and lists what is guessed all the same', () => {
    const proposal = only(
      small(
        { Instances: [instance('i-1', 'subnet-a1', { ...environment, ...ofRunner('one') })] },
        { services: [service('r', { subnetIds: ['subnet-a0'], tags: ofRunner('one') })] },
      ),
    );

    expect(proposal.deploymentOption).toMatchObject({ value: 'private-nat', guess: false });
    expect(ids(proposal.environmentSubnetIds)).toEqual(['subnet-a1', 'subnet-a0']);
  });

  it('takes subnets and groups out of a stack by their names there, and leaves those of other things', () => {
    const made = (logicalId: string, physicalId: string) => ({
      logicalId,
      physicalId,
      type: 'AWS::EC2::SecurityGroup',
    });
    const proposal = only(
      small(
        {},
        {
          stacks: [
            stack('prod', {
              tags: ofRunner('one'),
              parameters: { VpcId: 'vpc-1', Subnets: 'subnet-a1', LoadBalancerSubnets: 'subnet-a0', Group: 'sg-0c' },
              resources: [
                made('EnvironmentGroup', 'sg-0a'),
                made('EnvironmentCacheGroup', 'sg-0b'),
                made('RunnerGroup', 'sg-0d'),
                made('RunnerLbGroup', 'sg-0e'),
              ],
            }),
          ],
        },
      ),
    );

    expect(ids(proposal.environmentSubnetIds)).toEqual(['subnet-a1']);
    expect(ids(proposal.environmentSecurityGroupIds)).toEqual(['sg-0a']);
    expect(ids(proposal.runnerSecurityGroupIds)).toEqual(['sg-0c', 'sg-0d']);
    expect(proposal.securityGroupMode.value).toBe('default');
  });

  it('calls the groups default only when every one came with the stack', () => {
    const on = (...groups: string[]) =>
      only(
        small(
          {
            Instances: [
              {
                ...instance('i-1', 'subnet-a1', { ...environment, ...ofRunner('one') }),
                SecurityGroups: groups.map((GroupId) => ({ GroupId })),
              },
            ],
          },
          {
            stacks: [
              stack('prod', {
                tags: ofRunner('one'),
                parameters: { VpcId: 'vpc-1' },
                resources: [{ logicalId: 'E', physicalId: 'sg-0a', type: 'AWS::EC2::SecurityGroup' }],
              }),
            ],
          },
        ),
      ).securityGroupMode.value;

    expect(on('sg-0a')).toBe('default');
    expect(on('sg-0a', 'sg-0b')).toBeUndefined();
  });

  it('knows a runner by the tag of a group, in its own VPC only', () => {
    const group = (id: string, vpcId: string, name: string, runnerId: string) => ({
      GroupId: id,
      GroupName: name,
      VpcId: vpcId,
      IpPermissions: [],
      IpPermissionsEgress: [],
      Tags: [{ Key: 'gitpod.dev/runner-id', Value: runnerId }],
    });
    const proposal = only(
      small({
        SecurityGroups: [
          group('sg-0a', 'vpc-1', 'prod-environment', 'one'),
          group('sg-0b', 'vpc-1', 'prod-ecs', 'one'),
          group('sg-0c', 'vpc-1', 'prod-memorydb', 'one'),
          group('sg-0d', 'vpc-2', 'other-environment', 'two'),
        ],
      }),
    );

    expect(proposal).toMatchObject({ runnerId: 'one', certain: true });
    expect(ids(proposal.environmentSecurityGroupIds)).toEqual(['sg-0a']);
    expect(ids(proposal.runnerSecurityGroupIds)).toEqual(['sg-0b']);
    expect(guessesOf(proposal).map(({ value }) => value)).toEqual(expect.arrayContaining(['sg-0a', 'sg-0b']));
  });

  it('names the subnets that the runner may come to use', () => {
    const network = smallNetwork();
    const subnet = { SubnetId: 'subnet-a2', VpcId: 'vpc-1', CidrBlock: '10.0.2.0/24', AvailabilityZone: 'b' };
    const tables = (network['RouteTables'] ?? []).map((table) =>
      table['RouteTableId'] === 'rtb-a1'
        ? {
            ...table,
            Associations: ['subnet-a1', 'subnet-a2'].map((SubnetId) => ({
              SubnetId,
              AssociationState: { State: 'associated' },
            })),
          }
        : table,
    );
    const remarks = (...instances: object[]) =>
      only(
        small({ Subnets: [...(network['Subnets'] ?? []), subnet], RouteTables: tables, Instances: instances }),
      ).remarks.join();
    const running = (id: string, at: string) => instance(id, at, { ...environment, ...ofRunner('one') });

    expect(remarks(running('i-1', 'subnet-a1'))).toMatch(/add them if it may use them: subnet-a2$/);
    expect(remarks(running('i-1', 'subnet-a1'), running('i-2', 'subnet-a2'))).toBe('');
  });
});
