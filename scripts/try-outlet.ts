import { makeOutlet } from '../functions/wire/outlet.ts';
import { readOutlets } from '../shared/adapters/yaml-outlets.ts';
import type { Alert } from '../shared/core/alerts/alert.ts';
import { planAlert } from '../shared/core/alerts/plan-alert.ts';
import { type Instant, instant } from '../shared/core/base/instant.ts';
import { WatcherError } from '../shared/core/base/watcher-error.ts';
import type { Transition } from '../shared/core/drift/transition.ts';

/**
 * Sends two alerts about a network that does not exist, one broken and one mended, to one outlet: ID [FILE]. Reads the outlet's secret with the credentials
 * of the environment. Exit code 2 for bad input, 4 when the outlet did not take them.
 */
const [, , id = '', file = 'outlets.yaml'] = process.argv;

/** Standard error is for our own words. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const NETWORK = 'outlet-test';

function alertAt(kind: 'opened' | 'resolved', openedAt: Instant, at: Instant): Alert {
  const isOpen = kind === 'opened';
  const transition: Transition = {
    kind,
    requirement: 'outlet-test',
    subject: NETWORK,
    title: 'This is a test of an outlet and needs no action',
    severity: 'required',
    from: isOpen ? 'pass' : 'fail',
    to: isOpen ? 'fail' : 'pass',
    at,
    incident: `${NETWORK}/${openedAt}`,
    openedAt,
    reasons: [{ code: 'TEST', component: NETWORK, message: 'somebody tried the outlet' }],
    fixes: [],
    attribution: [],
  };
  const alert = planAlert({
    network: NETWORK,
    version: at,
    at,
    baseline: false,
    verdict: isOpen ? 'fail' : 'pass',
    summary: { pass: isOpen ? 0 : 1, fail: isOpen ? 1 : 0, unknown: 0, notApplicable: 0, waived: 0 },
    transitions: [transition],
  });
  if (!alert) throw new Error('a transition is an alert');
  return alert;
}

try {
  const outlets = readOutlets(file);
  const row = outlets.find((one) => one.id === id);
  if (!row)
    throw new WatcherError(
      'bad-input',
      `${file} has no outlet \`${id}\`, only ${outlets.map((one) => one.id).join(', ') || 'an empty list'}`,
    );
  const outlet = makeOutlet(row);
  const now = Date.now();
  for (const alert of [
    alertAt('opened', instant(now), instant(now)),
    alertAt('resolved', instant(now), instant(now + 1)),
  ]) {
    await outlet.deliver(alert);
    process.stdout.write(`${row.id} (${row.kind}) took: ${alert.headline}\n`);
  }
} catch (error) {
  const { message, fault } = error as Partial<WatcherError>;
  process.stderr.write(`${message}\n`);
  process.exitCode = fault === 'bad-input' ? 2 : 4;
}
