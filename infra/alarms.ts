import { attributeOf, idOf, ref, sub } from './intrinsics.ts';

/** Somebody has to hear when the watcher itself does not work: each alarm goes to the topic of its own troubles. */
interface Alarm {
  /** What people read. */
  readonly says: string;
  readonly metric: {
    readonly Namespace: unknown;
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  };
  readonly statistic: 'Sum' | 'Maximum';
  /** A period counts when its value is more, or less, than this. Without data it counts for those that ask for `atLeast`, and not for the others. */
  readonly limit: { readonly moreThan: number } | { readonly atLeast: number };
  readonly minutes: number;
  /** Periods in a row. */
  readonly times: number;
}

type Resources = Readonly<Record<string, unknown>>;

export const alarm = ({ says, metric, statistic, limit, minutes, times }: Alarm) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: says,
    ...metric,
    Statistic: statistic,
    Period: minutes * 60,
    EvaluationPeriods: times,
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

const DEAD_LETTERS = ['ScanDeadLetters', 'EventDeadLetters', 'ScheduleDeadLetters', 'AlertDeadLetters'];

const FUNCTIONS = ['scan', 'alert', 'sweep', 'heartbeat', 'api'];

const own = (MetricName: string): Alarm['metric'] => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
  Namespace: sub('${AWS::StackName}'),
  MetricName,
});

const ALARMS: Readonly<Record<string, Alarm>> = {
  NoScansAlarm: {
    says: 'No scan came to its end for 45 minutes; the schedule alone makes one every 15',
    metric: own('Scans'),
    statistic: 'Sum',
    limit: { atLeast: 1 },
    minutes: 15,
    times: 3,
  },
  // Two quarters of an hour in a row: a scan that only lost against a faster one is repeated and is no news.
  ScanFailuresAlarm: {
    says: 'Scans of a network keep failing; the log of the scan function says which and why',
    metric: own('ScanFailures'),
    statistic: 'Sum',
    limit: { moreThan: 0 },
    minutes: 15,
    times: 2,
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

/** All but those of the outlets. */
export const alarms = (): Resources =>
  Object.assign(
    {},
    ...DEAD_LETTERS.map(deadLettersAlarm),
    ...FUNCTIONS.map(errorsAlarm),
    Object.fromEntries(Object.entries(ALARMS).map(([id, one]) => [id, alarm(one)])),
  );
