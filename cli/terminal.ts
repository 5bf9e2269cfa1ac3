import pc from 'picocolors';

/** What is known of one output stream. */
export interface Terminal {
  readonly colour: boolean;
  /** Columns; 100 in a pipe. */
  readonly width: number;
}

const PIPE_WIDTH = 100;
const MAX_WIDTH = 140;

export function terminalOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stream.isTTY === true;
  return {
    colour: isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
    width: isTerminal ? Math.min(Math.max(stream.columns ?? PIPE_WIDTH, 60), MAX_WIDTH) : PIPE_WIDTH,
  };
}

export const coloursOf = (terminal: Terminal) => pc.createColors(terminal.colour);
