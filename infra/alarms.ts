import type { MetricName } from '../functions/wire/metric-table.ts';
import { attributeOf, idOf, ref } from './intrinsics.ts';

/** Somebody has to hear when the watcher itself does not work: each alarm goes to the topic of its own troubles. */
interface Alarm {
  /** What people read: what is wrong, and where to look. */
  readonly says: string;
  readonly metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  };
  readonly statistic: 'Sum' | 'Maximum' | 'SampleCount';
  /** A period counts when its value is more, or less, than this. Without data it counts for those that ask for `atLeast`, and not for the others. */
  readonly limit: { readonly moreThan: number } | { readonly atLeast: number };
  /** Length of a period. */
  readonly minutes: number;
  /** How many periods have to count, and of how many the last; all of them when absent. */
  readonly times: number;
  readonly of?: number;
}

type Resources = Readonly<Record<string, unknown>>;

export const alarm = ({ says, metric, statistic, limit, minutes, times, of }: Alarm) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: says,
    ...metric,
    Statistic: statistic,
    Period: minutes * 60,
    EvaluationPeriods: of ?? times,
    ...(of === undefined ? {} : { DatapointsToAlarm: times }),
    ...('moreThan' in limit
      ? { Threshold: limit.moreThan, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' }
      : { Threshold: limit.atLeast, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' }),
    AlarmActions: [ref('WatcherTopic')],
  },
});

const ofFunction = (name: string, MetricName: string): Alarm['metric'] => ({
  Namespace: 'AWS/Lambda',
  MetricName,
  Dimensions: [{ Name: 'FunctionName', Value: ref(`${idOf(name)}LambdaFunction`) }],
});

/** The alarm of a dead-letter queue. */
export const deadLettersAlarm = (queue: string): Resources => ({
  [`${queue}Alarm`]: alarm({
    says: `Something could not be processed and waits in ${queue}`,
    metric: {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: attributeOf(queue, 'QueueName') }],
    },
    statistic: 'Maximum',
    limit: { moreThan: 0 },
    minutes: 5,
    times: 1,
  }),
});

/** The alarm of a function that throws. */
export const errorsAlarm = (name: string): Resources => ({
  [`${idOf(name)}ErrorsAlarm`]: alarm({
    says: `Function ${name} fails`,
    metric: ofFunction(name, 'Errors'),
    statistic: 'Sum',
    limit: { moreThan: 0 },
    minutes: 5,
    times: 1,
  }),
});

const DEAD_LETTERS = [
  'ChangeDeadLetters',
  'ScanDeadLetters',
  'EventDeadLetters',
  'ScheduleDeadLetters',
  'AlertDeadLetters',
];

const FUNCTIONS = ['scan', 'alert', 'sweep', 'api'];

/** Minutes between two heartbeats, as `serverless.yml` has it. */
const BEAT = 15;

/** `every` is the time between two scans of everything, in minutes. */
function ownAlarms(namespace: string, every: number): Readonly<Record<string, Alarm>> {
  /** Over all networks. */
  const own = (MetricName: MetricName): Alarm['metric'] => ({
    Namespace: namespace,
    MetricName,
    Dimensions: [{ Name: 'service', Value: 'runnerwatch' }],
  });
  return {
    NoScansAlarm: {
      says: `No scan came to its end for ${3 * every} minutes; the schedule alone makes one every ${every}`,
      metric: own('ScanTime'),
      statistic: 'SampleCount',
      limit: { atLeast: 1 },
      minutes: every,
      times: 3,
    },
    // A failed scan is a failed message, not a failed invocation. Twice in a row: one that only lost against a faster one is repeated and is no news.
    ScanFailuresAlarm: {
      says: 'Scans of a network keep failing; the log of the scan function says which and why',
      metric: own('ScanFailed'),
      statistic: 'Sum',
      limit: { moreThan: 0 },
      minutes: every,
      times: 2,
    },
    // Four turns of the schedule: a call that was throttled or late is asked again by the next scan. Of six, for a scan may fall into the period beside its own.
    BlindAlarm: {
      says: 'Scans have not been able to read some network whole for four turns of the schedule: a permission is gone, or calls keep failing. What depends on it is unknown. The line "network not read whole" in the log of the scan function names the network and the calls',
      metric: own('Gaps'),
      statistic: 'Maximum',
      limit: { moreThan: 0 },
      minutes: every,
      times: 4,
      of: 6,
    },
    // The schedule may be faster than an event that is some minutes late, and some causes have no event, so one change is no proof. Two hours of a day are.
    MissedEventsAlarm: {
      says: 'Twice in a day the schedule found what no event had told. Either the events of a network do not get here (another account or Region has to forward them), or what changed has none (a NAT gateway that failed, a transit gateway of another account). The line "the schedule found what no event had told" in the log of the scan function names the network',
      metric: own('EventsMissed'),
      statistic: 'Sum',
      limit: { moreThan: 0 },
      minutes: 60,
      times: 2,
      of: 24,
    },
    NoHeartbeatAlarm: {
      says: `Changes are not announced any more, only the schedule finds them: for ${3 * BEAT} minutes not even the change has arrived that function heartbeat makes every ${BEAT}. Look for a trail that logs management events of this Region (without one CloudTrail tells EventBridge nothing), rule ChangeRule, queue ChangeQueue, and the log of function heartbeat`,
      metric: own('HeartbeatLag'),
      statistic: 'SampleCount',
      limit: { atLeast: 1 },
      minutes: BEAT,
      times: 3,
    },
    // One attempt and Lambda's two others; the next beat is soon enough for a call that AWS was too busy for.
    HeartbeatErrorsAlarm: {
      says: 'Function heartbeat fails, so nobody knows whether changes are still announced; its log says why',
      metric: ofFunction('heartbeat', 'Errors'),
      statistic: 'Sum',
      limit: { moreThan: 2 },
      minutes: BEAT,
      times: 1,
    },
    // Milliseconds. An alert that cannot be published holds its shard back without a failed invocation.
    AlertDelayAlarm: {
      says: 'Drift has been waiting for more than five minutes to become an alert',
      metric: ofFunction('alert', 'IteratorAge'),
      statistic: 'Maximum',
      limit: { moreThan: 300_000 },
      minutes: 5,
      times: 1,
    },
  };
}

/** All but those of the outlets. `namespace` is that of the functions' metrics. */
export const alarms = (namespace: string, every: number): Resources =>
  Object.assign(
    {},
    ...DEAD_LETTERS.map(deadLettersAlarm),
    ...FUNCTIONS.map(errorsAlarm),
    Object.fromEntries(Object.entries(ownAlarms(namespace, every)).map(([id, one]) => [id, alarm(one)])),
  );
