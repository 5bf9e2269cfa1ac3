// Breaks the engine one rule at a time and asks the tests whether they notice: npm run mutants [word of a rule]
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REACH = 'shared/core/reach';
const HOPS = `${REACH}/hops`;

/** The rule that is broken, where, and how. Every `find` occurs in its file. */
const MUTANTS = [
  [
    'subnets that are followed together meet their network ACL',
    `${REACH}/walk.ts`,
    '!flow.home?.alike?.ids.has(subnet.id)',
    'true',
  ],
  [
    'who talks within a subnet is followed alone',
    `${REACH}/evaluate-alike.ts`,
    'source.subnet?.id === target.subnetId ? undefined : ',
    '',
  ],
  [
    'ways depend on the groups of both ends',
    `${REACH}/memo.ts`,
    'within(senders, ends,',
    'within(senders, groupIds.join(),',
  ],
  ['a blackhole route drops', `${REACH}/walk.ts`, "route.state === 'blackhole'", "route.state === 'no such state'"],
  ['the longest prefix wins', `${REACH}/route-lookup.ts`, '(128 - length) * 4 + tier', 'length * 4 + tier'],
  ['static routes beat propagated ones', `${REACH}/route-lookup.ts`, 'CreateRoute: 0,', 'CreateRoute: 3,'],
  ['prefix lists beat propagated routes', `${REACH}/route-lookup.ts`, 'PREFIX_LIST_RANK = 1', 'PREFIX_LIST_RANK = 3'],
  [
    'propagated routes lose to local',
    `${REACH}/route-lookup.ts`,
    "candidate.route.origin === 'EnableVgwRoutePropagation' &&",
    'false &&',
  ],
  [
    'a DNS Firewall rule that cannot be read may let names through',
    `${REACH}/dns-firewall.ts`,
    ' && !mayBeLetThrough',
    '',
  ],
  ['DNS Firewall groups are tried in their order', `${REACH}/dns-firewall.ts`, 'a.priority - b.priority);', '0);'],
  ['aliases need a rule of their own', `${REACH}/dns-firewall.ts`, 'rule.trustsAliases || isFinal', 'true'],
  ['a private zone answers for its names', `${REACH}/resolver-rules.ts`, '[answeredBy(zone, vpcId)]', '[]'],
  ['an endpoint is a zone of its own names', `${REACH}/resolver-rules.ts`, 'name.length > own', 'true'],
  [
    'a resolver rule goes before a zone of the same name',
    `${REACH}/resolver-rules.ts`,
    'zone && zone.name.length > longest ?',
    'zone && zone.name.length >= longest ?',
  ],
  [
    'a runner service that cannot be seen hides its tasks',
    'shared/core/requirements/runner-service.ts',
    "return unseen(found.is === 'hidden'",
    "return { network, remarks: [] }; if (found.is !== 'there') return unseen(found.is === 'hidden'",
  ],
  [
    'a denial under unknown conditions is no denial',
    'shared/core/requirements/checks/deployment-role.ts',
    'missingContext.length === 0 &&',
    'true &&',
  ],
  ['an unreadable list is no empty list', `${REACH}/route-lookup.ts`, 'unreadable.push({ route, listId })', 'void 0'],
  [
    'an unreadable list may beat local',
    `${REACH}/route-lookup.ts`,
    'BEATS_LOCAL.has(route.target.kind) &&',
    'false &&',
  ],
  [
    'network ACL rules are taken in order',
    'shared/core/facts/kinds/network-acl.ts',
    'a.ruleNumber - b.ruleNumber',
    'b.ruleNumber - a.ruleNumber',
  ],
  ['an IPv4 rule matches no IPv6', `${REACH}/network-acl-filter.ts`, 'entry.cidr.family === family && ', ''],
  ['network ACLs tell protocols apart', `${REACH}/network-acl-filter.ts`, '|| entry.protocol === protocol', '|| true'],
  ['network ACLs look at replies', `${REACH}/walk.ts`, '  leaveSubnet(walk, reply, subnet);', '  void reply;'],
  [
    'no network ACL inside a subnet',
    `${REACH}/walk.ts`,
    'if (neighbours) arrive(walk, neighbours',
    "if (neighbours) checkAcl(walk, neighbours, subnet, 'egress');\n  if (neighbours) arrive(walk, neighbours",
  ],
  [
    'a partly open ACL fails now and then',
    `${REACH}/check-acl.ts`,
    "flow.partly === 'fails'",
    "flow.partly === 'no such thing'",
  ],
  [
    'undeclared client ports are in doubt',
    `${REACH}/flow.ts`,
    "partly: 'unknown', of: 'client'",
    "partly: 'fails', of: 'client'",
  ],
  ['two ACLs may leave no port', `${REACH}/ledger.ts`, 'if (!coversPorts(ports, of)) continue;', 'continue;'],
  [
    'security groups add up',
    `${REACH}/security-group-filter.ts`,
    'for (const groupId of groupIds) {',
    'for (const groupId of groupIds.slice(0, 1)) {',
  ],
  ['an odd protocol has no ports', 'shared/core/facts/kinds/security-group.ts', 'hasPorts(protocol)', 'true'],
  [
    'references need identity',
    `${REACH}/check-groups.ts`,
    'if (!broken) return { ...NO_MATCH, set: flow.src };',
    'return { ...NO_MATCH, set: flow.src };',
  ],
  ['stale references match nothing', `${REACH}/check-groups.ts`, "reference.peeringStatus !== 'active'", 'false'],
  [
    'a workload has its own groups',
    `${REACH}/check-groups.ts`,
    'union(minus(members, target.addresses), atTarget)',
    'union(members, atTarget)',
  ],
  [
    'an internet gateway needs a public address',
    `${HOPS}/internet-gateway.ts`,
    'intersect(flow.src, home.noPublicIp)',
    '[]',
  ],
  [
    'an internet gateway takes no forwarded packets',
    `${HOPS}/internet-gateway.ts`,
    'if (flow.isForwarded) rejectForwarded(walk, flow, id);',
    '',
  ],
  [
    'an internet gateway keeps private destinations in',
    `${HOPS}/internet-gateway.ts`,
    "'IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS'],",
    "'IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS'],".replace('RFC1918_EGRESS', 'RFC6598_EGRESS'),
  ],
  [
    'a detached gateway serves nobody',
    `${HOPS}/gateway-state.ts`,
    'if (attachment && WORKING.has(attachment.state)) return true;',
    'return true;',
  ],
  ['an edge table redirects replies', `${HOPS}/internet-gateway.ts`, 'open = false;', 'continue;'],
  [
    'private IPv6 is not on the Internet',
    `${HOPS}/internet-gateway.ts`,
    "cidrsToSet(subnet.privateIpv6, 'ipv6')",
    "cidrsToSet([], 'ipv6')",
  ],
  ['IPv6 of another VPC is no Internet host', `${HOPS}/internet-gateway.ts`, ': everyVpc(walk.model)', ': []'],
  [
    'an egress-only gateway lets nobody in',
    `${HOPS}/egress-only-internet-gateway.ts`,
    "flow.leg === 'return'",
    'false',
  ],
  ['a NAT gateway serves no other VPC', `${HOPS}/nat-gateway.ts`, 'nat.vpcId !== hop.vpcId', 'false'],
  ['a NAT gateway serves no host of its subnet', `${HOPS}/nat-gateway.ts`, 'hop.subnet?.id === natSubnet.id', 'false'],
  ['a NAT gateway carries three protocols', `${HOPS}/nat-gateway.ts`, '!CARRIED.has(flow.protocol)', 'false'],
  ['a NAT address must be associated', `${HOPS}/nat-gateway.ts`, "status === 'succeeded'", 'true'],
  [
    'a failed NAT gateway is dead',
    `${HOPS}/nat-gateway.ts`,
    "found.value.state !== 'available' && !MAYBE",
    'false && !MAYBE',
  ],
  [
    'a NAT gateway uses all high ports',
    `${REACH}/flow.ts`,
    'EPHEMERAL_PORTS: PortRange = { from: 1024,',
    'EPHEMERAL_PORTS: PortRange = { from: 32768,',
  ],
  ['a regional NAT gateway needs the zone', `${HOPS}/nat-gateway.ts`, '!nat.autoProvisionZones &&', 'false &&'],
  [
    'peering reaches the peer only',
    `${HOPS}/peering.ts`,
    'const beyond = minus(flow.dst, farSpace);',
    'const beyond = minus([], farSpace);',
  ],
  [
    'peering carries own packets only',
    `${HOPS}/peering.ts`,
    'const foreign = minus(flow.src,',
    'const foreign = minus([],',
  ],
  [
    'a transit gateway needs the zone',
    `${HOPS}/transit-gateway.ts`,
    "effect: 'deny',\n    code: 'TGW_ROUTE_AZ_RESTRICTION'",
    "effect: 'unknown',\n    code: 'TGW_ROUTE_AZ_RESTRICTION'",
  ],
  [
    'a transit gateway keeps to the zone',
    `${HOPS}/transit-gateway.ts`,
    'attachment.applianceMode || sameZone',
    'sameZone',
  ],
  ['group references need the option on both', `${HOPS}/transit-gateway.ts`, '!entry.securityGroupReferencing ||', ''],
  [
    'a blackhole in a transit gateway drops',
    `${HOPS}/transit-gateway.ts`,
    "choice.route.state === 'blackhole'",
    'false',
  ],
  [
    'a virtual private gateway proves nothing',
    `${HOPS}/vpn-gateway.ts`,
    '  stopUnseen(walk, flow, {',
    '  void stopUnseen; void ({',
  ],
  [
    'down tunnels are down',
    `${HOPS}/vpn-gateway.ts`,
    "every((status) => status === 'DOWN')",
    "every((status) => status === 'BROKEN')",
  ],
  ['a gateway endpoint carries TCP', `${HOPS}/vpc-endpoint.ts`, 'flow.protocol !== PROTOCOLS.tcp && !echo', 'false'],
  [
    'a guest is invisible',
    `${HOPS}/appliance.ts`,
    "effect: 'unknown',\n    code: 'X_GUEST_FORWARDING_UNKNOWN'",
    "effect: 'deny',\n    code: 'X_GUEST_FORWARDING_UNKNOWN'",
  ],
  ['an appliance needs its check off', `${HOPS}/appliance.ts`, 'if (eni.sourceDestCheck) {', 'if (false) {'],
  [
    'Block Public Access blocks',
    `${HOPS}/block-public-access.ts`,
    "'internet-gateway': 'deny',\n      'nat-gateway': 'deny'",
    "'internet-gateway': 'allow',\n      'nat-gateway': 'deny'",
  ],
  [
    'Block Public Access lets NAT out',
    `${HOPS}/block-public-access.ts`,
    "'internet-gateway': 'deny',\n      'nat-gateway': 'allow'",
    "'internet-gateway': 'deny',\n      'nat-gateway': 'deny'",
  ],
  [
    'DNS is not filtered',
    `${REACH}/evaluate-alone.ts`,
    'unionAll([services, intersect(flow.dst, single(resolver))])',
    'services',
  ],
  ['private DNS takes a name over', `${REACH}/names.ts`, '!endpoint.privateDnsEnabled ||', 'true ||'],
  ['private DNS needs host names', `${REACH}/names.ts`, 'if (!hostnames) {', 'if (false) {'],
  [
    'a busy subnet is like no other',
    `${REACH}/alike.ts`,
    "for (const nat of model.all('natGateway')) add(nat.subnetId);",
    '',
  ],
  [
    'alike subnets share their table',
    `${REACH}/alike.ts`,
    'blockPublicAccess, table.value.id, acl.value.id]',
    'blockPublicAccess, acl.value.id]',
  ],
  [
    'a changed group is asked again',
    `${REACH}/memo.ts`,
    'filter(([ids]) => !ids.includes(groupId))',
    'filter(() => true)',
  ],
  [
    'one bad packet fails',
    `${REACH}/evaluate.ts`,
    "ledger.has('deny') ? 'fail'",
    "ledger.boxes('deny').length > 1 ? 'fail'",
  ],
  ['doubt is no pass', `${REACH}/evaluate.ts`, "ledger.has('unknown') ? 'unknown'", "ledger.has('unknown') ? 'pass'"],
];

const root = resolve('.');
const wanted = process.argv[2];
const chosen = MUTANTS.filter(([rule]) => wanted === undefined || rule.includes(wanted));

function copyTree() {
  const folder = mkdtempSync(join(tmpdir(), 'runnerwatch-mutant-'));
  const home = join(folder, 'main');
  for (const part of [
    'shared',
    'functions',
    'cli',
    'infra',
    'test',
    'package.json',
    'tsconfig.json',
    'README.md',
    'jest.config.mjs',
    'esbuild-transformer.mjs',
  ])
    cpSync(join(root, part), join(home, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  if (existsSync(join(root, '../shared'))) symlinkSync(join(root, '../shared'), join(folder, 'shared'));
  return { folder, home };
}

/** Part of `npm test`: what knows the engine. Stops at the first red test. */
const TESTS = ['test/core/reach', 'test/judge/judge', 'test/core/requirements'];

function runTests(home) {
  return new Promise((done) => {
    const jest = spawn(
      process.execPath,
      [join(root, 'node_modules/jest/bin/jest.js'), '--bail', '--silent', ...TESTS],
      {
        cwd: home,
        env: { ...process.env, CI: '1', NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    jest.stderr.on('data', (data) => {
      said += data;
    });
    jest.on('close', (code) => done({ code, said }));
  });
}

const trial = copyTree();
const sound = await runTests(trial.home);
rmSync(trial.folder, { recursive: true });
if (sound.code !== 0) throw new Error(`the tests are red before anything is broken:\n${sound.said}`);

const survivors = [];
const queue = [...chosen.entries()];
async function work() {
  const { folder, home } = copyTree();
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [number, [rule, file, find, replace]] = next;
    const path = join(home, file);
    const sound = readFileSync(path, 'utf8');
    if (!sound.includes(find)) throw new Error(`mutant ${number + 1} (${rule}): \`${find}\` is not in ${file}`);
    writeFileSync(
      path,
      sound.replace(find, () => replace),
    );
    const { code, said } = await runTests(home);
    writeFileSync(path, sound);
    if (/Test suite failed to run/.test(said)) throw new Error(`mutant ${number + 1} (${rule}) does not run:\n${said}`);
    if (code === 0) survivors.push(rule);
    console.log(`${code === 0 ? 'SURVIVED' : 'noticed '} ${rule}`);
  }
  rmSync(folder, { recursive: true });
}
await Promise.all([work(), work()]);
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants noticed`);
process.exitCode = survivors.length === 0 ? 0 : 1;
