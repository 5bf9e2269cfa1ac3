import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../functions/wire/metric-table.ts';
import { alarms } from '../../infra/alarms.ts';
import { reconcileMinutes } from '../../infra/schedule.ts';

interface Properties {
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
}

const of = (every: number): ReadonlyMap<string, Properties> =>
  new Map(
    Object.entries(alarms('runnerwatch-prod', every)).map(([id, one]) => [
      id,
      (one as { readonly Properties: Properties }).Properties,
    ]),
  );

const HOUR = 60 * 60;

describe('alarms', () => {
  it.each([5, 15, 61, 1440])('are what CloudWatch takes when everything is scanned every %i minutes', (every) => {
    const all = of(every);

    expect(all.size).toBeGreaterThan(10);
    for (const [id, one] of all) {
      const range = one.Period * one.EvaluationPeriods;
      // PutMetricAlarm and its quotas, read 2026-11-26.
      expect([id, one.Period % 60, range <= (one.Period < HOUR ? 24 : 7 * 24) * HOUR]).toEqual([id, 0, true]);
      expect(one.DatapointsToAlarm ?? 1).toBeLessThanOrEqual(one.EvaluationPeriods);
      expect(one.AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  it('look at metrics that are written', () => {
    const own = [...of(15).values()].filter(({ Namespace }) => Namespace === 'runnerwatch-prod');

    expect(own.length).toBeGreaterThan(4);
    for (const { MetricName } of own) expect(Object.keys(METRICS)).toContain(MetricName);
  });

  it('wait as long as the schedule makes them', () => {
    const all = of(30);
    const periods = ['NoScansAlarm', 'ScanFailuresAlarm', 'BlindAlarm', 'NoHeartbeatAlarm', 'MissedEventsAlarm'].map(
      (id) => [id, (all.get(id)?.Period ?? 0) / 60],
    );

    expect(Object.fromEntries(periods)).toEqual({
      NoScansAlarm: 30,
      ScanFailuresAlarm: 30,
      BlindAlarm: 30,
      NoHeartbeatAlarm: 15,
      MissedEventsAlarm: 60,
    });
    expect(all.get('NoScansAlarm')?.AlarmDescription).toBe(
      'No scan came to its end for 90 minutes; the schedule alone makes one every 30',
    );
  });

  it('are not given for one call that failed or one event that was late', () => {
    const all = of(15);

    expect(all.get('BlindAlarm')).toMatchObject({ MetricName: 'Gaps', DatapointsToAlarm: 4, EvaluationPeriods: 6 });
    expect(all.get('MissedEventsAlarm')).toMatchObject({
      MetricName: 'EventsMissed',
      DatapointsToAlarm: 2,
      EvaluationPeriods: 24,
    });
  });
});

describe('the time between two scans of everything', () => {
  it('is a whole number of minutes', () => {
    expect(['5', '15', '1440'].map(reconcileMinutes)).toEqual([5, 15, 1440]);
  });

  it.each(['', '4', '1441', '15.5', '1e2', 'often', '-15', ' 15'])('is not `%s`', (text) => {
    expect(() => reconcileMinutes(text)).toThrow(
      `parameter \`reconcileMinutes\` has to be a whole number from 5 to 1440, not \`${text}\``,
    );
  });
});
