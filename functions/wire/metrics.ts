import { Metrics } from '@aws-lambda-powertools/metrics';
import type { CallMade } from '../../shared/adapters/aws-calls.ts';
import type { BatchEvent } from '../../shared/app/scan-batch.ts';
import type { Notifier } from '../../shared/ports.ts';
import { METRICS, type MetricBy, type MetricName } from './metric-table.ts';

/** Written to the log as embedded metrics; CloudWatch takes them from there. The template names the namespace. */
const metrics = new Metrics({ serviceName: 'runnerwatch' });

/** One line; with a further dimension it counts with it and without. */
function write(values: Readonly<Partial<Record<MetricName, number>>>, further?: readonly [string, string]): void {
  if (further) metrics.addDimension(...further).addDimensions({});
  for (const [name, value] of Object.entries(values)) metrics.addMetric(name, METRICS[name as MetricName].unit, value);
  metrics.publishStoredMetrics();
}

const writeAll = (values: Readonly<Partial<Record<MetricBy<undefined>, number>>>): void => write(values);

const writeOfNetwork = (network: string, values: Readonly<Partial<Record<MetricBy<'network'>, number>>>): void =>
  write(values, ['network', network]);

const writeOfKind = (kind: string, values: Readonly<Partial<Record<MetricBy<'kind'>, number>>>): void =>
  write(values, ['kind', kind]);

/** What is only counted. */
const COUNTED: Readonly<Partial<Record<BatchEvent['kind'], MetricBy<undefined>>>> = {
  unclassified: 'UnclassifiedOperation',
  poison: 'MessageNotUnderstood',
  ignored: 'MessageIgnored',
};

/** One line for each scan of a network, and counts of everything else. */
export function measure(event: BatchEvent): void {
  const counted = COUNTED[event.kind];
  if (counted !== undefined) writeAll({ [counted]: 1 });
  if (event.kind === 'heartbeat') writeAll({ HeartbeatLag: event.lag });
  if (event.kind === 'failed') writeOfNetwork(event.network, { ScanFailed: 1 });
  if (event.kind !== 'scanned') return;
  const { report, drift } = event.result;
  writeOfNetwork(event.network, {
    ScanTime: event.took,
    ...(event.lag === undefined ? {} : { EventLag: event.lag }),
    Pass: report.summary.pass,
    Fail: report.summary.fail,
    Unknown: report.summary.unknown,
    Gaps: report.gaps.length,
    Transitions: drift.batch.transitions.length,
    EventsMissed: event.missedEvents ? 1 : 0,
  });
}

/** Counts calls of AWS until they are written. */
export class CallTally {
  private made = 0;
  private retried = 0;
  private failed = 0;

  note({ pages, retries, error }: CallMade): void {
    const isFailed = error !== undefined;
    this.made += pages + (isFailed ? 1 : 0);
    this.retried += retries;
    this.failed += isFailed ? 1 : 0;
  }

  write(): void {
    if (this.made > 0) writeAll({ CallsMade: this.made, CallsRetried: this.retried, CallsFailed: this.failed });
    this.made = 0;
    this.retried = 0;
    this.failed = 0;
  }
}

/** The same notifier, which counts what it told and what it could not. */
export const measured = ({ name, deliver }: Notifier): Notifier => ({
  name,
  deliver: async (alert) => {
    try {
      await deliver(alert);
    } catch (error) {
      writeOfKind(alert.kind, { AlertsFailed: 1 });
      throw error;
    }
    writeOfKind(alert.kind, { AlertsTold: 1 });
  },
});

export const measureSwept = (alerts: number): void => {
  if (alerts > 0) writeAll({ AlertsSwept: alerts });
};
