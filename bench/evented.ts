import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AuthorizeSecurityGroupEgressCommand, EC2Client, RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { awsFacts } from '../shared/adapters/aws-facts.ts';
import { dynamoDeliveries } from '../shared/adapters/dynamo-deliveries.ts';
import { dynamoState } from '../shared/adapters/dynamo-state.ts';
import { snsNotifier } from '../shared/adapters/sns-notifier.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { deliverAlerts } from '../shared/app/deliver-alerts.ts';
import { scanBatch } from '../shared/app/scan-batch.ts';
import { instant } from '../shared/core/base/instant.ts';
import { parseBundle } from '../shared/core/facts/snapshot.ts';
import { scanNetwork } from '../shared/core/requirements/scan.ts';
import { watchFileSchema } from '../shared/core/requirements/watch-file.ts';
import { startEc2Proxy } from '../test/support/ec2-proxy.ts';
import { exampleJson } from '../test/support/example.ts';
import { buildLargeVpc, watchLargeVpc } from '../test/support/large-vpc.ts';
import { emulatorConfig, startMoto } from '../test/support/moto.ts';
import { createStateTable } from '../test/support/state-table.ts';
import { type Measured, median, SIZE } from './collect.ts';

const RUNS = 5;

const OPEN = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

/**
 * From an event to the alert in SNS, in process and without the time that changes gather, beside collecting and evaluating alone. The VPC is that of the
 * bench of the collector; a group of it loses its rule for outbound traffic and gets it back. The stream is played by reading the committed batch back.
 */
export async function eventToAlert(): Promise<Measured> {
  const moto = await startMoto();
  const proxy = await startEc2Proxy(moto.endpoint);
  const config = emulatorConfig(proxy.endpoint);
  const [ec2, dynamo, sns] = [new EC2Client(config), new DynamoDBClient(config), new SNSClient(config)];
  try {
    const vpc = await buildLargeVpc(ec2, SIZE);
    const [network] = watchFileSchema.parse({ version: 1, networks: [watchLargeVpc(vpc)] }).networks;
    if (!network) throw new Error('no network');
    await createStateTable(dynamo, 'state');
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    const { region: _region, ...client } = config;
    const facts = awsFacts({ clock: systemClock, client });
    const store = dynamoState({ client: dynamo, table: 'state' });
    const deliveries = dynamoDeliveries(dynamo, 'state', systemClock);
    const notifiers = [snsNotifier(sns, TopicArn)];
    const GroupId = vpc.groupIds[1];
    const [sample] = exampleJson('broken.events.json') as readonly { readonly detail: object }[];
    let events = 0;

    const collectAndEvaluate = async (): Promise<void> => {
      const bundle = await facts.collect(network, instant(Date.now() + 60_000));
      scanNetwork(parseBundle(bundle), network, instant(Date.now()));
    };
    /** Whether an alert was told. */
    const handle = async (eventName: string): Promise<boolean> => {
      events += 1;
      const now = new Date().toISOString();
      const detail = {
        ...sample?.detail,
        eventName,
        eventID: `e${events}`,
        eventTime: now,
        requestParameters: { groupId: GroupId },
      };
      const body = JSON.stringify({ ...sample, account: undefined, detail });
      const outcome = await scanBatch({ store, facts, clock: systemClock }, [network], [{ id: 'm', body }]);
      if (outcome.failed.length > 0) throw new Error(`not scanned: ${JSON.stringify(outcome.events)}`);
      const [batch] = await store.history(network.id, 1);
      return batch !== undefined && (await deliverAlerts(notifiers, batch, undefined, deliveries)) === 'told';
    };
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };

    await handle('CreateSecurityGroup');
    const times = { bare: [] as number[], ours: [] as number[] };
    for (let n = 0; n < RUNS + 1; n += 1) {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: OPEN }));
      const bare = await timed(collectAndEvaluate);
      let isTold = false;
      const ours = await timed(async () => {
        isTold = await handle('RevokeSecurityGroupEgress');
      });
      if (!isTold) throw new Error('what broke was not told');
      await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: OPEN }));
      await handle('AuthorizeSecurityGroupEgress');
      // The first warms up.
      if (n > 0) {
        times.bare.push(bare);
        times.ours.push(ours);
      }
    }
    const [reference, own] = [median(times.bare), median(times.ours)];
    return { bare: reference, ours: own, ratio: own / reference };
  } finally {
    for (const client of [ec2, dynamo, sns]) client.destroy();
    await proxy.stop();
    await moto.stop();
  }
}
