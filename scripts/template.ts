import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { alarms } from '../infra/alarms.ts';
import { outletTemplate, slackRow } from '../infra/outlets.ts';
import { roles } from '../infra/roles.ts';
import { reconcileMinutes } from '../infra/schedule.ts';
import { readOutlets } from '../shared/adapters/yaml-outlets.ts';
import { readWatchFile } from '../shared/adapters/yaml-watch-file.ts';
import { WatcherError } from '../shared/core/base/watcher-error.ts';

/**
 * Prints what a deployment has that is made of tables, the outlets file and the watch file: PREFIX RECONCILE_MINUTES OUTLETS_FILE [ARN of Slack's webhook]. Exit code 2 and one
 * line for bad input.
 */
const [, , prefix = 'runnerwatch-prod', minutes = '', file = 'outlets.yaml', slackSecretArn = ''] = process.argv;

/** Names of functions that are there already. */
function taken(): Set<string> {
  const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' }) as {
    functions: readonly unknown[];
  };
  return new Set(functions.flatMap((part) => (typeof part === 'object' && part !== null ? Object.keys(part) : [])));
}

try {
  const outlets = [...(slackSecretArn === '' ? [] : [slackRow(slackSecretArn)]), ...readOutlets(file)];
  const ids = taken();
  for (const { id } of outlets) {
    if (ids.has(id)) throw new WatcherError('bad-input', `${file}: \`${id}\` is the name of another function`);
    ids.add(id);
  }
  const { functions, resources } = outletTemplate(outlets, prefix);
  const readRoles = readWatchFile('runnerwatch.yaml').networks.flatMap(({ readRoleArn }) => readRoleArn ?? []);
  const Resources = {
    ...resources.Resources,
    ...roles(prefix, readRoles),
    ...alarms(prefix, reconcileMinutes(minutes)),
  };
  process.stdout.write(`${JSON.stringify({ functions, resources: { Resources } }, null, 2)}\n`);
} catch (error) {
  if (!(error instanceof WatcherError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
