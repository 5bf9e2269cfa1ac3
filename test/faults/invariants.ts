import type { Alert } from '../../shared/core/alerts/alert.ts';
import { canonicalJson } from '../../shared/core/base/canonical-json.ts';
import { CLOSING } from '../../shared/core/drift/transitions.ts';
import type { ScanReport } from '../../shared/core/requirements/report.ts';
import type { Wrong } from './account.ts';
import type { World } from './world.ts';

export type Judge = (network: string, wrong: Wrong) => ScanReport;

const OUTLETS = ['steady', 'fragile'];

/** What must hold after quiet, whatever happened before. One line for each violation. */
export async function violations(world: World, judge: Judge): Promise<readonly string[]> {
  const found = [...world.complaints, ...world.stuck.map((what) => `stuck: ${what}`)];
  for (const network of world.networks) {
    found.push(...(await ofState(world, network, judge)));
    found.push(...(await ofAlerts(world, network)));
    found.push(...ofRepairs(world, network, judge), ...ofCauses(world, network));
  }
  return found;
}

/** What is remembered is what a fresh look at the last network says, and no change waits for ever. */
async function ofState(world: World, network: string, judge: Judge): Promise<readonly string[]> {
  const { head, findings, changes } = await world.store.load(network);
  const report = judge(network, world.wrongInTheEnd(network));
  const truth = report.requirements
    .filter((result) => result.severity !== 'informational')
    .flatMap((result) => result.findings.map((one) => `${result.id} ${one.subject} ${one.verdict}`))
    .sort();
  const stored = findings.map((one) => `${one.requirement} ${one.subject} ${one.status}`).sort();
  const failing = findings.filter((one) => one.status === 'fail');
  return [
    ...(canonicalJson(stored) === canonicalJson(truth)
      ? []
      : [
          `${network}: stored state differs: ${stored
            .filter((one) => !truth.includes(one))
            .slice(0, 3)
            .join('; ')}`,
        ]),
    ...(head?.verdict === report.verdict ? [] : [`${network}: verdict ${head?.verdict}, should be ${report.verdict}`]),
    ...(failing.every((one) => one.incident) ? [] : [`${network}: fails without an incident`]),
    ...(changes.length === 0 ? [] : [`${network}: ${changes.length} changes wait for ever`]),
  ];
}

/** Every committed drift is told to every outlet, in order, and whatever is told twice is the same under the same key. */
async function ofAlerts(world: World, network: string): Promise<readonly string[]> {
  const found: string[] = [];
  const history = [...(await world.store.history(network, 10_000))].reverse();
  for (const outlet of OUTLETS) {
    const told = world.deliveries.filter((one) => one.outlet === outlet && one.alert.network === network);
    const first = new Map<string, Alert>();
    for (const { alert } of told) {
      const known = first.get(alert.dedupeKey);
      if (!known) first.set(alert.dedupeKey, alert);
      else if (known.batch !== alert.batch || known.headline !== alert.headline)
        found.push(`${alert.dedupeKey} was told in two ways`);
    }
    const due = history.map((batch) => `${network}/${batch.version}`);
    if (canonicalJson([...first.keys()]) !== canonicalJson(due))
      found.push(`${outlet}: told ${[...first.keys()].join()}, due ${due.join()}`);
    const alerts = [...first.values()];
    found.push(...(await ofIncidents(world, network, alerts)), ...(await ofSubjects(world, network, alerts)));
    found.push(...(await ofReminders(world, network, alerts)));
  }
  return found;
}

/** Whoever has read the alerts knows which incidents are open. */
async function ofIncidents(world: World, network: string, alerts: readonly Alert[]): Promise<readonly string[]> {
  const open = new Set<string>();
  const closed = new Set<string>();
  const found: string[] = [];
  for (const { transitions } of alerts) {
    const closing = new Set<string>();
    for (const { kind, incident } of transitions) {
      if (kind === 'opened') {
        if (closed.has(incident)) found.push(`${incident} was opened after it was closed`);
        open.add(incident);
      }
      if (kind === 'resolved' || kind === 'gone') closing.add(incident);
    }
    for (const incident of closing) {
      if (closed.has(incident)) found.push(`${incident} was closed twice`);
      // Incidents of the first scan are known, not announced.
      if (!open.has(incident) && !incident.endsWith('/1')) found.push(`${incident} was closed and never opened`);
      open.delete(incident);
      closed.add(incident);
    }
  }
  const { findings } = await world.store.load(network);
  const stored = new Set(findings.flatMap((one) => one.incident?.id ?? []));
  for (const incident of open) if (!stored.has(incident)) found.push(`${incident} is over and nobody was told`);
  for (const incident of stored) {
    if (closed.has(incident)) found.push(`${incident} was told to be over and is not`);
    if (!open.has(incident) && !incident.endsWith('/1')) found.push(`${incident} is open and nobody was told`);
  }
  return found;
}

const HOUR = 60 * 60 * 1000;

/** Clocks of functions differ by less. */
const SLACK = 60 * 1000;

/** Each incident is reminded of once at each level, in order and not before its time, while it is open; what is due has been told. */
async function ofReminders(world: World, network: string, alerts: readonly Alert[]): Promise<readonly string[]> {
  const found: string[] = [];
  const levels = new Map<string, number>();
  const closed = new Set<string>();
  for (const { transitions, batch } of alerts) {
    for (const { kind, incident } of transitions) if (CLOSING.has(kind)) closed.add(incident);
    const now = new Map<string, number>();
    for (const one of batch.reminders ?? []) {
      if (one.kind === 'waiver-ends') continue;
      const level = one.kind === 'reminder' ? 1 : 2;
      if (closed.has(one.incident)) found.push(`${one.incident} was reminded of after it was closed`);
      if ((levels.get(one.incident) ?? 0) >= level)
        found.push(`${one.incident} was reminded of twice at level ${level}`);
      if (batch.at - one.openedAt < 24 * HOUR) found.push(`${one.incident} was reminded of too early`);
      now.set(one.incident, level);
    }
    for (const [incident, level] of now) levels.set(incident, level);
  }
  const { head, findings } = await world.store.load(network);
  for (const { status, severity, incident } of findings) {
    if (!head || !incident || status !== 'fail' || severity !== 'required') continue;
    const open = head.lastScanAt - Math.max(incident.openedAt, incident.waivedUntil ?? 0);
    const due = open > 72 * HOUR + SLACK ? 2 : open > 24 * HOUR + SLACK ? 1 : 0;
    if ((levels.get(incident.id) ?? 0) < due)
      found.push(`${incident.id} is ${open / HOUR} h old and nobody was reminded`);
    if (incident.reminded !== levels.get(incident.id))
      found.push(`${incident.id} was reminded of otherwise than is remembered`);
  }
  return found;
}

/** Whoever has read the alerts knows of each place that was told to be broken whether it still is, and is told of none twice. */
async function ofSubjects(world: World, network: string, alerts: readonly Alert[]): Promise<readonly string[]> {
  const told = new Map<string, string>();
  const found: string[] = [];
  for (const { kind, requirement, subject, to } of alerts.flatMap(({ transitions }) => transitions)) {
    const key = `${requirement} ${subject}`;
    if (kind === 'opened' && told.get(key) === 'fail') found.push(`${network}: ${key} was opened twice`);
    if (to === 'unknown' && kind !== 'lost-sight')
      found.push(`${network}: ${key} cannot be seen, and was told as ${kind}`);
    // What cannot be seen is as it was.
    if (to !== 'unknown') told.set(key, to);
  }
  const { findings } = await world.store.load(network);
  const status = new Map(findings.map((one) => [`${one.requirement} ${one.subject}`, one.status]));
  for (const [key, last] of told) {
    const now = status.get(key) ?? 'absent';
    if (last !== now && (last === 'fail' || now === 'fail'))
      found.push(`${network}: ${key} was last told to be ${last} and is ${now}`);
  }
  return found;
}

/** An all-clear is true at some time between the first look of its scan and its commit. */
function ofRepairs(world: World, network: string, judge: Judge): readonly string[] {
  return world.commits
    .filter((one) => one.network === network)
    .flatMap(({ batch, firstLook, at }) => {
      const mended = new Set(batch.transitions.filter((one) => CLOSING.has(one.kind)).map((one) => one.requirement));
      // What cannot be seen fails all the same. The watch file of the scan may be the one before or after: what it waives is left out here.
      const truths = world
        .wrongBetween(network, firstLook, at)
        .map((wrong) => wrong.filter((one) => one !== 'blindness'));
      const seen = truths.map((wrong) => judge(network, [...wrong, 'waiver']));
      return [...mended]
        .filter((id) =>
          seen.every((report) =>
            report.requirements.find((one) => one.id === id)?.findings.some((one) => one.verdict === 'fail'),
          ),
        )
        .map((id) => `${network}/${batch.version}: ${id} was told to be mended while it failed`);
    });
}

/** A change that has been taken into account is never a cause again. */
function ofCauses(world: World, network: string): readonly string[] {
  const settled = new Set<string>();
  const found: string[] = [];
  for (const { batch, settled: now } of world.commits.filter((one) => one.network === network)) {
    for (const { eventId } of batch.transitions.flatMap((one) => one.attribution))
      if (settled.has(eventId)) found.push(`${network}/${batch.version}: ${eventId} is a cause once more`);
    for (const eventId of now) settled.add(eventId);
  }
  return found;
}
