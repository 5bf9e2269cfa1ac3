import ora, { type Ora } from 'ora';
import { type Terminal, terminalOf } from './terminal.ts';
import { environment } from './wire.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly debug?: boolean;
  readonly quiet?: boolean;
}

export const stdoutTerminal = (): Terminal => terminalOf(process.stdout, environment());

export function print(text: string): void {
  process.stdout.write(text);
}

/** A line for people on the side, kept out of what pipes carry. */
export function note(options: GlobalOptions, text: string): void {
  if (!options.quiet) process.stderr.write(`${text}\n`);
}

export interface Progress {
  step(text: string): void;
  end(): void;
}

/** A spinner on a terminal, nothing in a pipe. */
export function progress(options: GlobalOptions, text: string): Progress {
  if (options.quiet || process.stderr.isTTY !== true) return { step: () => {}, end: () => {} };
  const spinner: Ora = ora({ text, stream: process.stderr }).start();
  return {
    step: (next) => {
      spinner.text = `${text}: ${next}`;
    },
    end: () => {
      spinner.stop();
    },
  };
}
