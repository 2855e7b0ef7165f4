import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { describeError, exitCodeOf, exitCodes, ReaderGoneError } from '../errors.js';
import type { Io } from '../io.js';
import { Output } from '../output/output.js';
import type { Session } from '../session.js';
import { UsageError } from '../usage-error.js';
import { type CommandContext, dotCommands } from './commands.js';
import { lastResult, noteResult } from './evaluate.js';
import { Evaluator } from './evaluator.js';
import { Foreground } from './foreground.js';
import { Progress } from './progress.js';
import { RequestList } from './requests.js';
import { type ShowOptions, show } from './show.js';

/**
 * Evaluates what is piped in, line by line, and prints what the lines give. The first line that fails ends it, and
 * so does the end of what reads the output.
 *
 * @returns 0, or the exit code that says what the failure means.
 */
export async function runPiped(session: Session, io: Io): Promise<number> {
  const { stdin, stderr } = io;
  const output = new Output(io);
  const options = (): ShowOptions => ({ width: output.width, style: output.style });
  const requests = new RequestList(session.connection);
  const foreground = new Foreground(session.connection, new Progress(stderr));
  // The REPL only evaluates: it would read the next line while one is still being awaited.
  const silent = { input: new PassThrough(), output: new PassThrough().resume(), terminal: false };
  const evaluator = new Evaluator(silent, foreground, {
    failed: (error) => void stderr.write(`remote-record: ${describeError(error)}\n`),
    interrupted: () => undefined,
  });
  const context: CommandContext = {
    entities: session.entities,
    requests,
    options,
    evaluate: (expression) => evaluator.valueOf(expression),
    last: () => lastResult(evaluator.server),
    error: () => evaluator.error,
  };
  const lines = createInterface({ input: stdin });
  let number = 0;
  let begun: { code: string; line: number } | undefined;
  try {
    for await (const line of lines) {
      number++;
      if (!begun && line.trim() === '.exit') break;
      begun = begun ? { ...begun, code: `${begun.code}\n${line}` } : { code: line, line: number };
      const text = await evaluated(begun.code, `line ${begun.line}`, evaluator, context);
      if (text === incomplete) continue;
      begun = undefined;
      if (text !== undefined) await output.line(text);
    }
    if (begun) throw new SyntaxError('The input ends before the code is complete.');
    await output.close();
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) stderr.write(`remote-record: line ${begun?.line ?? number}: ${describeError(error)}\n`);
    return exitCodeOf(error);
  } finally {
    // Leaving the loop does not: input that stays open would keep the process.
    lines.close();
    evaluator.server.close();
  }
}

const incomplete = Symbol('incomplete');

/** What is printed of code: its value, or what a command says. @throws what the code throws. */
async function evaluated(
  code: string,
  name: string,
  evaluator: Evaluator,
  context: CommandContext,
): Promise<string | undefined | typeof incomplete> {
  if (code.trim() === '') return undefined;
  const [, command, argument] = /^\.([a-z]+)(?:\s+(.*))?$/.exec(code.trim()) ?? [];
  if (command !== undefined) {
    const found = Object.hasOwn(dotCommands, command) ? dotCommands[command] : undefined;
    if (!found) throw new UsageError(`There is no command .${command}; there are .${Object.keys(dotCommands).join(', .')}, .exit.`);
    return found.run((argument ?? '').trim(), context);
  }
  const outcome = await evaluator.evaluate(code, name);
  if ('isIncomplete' in outcome) return incomplete;
  if ('error' in outcome) throw outcome.error;
  noteResult(evaluator.server, outcome.value);
  return outcome.value === undefined ? undefined : show(outcome.value, context.options());
}
