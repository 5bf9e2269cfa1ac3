import { type DemoBundle, deleteNatGateway } from '../../cli/demo-network.ts';
import type { Bundle } from '../../shared/core/facts/bundle.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { exampleJson, exampleNetwork } from '../support/example.ts';

/** What may be wrong with the example network. Each gateway serves one of its two subnets, so requirements break in one place, in both, or in none. */
export const TOGGLES = {
  'first-gateway': { object: 'nat-0e5b072d9f61c83a4', breaks: 'DeleteNatGateway', mends: 'CreateNatGateway' },
  'second-gateway': { object: 'nat-0f6c183ea072d94b5', breaks: 'DeleteNatGateway', mends: 'CreateNatGateway' },
  'egress-rules': {
    object: 'sg-0cf5a0c7390b62d4e',
    breaks: 'RevokeSecurityGroupEgress',
    mends: 'AuthorizeSecurityGroupEgress',
  },
  /** An interface of an environment has another group. */
  interface: {
    object: 'eni-0d6c173ea072d94c5',
    breaks: 'ModifyNetworkInterfaceAttribute',
    mends: 'ModifyNetworkInterfaceAttribute',
  },
  /** Calls are refused, and a part of the subjects is no longer listed at all: no change of the network, and no event. */
  blindness: undefined,
  /** The watch file waives a requirement that the gateways break. */
  waiver: undefined,
} as const;

export type Toggle = keyof typeof TOGGLES;

/** What is wrong at one time, sorted. */
export type Wrong = readonly Toggle[];

const HEALTHY = exampleJson('bundle.json') as DemoBundle;

interface Group {
  readonly GroupId: string;
}

interface Interface {
  readonly NetworkInterfaceId: string;
}

function bundleWith(wrong: Wrong): Bundle {
  let bundle = HEALTHY;
  for (const toggle of ['first-gateway', 'second-gateway'] as const)
    if (wrong.includes(toggle)) bundle = deleteNatGateway(bundle, TOGGLES[toggle].object);
  if (wrong.includes('egress-rules')) {
    const groups = bundle['SecurityGroups'] as readonly Group[];
    const { object } = TOGGLES['egress-rules'];
    bundle = {
      ...bundle,
      SecurityGroups: groups.map((group) => (group.GroupId === object ? { ...group, IpPermissionsEgress: [] } : group)),
    };
  }
  if (wrong.includes('interface')) {
    const interfaces = bundle['NetworkInterfaces'] as readonly Interface[];
    bundle = {
      ...bundle,
      NetworkInterfaces: interfaces.map((one) =>
        one.NetworkInterfaceId === TOGGLES.interface.object
          ? { ...one, Groups: [{ GroupId: 'sg-0d06b1d84a1c73e5f' }] }
          : one,
      ),
    };
  }
  if (!wrong.includes('blindness')) return bundle as Bundle;
  const { RouteTables: _tables, NetworkInterfaces: _interfaces, ...seen } = bundle;
  const Errors = ['DescribeRouteTables', 'DescribeNetworkInterfaces'].map((Operation) => ({
    Operation,
    Code: 'UnauthorizedOperation',
  }));
  return { ...seen, Errors } as Bundle;
}

const bundles = new Map<string, Bundle>();

/** The same object for the same wrongs, so that what is found out about it can be kept. */
export function bundleOf(wrong: Wrong): Bundle {
  const key = wrong.filter((toggle) => toggle !== 'waiver').join();
  const bundle = bundles.get(key) ?? bundleWith(wrong);
  bundles.set(key, bundle);
  return bundle;
}

const networks = new Map<string, WatchedNetwork>();

export function networkOf(id: string, isWaived: boolean): WatchedNetwork {
  const key = `${id} ${isWaived}`;
  const waivers = [{ requirement: 'egress-gateway-8443', reason: 'known', owner: 'platform', expires: '2099-12-31' }];
  const network = networks.get(key) ?? { ...exampleNetwork(), id, waivers: isWaived ? waivers : [] };
  networks.set(key, network);
  return network;
}

/** An EventBridge event as CloudTrail makes it. */
export const changeEvent = (eventId: string, operation: string, object: string, at: number) => ({
  source: 'aws.ec2',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventID: eventId,
    eventName: operation,
    eventTime: new Date(at).toISOString(),
    recipientAccountId: '111122223333',
    awsRegion: 'eu-central-1',
    userIdentity: { type: 'IAMUser', userName: 'm.keller' },
    userAgent: 'aws-cli/2',
    requestParameters: { id: object },
  },
});
