import { readFileSync } from 'node:fs';
import { routeMessage } from '../shared/app/route-events.ts';
import { instant } from '../shared/core/base/instant.ts';
import { parseBundle } from '../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../shared/core/model/network-model.ts';
import { intersect, minus } from '../shared/core/net/interval-set.ts';
import { PROTOCOLS } from '../shared/core/net/protocol.ts';
import { theInternet, workloadSource } from '../shared/core/reach/ends.ts';
import { afterGroupChange, createEngine, type Engine } from '../shared/core/reach/engine.ts';
import { evaluateTraffic, verdictOf } from '../shared/core/reach/evaluate.ts';
import { scanWith } from '../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../shared/core/requirements/watch-file.ts';
import { burst } from './burst.ts';
import { collectAndEvaluate, type Measured } from './collect.ts';
import { eventToAlert } from './evented.ts';
import { quotaNetwork, runnerNetwork, tieredNetwork, type Workload } from './networks.ts';

/** At least so long lies between two scans of a network that changes ask for: what gathers for half a minute covers the changes of 20 s; seconds. */
const GATHERING_WINDOW = 20;

/** Median of several runs, in milliseconds, after as many that let the compiler warm up. */
function time(runs: number, work: () => unknown): number {
  const times: number[] = [];
  for (let n = 0; n < runs; n += 1) work();
  for (let n = 0; n < runs; n += 1) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

const row = (...cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)).join(' | ')} |`);

function oneHop(): void {
  const { bundle, boundaries, groupId } = quotaNetwork();
  const model = buildNetworkModel(parseBundle(bundle));
  const [table] = model.all('routeTable');
  const [acl] = model.all('networkAcl');
  if (!table || !acl) throw new Error('the quota network has a table and an ACL');
  const sort = time(150, () => Float64Array.from(boundaries).sort());
  const ports = { from: 443, to: 443 };
  const hop = time(150, () => {
    const { memo } = createEngine(model);
    const [group] = memo.groups([groupId], 'egress', 'ipv4', PROTOCOLS.tcp, ports).cells;
    const [cell] = memo.acl(acl, true, 'ipv4', PROTOCOLS.tcp, ports);
    const open = intersect(group?.allowed ?? [], cell?.allowed ?? []);
    let rest = open;
    for (const choice of memo.routes(table, 'ipv4')) rest = minus(rest, choice.dst);
    return rest;
  });
  row('one hop at quota maximum', `sort ${sort.toFixed(3)} ms`, `hop ${hop.toFixed(3)} ms`, hop / sort, '≤ 4');
}

const FLOWS = [
  { protocol: PROTOCOLS.tcp, port: 443 },
  { protocol: PROTOCOLS.tcp, port: 8443 },
  { protocol: PROTOCOLS.udp, port: 4242 },
  { protocol: PROTOCOLS.tcp, port: 22 },
  { protocol: PROTOCOLS.tcp, port: 80 },
  { protocol: PROTOCOLS.udp, port: 53 },
];

/** Six flows from each of the workloads to the Internet. */
function askAll(engine: Engine, workloads: readonly Workload[]): void {
  const seen: Record<string, number> = {};
  for (const { subnetId, groupIds } of workloads) {
    const found = workloadSource(engine.model, subnetId, groupIds, false, 'ipv4');
    if (found.is !== 'found' || found.value.vpcId === undefined) throw new Error('every workload can be seen');
    const { set } = theInternet(engine.model, [found.value.vpcId], 'ipv4');
    for (const { protocol, port } of FLOWS) {
      const evaluation = evaluateTraffic(engine, {
        sources: [found.value],
        dst: set,
        family: 'ipv4',
        protocol,
        ports: { from: port, to: port },
        clientPorts: { from: 32768, to: 60999 },
      });
      const verdict = verdictOf(evaluation, 'all');
      seen[verdict] = (seen[verdict] ?? 0) + 1;
    }
  }
  if ((seen['pass'] ?? 0) === 0) throw new Error('some flows pass');
}

/** One group gets another rule; only workloads that have it are asked again. */
function oneChangedGroup(subnets: number, full: number): void {
  const network = tieredNetwork(subnets);
  const model = buildNetworkModel(parseBundle(network.bundle));
  const engine = createEngine(model);
  askAll(engine, network.workloads);
  const [group] = model.all('securityGroup');
  const permission = group?.egress[0];
  if (!group || !permission) throw new Error('the network has a group with a rule');
  const changed = { ...group, egress: [...group.egress, { ...permission, ports: { from: 22, to: 22 } }] };
  const again = time(30, () => {
    const affected = network.workloads.filter(({ groupIds }) => groupIds.includes(group.id));
    askAll(afterGroupChange(engine, changed), affected);
  });
  row(
    `one changed group of ${subnets} subnets`,
    `all again ${full.toFixed(1)} ms`,
    `${again.toFixed(2)} ms`,
    again / full,
    '≤ 0.05',
  );
}

/** Most heap in use while all subnets are evaluated, garbage included, in parsed bundles. Needs `node --expose-gc`. */
function peakMemory(subnets: number): void {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) throw new Error('run with --expose-gc');
  const { bundle, workloads } = tieredNetwork(subnets);
  const text = JSON.stringify(bundle);
  const used = (): number => process.memoryUsage().heapUsed;
  gc();
  const before = used();
  const parsed: Record<string, unknown> = JSON.parse(text);
  gc();
  const size = used() - before;
  let peak = size;
  const engine = createEngine(buildNetworkModel(parseBundle(parsed)));
  for (let from = 0; from < workloads.length; from += 50) {
    askAll(engine, workloads.slice(from, from + 50));
    peak = Math.max(peak, used() - before);
  }
  row(
    `memory with ${subnets} subnets`,
    `parsed bundle ${(size / 2 ** 20).toFixed(1)} MiB`,
    `at its peak ${(peak / 2 ** 20).toFixed(1)} MiB`,
    peak / size,
    '≤ 5',
  );
}

function sixFlows(subnets: number): { readonly parse: number; readonly evaluate: number } {
  const network = tieredNetwork(subnets);
  const text = JSON.stringify(network.bundle);
  const runs = subnets > 1000 ? 5 : 30;
  const parse = time(runs, () => JSON.parse(text));
  const model = buildNetworkModel(parseBundle(JSON.parse(text)));
  const evaluate = time(runs, () => askAll(createEngine(model), network.workloads));
  row(
    `six flows from every of ${subnets} subnets`,
    `JSON.parse ${parse.toFixed(1)} ms`,
    `evaluate ${evaluate.toFixed(1)} ms`,
    evaluate / parse,
    subnets === 500 ? '≤ 1' : '',
  );
  return { parse, evaluate };
}

/** Every requirement for a watched VPC of the bundle, whose runner may be in any of its 50 subnets. */
function fullScan(subnets: number, isHealthy: boolean): void {
  const { bundle, watched } = runnerNetwork(subnets, isHealthy);
  const text = JSON.stringify(bundle);
  const snapshot = parseBundle(JSON.parse(text));
  const [network] = watchFileSchema.parse({ version: 1, networks: [watched] }).networks;
  if (!network) throw new Error('no network');
  const parse = time(30, () => JSON.parse(text));
  let memo = { hits: 0, misses: 0 };
  const scan = time(15, () => {
    const engine = createEngine(buildNetworkModel(snapshot));
    const report = scanWith(engine, network, instant(Date.UTC(2026, 10, 25)));
    memo = engine.memo.stats;
    if (report.verdict !== (isHealthy ? 'unknown' : 'fail')) throw new Error(`the verdict is ${report.verdict}`);
  });
  const shared = memo.hits / (memo.hits + memo.misses);
  row(
    `all requirements of a ${isHealthy ? 'healthy' : 'broken'} VPC of ${network.environmentSubnetIds.length} subnets in the bundle of ${subnets}`,
    `JSON.parse ${parse.toFixed(1)} ms`,
    `scan ${scan.toFixed(1)} ms, ${(100 * shared).toFixed(1)} % of ${memo.hits + memo.misses} look-ups shared`,
    scan / parse,
    '≤ 2',
  );
}

/** Messages of the queue, as EventBridge writes them: read, classified and given to the watched networks that they may be about. */
function classifiedEvents(count: number): void {
  const event = JSON.parse(readFileSync('examples/private-nat/broken.events.json', 'utf8'))[0] as { detail: object };
  const names = [
    'CreateRoute',
    'DeleteRoute',
    'RunInstances',
    'CreateTags',
    'AuthorizeSecurityGroupIngress',
    'CreateSnapshot',
  ];
  const bodies = Array.from({ length: count }, (_, at) =>
    JSON.stringify({ ...event, detail: { ...event.detail, eventName: names[at % names.length], eventID: `${at}` } }),
  );
  const { watched } = runnerNetwork(500, true);
  const { networks } = watchFileSchema.parse({
    version: 1,
    networks: Array.from({ length: 50 }, (_, at) => ({
      ...watched,
      id: `n${at}`,
      region: at % 2 === 0 ? 'eu-central-1' : 'eu-west-1',
    })),
  });
  const parse = time(5, () => bodies.map((body) => JSON.parse(body)));
  let scans = 0;
  const route = time(5, () => {
    scans = bodies.filter((body) => routeMessage(body, networks).is === 'scan').length;
  });
  row(
    `${count} events for ${networks.length} networks, of which ${scans} lead to a scan`,
    `JSON.parse ${parse.toFixed(1)} ms`,
    `read and classify ${route.toFixed(1)} ms`,
    route / parse,
    '≤ 3',
  );
}

/** Over the wire. Without an emulator the row says so. */
async function overTheWire(
  what: string,
  reference: string,
  limit: string,
  measure: () => Promise<Measured>,
): Promise<void> {
  try {
    const { bare, ours, ratio } = await measure();
    row(what, `${reference} ${bare.toFixed(0)} ms`, `${ours.toFixed(0)} ms`, ratio, limit);
  } catch (error) {
    row(what, `left out: ${error instanceof Error ? error.message : String(error)}`, '', '', limit);
  }
}

/** Scans that a burst leads to, of those that there may be: one for each network, and one more for each time that changes could gather meanwhile. */
async function bursts(): Promise<void> {
  const networks = 50;
  for (const seconds of [1, 60, 300]) {
    const { scans, deadLetters, peakHeap } = await burst({
      networks,
      events: 5000,
      lasts: seconds * 1000,
      doubled: 100,
    });
    const most = networks + (seconds / GATHERING_WINDOW) * networks;
    row(
      `5,000 events on ${networks} networks in ${seconds} s, queue and time simulated; ${deadLetters} dead letters, heap ${(peakHeap / 2 ** 20).toFixed(0)} MiB`,
      `${most} scans at most`,
      `${scans} scans`,
      scans / most,
      '≤ 1',
    );
  }
}

/** In the order of the document. */
const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  memory: () => peakMemory(5000),
  hop: oneHop,
  flows: () => {
    const small = sixFlows(500);
    const large = sixFlows(5000);
    oneChangedGroup(5000, large.evaluate);
    row('growth exponent, 500 to 5,000 subnets', '', '', Math.log10(large.evaluate / small.evaluate), '≤ 1.15');
  },
  scan: () => {
    fullScan(500, true);
    fullScan(500, false);
  },
  events: () => classifiedEvents(10_000),
  burst: bursts,
  collect: () =>
    overTheWire(
      'collect and evaluate a VPC of 100 subnets, 50 groups, 2,000 interfaces',
      'bare SDK calls in parallel',
      '≤ 1.3',
      () => collectAndEvaluate(),
    ),
  alert: () =>
    overTheWire(
      'from an event to the alert in SNS, the same VPC, without the time that changes gather',
      'collect and evaluate',
      '≤ 1.5',
      eventToAlert,
    ),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
console.log('| what | reference | ours | ratio | to reach |\n|---|---|---|---|---|');
for (const [name, measure] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await measure();
