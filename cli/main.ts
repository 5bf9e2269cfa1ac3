import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { FAULTS, WatcherError } from '../shared/core/base/watcher-error.ts';
import { addDemo } from './commands/demo.ts';
import { addDiscover } from './commands/discover.ts';
import { addInit } from './commands/init.ts';
import { addMemory } from './commands/memory.ts';
import { addReach } from './commands/reach.ts';
import { addRequirements } from './commands/requirements.ts';
import { addScan } from './commands/scan.ts';
import { addSnapshot } from './commands/snapshot.ts';
import { addWatch } from './commands/watch.ts';
import { EXIT } from './exit-codes.ts';

function buildProgram(): Command {
  const program = new Command('runnerwatch')
    .description('Watches the AWS network of Gitpod runners: what broke, why, who did it and how to mend it.')
    .version(packageJson.version)
    .option('--debug', 'show stack traces')
    .option('--quiet', 'nothing on standard error but errors')
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .exitOverride();
  for (const add of [
    addScan,
    addReach,
    addSnapshot,
    addInit,
    addDiscover,
    addRequirements,
    addWatch,
    addMemory,
    addDemo,
  ])
    add(program);
  for (const command of program.commands)
    command
      .exitOverride()
      .option('--debug', 'show stack traces')
      .option('--quiet', 'nothing on standard error but errors');
  return program;
}

/** One clear line; the stack only when asked for. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    return;
  }
  const debug = process.argv.includes('--debug');
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `runnerwatch: ${error instanceof WatcherError ? '' : 'internal error: '}${debug && error instanceof Error ? (error.stack ?? message) : message}\n`,
  );
  process.exitCode = error instanceof WatcherError ? FAULTS[error.fault].exitCode : EXIT.badInput;
}

/** A reader that has seen enough (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok);
  throw error;
});

try {
  await buildProgram().parseAsync();
} catch (error) {
  fail(error);
}
