interface Metric {
  readonly unit: 'Count' | 'Milliseconds';
  /** A further dimension beside `service`; the metric is then also there without it, over all of them. */
  readonly by?: 'network' | 'kind';
  readonly what: string;
}

/** Every metric that the functions write, in the namespace of the stack. A test holds docs/architecture.md to this table. */
export const METRICS = {
  ScanTime: { unit: 'Milliseconds', by: 'network', what: 'one scan, from its first call to its commit' },
  EventLag: {
    unit: 'Milliseconds',
    by: 'network',
    what: 'from the oldest change that asked for a scan to the end of the scan',
  },
  Pass: { unit: 'Count', by: 'network', what: 'requirements that hold, at the end of a scan' },
  Fail: { unit: 'Count', by: 'network', what: 'requirements that do not' },
  Unknown: { unit: 'Count', by: 'network', what: 'requirements of which nobody can tell' },
  Gaps: { unit: 'Count', by: 'network', what: 'calls and objects that a scan could not read' },
  Transitions: { unit: 'Count', by: 'network', what: 'findings that changed' },
  EventsMissed: {
    unit: 'Count',
    by: 'network',
    what: '1 for a scan that only the schedule asked for and that found news of which no event had told, else 0',
  },
  ScanFailed: { unit: 'Count', by: 'network', what: 'scans that failed; their messages come back' },
  CallsMade: { unit: 'Count', what: 'calls of AWS, a call for each page, by one batch of scans' },
  CallsRetried: { unit: 'Count', what: 'attempts beyond the first of these calls, most of them after throttling' },
  CallsFailed: { unit: 'Count', what: 'calls that were refused or failed in the end' },
  HeartbeatLag: { unit: 'Milliseconds', what: "from the watcher's own change to its arrival in scan as an event" },
  UnclassifiedOperation: {
    unit: 'Count',
    what: 'changes by an operation that nobody classified; they are scanned for',
  },
  MessageNotUnderstood: { unit: 'Count', what: 'deliveries of a message that is neither a scan request nor an event' },
  MessageIgnored: { unit: 'Count', what: 'events that change nothing which is watched' },
  AlertsTold: { unit: 'Count', by: 'kind', what: 'alerts that the topic took, by kind of alert' },
  AlertsFailed: { unit: 'Count', by: 'kind', what: 'attempts to tell one that it did not take' },
  AlertsSwept: { unit: 'Count', what: 'alerts among those told that the stream had lost' },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

/** Names of the metrics with that further dimension. */
export type MetricBy<D extends 'network' | 'kind' | undefined> = {
  [N in MetricName]: (typeof METRICS)[N] extends { readonly by: infer B }
    ? B extends D
      ? N
      : never
    : D extends undefined
      ? N
      : never;
}[MetricName];
