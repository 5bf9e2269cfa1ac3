import { type Command, Option } from 'commander';
import { WatcherError } from '../../shared/core/base/watcher-error.ts';
import { parseBundle } from '../../shared/core/facts/snapshot.ts';
import { buildNetworkModel, type NetworkModel } from '../../shared/core/model/network-model.ts';
import type { Answer, Verdict } from '../../shared/core/reach/answer.ts';
import { answerQuestion } from '../../shared/core/reach/answer-question.ts';
import { parseQuestion } from '../../shared/core/reach/questions.ts';
import { type Trace, tellTrace, traceQuestion } from '../../shared/core/reach/trace.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { type GlobalOptions, print } from '../output.ts';
import { readBundle, readStandardInput, readText } from '../wire.ts';

interface ReachOptions extends GlobalOptions {
  readonly bundle: string;
  readonly questions: string;
  readonly trace?: 'json' | 'text';
}

export function addReach(program: Command): void {
  program
    .command('reach')
    .description('answer reachability questions about a saved bundle, one JSON line each')
    .requiredOption('--bundle <file>', 'saved describe bundle')
    .requiredOption('--questions <file>', 'questions as JSON Lines; - reads standard input')
    .addOption(
      new Option('--trace [form]', 'follow one packet of each question, hop by hop')
        .choices(['json', 'text'])
        .preset('json'),
    )
    .action(async (_options, command: Command) => reach(command.optsWithGlobals<ReachOptions>()));
}

async function reach({ bundle, questions, trace }: ReachOptions): Promise<void> {
  const model = buildNetworkModel(parseBundle(readBundle(bundle)));
  const text = questions === '-' ? await readStandardInput() : readText(questions);
  const verdicts: Verdict[] = [];
  let broken = false;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const answer = answerLine(model, line, index + 1, trace !== undefined);
    if ('verdict' in answer) verdicts.push(answer.verdict);
    else broken = true;
    print(trace === 'text' ? `${asText(answer)}\n\n` : `${JSON.stringify(answer)}\n`);
  });
  process.exitCode = broken ? EXIT.badInput : exitCodeOf(verdicts);
}

interface BadLine {
  readonly id: unknown;
  readonly error: string;
}

interface GoodLine extends Answer {
  readonly id: unknown;
  readonly trace?: Trace | null;
}

function asText(line: BadLine | GoodLine): string {
  if ('error' in line) return line.error;
  const story = line.trace ? tellTrace(line.trace) : line.reasons.map((reason) => reason.message).join('\n');
  return `${String(line.id)}: ${line.verdict}\n${story}`;
}

function answerLine(model: NetworkModel, line: string, lineNumber: number, tracing: boolean): BadLine | GoodLine {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return { id: null, error: `question ${lineNumber}: not JSON` };
  }
  const id = raw !== null && typeof raw === 'object' ? ((raw as { id?: unknown }).id ?? null) : null;
  try {
    const question = parseQuestion(raw, lineNumber);
    const answer = { id, ...answerQuestion(model, question) };
    return tracing ? { ...answer, trace: traceQuestion(model, question) ?? null } : answer;
  } catch (error) {
    if (!(error instanceof WatcherError) || error.fault !== 'bad-input') throw error;
    return {
      id,
      error: error.message.startsWith('question ') ? error.message : `question ${lineNumber}: ${error.message}`,
    };
  }
}
