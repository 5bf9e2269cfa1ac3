import { describe, expect, it } from '@jest/globals';
import { judge } from './sample.ts';

type Item = { readonly [key: string]: unknown };

const route = (cidr: string, target: Item): Item => ({
  DestinationCidrBlock: cidr,
  Origin: 'CreateRoute',
  State: 'active',
  ...target,
});
const local = route('10.0.0.0/16', { GatewayId: 'local', Origin: 'CreateRouteTable' });
const table = (name: string, ...routes: readonly Item[]): Item => ({
  RouteTableId: `rtb-${name}`,
  VpcId: 'vpc-1',
  Associations: [{ SubnetId: `subnet-${name}`, Main: false, AssociationState: { State: 'associated' } }],
  Routes: [local, ...routes],
});
const nat = (name: string, subnet: string, inner: string, outer: string): Item => ({
  NatGatewayId: `nat-${name}`,
  VpcId: 'vpc-1',
  SubnetId: `subnet-${subnet}`,
  State: 'available',
  NatGatewayAddresses: [{ PrivateIp: inner, PublicIp: outer, Status: 'succeeded' }],
});
const rule = (RuleNumber: number, Egress: boolean, RuleAction: string, ports?: readonly [number, number]): Item => ({
  RuleNumber,
  Egress,
  RuleAction,
  Protocol: ports ? '6' : '-1',
  CidrBlock: '0.0.0.0/0',
  ...(ports ? { PortRange: { From: ports[0], To: ports[1] } } : {}),
});
const acl = (name: string, ...entries: readonly Item[]): Item => ({
  NetworkAclId: `acl-${name}`,
  VpcId: 'vpc-1',
  IsDefault: false,
  Associations: [{ SubnetId: `subnet-${name}` }],
  Entries: entries,
});
const OPEN = [rule(100, true, 'allow'), rule(100, false, 'allow')];
const NETWORK = {
  Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' }],
  Subnets: ['a', 'b', 'c'].map((name, index) => ({
    SubnetId: `subnet-${name}`,
    VpcId: 'vpc-1',
    CidrBlock: `10.0.${index}.0/24`,
    AvailabilityZoneId: 'use1-az1',
  })),
  RouteTables: [
    table('a', route('0.0.0.0/0', { NatGatewayId: 'nat-b' })),
    table('b', route('0.0.0.0/0', { GatewayId: 'igw-1' })),
    table('c', route('0.0.0.0/0', { GatewayId: 'igw-1' })),
  ],
  NetworkAcls: ['a', 'b', 'c'].map((name) => acl(name, ...OPEN)),
  SecurityGroups: [
    {
      GroupId: 'sg-1',
      VpcId: 'vpc-1',
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
  ],
  InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: 'available' }] }],
  NatGateways: [nat('b', 'b', '10.0.1.200', '3.208.10.20'), nat('c', 'c', '10.0.2.200', '3.208.10.21')],
  NetworkInterfaces: [],
  TransitGatewayVpcAttachments: [],
  VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off', State: 'default-state' },
  VpcBlockPublicAccessExclusions: [],
};
const workload = (name: string): Item => ({ subnet: `subnet-${name}`, securityGroups: ['sg-1'], publicIp: false });
const ask = { from: workload('a'), to: { internet: true }, protocol: 'tcp', port: 443 };
const codes = (bundle: unknown, question: unknown) => judge(bundle, question).reasons.map((reason) => reason.code);
const withAcls = (...acls: readonly Item[]) => ({
  ...NETWORK,
  NetworkAcls: [
    ...acls,
    ...NETWORK.NetworkAcls.filter((own) => !acls.some((a) => a['NetworkAclId'] === own['NetworkAclId'])),
  ],
});

describe('one packet', () => {
  it('reaches the Internet through a NAT gateway in a public subnet', () => {
    expect(judge(NETWORK, ask)).toMatchObject({ verdict: 'pass', reasons: [] });
  });

  it('is not carried from one NAT gateway to another', () => {
    const chained = {
      ...NETWORK,
      RouteTables: [
        NETWORK.RouteTables[0],
        table('b', route('0.0.0.0/0', { NatGatewayId: 'nat-c' })),
        NETWORK.RouteTables[2],
      ],
    };

    expect(judge(chained, ask).verdict).toBe('fail');
    expect(codes(chained, ask)).toContain('X_NAT_LOOP');
  });

  it('comes from no address that AWS keeps for itself', () => {
    const kept = withAcls(
      acl('a', { ...rule(50, false, 'deny'), CidrBlock: '10.0.0.0/30' }, ...OPEN),
      acl('b', { ...rule(50, false, 'deny'), CidrBlock: '10.0.0.0/30' }, ...OPEN),
    );

    expect(judge(kept, ask).verdict).toBe('pass');
  });

  it('is lost when two ACLs of the way back admit no client port in common', () => {
    const apart = withAcls(
      acl('a', rule(100, true, 'allow'), rule(90, false, 'deny', [32768, 65535]), rule(100, false, 'allow')),
      acl('c', rule(90, true, 'deny', [1024, 32767]), ...OPEN),
    );
    const inside = { ...ask, to: workload('c') };

    expect(judge(apart, inside).verdict).toBe('fail');
    expect(judge(withAcls(apart.NetworkAcls[0] ?? {}), inside).verdict).toBe('unknown');
  });

  it('depends on a declared client range, and on all of it', () => {
    const high = withAcls(acl('a', rule(100, true, 'allow'), rule(100, false, 'allow', [32768, 65535])));
    const declared = (low: number) => ({ ...ask, clientEphemeralPorts: [low, 60999] });

    expect(judge(high, ask).verdict).toBe('unknown');
    expect(judge(high, declared(32768)).verdict).toBe('pass');
    expect(judge(high, declared(32767)).verdict).toBe('fail');
  });

  it('fails for one port that the NAT gateway may use and its ACL refuses', () => {
    const hole = withAcls(acl('b', rule(90, false, 'deny', [3389, 3389]), ...OPEN));

    expect(judge(hole, ask)).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'SUBNET_ACL_RESTRICTION', component: 'acl-b', leg: 'return' }],
    });
  });

  it.each(['Subnets', 'Vpcs', 'RouteTables', 'NetworkAcls', 'NatGateways', 'InternetGateways'])(
    'is undecided when %s were not collected',
    (kind) => {
      const less = Object.fromEntries(Object.entries(NETWORK).filter(([key]) => key !== kind));

      expect(judge(less, ask).verdict).toBe('unknown');
      expect(codes(less, ask)).toContain('X_FACT_UNREADABLE');
    },
  );

  it('stays denied by what is visible when another hop is not', () => {
    const closed = { ...NETWORK, SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [], IpPermissionsEgress: [] }] };
    const { NatGateways: _, ...less } = closed;

    expect(judge(less, ask).verdict).toBe('fail');
  });
});
