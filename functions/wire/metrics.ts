import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { BatchEvent } from '../../shared/app/scan-batch.ts';

/** Written to the log as embedded metrics; CloudWatch takes them from there. */
const metrics = new Metrics({ namespace: 'runnerwatch', serviceName: 'runnerwatch' });

/** What is only counted. */
const COUNTED: Readonly<Partial<Record<BatchEvent['kind'], string>>> = {
  failed: 'ScanFailed',
  unclassified: 'UnclassifiedOperation',
  poison: 'MessageNotUnderstood',
  ignored: 'MessageIgnored',
};

/** One line for each scan of a network, with the network as dimension, and counts of everything else. */
export function measure(event: BatchEvent): void {
  const counted = COUNTED[event.kind];
  if (counted !== undefined) metrics.singleMetric().addMetric(counted, MetricUnit.Count, 1);
  if (event.kind !== 'scanned') return;
  const { report, drift } = event.result;
  metrics.addDimension('network', event.network);
  metrics.addMetric('ScanTime', MetricUnit.Milliseconds, event.took);
  if (event.lag !== undefined) metrics.addMetric('EventLag', MetricUnit.Milliseconds, event.lag);
  for (const [name, value] of [
    ['Pass', report.summary.pass],
    ['Fail', report.summary.fail],
    ['Unknown', report.summary.unknown],
    ['Gaps', report.gaps.length],
    ['Transitions', drift.batch.transitions.length],
    ['EventsMissed', event.missedEvents ? 1 : 0],
  ] as const)
    metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
