import { parseBundle } from '../shared/core/facts/snapshot.ts';
import { buildNetworkModel } from '../shared/core/model/network-model.ts';
import { intersect, minus } from '../shared/core/net/interval-set.ts';
import { PROTOCOLS } from '../shared/core/net/protocol.ts';
import { theInternet, workloadSource } from '../shared/core/reach/ends.ts';
import { createEngine, evaluateTraffic, verdictOf } from '../shared/core/reach/evaluate.ts';
import { quotaNetwork, tieredNetwork } from './networks.ts';

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

function sixFlows(subnets: number): { readonly parse: number; readonly evaluate: number } {
  const network = tieredNetwork(subnets);
  const text = JSON.stringify(network.bundle);
  const runs = subnets > 1000 ? 5 : 30;
  const parse = time(runs, () => JSON.parse(text));
  const model = buildNetworkModel(parseBundle(JSON.parse(text)));
  const evaluate = time(runs, () => {
    const engine = createEngine(model);
    const seen: Record<string, number> = {};
    for (const { subnetId, groupIds } of network.workloads) {
      const found = workloadSource(model, subnetId, groupIds, false, 'ipv4');
      if (found.is !== 'found' || found.value.vpcId === undefined) throw new Error('every workload can be seen');
      const { set } = theInternet(model, [found.value.vpcId], 'ipv4');
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
    return seen;
  });
  row(
    `six flows from every of ${subnets} subnets`,
    `JSON.parse ${parse.toFixed(1)} ms`,
    `evaluate ${evaluate.toFixed(1)} ms`,
    evaluate / parse,
    subnets === 500 ? '≤ 1' : '',
  );
  return { parse, evaluate };
}

console.log('| what | reference | ours | ratio | to reach |\n|---|---|---|---|---|');
oneHop();
const small = sixFlows(500);
const large = sixFlows(5000);
row('growth exponent, 500 to 5,000 subnets', '', '', Math.log10(large.evaluate / small.evaluate), '≤ 1.15');
