import { setMaxListeners } from 'node:events';
import { EC2Client } from '@aws-sdk/client-ec2';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { awsFacts } from '../shared/adapters/aws-facts.ts';
import { Clients, type CollectedKind, OPERATIONS } from '../shared/adapters/aws-operations.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { instant } from '../shared/core/base/instant.ts';
import type { Kind } from '../shared/core/facts/kinds/kind.ts';
import { KINDS } from '../shared/core/facts/kinds/registry.ts';
import { parseBundle } from '../shared/core/facts/snapshot.ts';
import { REGION_SERVICES } from '../shared/core/requirements/catalogue.ts';
import { scanNetwork } from '../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../shared/core/requirements/watch-file.ts';
import { startEc2Proxy } from '../test/support/ec2-proxy.ts';
import { buildLargeVpc, type LargeVpc, watchLargeVpc } from '../test/support/large-vpc.ts';
import { emulatorConfig, type Moto, startMoto } from '../test/support/moto.ts';

/** That of the test of the budget of calls. */
export const SIZE = { subnets: 100, groups: 50, interfacesPerSubnet: 20 };

const RUNS = 5;

export interface Measured {
  /** Medians of alternating runs, in milliseconds. */
  readonly bare: number;
  readonly ours: number;
  readonly ratio: number;
}

/** Every call of the collector for this VPC, with nothing around it: no order, no limit, no checks. */
async function bareCalls(endpoint: string, vpc: LargeVpc): Promise<void> {
  const config = { ...emulatorConfig(endpoint), maxAttempts: 1 };
  const clients = new Clients(config);
  const ssm = new SSMClient(config);
  const abortSignal = AbortSignal.timeout(60_000);
  setMaxListeners(0, abortSignal);
  const options = { abortSignal };
  const inputsOf = ({ collect }: Kind<{ readonly id: string }>): readonly Readonly<Record<string, unknown>>[] => {
    switch (collect.by) {
      case 'vpc':
        return 'idsInput' in collect
          ? [{ ...collect.input, [collect.idsInput]: [vpc.vpcId] }]
          : [{ [collect.filterInput ?? 'Filters']: [{ Name: collect.filter, Values: [vpc.vpcId] }] }];
      case 'group':
        return [{ ...collect.input, Filters: [{ Name: collect.filter, Values: vpc.groupIds }] }];
      case 'all':
        return [collect.input ?? {}];
      case 'each':
        return collect.of === 'vpcIds' || collect.of === 'watchedVpcIds'
          ? collect.requests(vpc.vpcId, config.region)
          : [];
      case 'given':
        return [];
    }
  };
  await Promise.all([
    ...(Object.keys(OPERATIONS) as CollectedKind[]).flatMap((name) =>
      inputsOf(KINDS[name]).map((input) => OPERATIONS[name](clients, input, options)),
    ),
    ssm.send(
      new GetParametersCommand({
        Names: REGION_SERVICES.map(
          (code) => `/aws/service/global-infrastructure/regions/eu-central-1/services/${code}`,
        ),
      }),
    ),
  ]);
  for (const client of [clients, ssm]) client.destroy();
}

export const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/** Collects and evaluates one VPC of 100 subnets over the wire, beside the bare calls. Throws when there is no emulator. */
export async function collectAndEvaluate(interfacesPerSubnet = SIZE.interfacesPerSubnet): Promise<Measured> {
  const moto: Moto = await startMoto();
  const proxy = await startEc2Proxy(moto.endpoint);
  try {
    const client = new EC2Client(emulatorConfig(proxy.endpoint));
    const vpc = await buildLargeVpc(client, { ...SIZE, interfacesPerSubnet });
    client.destroy();
    const [network] = watchFileSchema.parse({ version: 1, networks: [watchLargeVpc(vpc)] }).networks;
    if (!network) throw new Error('no network');
    const { region: _region, ...caller } = emulatorConfig(proxy.endpoint);
    const ours = async (): Promise<void> => {
      const facts = awsFacts({ clock: systemClock, client: caller });
      const bundle = await facts.collect(network, instant(Date.now() + 60_000));
      if (bundle.Errors) throw new Error(`${bundle.Errors[0]?.Operation} failed`);
      scanNetwork(parseBundle(bundle), network, instant(Date.UTC(2026, 10, 25)));
    };
    const timed = async (work: () => Promise<void>): Promise<number> => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    const bare = (): Promise<void> => bareCalls(proxy.endpoint, vpc);
    for (let n = 0; n < 2; n += 1) {
      await bare();
      await ours();
    }
    const times = { bare: [] as number[], ours: [] as number[] };
    for (let n = 0; n < RUNS; n += 1) {
      times.bare.push(await timed(bare));
      times.ours.push(await timed(ours));
    }
    const [reference, own] = [median(times.bare), median(times.ours)];
    return { bare: reference, ours: own, ratio: own / reference };
  } finally {
    await proxy.stop();
    await moto.stop();
  }
}
