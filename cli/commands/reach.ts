import type { Command } from 'commander';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { buildNetworkModel, type NetworkModel } from '../../shared/core/model/network-model.ts';
import type { Verdict } from '../../shared/core/reach/answer.ts';
import { answerQuestion } from '../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../shared/core/reach/questions.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { type GlobalOptions, print } from '../output.ts';
import { readBundle, readStandardInput, readText } from '../wire.ts';

interface ReachOptions extends GlobalOptions {
  readonly bundle: string;
  readonly questions: string;
}

export function addReach(program: Command): void {
  program
    .command('reach')
    .description('answer reachability questions about a saved bundle, one JSON line each')
    .requiredOption('--bundle <file>', 'saved describe bundle')
    .requiredOption('--questions <file>', 'questions as JSON Lines; - reads standard input')
    .action(async (_options, command: Command) => reach(command.optsWithGlobals<ReachOptions>()));
}

async function reach({ bundle, questions }: ReachOptions): Promise<void> {
  const model = buildNetworkModel(parseBundle(readBundle(bundle)));
  const text = questions === '-' ? await readStandardInput() : readText(questions);
  const verdicts: Verdict[] = [];
  let broken = false;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const answer = answerLine(model, line, index + 1);
    if ('verdict' in answer) verdicts.push(answer.verdict);
    else broken = true;
    print(`${JSON.stringify(answer)}\n`);
  });
  process.exitCode = broken ? EXIT.badInput : exitCodeOf(verdicts);
}

function answerLine(model: NetworkModel, line: string, lineNumber: number) {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return { id: null, error: `question ${lineNumber}: not JSON` };
  }
  const id = raw !== null && typeof raw === 'object' ? ((raw as { id?: unknown }).id ?? null) : null;
  try {
    return { id, ...answerQuestion(model, parseQuestion(raw, lineNumber)) };
  } catch (error) {
    if (!(error instanceof WatcherError) || error.fault !== 'bad-input') throw error;
    return {
      id,
      error: error.message.startsWith('question ') ? error.message : `question ${lineNumber}: ${error.message}`,
    };
  }
}
